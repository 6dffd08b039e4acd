"""Documents that contain "lorem ipsum", the usual placeholder text."""

import numpy as np
import pyarrow.compute as pc

from ..settings import CleanSettings
from ..text import Text


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    found = pc.match_substring(text.sentences, "lorem ipsum", ignore_case=True).to_numpy(zero_copy_only=False)
    return text.of_documents(found) > 0
