"""Whole words of languages without spaces, found by a segmenter (`segmenters`), and all others as `whole-word` takes them.

WordPiece knows no words there: a clause of Thai is one "word" of many pieces, and a Japanese one is cut at every ideograph. The
text of the row tells them, as in `chinese`: each run of tokens in the language's scripts goes to the segmenter as a line, and a
token begins a word where one of the segmenter's begins. A piece that reaches over the end of a word keeps both together.

    pieces      ภาษา ##ไทยง ##่าย       one run
    segmenter   ภาษา | ไทย | ง่าย
    words       [ภาษา] [##ไทยง ##่าย]   the second word of the segmenter ends within a piece
"""

import itertools
from functools import lru_cache

import numpy as np

from ...core.errors import StageError
from ...core.ragged import offsets_of, range_indices
from ...core.scripts import script_of_word
from ...vocab.vocabulary import Vocabulary
from . import segmenters
from .rows import Choice, RowsToMask, words_of
from .whole_word import fill


def choose_words_of(code: str, rows: RowsToMask) -> Choice:
    """Choose whole words, those of a language's scripts as its segmenter finds them."""
    text = texts(rows.vocabulary, segmenters.SEGMENTERS[code].scripts)
    own_T = rows.ordinary_T & text.own_V[rows.ids_T]
    joins_T = rows.vocabulary.joins(rows.ids_T)
    at = np.flatnonzero(own_T)
    if len(at):
        joins_T[at] = ~_starts(code, rows, at, text)
    return fill(rows, words_of(rows, joins_T))


class Texts:
    """The characters of each token of some scripts, without `##`, end to end."""

    def __init__(self, vocabulary: Vocabulary, scripts: tuple[str, ...]) -> None:
        plain = [text.strip() if script_of_word(text) in scripts else "" for text in vocabulary.texts]
        self.own_V = np.array([bool(token) for token in plain])
        self.offsets_V1 = offsets_of(np.array([len(token) for token in plain], np.int64))
        self.codes_P = np.frombuffer("".join(plain).encode("utf-32-le"), np.uint32)


@lru_cache(maxsize=2)
def texts(vocabulary: Vocabulary, scripts: tuple[str, ...]) -> Texts:
    return Texts(vocabulary, scripts)


def _starts(code: str, rows: RowsToMask, at: np.ndarray, text: Texts) -> np.ndarray:
    """Whether each of these tokens begins a word, bool; runs of neighbours are the lines that the segmenter gets."""
    ids = rows.ids_T[at]
    begins = np.ones(len(at), bool)
    begins[1:] = np.diff(at) > 1
    begins[np.isin(at, rows.offsets_N1)] = True
    if segmenters.SEGMENTERS[code].spaces:
        begins |= ~rows.vocabulary.joins(rows.ids_T)[at]
    lengths = text.offsets_V1[ids + 1] - text.offsets_V1[ids]
    place = offsets_of(lengths)
    codes = text.codes_P[range_indices(text.offsets_V1[ids], lengths)]
    line_at = [*place[:-1][begins].tolist(), len(codes)]
    whole = codes.tobytes().decode("utf-32-le")
    words = word_starts(code, [whole[first:last] for first, last in itertools.pairwise(line_at)])
    return begins | words[place[:-1]]


def word_starts(code: str, lines: list[str]) -> np.ndarray:
    """Whether a word begins at each character of some lines, end to end; lines that come again are asked for once."""
    segment = segmenters.load(code)
    known: dict[str, np.ndarray] = {}
    for line in lines:
        if line not in known:
            words = segment(line)
            if "".join(words) != line:
                raise StageError(f"the segmenter for {code} does not give all of its text back: {line[:80]!r}")
            known[line] = np.zeros(len(line), bool)
            known[line][np.cumsum([0, *map(len, words[:-1])])[: len(line)]] = True
    return np.concatenate([known[line] for line in lines])
