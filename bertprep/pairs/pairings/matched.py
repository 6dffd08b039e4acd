"""Adjacent pairs, exactly half of which, chosen at random, exchange their B's with similar pairs.

    document 7   A: The cat sat.   B: It purred.       next            The cat sat.   B: He slept.      random
    document 9   A: Dogs bark.     B: He slept.        next    ──▶     Dogs bark.     B: It purred.     random

The two pairs of a couple come from two documents, have the same language and script and B's of the same length, and are from
the same source where possible. Couples are formed before the random choice of those that exchange (`exchange.py`), so only
the meaning of the text predicts the label.
"""

import dataclasses

import numpy as np

from ..chunks import Sides
from ..exchange import choose, couples_by_source
from ..partition import Bounds, Made, Partition, count_dropped, cut_in_two, packed, trimmed
from ..scripts import Scripts
from ..settings import PairSettings


def make(part: Partition, settings: PairSettings) -> Made:
    """Make pairs from chunks that fill a row."""
    return half_random(part, packed(part, settings, 2))


def half_random(part: Partition, bounds: Bounds) -> Made:
    """Make pairs from chunks, exactly half of them with the B of another chunk."""
    whole_a, whole_b = cut_in_two(part, bounds)
    a, b = trimmed(part, whole_a, whole_b)
    writing = _writing(part, a, b)
    order = _by_similarity(part, writing, b, whole_a.length + whole_b.length > a.length + b.length)
    changing, staying, alone = _chosen(part, order, writing, b.document)
    b = _equalise(part, b, np.concatenate([changing, staying]))
    taken, random = np.arange(len(order)), np.zeros(len(order), bool)
    taken[changing] = changing[:, ::-1]
    random[changing] = True
    kept = np.zeros(len(order), bool)
    for group in (changing, staying, alone):
        kept[group] = True
    count_dropped(part, a, b, kept)
    return Made(a.take(kept), b.take(taken[kept]), ~random[kept])


def _writing(part: Partition, a: Sides, b: Sides) -> np.ndarray:
    """Number the pairs by writing, int64 [N]: equal if language, document script, script of A and script of B are all equal.

    Only pairs with equal numbers exchange their B's. So a random B is in the language and script of A's document, and even
    in documents that mix scripts (a Russian textbook in English) the scripts of A and B do not predict the label.
    """
    scripts = Scripts(part.sentences, part.bounds_D1)
    numbers = part.language_D[b.document]
    ranges = [(part.bounds_D1[b.document], part.bounds_D1[b.document + 1])]
    for side in (a, b):
        first = part.bounds_D1[side.document] + side.first_sentence
        ranges.append((first, first + side.sentence_count))
    for first, stop in ranges:
        numbers = numbers * len(scripts.names) + scripts.of(first, stop)
    return numbers


def _by_similarity(part: Partition, writing: np.ndarray, b: Sides, trimmed: np.ndarray) -> np.ndarray:
    """Sort pairs so that neighbours agree in everything that could predict the label, ties at random; int64 [N].

    Sort keys, most important first: language and scripts; whether the pair was trimmed (a side then begins or ends in the
    middle of a sentence); the length of B; at which end B was cut; its last and its first token (a quotation opened in one
    sentence is closed in the next; a heading follows its number).
    """
    text = part.text
    cut_front = ~np.isin(b.start, text.token_offsets_S1, kind="table") if trimmed.any() else trimmed
    cut_back = ~np.isin(b.stop, text.token_offsets_S1, kind="table") if trimmed.any() else trimmed
    # untrimmed pairs ascend in length, trimmed ones descend, so that the longest of both groups are neighbours
    length = np.where(trimmed, -b.length, b.length)
    tie = part.stream.permutation(len(trimmed))
    head, tail = part.ids[b.start], part.ids[b.stop - 1]
    return np.lexsort((tie, head, tail, cut_back, cut_front, length, trimmed, writing))


def _chosen(
    part: Partition, order: np.ndarray, writing: np.ndarray, document_N: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw couples [C, 2] that exchange, couples [C, 2] that do not, and single pairs [G]; half are random in each writing."""
    changing, staying, alone = [np.empty((0, 2), np.int64)], [np.empty((0, 2), np.int64)], [np.empty(0, np.int64)]
    for group in np.split(order, np.flatnonzero(np.diff(writing[order])) + 1):
        documents = document_N[group]
        found, left = couples_by_source(documents, part.source_D[documents])
        change, stay, single = choose(len(found), len(left), part.stream)
        changing.append(group[found[change]])
        staying.append(group[found[stay]])
        alone.append(group[left[single]])
    return np.concatenate(changing), np.concatenate(staying), np.concatenate(alone)


def _equalise(part: Partition, b: Sides, couples_C2: np.ndarray) -> Sides:
    """Cut the end of the longer B of each couple, exchanged or not, so that lengths do not predict the label."""
    keep = b.length
    keep[couples_C2] = keep[couples_C2].min(1, keepdims=True)
    part.counters["tokens_trimmed"] += int((b.length - keep).sum())
    return dataclasses.replace(b, stop=b.start + keep)
