"""Documents in which fewer than 12 % of the sentences end with a terminal punctuation mark.

Languages that end sentences without a mark, such as Thai, are exempt.
"""

import numpy as np

from ..settings import CleanSettings
from ..text import ELLIPSES, TERMINAL, Text


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    ended = text.of_documents(text.last_is(TERMINAL + ELLIPSES))
    return (100 * ended < 12 * text.sentence_counts) & text.has_end_marks
