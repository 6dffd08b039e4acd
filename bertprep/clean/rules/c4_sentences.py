"""Documents of fewer than five sentences, as in the published code (the paper says three)."""

import numpy as np

from ..settings import CleanSettings
from ..text import Text

FEWEST = 5


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    return text.sentence_counts < FEWEST
