"""Documents in which fewer than 80 % of the words contain a letter."""

import numpy as np

from ..settings import CleanSettings
from ..text import Text


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    return 10 * text.of_words(text.has_letter) < 8 * text.document_words
