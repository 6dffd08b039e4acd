"""Documents whose words have fewer than 3 or more than 10 characters on average.

Scripts without spaces between words are exempt, since their words are not known.
"""

import numpy as np

from ..settings import CleanSettings
from ..text import Text

SHORTEST, LONGEST = 3, 10


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    characters = text.of_words(np.where(text.is_true_word, text.word_lengths, 0))
    count = text.true_words
    return (count > 0) & ~text.is_unspaced & ((characters < SHORTEST * count) | (characters > LONGEST * count))
