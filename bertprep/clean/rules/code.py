"""Code and markup: more than a tenth of the characters, white space aside, are symbols that are rare in prose.

if (x[i] == 0) { return; }    7 signs of 22 characters, rejected
"""

import numpy as np

from ..settings import CleanSettings
from ..text import Text

SIGNS = "{}[]<>=;|\\_^~@$#+"


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [S]: sentences."""
    return 10 * text.sentence_sums(text.is_among(SIGNS)) > text.filled
