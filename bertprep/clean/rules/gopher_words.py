"""Documents with too few or too many words; only words with a letter or a digit count."""

import numpy as np

from ..settings import CleanSettings
from ..text import Text

MOST_WORDS = 100_000


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    return (text.true_words < settings.min_words) | (text.true_words > MOST_WORDS)
