"""Half of the pairs become random ones by exchanging B's among themselves (the `matched` pairing).

Because a random B is always some other pair's B, of the same length where that can be, every sentence is used once and
the lengths tell nothing of the label. Languages are kept apart, or the language of B would give the label away.

G pairs of one language; documents are numbered by int64.
"""

import numpy as np

from .. import randomness


def halve(document_G: np.ndarray, stream: randomness.Stream) -> tuple[np.ndarray, np.ndarray]:
    """Choose which pairs to keep and which half of those to make random, such that an exchange exists.

    Returns bool [G] kept and bool [G] random. The number kept is even, exactly half of them are random, and no
    document has more than half of the random ones. Pairs are dropped, at random from the largest document, only when
    nothing else helps; one document alone keeps none.
    """
    order = stream.permutation(len(document_G))
    document = document_G[order]
    kept = _droppable(document)
    rank = _rank_in_document(document[kept])
    half = len(kept) // 2
    eligible = kept[rank < half // 2]
    keep_G, random_G = np.zeros(len(document_G), bool), np.zeros(len(document_G), bool)
    keep_G[order[kept]] = True
    random_G[order[eligible[:half]]] = True
    return keep_G, random_G


def _droppable(document: np.ndarray) -> np.ndarray:
    """Indices that remain, in order, after dropping as few as must be dropped (see `halve`)."""
    names, inverse, counts = np.unique(document, return_inverse=True, return_counts=True)
    left = counts.copy()
    if left.sum() % 2:
        left[np.argmax(left)] -= 1
    # half of the pairs must find room when each document may give at most a quarter
    while left.sum() and np.minimum(left, left.sum() // 4).sum() < left.sum() // 2:
        largest = np.argmax(left)
        if left[largest] >= 2:
            left[largest] -= 2
        else:
            left[:] = 0
    return np.flatnonzero(_rank_in_document(document) < left[inverse]) if len(names) else np.empty(0, np.int64)


def _rank_in_document(document: np.ndarray) -> np.ndarray:
    """How many earlier entries have the same document, int64."""
    order = np.argsort(document, kind="stable")
    ordered = document[order]
    start = np.searchsorted(ordered, ordered)
    rank = np.empty(len(document), np.int64)
    rank[order] = np.arange(len(document)) - start
    return rank


def exchange(document_R: np.ndarray) -> np.ndarray:
    """Who takes whose B: int64 [R], a permutation in which nobody takes from the own document.

    The R pairs stand in the order of likeness; each takes from a near neighbour. No document may have more than half of
    them. In one sweep each pair swaps with the oldest waiting one of another document; all that wait are of one
    document, so those left at the end are let into swaps between two others.
    """
    taker = np.arange(len(document_R))
    waiting: list[int] = []
    swaps: list[tuple[int, int]] = []
    documents = document_R.tolist()
    head = 0
    for number, document in enumerate(documents):
        if head < len(waiting) and documents[waiting[head]] != document:
            swaps.append((waiting[head], number))
            head += 1
        else:
            waiting.append(number)
    for left, right in swaps:
        taker[left], taker[right] = right, left
    _let_in(taker, waiting[head:], swaps, documents)
    return taker


def _let_in(taker: np.ndarray, left_over: list[int], swaps: list[tuple[int, int]], documents: list[int]) -> None:
    """Widen swaps of two other documents to rings of three or four, for pairs that found no partner."""
    if not left_over:
        return
    document = documents[left_over[0]]
    hosts = [swap for swap in swaps if document not in (documents[swap[0]], documents[swap[1]])]
    places = [place for left, right in hosts for place in ((left, right), (right, left))]
    # the nearest in likeness come last in the sweep, as do those left over
    for number, (giver, _) in zip(reversed(left_over), reversed(places), strict=False):
        taker[number], taker[giver] = taker[giver], number
