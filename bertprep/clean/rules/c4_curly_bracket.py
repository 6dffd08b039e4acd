"""Documents with a curly bracket: code, and templates that were not filled in."""

import numpy as np
import pyarrow.compute as pc

from ..settings import CleanSettings
from ..text import Text


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    return text.of_documents(pc.match_substring(text.sentences, "{").to_numpy(zero_copy_only=False)) > 0
