"""Documents with more than one hash sign, or more than one ellipsis, per ten words."""

import numpy as np
import pyarrow.compute as pc

from ..settings import CleanSettings
from ..text import Text

MOST = 10  # words per symbol


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    signs, dots, ellipses = (
        text.of_documents(pc.count_substring(text.sentences, sign).to_numpy(zero_copy_only=False))
        for sign in ("#", "...", "…")
    )
    return (MOST * signs > text.document_words) | (MOST * (dots + ellipses) > text.document_words)
