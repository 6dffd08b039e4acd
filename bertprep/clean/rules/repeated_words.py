"""Sentences of at least four words, more than half of which repeat the previous word: Buy Buy Buy Buy now."""

import numpy as np

from ...core.ragged import long_row_sums
from ..settings import CleanSettings
from ..text import UNSPACED, Text

FEWEST = 4


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [S]: sentences."""
    same = np.zeros(len(text.word_hashes), bool)
    same[1:] = text.word_hashes[1:] == text.word_hashes[:-1]
    same[text.word_bounds[:-1][text.words > 0]] = False
    return (
        (text.words >= FEWEST)
        & (2 * long_row_sums(same, text.word_bounds) > text.words)
        & (2 * text.number_of(UNSPACED) <= text.words)
    )
