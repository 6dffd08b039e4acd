"""Clusters of near-duplicates: documents joined by pairs, and the one of each cluster that stays.

The one that stays comes first in an order that is a hash of what the documents are (`ranks`): not of where they lie, nor of
who found them. So it is a random one of the cluster, and the same one for any workers.

N documents in pairs, P pairs.
"""

import numpy as np

from ..core.randomness import key, mix

HELD_OUT = np.uint64(1 << 63)


def ranks(heads_D: np.ndarray, is_held_out: bool | None = None) -> np.ndarray:
    """Where documents come in the order in which one of a cluster stays, uint64 [D], by 64 bits of their ids.

    Not by the ids themselves, since their first bits say in which partition a document lies: the first partitions would
    keep more than their share. Where it was said by name what is held out, `is_held_out` tells of which kind these are,
    and what is held out comes first.
    """
    mixed_D = mix(heads_D, key("clean", "kept"))
    if is_held_out is None:
        return mixed_D
    return mixed_D & ~HELD_OUT if is_held_out else mixed_D | HELD_OUT


class Forest:
    """Documents joined by pairs so far, kept as one link a document to the one of its cluster that stays.

    Holds two numbers for every document that has a near-duplicate, however many pairs are added.
    """

    def __init__(self) -> None:
        self.documents_N2 = np.empty((0, 2), np.uint64)  # rank and number, in order
        self.kept_N = np.empty(0, np.int64)  # which of them stays of the cluster

    def add(self, later_P2: np.ndarray, earlier_P2: np.ndarray) -> None:
        """Join pairs of documents, each given by its rank and its number, uint64 [P, 2]."""
        every = np.concatenate([self.documents_N2, later_P2, earlier_P2])
        documents_N2, where = _unique_rows(every)
        before, later, _ = np.split(where, [len(self.documents_N2), len(self.documents_N2) + len(later_P2)])
        earlier = where[len(self.documents_N2) + len(later_P2) :]
        left, right = np.concatenate([before, later]), np.concatenate([before[self.kept_N], earlier])
        self.documents_N2, self.kept_N = documents_N2, connected(len(documents_N2), left, right)

    def dropped(self) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the documents that go, ascending, and of those that stay in their place, uint64."""
        goes_N = self.kept_N != np.arange(len(self.kept_N))
        numbers, stay = self.documents_N2[goes_N, 1], self.documents_N2[self.kept_N[goes_N], 1]
        order = np.argsort(numbers)
        return numbers[order], stay[order]


def _unique_rows(rows_N2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different rows in order, and for each row given which of them it is."""
    order = np.lexsort((rows_N2[:, 1], rows_N2[:, 0]))
    ordered = rows_N2[order]
    is_new = np.ones(len(rows_N2), bool)
    is_new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    where = np.empty(len(rows_N2), np.int64)
    where[order] = np.cumsum(is_new) - 1
    return ordered[is_new], where


def connected(count: int, left_P: np.ndarray, right_P: np.ndarray) -> np.ndarray:
    """For each of so many things joined by pairs the least one that it is joined with, int64 [count].

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
