"""Documents in which more than 67 % of the sentences have at most 30 characters: lists and menus.

Scripts without spaces between words, in which 30 characters are a long sentence, are exempt.
"""

import numpy as np

from ..settings import CleanSettings
from ..text import Text

SHORT = 30


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    short = text.of_documents(text.lengths <= SHORT)
    return (100 * short > 67 * text.sentence_counts) & ~text.is_unspaced
