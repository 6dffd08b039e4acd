"""Rows without B: sentences of one document packed to the length (Liu et al. 2019, DOC-SENTENCES), for MLM alone."""

import dataclasses

from .. import chunks
from ..partition import Made, Partition, packed, trimmed
from ..settings import PairSettings


def make(part: Partition, settings: PairSettings) -> Made:
    """Make rows of A alone."""
    first, last, passage = packed(part, settings, 1)
    a = chunks.sides_of(part.text, first, last, passage)
    nothing = dataclasses.replace(a, start=a.stop)
    return Made(trimmed(part, a, nothing)[0], None, None)
