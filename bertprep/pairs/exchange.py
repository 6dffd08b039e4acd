"""Turn half of the pairs into random ones by exchanging B's between similar pairs (the `matched` pairing).

First, similar pairs from different documents are joined into couples; only then are the couples drawn that exchange their B's.
Both B's of a couple look alike, so only the meaning of the text shows whether they were exchanged, and every sentence is used
exactly once.

Axes: G pairs of one language and script, sorted by similarity; C couples. Documents and sources are int64 numbers.
"""

from collections import deque

import numpy as np

from ..core import randomness


def couples_by_source(document_G: np.ndarray, source_G: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Like `couples` and with as many couples, but with both pairs from the same source where possible.

    Pairs left over within a source are coupled across sources. Here pairs 1 and 4 are the only ones of sources 7 and 8:

    >>> couples_by_source(np.array([1, 5, 2, 3, 6, 4]), np.array([0, 7, 0, 0, 8, 0]))[0].tolist()
    [[0, 2], [3, 5], [1, 4]]
    """
    order = np.argsort(source_G, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(source_G[order])) + 1)
    if len(groups) == 1:
        return couples(document_G)
    found, left = [], []
    for group in groups:
        of_source, over = couples(document_G[group])
        found.append(group[of_source])
        left.append(group[over])
    rest = np.sort(np.concatenate(left))
    across, over = couples(document_G[rest])
    pairs, waiting = np.concatenate([*found, rest[across]]), rest[over]
    if len(waiting) > 1:
        listed = [(one, other) for one, other in pairs.tolist()]
        still = deque(waiting.tolist())
        _split_couples(still, listed, document_G.tolist())
        pairs, waiting = np.array(listed, np.int64), np.array(still, np.int64)
    return pairs, waiting


def couples(document_G: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Join similar pairs from two documents into as many couples as possible.

    Returns the couples, int64 [C, 2], and the pairs left over, int64. In one pass, each pair is coupled with the first pair of
    the queue if that is from another document, else it joins the queue; so all pairs in the queue are of one document. Here
    pairs 0 to 2 (document 7) wait in the queue for pairs 3 to 5:

    >>> couples(np.array([7, 7, 7, 9, 9, 8]))[0].tolist()
    [[0, 3], [1, 4], [2, 5]]

    Two pairs that remain in the queue can split a couple of two other documents. Here 2 and 3 remain and split (0, 1):

    >>> couples(np.array([9, 8, 7, 7]))[0].tolist()
    [[0, 3], [1, 2]]
    """
    found: list[tuple[int, int]] = []
    waiting: deque[int] = deque()
    documents = document_G.tolist()
    for number, document in enumerate(documents):
        if waiting and documents[waiting[0]] != document:
            found.append((waiting.popleft(), number))
        else:
            waiting.append(number)
    if len(waiting) > 1:
        _split_couples(waiting, found, documents)
    return np.array(found, np.int64).reshape(-1, 2), np.array(waiting, np.int64)


def _split_couples(waiting: deque[int], found: list[tuple[int, int]], documents: list[int]) -> None:
    """Split couples of two other documents with two waiting pairs each, as often as possible; changes both lists in place."""
    document = documents[waiting[0]]
    # last couples first: they are most similar to the waiting pairs, which mostly come from the end of the sorted order
    for place in range(len(found) - 1, -1, -1):
        if len(waiting) < 2:
            break
        left, right = found[place]
        if document not in (documents[left], documents[right]):
            found[place] = (left, waiting.pop())
            found.append((right, waiting.pop()))


def choose(couple_count: int, left_count: int, stream: randomness.Stream) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw the couples that exchange their B's, those that do not, and the left-over pairs to keep: three int64 arrays.

    Exactly half of the kept pairs are exchanged, two with each couple. So the number of kept pairs is a multiple of 4, and the
    remainder (at most 3 pairs) is dropped. Left-over pairs cannot exchange: of 3 couples and 2 left-over pairs (8 pairs),
    2 couples exchange; 1 couple and the 2 left-over pairs do not. So at most as many left-over pairs are kept as there are
    pairs in couples. Only a document with more than three quarters of all pairs leaves more, and the excess is dropped.
    """
    kept, left = couple_count, min(left_count, 2 * couple_count)
    spare = (2 * kept + left) % 4
    if spare <= left:
        left -= spare
    else:
        kept, left = kept - 1, 0
    order = stream.permutation(couple_count)
    alone = stream.permutation(left_count)[:left]
    if left:
        changing = (2 * kept + left) // 4
        return order[:changing], order[changing:kept], alone
    by_similarity = np.sort(order[:kept])
    changes = _spread_half(kept // 2, stream)
    return by_similarity[changes], by_similarity[~changes], alone


def _spread_half(two_count: int, stream: randomness.Stream) -> np.ndarray:
    """Choose exactly half of the couples, each with probability 1/2, bool [2 * two_count].

    Both pairs of a couple are similar and get the same label, so the label of one would predict that of the other. To
    cancel this, couples are drawn in twos, in their sorted order: in three quarters of the twos exactly one couple exchanges,
    in one eighth both do, in one eighth neither does. Similar pairs then share a label no more often than any others. (With
    independent draws, similarity predicted the label with an AUC of 0.55 on 3,000 pairs of length 512.)
    """
    both = (two_count + 4) // 8
    order = stream.permutation(two_count)
    chosen = np.zeros((two_count, 2), bool)
    chosen[np.arange(two_count), stream.words(two_count) >> np.uint64(63)] = True
    chosen[order[:both]] = True
    chosen[order[both : 2 * both]] = False
    return chosen.ravel()
