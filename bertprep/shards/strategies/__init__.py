"""Masking strategies, which decide what is masked together: one function per file, and the table that names them.

A strategy takes rows with their budgets (`RowsToMask`) and returns the positions to predict (`Choice`). It never exceeds a
budget or chooses a token that is not ordinary, and it stays below a budget only if no remaining unit fits. Every draw is a hash
of the row's key and a position, so the masks of a row do not depend on the rows around it.
"""

import functools
from collections.abc import Callable

from . import segmenters
from .chinese import choose_chinese_words, load_segmenter
from .rows import Choice, RowsToMask
from .spaceless import choose_words_of
from .span import choose_spans
from .token import choose_tokens
from .whole_word import choose_words

__all__ = ["STRATEGIES", "Choice", "RowsToMask", "load"]

Strategy = Callable[[RowsToMask], Choice]
STRATEGIES: dict[str, Strategy] = {
    "token": choose_tokens,
    "whole-word": choose_words,
    "whole-word-zh": choose_chinese_words,
    **{f"whole-word-{code}": functools.partial(choose_words_of, code) for code in segmenters.SEGMENTERS},
    "span": choose_spans,
}


def load(strategy: str) -> None:
    """Load the packages that a strategy needs; `UsageError` says what to install."""
    code = strategy.removeprefix("whole-word-")
    if code in segmenters.SEGMENTERS:
        segmenters.load(code)
    elif code == "zh":
        load_segmenter()
