"""Whole words including Chinese ones, found by a segmenter (the optional extra `zh`: rjieba, jieba in Rust).

WordPiece makes every Chinese character a token, so the tokens do not show where words begin. Instead, each run of Chinese
characters in the row goes to the segmenter, and its words are masked as a whole. Since the row is segmented, not the document,
the part of a word that is left at the edge of a side counts as a word, and static and dynamic masking agree.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ...core.errors import missing_extra
from ...vocab.vocabulary import Vocabulary
from .rows import Choice, RowsToMask, words_of
from .whole_word import fill

# the ranges that BERT's tokenizer treats as Chinese characters
_CHINESE = np.array(
    [
        (0x3400, 0x4DBF),
        (0x4E00, 0x9FFF),
        (0xF900, 0xFAFF),
        (0x20000, 0x2A6DF),
        (0x2A700, 0x2B73F),
        (0x2B740, 0x2B81F),
        (0x2B820, 0x2CEAF),
        (0x2F800, 0x2FA1F),
    ]
)
_BETWEEN = ord("\n")


def load_segmenter() -> Callable[[str], list[str]]:
    """Load the segmenter: a function from text to its words, in order and complete. `UsageError` says what to install."""
    try:
        import rjieba
    except ImportError:
        raise missing_extra("rjieba", "zh") from None
    return rjieba.cut


def choose_chinese_words(rows: RowsToMask) -> Choice:
    """Choose whole words as `whole-word` does; in Chinese text, the words that the segmenter finds."""
    code_T = np.where(rows.ordinary_T, character_codes(rows.vocabulary)[rows.ids_T], 0)
    starts_T = _word_starts(code_T, rows.offsets_N1)
    after_chinese_T = np.zeros(len(code_T), bool)
    after_chinese_T[1:] = code_T[:-1] > 0
    joins_T = rows.vocabulary.joins(rows.ids_T) | ((code_T > 0) & after_chinese_T & ~starts_T)
    return fill(rows, words_of(rows, joins_T))


@lru_cache(maxsize=2)
def character_codes(vocabulary: Vocabulary) -> np.ndarray:
    """The code point of each token that is one Chinese character, else 0; uint32 [size]."""
    single = [ord(token) if len(token) == 1 else 0 for token in vocabulary.tokens]
    code_V = np.array(single, np.uint32)
    chinese = ((code_V[:, None] >= _CHINESE[:, 0]) & (code_V[:, None] <= _CHINESE[:, 1])).any(1)
    return np.where(chinese, code_V, 0).astype(np.uint32)


def _word_starts(code_T: np.ndarray, offsets_N1: np.ndarray) -> np.ndarray:
    """Mark the tokens at which a Chinese word begins, bool [T]. Each run is a line, so the segmenter joins no two of them."""
    starts_T = np.zeros(len(code_T), bool)
    flat = np.flatnonzero(code_T)
    if not len(flat):
        return starts_T
    begins = np.ones(len(flat), bool)
    begins[1:] = np.diff(flat) > 1
    begins[np.isin(flat, offsets_N1)] = True
    line_of = np.cumsum(begins) - 1
    place = np.arange(len(flat)) + line_of  # a line break before each run but the first
    text = np.full(place[-1] + 1, _BETWEEN, np.uint32)
    text[place] = code_T[flat]
    words = load_segmenter()(text.tobytes().decode("utf-32-le"))
    begins_at = np.zeros(len(text) + 1, bool)
    begins_at[np.cumsum([0, *map(len, words)])] = True
    starts_T[flat] = begins | begins_at[place]
    return starts_T
