"""Sentences of privacy policies and cookie notices; in English only, as published."""

import numpy as np
import pyarrow.compute as pc

from ..settings import CleanSettings
from ..text import Text

# from the published code of C4
PHRASES = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [S]: sentences."""
    pattern = "(?i)" + "|".join(PHRASES)
    return pc.match_substring_regex(text.sentences, pattern).to_numpy(zero_copy_only=False)
