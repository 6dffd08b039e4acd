"""Half of the pairs become random by exchanging their B's with those of similar pairs (the `matched` pairing).

Two similar pairs from different documents form a couple *before* anything is drawn; then randomly chosen couples exchange
their B's. Both B's of a couple look alike, so nothing but their meaning tells whether they were exchanged, and every
sentence is used exactly once.

Axes: G pairs of one language and script, sorted by similarity; C couples. Documents and sources are int64 numbers.
"""

from collections import deque

import numpy as np

from ..core import randomness


def couples_by_source(document_G: np.ndarray, source_G: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As `couples`, with both pairs of one source where it has the documents for it, and still as many couples.

    Pairs that a source leaves over join those of other sources. Here 0 and 2, 3 and 5 are of one source, 1 and 4 are left:

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
    """As many couples of similar pairs from two documents as possible, int64 [C, 2]; and the pairs left over, int64.

    One pass: each pair joins the longest-waiting pair if that is of another document, else it waits too. So all waiting
    pairs are of one document. Pairs 0 to 2 are of document 7 and wait until 3 to 5 come:

    >>> couples(np.array([7, 7, 7, 9, 9, 8]))[0].tolist()
    [[0, 3], [1, 4], [2, 5]]

    Pairs that still wait at the end take apart couples of two other documents. Here (0, 1) was a couple, and 2 and 3 wait:

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
    """Turn a couple of two other documents and two waiting pairs into two couples, as often as possible; in place."""
    document = documents[waiting[0]]
    # the last couples first: pairs that wait come mostly from the end, and the order is that of similarity
    for place in range(len(found) - 1, -1, -1):
        if len(waiting) < 2:
            break
        left, right = found[place]
        if document not in (documents[left], documents[right]):
            found[place] = (left, waiting.pop())
            found.append((right, waiting.pop()))


def choose(couple_count: int, left_count: int, stream: randomness.Stream) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The couples that exchange their B's, those that do not, and the pairs left over that are kept: three int64 arrays.

    Exactly half of all pairs that are kept are exchanged, and a couple exchanges two. So the number of pairs kept is a
    multiple of 4, and the remainder (at most 3 pairs) is dropped. Pairs left over can only stay as they are: 3 couples and
    2 pairs left over are 8 pairs, of which 2 couples exchange, 1 couple and the 2 pairs do not. There can be no more pairs
    left over than in couples; only a document with over three quarters of the pairs has more, and they are dropped.
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
    """Exactly half of the couples, bool [2 * two_count], each with probability 1/2.

    Both pairs of a couple get the same label and are similar, so the label of one would predict that of the other. To
    cancel this, couples are taken two in a row: in three quarters of these twos exactly one couple exchanges, in one eighth
    both do, in one eighth neither. Similar pairs then share a label no more often than any others. (With independent
    draws, similarity predicted the label with an AUC of 0.55 on 3,000 pairs of length 512.)
    """
    both = (two_count + 4) // 8
    order = stream.permutation(two_count)
    chosen = np.zeros((two_count, 2), bool)
    chosen[np.arange(two_count), stream.words(two_count) >> np.uint64(63)] = True
    chosen[order[:both]] = True
    chosen[order[both : 2 * both]] = False
    return chosen.ravel()
