"""Signatures of documents, equal in as many of their places as the documents have shingles in common.

    shingles    every run of 5 words of a document, as a set (SHINGLE_WORDS)
    signature   256 numbers: place b holds the least number that a random function gives to any shingle of the document

The share of equal places of two signatures estimates the Jaccard similarity of their sets, with a standard error of
sqrt(J (1 - J) / 256): 0.025 at 0.8. A plain MinHash asks 256 functions of every shingle. Here a shingle is thrown into one
place in each of 16 rounds, and a round only counts for places that no earlier one has filled; what is empty then is filled
the plain way (Dahlgaard, Knudsen and Thorup 2017, "Fast similarity sketching", with fewer rounds). It is the same
estimator, as each place still holds the least of one random function, for one throw a shingle of a long document.

D documents, W words, G shingles, K places.
"""

import numpy as np

from ..core.ragged import offsets_of, range_indices, runs, take_rows
from ..core.randomness import Stream
from .normalized_words import IDEOGRAPH, LETTER, UNSPACED_LETTER, NormalizedWords, rows_hashed

PLACES = 256
SHINGLE_WORDS = 5  # Lee et al. 2022 and Penedo et al. 2024 compare 5-grams
# in characters where no spaces are written, so many as touch about 5 words: of 1.6 characters in Chinese, of 4.5 in Thai
SHINGLE_LENGTHS = {LETTER: SHINGLE_WORDS, IDEOGRAPH: 7, UNSPACED_LETTER: 20}
ROUNDS = 16
VALUE_BITS = 27  # of 32; above them stands the round
EMPTY = np.uint32(0xFFFFFFFF)
RUN_SHINGLES = 1 << 14  # at a time: what is made of them stays in the cache
BLOCK_DOCUMENTS = 64
_DRAWS = Stream("clean", "signatures").words(ROUNDS) | np.uint64(1)
_PLACE_DRAWS = (Stream("clean", "places").words(PLACES) >> np.uint64(32)).astype(np.uint32) | np.uint32(1)


def shingles_of(words: NormalizedWords, offsets_D1: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A hash of every shingle of documents, uint64 [G], and offsets [D + 1]; `offsets_D1` are in sentences.

    A document of fewer words than a shingle has none.
    """
    bounds_D1 = words.offsets_S1[offsets_D1]
    lengths = np.zeros(UNSPACED_LETTER + 1, np.int64)
    lengths[list(SHINGLE_LENGTHS)] = list(SHINGLE_LENGTHS.values())
    starts_W = np.arange(len(words.hashes_W))
    stops_W = starts_W + lengths[words.kinds_W]
    fits_W = stops_W <= np.repeat(bounds_D1[1:], np.diff(bounds_D1))
    at_G = np.flatnonzero(fits_W)
    return rows_hashed(words.hashes_W, at_G, stops_W[at_G]), np.searchsorted(at_G, bounds_D1)


def signatures(shingles_G: np.ndarray, offsets_D1: np.ndarray) -> np.ndarray:
    """The signature of each document, uint32 [D, K]; `EMPTY` all over for one without shingles."""
    # in order of length, documents that need the same work lie side by side
    order = np.argsort(np.diff(offsets_D1), kind="stable")
    shingles_G, offsets_D1 = take_rows(shingles_G, offsets_D1, order)
    found_DK = np.full((len(order), PLACES), EMPTY)
    for first, stop in runs(offsets_D1[:-1] // RUN_SHINGLES) if len(order) else ():
        bounds = offsets_D1[first : stop + 1]
        if bounds[-1]:  # those without shingles come first
            _fill(found_DK[first:stop], shingles_G[bounds[0] : bounds[-1]], bounds - bounds[0])
    result_DK = np.empty_like(found_DK)
    result_DK[order] = found_DK
    return result_DK


def _fill(found_DK: np.ndarray, shingles_G: np.ndarray, offsets_D1: np.ndarray) -> None:
    """Throw the shingles of some documents, the shortest first, as long as places are empty."""
    flat = found_DK.reshape(-1)
    rows_G = np.repeat(np.arange(0, len(flat), PLACES), np.diff(offsets_D1))
    open_D = np.flatnonzero(np.diff(offsets_D1))
    longest = offsets_D1[-1] - offsets_D1[-2]
    for number, draw in enumerate(_DRAWS):
        stop = offsets_D1[open_D[-1] + 1] if len(open_D) else 0  # a place that is filled stays as it is, if thrown at
        mixed_G = shingles_G[:stop] * draw
        places_G = (mixed_G >> np.uint64(56)).astype(np.int64)
        places_G += rows_G[:stop]
        np.minimum.at(flat, places_G, _values(mixed_G >> np.uint64(29), number))
        if (number + 1) * longest > 3 * PLACES:  # fewer throws hardly fill all places
            open_D = open_D[found_DK[open_D].max(axis=1) == EMPTY]
    _fill_rest(found_DK, open_D, shingles_G, offsets_D1)


def _values(mixed: np.ndarray, number: int) -> np.ndarray:
    """Numbers of a round, all of them above those of earlier rounds, uint32."""
    values = mixed.astype(np.uint32)
    values &= np.uint32((1 << VALUE_BITS) - 1)
    values |= np.uint32(number << VALUE_BITS)
    return values


def _fill_rest(found_DK: np.ndarray, open_D: np.ndarray, shingles_G: np.ndarray, offsets_D1: np.ndarray) -> None:
    """Fill what is still empty: for each such place, the least that its own function gives to a shingle of the document."""
    is_empty_DK = found_DK[open_D] == EMPTY
    is_dense_D = is_empty_DK.sum(axis=1) > PLACES // 8
    dense_D = open_D[is_dense_D]
    for first in range(0, len(dense_D), BLOCK_DOCUMENTS):
        some = dense_D[first : first + BLOCK_DOCUMENTS]
        found_DK[some] = np.minimum(found_DK[some], _all_places(shingles_G, offsets_D1[some], offsets_D1[some + 1]))
    at_E, places_E = np.nonzero(is_empty_DK & ~is_dense_D[:, None])
    if len(at_E):
        at_E = open_D[at_E]
        lengths_E = np.diff(offsets_D1)[at_E]
        found = shingles_G.take(range_indices(offsets_D1[at_E], lengths_E))
        values = _place_values(found, np.repeat(_PLACE_DRAWS[places_E], lengths_E))
        found_DK[at_E, places_E] = np.minimum.reduceat(values, offsets_of(lengths_E)[:-1])


def _all_places(shingles_G: np.ndarray, starts_D: np.ndarray, stops_D: np.ndarray) -> np.ndarray:
    """What every place's own function gives, uint32 [D, K]: for documents of few shingles, the shortest first."""
    found_DK = np.full((len(starts_D), PLACES), EMPTY)
    for number in range((stops_D - starts_D)[-1]):  # of each document the shingle of this number
        first = np.searchsorted(stops_D - starts_D, number, side="right")
        values = _place_values(shingles_G[starts_D[first:] + number, None], _PLACE_DRAWS)
        np.minimum(found_DK[first:], values, out=found_DK[first:])
    return found_DK


def _place_values(shingles: np.ndarray, draws: np.ndarray) -> np.ndarray:
    return _values(shingles.astype(np.uint32) * draws >> np.uint32(32 - VALUE_BITS), ROUNDS)
