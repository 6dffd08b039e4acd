"""Half of the pairs become random ones by exchanging B's two by two (the `matched` pairing).

Pairs that are alike but from two documents form couples *before* anything is drawn; then some couples, chosen at random,
exchange their B's. Since the two B's of a couple are alike, nothing that can be seen of them tells whether the couple
was among the chosen, and every sentence is used once.

G pairs of one language, in the order of likeness; C couples; documents are numbered by int64.
"""

from collections import deque

import numpy as np

from .. import randomness


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
    changing = (2 * kept + left) // 4
    return order[:changing], order[changing:kept], stream.permutation(left_count)[:left]
