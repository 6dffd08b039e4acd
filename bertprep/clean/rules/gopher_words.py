"""Documents of too few words or too many."""

import numpy as np

from ..settings import CleanSettings
from ..text import Text

MOST_WORDS = 100_000


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    return (text.document_words < settings.min_words) | (text.document_words > MOST_WORDS)
