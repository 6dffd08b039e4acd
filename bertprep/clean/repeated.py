"""Sentences that occur in more than N documents, such as cookie notices, "Retrieved on 3 May 2014." and licence headers.

Sentences are equal if their normalized words are (`normalized_words`), whatever their case, punctuation and numbers. A
document counts once for a sentence that it repeats. Counts are exact, except for different sentences with equal 64-bit
hashes: among a billion, one such pair exists with a probability of 3 %.

S sentences, D documents, H hashes.
"""

import numpy as np
import pyarrow as pa

from .normalized_words import normalized_words, rows_hashed

NO_WORDS = np.uint64(0)  # the hash of a sentence without a word, which never counts as repeated


def sentence_hashes(sentences: pa.Array) -> np.ndarray:
    """A hash of every sentence, uint64 [S]; `NO_WORDS` for a sentence without words."""
    words = normalized_words(sentences)
    starts_S, stops_S = words.offsets_S1[:-1], words.offsets_S1[1:]
    hashes_S = rows_hashed(words.hashes_W, starts_S, stops_S)
    hashes_S[starts_S == stops_S] = NO_WORDS
    return hashes_S


def document_counts(hashes_S: np.ndarray, offsets_D1: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct hashes, uint64 [H], ascending, and the number of documents with each, int64 [H]."""
    documents_S = np.repeat(np.arange(len(offsets_D1) - 1), np.diff(offsets_D1))
    order = np.lexsort((documents_S, hashes_S))
    hashes_S, documents_S = hashes_S[order], documents_S[order]
    is_new_S = np.ones(len(hashes_S), bool)
    is_new_S[1:] = (hashes_S[1:] != hashes_S[:-1]) | (documents_S[1:] != documents_S[:-1])
    return summed(hashes_S[is_new_S & (hashes_S != NO_WORDS)])


def summed(hashes_N: np.ndarray, counts_N: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The distinct hashes, ascending, and the sum of each one's counts (1 by default), int64 [H]."""
    hashes_H, which_N = np.unique(hashes_N, return_inverse=True)
    totals_H = np.zeros(len(hashes_H), np.int64)
    np.add.at(totals_H, which_N, 1 if counts_N is None else counts_N)
    return hashes_H, totals_H


def are_among(hashes_S: np.ndarray, repeated_H: np.ndarray) -> np.ndarray:
    """Which sentences are among the repeated ones, bool [S]; `repeated_H` must be sorted."""
    if not len(repeated_H):
        return np.zeros(len(hashes_S), bool)
    at_S = np.minimum(np.searchsorted(repeated_H, hashes_S), len(repeated_H) - 1)
    return repeated_H[at_S] == hashes_S
