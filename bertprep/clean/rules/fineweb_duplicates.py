"""Documents with more than 1 % of their characters in repeats of earlier sentences (0.01 in the published code)."""

import numpy as np

from ..settings import CleanSettings
from ..text import Text


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    return 100 * text.repeated_lengths > text.document_lengths
