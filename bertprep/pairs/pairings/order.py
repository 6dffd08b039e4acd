"""Sentence order (Lan et al. 2020, section 3.1): adjacent pairs of which exactly half, chosen at random, are swapped."""

import numpy as np

from .. import chunks
from ..partition import Bounds, Made, Partition, count_dropped, counted, cut_in_two, targets, trimmed
from ..settings import PairSettings


def make(part: Partition, settings: PairSettings) -> Made:
    """Make the pairs; if their number is odd, one is dropped."""
    aims = targets(part, settings, 2)
    packed = chunks.pack(part.text, aims, 2), chunks.pack_backwards(part.text, aims, 2)
    first, second = cut_in_two(part, counted(part, _half_backwards(part, *packed)))
    count = len(first.start)
    shuffled = part.stream.permutation(count)
    swapped, kept = np.zeros(count, bool), np.ones(count, bool)
    swapped[shuffled[: count // 2]] = True
    kept[shuffled[count - count % 2 :]] = False
    # trim after swapping: of two equal sides B loses one token more, which must not reveal the order
    a, b = trimmed(part, second.where(swapped, first), first.where(swapped, second))
    count_dropped(part, a, b, kept)
    return Made(a.take(kept), b.take(kept), ~swapped[kept])


def _half_backwards(part: Partition, forwards: Bounds, backwards: Bounds) -> Bounds:
    """Take the chunks of each passage as packed from its beginning or from its end, each with probability 1/2.

    A chunk closes before a sentence that does not fit, so the next chunk tends to begin with a long sentence. If all were
    packed from the beginning, the first side would have the longer sentences, and lengths would predict the order.
    """
    turned_P = (part.stream.words(len(part.text.document_P)) >> np.uint64(63)).astype(bool)
    kept = [~turned_P[forwards[2]], turned_P[backwards[2]]]
    both = [np.concatenate([one[kept[0]], other[kept[1]]]) for one, other in zip(forwards, backwards, strict=True)]
    by_place = np.argsort(both[0], kind="stable")
    first, last, passage = (column[by_place] for column in both)
    return first, last, passage
