"""What is chosen together when a row is masked: one function a file, and the table that names them.

A strategy gets some rows with their budgets (`RowsToMask`) and gives the positions to predict (`Choice`). None exceeds a budget
or touches a token that is not ordinary, and each falls short only where nothing that remains would fit. Every draw is a
hash of the row's key and a position, so a row is masked alike whatever rows stand around it.
"""

from collections.abc import Callable

from .chinese import choose_chinese_words, load_segmenter
from .rows import Choice, RowsToMask
from .span import choose_spans
from .token import choose_tokens
from .whole_word import choose_words

__all__ = ["STRATEGIES", "Choice", "RowsToMask", "load_segmenter"]

Strategy = Callable[[RowsToMask], Choice]
STRATEGIES: dict[str, Strategy] = {
    "token": choose_tokens,
    "whole-word": choose_words,
    "whole-word-zh": choose_chinese_words,
    "span": choose_spans,
}
