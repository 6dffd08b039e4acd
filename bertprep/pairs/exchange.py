"""Half of the pairs become random ones by exchanging B's two by two (the `matched` pairing).

Pairs that are alike but from two documents form couples *before* anything is drawn; then some couples, chosen at random,
exchange their B's. Since the two B's of a couple are alike, nothing that can be seen of them tells whether the couple
was among the chosen, and every sentence is used once.

G pairs of one language and script, in the order of likeness; C couples; documents are numbered by int64.
"""

from collections import deque

import numpy as np

from ..core import randomness


def couples(document_G: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Couples of near neighbours from two documents, as many as there can be: int64 [C, 2]; and those left over.

    In one sweep each pair joins the oldest that waits, if of another document; so all that wait are of one document, and
    those that still wait at the end are let into couples of two others.
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
        _let_in(waiting, found, documents)
    return np.array(found, np.int64).reshape(-1, 2), np.array(waiting, np.int64)


def _let_in(waiting: deque[int], found: list[tuple[int, int]], documents: list[int]) -> None:
    """Split couples of two other documents, so that each of their pairs takes one that waits; changes both lists."""
    document = documents[waiting[0]]
    # the nearest in likeness are the last: those that wait are mostly from the end of the sweep
    for place in range(len(found) - 1, -1, -1):
        if len(waiting) < 2:
            break
        left, right = found[place]
        if document not in (documents[left], documents[right]):
            found[place] = (left, waiting.pop())
            found.append((right, waiting.pop()))


def choose(couple_count: int, left_count: int, stream: randomness.Stream) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which couples exchange, which stay as they are, and which of those left over stay: three arrays of numbers.

    The pairs of the couples that exchange are exactly half of all that are kept, so their number is a multiple of 4; as
    few as can be are dropped to make it one. Of those left over, which can only stay, there are at most as many as in
    couples: that is a single document with three quarters of the text, and more of it is dropped.
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
    alike = np.sort(order[:kept])
    changes = _spread_half(kept // 2, stream)
    return alike[changes], alike[~changes], alone


def _spread_half(two_count: int, stream: randomness.Stream) -> np.ndarray:
    """Exactly half of the couples, bool [2 * two_count]; each is chosen with a chance of one half.

    The pairs of a couple have one label and are alike, so one would tell of the other, were it not that of every two
    couples in a row mostly just one is chosen. In three quarters of the twos it is: then alike pairs have the same label
    no more often than others. (Drawn without that, likeness gave an AUC of 0.55 on 3,000 pairs of length 512.)
    """
    both = (two_count + 4) // 8
    order = stream.permutation(two_count)
    chosen = np.zeros((two_count, 2), bool)
    chosen[np.arange(two_count), stream.words(two_count) >> np.uint64(63)] = True
    chosen[order[:both]] = True
    chosen[order[both : 2 * both]] = False
    return chosen.ravel()
