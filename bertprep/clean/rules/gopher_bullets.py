"""Documents in which more than 90 % of the sentences begin with a bullet or a dash."""

import numpy as np

from ..settings import CleanSettings
from ..text import Text

BULLETS = "•-‣▪◦●○–*"


def rejected(text: Text, settings: CleanSettings) -> np.ndarray:
    """bool [D]: documents."""
    return 10 * text.of_documents(text.first_is(BULLETS)) > 9 * text.sentence_counts
