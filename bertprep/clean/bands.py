"""Candidates for near-duplicates: documents whose signatures agree in all places of some band (locality-sensitive hashing).

A signature is cut into bands of r places. Two documents of Jaccard similarity J agree in a given band with probability
J ** r, and in at least one of b bands with 1 - (1 - J ** r) ** b, a step function that is placed below the threshold.
    threshold 0.8: 20 bands of 6 places    J = 0.8: 0.998    0.7: 0.92    0.5: 0.27    0.3: 0.015    0.1: 0.00002

Candidates are then compared by the estimate from their whole signatures. It must reach the threshold minus 2 standard
errors (0.75 for 0.8), so of the pairs exactly at the threshold 2.5 % are missed, and hardly any above it.

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

MISSED = 0.003  # at most this share of the pairs exactly at the threshold have no band in common
MOST_BANDS = 24  # each is a record of 24 bytes per document
MARGIN = 2  # standard errors
RUN_BYTES = 1 << 20  # of text processed at a time

_ROW_DRAWS = Stream("clean", "bands").words(PLACES) | np.uint64(1)


class Bands(NamedTuple):
    """The number of bands of a signature, and the places in each."""

    number: int
    places: int


def bands_for(threshold: float) -> Bands:
    """The bands with the most places, thus the fewest candidates, that miss at most `MISSED` of the pairs at the threshold.

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
    """The smallest estimate at which two documents count as near-duplicates."""
    return threshold - MARGIN * math.sqrt(threshold * (1 - threshold) / PLACES)


def band_keys(signatures_DK: np.ndarray, bands: Bands) -> np.ndarray:
    """A hash of every band of every signature, uint64 [D, B]; it includes the band's number."""
    used = bands.number * bands.places
    rows = signatures_DK[:, :used].astype(np.uint64) * _ROW_DRAWS[:used]
    sums = rows.reshape(len(rows), bands.number, bands.places).sum(axis=2, dtype=np.uint64)
    return mix(sums, np.arange(bands.number, dtype=np.uint64) + np.uint64(key("clean", "band") >> 8))


class Sketches(NamedTuple):
    """The data that are kept of documents to compare them."""

    places_DK: np.ndarray  # uint8: the low 8 bits of each place of the signature
    keys_DB: np.ndarray  # uint64: hash of each band
    has_shingles_D: np.ndarray  # bool; documents without shingles are not compared


def sketches_of(documents: pa.ListArray, bands: Bands) -> Sketches:
    """Sketches of documents, given as lists of sentences; computed for a few at a time, so memory is that of the result."""
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
