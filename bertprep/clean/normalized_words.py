"""Hashes of normalized words, for comparing texts.

    "Retrieved on 3 May 2014."  ->  retrieved on 0 may 0
    "retrieved on: 12 may 1999" ->  retrieved on 0 may 0
    "東京 is big"               ->  東 京 is big

A word is a run of letters, marks and digits; case, punctuation and white space are ignored, and any run of digits counts
as 0. In scripts without spaces, every character is a word. Only 64 bits per word are kept.
Rules use words as they are written; see `text`.

S sentences, C characters, L letters (characters that count), W words; codes are code points.
"""

import functools
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.ragged import offsets_of, runs
from ..core.randomness import key, mix
from ..languages.scripts import SCRIPTS
from .points import Points

WINDOW_CHARACTERS = 1 << 17  # processed at a time: the arrays fit into the cache
BASE = np.uint64(0x5851F42D4C957F2D)  # of the polynomial; odd, so that it has an inverse
BLANK, LETTER, DIGIT, IDEOGRAPH, UNSPACED_LETTER = range(5)  # kinds of characters
KEY = key("clean", "words")


class NormalizedWords(NamedTuple):
    """The words of some sentences: a hash and a kind for each, and the offsets of the sentences."""

    hashes_W: np.ndarray  # uint64
    kinds_W: np.ndarray  # uint8; LETTER for all words of scripts with spaces
    offsets_S1: np.ndarray  # int64


def normalized_words(sentences: pa.Array) -> NormalizedWords:
    """The words of each sentence, in order; a sentence may have none."""
    found = [_window_words(window) for window in _windows(sentences)]
    counts = [np.diff(words.offsets_S1) for words in found]
    return NormalizedWords(
        np.concatenate([np.empty(0, np.uint64), *(words.hashes_W for words in found)]),
        np.concatenate([np.empty(0, np.uint8), *(words.kinds_W for words in found)]),
        offsets_of(np.concatenate([np.empty(0, np.int64), *counts])),
    )


def rows_hashed(hashes_W: np.ndarray, starts_N: np.ndarray, stops_N: np.ndarray) -> np.ndarray:
    """A hash of every run of words [start, stop), uint64 [N], which depends on the words and their order.

    A polynomial of the words modulo 2**64: the difference of two prefix sums, divided by the power of the start.
    """
    powers, inverses = _powers(len(hashes_W))
    sums = np.zeros(len(hashes_W) + 1, np.uint64)
    np.cumsum(hashes_W * powers[: len(hashes_W)], out=sums[1:])
    return mix((sums[stops_N] - sums[starts_N]) * inverses[starts_N], KEY)


def _windows(sentences: pa.Array) -> Iterator[Points]:
    """The code points of about `WINDOW_CHARACTERS` characters at a time."""
    starts_S = offsets_of(pc.utf8_length(sentences).to_numpy(zero_copy_only=False))[:-1]
    for first, stop in runs(starts_S // WINDOW_CHARACTERS) if len(sentences) else ():
        yield Points.of(sentences.slice(first, stop - first))


def _window_words(points: Points) -> NormalizedWords:
    codes_C, offsets_S1 = points.flat_P, points.bounds_S1
    kinds, values = _tables()
    kinds_C = kinds.take(codes_C)
    starts_C = _word_starts(kinds_C, offsets_S1)
    counts_C = kinds_C != BLANK
    if (is_digit_C := kinds_C == DIGIT).any():  # only the first of a run of digits counts
        counts_C[1:] &= ~(is_digit_C[1:] & is_digit_C[:-1] & ~starts_C[1:])
    at_W, at_L = np.flatnonzero(starts_C), np.flatnonzero(counts_C)  # indexing is faster than boolean masks
    starts_W = np.flatnonzero(starts_C.take(at_L))
    values_L = values.take(codes_C.take(at_L))
    hashes_W = rows_hashed(values_L, starts_W, np.append(starts_W[1:], len(values_L))) if len(at_W) else values_L
    kinds_W = kinds_C[at_W]
    kinds_W[kinds_W == DIGIT] = LETTER
    return NormalizedWords(hashes_W, kinds_W, np.searchsorted(at_W, offsets_S1))


def _word_starts(kinds_C: np.ndarray, offsets_S1: np.ndarray) -> np.ndarray:
    """Where words begin, bool [C]: after a blank, at the start of a sentence, and at characters of unspaced scripts."""
    is_single_C = kinds_C >= IDEOGRAPH
    starts_C = is_single_C.copy()
    starts_C[1:] |= is_single_C[:-1] | (kinds_C[:-1] == BLANK)
    starts_C[offsets_S1[:-1][offsets_S1[:-1] < len(kinds_C)]] = True
    starts_C &= kinds_C != BLANK
    return starts_C


@functools.cache
def _all_powers(count: int) -> tuple[np.ndarray, np.ndarray]:
    inverse = np.uint64(pow(int(BASE), -1, 1 << 64))
    found = []
    for base in (BASE, inverse):
        powers = np.full(count, base, np.uint64)
        powers[0] = 1
        found.append(np.multiply.accumulate(powers))
    return found[0], found[1]


def _powers(count: int) -> tuple[np.ndarray, np.ndarray]:
    """At least `count` powers of the base and of its inverse, uint64."""
    return _all_powers(max(WINDOW_CHARACTERS, 1 << max(count, 1).bit_length()))


@functools.cache
def _tables() -> tuple[np.ndarray, np.ndarray]:
    """The kind of each code point, uint8 [0x110000], and its random value, equal for both cases, uint64 [0x110000]."""
    lower = np.arange(0x110000, dtype=np.uint64)
    kinds = np.full(0x110000, LETTER, np.uint8)  # plane 2 and above hold only ideographs
    for point in range(0x20000):
        character = chr(point)
        category = unicodedata.category(character)
        kinds[point] = DIGIT if category == "Nd" else LETTER if category[0] in "LMN" else BLANK
        small = character.lower()
        lower[point] = ord(small) if len(small) == 1 else point
    lower[kinds == DIGIT] = ord("0")
    for name, script in SCRIPTS.items():
        for first, last in () if script.spaces else script.ranges:
            kinds_here = kinds[first : last + 1]
            kinds_here[kinds_here == LETTER] = IDEOGRAPH if name in ("han", "kana") else UNSPACED_LETTER
    return kinds, mix(KEY, lower)
