"""Documents of which more than 1 % of the characters are in sentences that were there before (0.01 in the published code)."""

import numpy as np

from ..settings import CleanSettings
from ..text import Text


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    return 100 * text.repeated_lengths > text.document_lengths
