"""Documents of too few words or too many; what has no letter and no digit is no word here."""

import numpy as np

from ..settings import CleanSettings
from ..text import Text

MOST_WORDS = 100_000


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    return (text.true_words < settings.min_words) | (text.true_words > MOST_WORDS)
