"""Sentences that contain the word JavaScript, mostly requests to enable it."""

import numpy as np
import pyarrow.compute as pc

from ..settings import CleanSettings
from ..text import Text


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [S]: sentences."""
    return pc.match_substring(text.sentences, "javascript", ignore_case=True).to_numpy(zero_copy_only=False)
