"""Documents in which more than 30 % of the sentences end with an ellipsis, such as article teasers."""

import numpy as np
import pyarrow.compute as pc

from ..settings import CleanSettings
from ..text import Text


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    dots = pc.or_(pc.ends_with(text.sentences, "..."), pc.ends_with(text.sentences, "…"))
    return 10 * text.of_documents(dots.to_numpy(zero_copy_only=False)) > 3 * text.sentence_counts
