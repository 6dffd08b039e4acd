"""Pairs of single neighbouring sentences; exactly half of them exchange their B's as in `matched`."""

from .. import chunks
from ..partition import Made, Partition, counted
from ..settings import PairSettings
from .matched import half_random


def make(part: Partition, settings: PairSettings) -> Made:
    """Make pairs of sentences 1 and 2, 3 and 4, ... of each passage."""
    return half_random(part, counted(part, chunks.couples(part.text)))
