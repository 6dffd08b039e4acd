"""Sentences that do not end with a terminal punctuation mark, or end with an ellipsis.

Languages that end sentences without a mark, such as Thai, are exempt.
"""

import numpy as np
import pyarrow.compute as pc

from ..settings import CleanSettings
from ..text import TERMINAL, Text


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [S]: sentences."""
    dots = pc.ends_with(text.sentences, "...").to_numpy(zero_copy_only=False)
    return (~text.last_is(TERMINAL) | dots) & text.has_end_marks[text.owners]
