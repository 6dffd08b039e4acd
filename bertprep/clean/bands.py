"""Which documents are worth comparing: those whose signatures agree in all places of some band (locality-sensitive hashing).

A signature is cut into bands of r places. Two documents of Jaccard similarity J agree in a band with probability J ** r, and
in one of b bands at least with 1 - (1 - J ** r) ** b: a step that is made to lie below the threshold.

    threshold 0.8: 20 bands of 6 places    J = 0.8: 0.998    0.7: 0.92    0.5: 0.27    0.3: 0.015    0.1: 0.00002

Then the estimate decides. It must reach the threshold less 2 standard errors, so that of the pairs just at the threshold
2.5 % are missed, and hardly any above it: at 0.8 the least estimate is 0.75.

D documents, K places, B bands.
"""

import math
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.ragged import row_sums, runs, values_and_offsets
from ..core.randomness import Stream, key, mix
from .normalized_words import normalized_words
from .signatures import PLACES, shingles_of, signatures

MISSED = 0.003  # of the pairs just at the threshold, at most, share no band
MOST_BANDS = 24  # each is a record of 24 bytes a document
MARGIN = 2  # standard errors
RUN_BYTES = 1 << 20  # of text at a time

_ROW_DRAWS = Stream("clean", "bands").words(PLACES) | np.uint64(1)


class Bands(NamedTuple):
    """How a signature is cut: so many bands of so many places."""

    number: int
    places: int


def bands_for(threshold: float) -> Bands:
    """The bands of the most places, so the fewest candidates, that miss at most `MISSED` of the pairs at the threshold.

    >>> bands_for(0.8)
    Bands(number=20, places=6)
    """
    best = Bands(MOST_BANDS, 1)
    for places in range(1, PLACES + 1):
        chance = threshold**places
        count = 1 if chance == 1 else math.ceil(math.log(MISSED) / math.log1p(-chance))
        if count <= MOST_BANDS and count * places <= PLACES:
            best = Bands(count, places)
    return best


def least_estimate(threshold: float) -> float:
    """What an estimate must reach for two documents to be near-duplicates."""
    return threshold - MARGIN * math.sqrt(threshold * (1 - threshold) / PLACES)


def band_keys(signatures_DK: np.ndarray, bands: Bands) -> np.ndarray:
    """A hash of every band of every signature, uint64 [D, B]; equal bands of another number have another."""
    used = bands.number * bands.places
    rows = signatures_DK[:, :used].astype(np.uint64) * _ROW_DRAWS[:used]
    sums = rows.reshape(len(rows), bands.number, bands.places).sum(axis=2, dtype=np.uint64)
    return mix(sums, np.arange(bands.number, dtype=np.uint64) + np.uint64(key("clean", "band") >> 8))


class Sketches(NamedTuple):
    """What is kept of documents to compare them."""

    places_DK: np.ndarray  # uint8: 8 bits of each place of the signature
    keys_DB: np.ndarray  # uint64: of each band
    has_shingles_D: np.ndarray  # bool; the others are compared with nothing


def sketches_of(documents: pa.ListArray, bands: Bands) -> Sketches:
    """Sketches of documents, which are lists of sentences; made of some at a time, so that memory is what they take."""
    sentences, offsets_D1 = values_and_offsets(documents)
    bytes_S = pc.binary_length(sentences).to_numpy(zero_copy_only=False)
    ends_D = np.cumsum(row_sums(bytes_S, offsets_D1))
    count = len(documents)
    made = Sketches(
        np.empty((count, PLACES), np.uint8), np.empty((count, bands.number), np.uint64), np.empty(count, bool)
    )
    for first, stop in runs(ends_D // RUN_BYTES) if count else ():
        some = sentences.slice(offsets_D1[first], offsets_D1[stop] - offsets_D1[first])
        shingles, offsets = shingles_of(normalized_words(some), offsets_D1[first : stop + 1] - offsets_D1[first])
        found_DK = signatures(shingles, offsets)
        made.places_DK[first:stop] = found_DK  # the lowest 8 bits
        made.keys_DB[first:stop] = band_keys(found_DK, bands)
        made.has_shingles_D[first:stop] = np.diff(offsets) > 0
    return made
