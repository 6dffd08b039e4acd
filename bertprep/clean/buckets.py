"""Near-duplicates among documents that share a bucket (equal hashes of a band of their signatures).

The first document of a bucket is a centre, and all others are compared with it. Of those that are not similar to it, the
first is the next centre, again compared with all others, and so on. So a bucket of 100,000 copies takes 100,000
comparisons, and one of n dissimilar documents at most 64 n.
    bucket a b c d, c similar to a, d similar to b     centres a, b     pairs (c, a), (d, b)

M members (a document in a bucket), D documents, K places, P pairs.
"""

import numpy as np

from .signatures import PLACES

MOST_CENTRES = 64
BLOCK_PAIRS = 1 << 10  # compared at a time


def shared(keys_M: np.ndarray) -> np.ndarray:
    """Which members share a bucket with others, bool [M]."""
    order = np.argsort(keys_M, kind="stable")
    is_same = keys_M[order][1:] == keys_M[order][:-1]
    found = np.zeros(len(keys_M), bool)
    found[order[1:]] = is_same
    found[order[:-1]] |= is_same
    return found


def near_pairs(keys_M: np.ndarray, documents_M: np.ndarray, signatures_DK: np.ndarray, least: float) -> np.ndarray:
    """Pairs of documents whose estimated similarity is at least `least`, int64 [P, 2]: the later document, then its centre.

    `documents_M` are row numbers of `signatures_DK`, uint8 [D, K], whose rows are in the documents' order of preference.
    Each pair is returned once.
    """
    order = np.lexsort((documents_M, keys_M))
    documents_M, keys_M = documents_M[order], keys_M[order]
    first_M = np.ones(len(keys_M), bool)
    first_M[1:] = keys_M[1:] != keys_M[:-1]
    buckets_M = np.cumsum(first_M) - 1
    open_M = np.ones(len(keys_M), bool)
    found = [np.empty(0, np.int64)]
    for _ in range(MOST_CENTRES):
        centres = _first_open(open_M, buckets_M)
        if not len(centres):
            break
        # compare each centre of this round with all other members of its bucket
        centre_of_bucket = np.full(buckets_M[-1] + 1, -1)
        centre_of_bucket[buckets_M[centres]] = centres
        open_M[centres] = False
        members = np.flatnonzero(centre_of_bucket[buckets_M] >= 0)
        with_M = centre_of_bucket[buckets_M[members]]
        members, with_M = members[members != with_M], with_M[members != with_M]
        near = estimates(signatures_DK, documents_M[members], documents_M[with_M]) >= least
        open_M[members[near]] = False
        pairs = np.sort(np.stack([documents_M[members[near]], documents_M[with_M[near]]]), axis=0)
        found.append(np.unique(pairs[1] * len(signatures_DK) + pairs[0]))
    pairs = np.unique(np.concatenate(found))
    return np.stack([pairs // max(len(signatures_DK), 1), pairs % max(len(signatures_DK), 1)], axis=1)


def _first_open(open_M: np.ndarray, buckets_M: np.ndarray) -> np.ndarray:
    """The index of the first open member of every bucket that has one."""
    at = np.flatnonzero(open_M)
    is_first = np.ones(len(at), bool)
    is_first[1:] = buckets_M[at][1:] != buckets_M[at][:-1]
    return at[is_first]


def estimates(signatures_DK: np.ndarray, left_P: np.ndarray, right_P: np.ndarray) -> np.ndarray:
    """The estimated Jaccard similarity of pairs of documents, float64 [P], from 8 bits per place.

    Two different values agree in 8 bits with probability 1/256, which is corrected for.
    """
    equal_P = np.empty(len(left_P), np.int64)
    for first in range(0, len(left_P), BLOCK_PAIRS):
        some = slice(first, first + BLOCK_PAIRS)
        equal_P[some] = np.count_nonzero(signatures_DK[left_P[some]] == signatures_DK[right_P[some]], axis=1)
    return (equal_P / PLACES - 1 / 256) / (1 - 1 / 256)
