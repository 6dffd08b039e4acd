"""Single neighbouring sentences, of which exactly half of the pairs exchange their B's as those of `matched` do."""

from .. import chunks
from ..partition import Made, Partition, counted
from ..settings import PairSettings
from .matched import half_random


def make(part: Partition, settings: PairSettings) -> Made:
    """The pairs of every two sentences in a row."""
    return half_random(part, counted(part, chunks.couples(part.text)))
