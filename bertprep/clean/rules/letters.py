"""Sentences in which fewer than half of the characters are letters: tables of numbers, dates, addresses, lines of symbols.

White space does not count; combining marks, such as vowel signs of Hindi, count as letters.

    "Anna kennt 12 Leute."          14 letters of 17 characters, kept
    "12.03.2024 | 14:30 | 3,99 €"   no letter of 23, rejected
"""

import numpy as np

from ..settings import CleanSettings
from ..text import LETTER, MARK, Text

LEAST_LETTERS = 0.5  # share of the characters; 0.95 in English prose, about 0.8 in sentences with many dates and names


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [S]: sentences."""
    letters_S = text.number_of(LETTER | MARK)
    return letters_S < LEAST_LETTERS * text.filled
