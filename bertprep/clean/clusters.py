"""Clusters of near-duplicates: documents connected by pairs; one document of each cluster is kept.

The kept one is the first in an order given by a hash of the documents' ids (`ranks`), and not by their position or the order
of work. So it is a random one of the cluster, and the same for any number of workers.

N documents in pairs, P pairs.
"""

import numpy as np

from ..core.randomness import key, mix

HELD_OUT = np.uint64(1 << 63)


def ranks(heads_D: np.ndarray, is_held_out: bool | None = None) -> np.ndarray:
    """The order of preference for keeping a document of a cluster, uint64 [D], from 64 bits of the ids.

    Ids are hashed because their first bits determine a document's partition: otherwise the first partitions would keep
    more than their share. If the user chose the held-out documents, `is_held_out` says whether these are held out, and
    held-out documents come first.
    """
    mixed_D = mix(heads_D, key("clean", "kept"))
    if is_held_out is None:
        return mixed_D
    return mixed_D & ~HELD_OUT if is_held_out else mixed_D | HELD_OUT


class Forest:
    """Documents connected by pairs; each has a link to the kept document of its cluster.

    Holds two numbers per document that has a near-duplicate, however many pairs are added.
    """

    def __init__(self) -> None:
        self.documents_N2 = np.empty((0, 2), np.uint64)  # rank and number, sorted
        self.kept_N = np.empty(0, np.int64)  # index of the kept document of each one's cluster

    def add(self, later_P2: np.ndarray, earlier_P2: np.ndarray) -> None:
        """Connect pairs of documents, each given as (rank, number), uint64 [P, 2]."""
        every = np.concatenate([self.documents_N2, later_P2, earlier_P2])
        documents_N2, where = _unique_rows(every)
        before, later, _ = np.split(where, [len(self.documents_N2), len(self.documents_N2) + len(later_P2)])
        earlier = where[len(self.documents_N2) + len(later_P2) :]
        left, right = np.concatenate([before, later]), np.concatenate([before[self.kept_N], earlier])
        self.documents_N2, self.kept_N = documents_N2, connected(len(documents_N2), left, right)

    def dropped(self) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the documents to drop, ascending, and of the documents kept in their place, uint64."""
        goes_N = self.kept_N != np.arange(len(self.kept_N))
        numbers, stay = self.documents_N2[goes_N, 1], self.documents_N2[self.kept_N[goes_N], 1]
        order = np.argsort(numbers)
        return numbers[order], stay[order]


def _unique_rows(rows_N2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct rows, sorted, and the index of each given row among them."""
    order = np.lexsort((rows_N2[:, 1], rows_N2[:, 0]))
    ordered = rows_N2[order]
    is_new = np.ones(len(rows_N2), bool)
    is_new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    where = np.empty(len(rows_N2), np.int64)
    where[order] = np.cumsum(is_new) - 1
    return ordered[is_new], where


def connected(count: int, left_P: np.ndarray, right_P: np.ndarray) -> np.ndarray:
    """For each of `count` nodes the smallest node of its connected component, int64 [count].

    >>> connected(5, np.array([4, 1]), np.array([2, 4])).tolist()
    [0, 1, 1, 3, 1]
    """
    least_N = np.arange(count)
    while True:
        low, high = np.sort(np.stack([least_N[left_P], least_N[right_P]]), axis=0)
        if (low == high).all():
            return least_N
        np.minimum.at(least_N, high, low)
        while (least_N[least_N] != least_N).any():
            least_N = least_N[least_N]
