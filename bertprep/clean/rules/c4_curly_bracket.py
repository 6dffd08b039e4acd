"""Documents that contain a curly bracket: code, or templates that were not filled in."""

import numpy as np

from ...core.literals import holding
from ..settings import CleanSettings
from ..text import Text


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    return text.of_documents(holding(text.sentences, "{")) > 0
