"""Whole words of a language without spaces, found by a segmenter (`segmenters`); all other words as in `whole-word`.

WordPiece does not show words in these languages: a clause of Thai is one "word" of many pieces, and Japanese is cut at every
ideograph. As in `chinese`, each run of tokens in the language's scripts goes to the segmenter as one line, and a token begins a
word if a word of the segmenter begins there. A piece that spans two words keeps them together:

    pieces      ภาษา ##ไทยง ##่าย       one run
    segmenter   ภาษา | ไทย | ง่าย
    words       [ภาษา] [##ไทยง ##่าย]   the segmenter's second word ends within a piece
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
    """Choose whole words; in the language's scripts, the words that its segmenter finds."""
    text = texts(rows.vocabulary, segmenters.SEGMENTERS[code].scripts)
    own_T = rows.ordinary_T & text.own_V[rows.ids_T]
    joins_T = rows.vocabulary.joins(rows.ids_T)
    at = np.flatnonzero(own_T)
    if len(at):
        joins_T[at] = ~_starts(code, rows, at, text)
    return fill(rows, words_of(rows, joins_T))


class Texts:
    """The characters of each token of the given scripts, without `##`, concatenated."""

    def __init__(self, vocabulary: Vocabulary, scripts: tuple[str, ...]) -> None:
        plain = [text.strip() if script_of_word(text) in scripts else "" for text in vocabulary.texts]
        self.own_V = np.array([bool(token) for token in plain])
        self.offsets_V1 = offsets_of(np.array([len(token) for token in plain], np.int64))
        self.codes_P = np.frombuffer("".join(plain).encode("utf-32-le"), np.uint32)


@lru_cache(maxsize=2)
def texts(vocabulary: Vocabulary, scripts: tuple[str, ...]) -> Texts:
    return Texts(vocabulary, scripts)


def _starts(code: str, rows: RowsToMask, at: np.ndarray, text: Texts) -> np.ndarray:
    """Mark the tokens (indices `at`) that begin a word, bool; each run of neighbouring tokens is a line for the segmenter."""
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
    """Mark the characters of the concatenated lines at which a word begins, bool; each distinct line is segmented once."""
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
