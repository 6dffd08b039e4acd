"""Signatures of documents: the share of equal places in two of them estimates how many shingles the documents share.

    shingles    the set of all runs of 5 words of a document (SHINGLE_WORDS)
    signature   256 numbers: place b holds the minimum of a random function over the document's shingles

The share of equal places is an estimate of the Jaccard similarity of the sets, with a standard error of
sqrt(J (1 - J) / 256): 0.025 at 0.8. Plain MinHash computes 256 functions of every shingle. Here each of 16 rounds hashes
a shingle to one place, and only fills places that earlier rounds left empty; places that are still empty are then filled
as in plain MinHash (Dahlgaard, Knudsen and Thorup 2017, "Fast similarity sketching", with fewer rounds). The estimator is
the same, since each place still holds the minimum of one random function, but a long document needs one hash per shingle.

D documents, W words, G shingles, K places.
"""

import numpy as np

from ..core.ragged import offsets_of, range_indices, runs, take_rows
from ..core.randomness import Stream
from .normalized_words import IDEOGRAPH, LETTER, UNSPACED_LETTER, NormalizedWords, rows_hashed

PLACES = 256
SHINGLE_WORDS = 5  # Lee et al. 2022 and Penedo et al. 2024 compare 5-grams
# in scripts without spaces, the number of characters that span about 5 words: 1.6 characters each in Chinese, 4.5 in Thai
SHINGLE_LENGTHS = {LETTER: SHINGLE_WORDS, IDEOGRAPH: 7, UNSPACED_LETTER: 20}
ROUNDS = 16
VALUE_BITS = 27  # of 32; the round's number is in the bits above
EMPTY = np.uint32(0xFFFFFFFF)
RUN_SHINGLES = 1 << 14  # processed at a time: the arrays fit into the cache
BLOCK_DOCUMENTS = 64
_DRAWS = Stream("clean", "signatures").words(ROUNDS) | np.uint64(1)
_PLACE_DRAWS = (Stream("clean", "places").words(PLACES) >> np.uint64(32)).astype(np.uint32) | np.uint32(1)


def shingles_of(words: NormalizedWords, offsets_D1: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A hash of every shingle of the documents, uint64 [G], and offsets [D + 1]; `offsets_D1` count sentences.

    A document with fewer words than a shingle has none.
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
    """The signature of each document, uint32 [D, K]; `EMPTY` in all places for a document without shingles."""
    # sorted by length, so that documents that need the same number of rounds are adjacent
    order = np.argsort(np.diff(offsets_D1), kind="stable")
    shingles_G, offsets_D1 = take_rows(shingles_G, offsets_D1, order)
    found_DK = np.full((len(order), PLACES), EMPTY)
    for first, stop in runs(offsets_D1[:-1] // RUN_SHINGLES) if len(order) else ():
        bounds = offsets_D1[first : stop + 1]
        if bounds[-1]:  # documents without shingles come first
            _fill(found_DK[first:stop], shingles_G[bounds[0] : bounds[-1]], bounds - bounds[0])
    result_DK = np.empty_like(found_DK)
    result_DK[order] = found_DK
    return result_DK


def _fill(found_DK: np.ndarray, shingles_G: np.ndarray, offsets_D1: np.ndarray) -> None:
    """Run rounds for some documents, the shortest first, as long as places are empty."""
    flat = found_DK.reshape(-1)
    rows_G = np.repeat(np.arange(0, len(flat), PLACES), np.diff(offsets_D1))
    open_D = np.flatnonzero(np.diff(offsets_D1))
    longest = offsets_D1[-1] - offsets_D1[-2]
    for number, draw in enumerate(_DRAWS):
        stop = offsets_D1[open_D[-1] + 1] if len(open_D) else 0  # filled places keep their smaller values
        mixed_G = shingles_G[:stop] * draw
        places_G = (mixed_G >> np.uint64(56)).astype(np.int64)
        places_G += rows_G[:stop]
        np.minimum.at(flat, places_G, _values(mixed_G >> np.uint64(29), number))
        if (number + 1) * longest > 3 * PLACES:  # fewer hashes hardly ever fill all places
            open_D = open_D[found_DK[open_D].max(axis=1) == EMPTY]
    _fill_rest(found_DK, open_D, shingles_G, offsets_D1)


def _values(mixed: np.ndarray, number: int) -> np.ndarray:
    """The values of a round, uint32; all of them are larger than those of earlier rounds."""
    values = mixed.astype(np.uint32)
    values &= np.uint32((1 << VALUE_BITS) - 1)
    values |= np.uint32(number << VALUE_BITS)
    return values


def _fill_rest(found_DK: np.ndarray, open_D: np.ndarray, shingles_G: np.ndarray, offsets_D1: np.ndarray) -> None:
    """Fill the empty places as in plain MinHash: with the minimum of the place's own function over the shingles."""
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
    """Plain MinHash for all places, uint32 [D, K]; for documents with few shingles, the shortest first."""
    found_DK = np.full((len(starts_D), PLACES), EMPTY)
    for number in range((stops_D - starts_D)[-1]):  # the shingle of this number in each document
        first = np.searchsorted(stops_D - starts_D, number, side="right")
        values = _place_values(shingles_G[starts_D[first:] + number, None], _PLACE_DRAWS)
        np.minimum(found_DK[first:], values, out=found_DK[first:])
    return found_DK


def _place_values(shingles: np.ndarray, draws: np.ndarray) -> np.ndarray:
    return _values(shingles.astype(np.uint32) * draws >> np.uint32(32 - VALUE_BITS), ROUNDS)
