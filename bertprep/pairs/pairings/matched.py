"""Adjacent pairs of which exactly half, chosen at random, exchange their B's with pairs that are alike.

    document 7   A: The cat sat.   B: It purred.       next            The cat sat.   B: He slept.      random
    document 9   A: Dogs bark.     B: He slept.        next    ──▶     Dogs bark.     B: It purred.     random

The two pairs of a couple are of one language and script, from two documents, and their B's of one length; couples are
formed before it is drawn which of them exchange (`exchange.py`). So nothing but the text tells the label.
"""

import dataclasses

import numpy as np

from ..chunks import Sides
from ..exchange import choose, couples
from ..partition import Bounds, Made, Partition, count_dropped, cut_in_two, packed, trimmed
from ..scripts import Scripts
from ..settings import PairSettings


def make(part: Partition, settings: PairSettings) -> Made:
    """The pairs of chunks that fill a row."""
    return half_random(part, packed(part, settings, 2))


def half_random(part: Partition, bounds: Bounds) -> Made:
    """Pairs from chunks, half of them with the B of another."""
    whole_a, whole_b = cut_in_two(part, bounds)
    a, b = trimmed(part, whole_a, whole_b)
    writing = _writing(part, a, b)
    alike = _in_likeness(part, writing, b, whole_a.length + whole_b.length > a.length + b.length)
    changing, staying, alone = _chosen(part, alike, writing, b.document)
    b = _equalise(part, b, np.concatenate([changing, staying]))
    taken, random = np.arange(len(alike)), np.zeros(len(alike), bool)
    taken[changing] = changing[:, ::-1]
    random[changing] = True
    kept = np.zeros(len(alike), bool)
    for group in (changing, staying, alone):
        kept[group] = True
    count_dropped(part, a, b, kept)
    return Made(a.take(kept), b.take(taken[kept]), ~random[kept])


def _writing(part: Partition, a: Sides, b: Sides) -> np.ndarray:
    """Equal numbers for pairs of one language and script whose A's are of one script and whose B's are, int64 [N].

    Only such pairs exchange their B's. So a random B has the language and the script of A's document, and also where
    documents mix scripts, as those that teach a language do, the scripts of A and B tell nothing of the label.
    """
    scripts = Scripts(part.sentences, part.bounds_D1)
    numbers = part.language_D[b.document]
    stretches = [(part.bounds_D1[b.document], part.bounds_D1[b.document + 1])]
    for side in (a, b):
        first = part.bounds_D1[side.document] + side.first_sentence
        stretches.append((first, first + side.sentence_count))
    for first, stop in stretches:
        numbers = numbers * len(scripts.names) + scripts.of(first, stop)
    return numbers


def _in_likeness(part: Partition, writing: np.ndarray, b: Sides, trimmed: np.ndarray) -> np.ndarray:
    """The pairs in an order in which neighbours are alike in all that could tell the label, ties at random, int64 [N].

    Language and scripts; whether the pair was trimmed, for then a side begins or ends within a sentence; the length of B;
    where B was cut; and its last and first token (a quotation mark follows on another, a heading on a number).
    """
    text = part.text
    cut_front = ~np.isin(b.start, text.token_offsets_S1, kind="table") if trimmed.any() else trimmed
    cut_back = ~np.isin(b.stop, text.token_offsets_S1, kind="table") if trimmed.any() else trimmed
    # the trimmed ones run from long to short, so that long ones meet where the two groups do
    length = np.where(trimmed, -b.length, b.length)
    tie = part.stream.permutation(len(trimmed))
    head, tail = part.ids[b.start], part.ids[b.stop - 1]
    return np.lexsort((tie, head, tail, cut_back, cut_front, length, trimmed, writing))


def _chosen(
    part: Partition, alike: np.ndarray, writing: np.ndarray, document_N: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Couples [C, 2] that exchange, couples that stay, and pairs [G] that stay alone; half are random in each writing."""
    changing, staying, alone = [np.empty((0, 2), np.int64)], [np.empty((0, 2), np.int64)], [np.empty(0, np.int64)]
    for group in np.split(alike, np.flatnonzero(np.diff(writing[alike])) + 1):
        found, left = couples(document_N[group])
        change, stay, single = choose(len(found), len(left), part.stream)
        changing.append(group[found[change]])
        staying.append(group[found[stay]])
        alone.append(group[left[single]])
    return np.concatenate(changing), np.concatenate(staying), np.concatenate(alone)


def _equalise(part: Partition, b: Sides, couples_C2: np.ndarray) -> Sides:
    """Cut the longer B of each couple, exchanged or not, at its end: the lengths then cannot tell which it was."""
    keep = b.length
    keep[couples_C2] = keep[couples_C2].min(1, keepdims=True)
    part.counters["tokens_trimmed"] += int((b.length - keep).sum())
    return dataclasses.replace(b, stop=b.start + keep)
