"""Sentences of fewer than three words, and those with a word of more than 1,000 characters."""

import numpy as np

from ...core.ragged import long_row_sums
from ..settings import CleanSettings
from ..text import Text

FEWEST, LONGEST = 3, 1000


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [S]: sentences."""
    return (text.words < FEWEST) | (long_row_sums(text.word_lengths > LONGEST, text.word_bounds) > 0)
