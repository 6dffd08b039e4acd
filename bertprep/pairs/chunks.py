"""Documents cut into chunks, and chunks into sides A and B (the first half of pairing).

Everything is ranges into one flat array of token ids: a chunk is consecutive sentences of one document, a side is part of
a chunk, and trimming moves a side's ends. Nothing is copied until the pairs are written.

A passage is a document, or where sentences were cut out of its middle (`holes`), each piece of it: the sentences on both
sides of a hole are no neighbours, so no chunk goes over one. Pieces of one document are still one document.

S sentences with at least one token, P passages, N chunks.
"""

import dataclasses
from bisect import bisect_right
from itertools import pairwise

import numpy as np

from ..core import native, randomness
from ..core.ragged import offsets_of, row_sums


@dataclasses.dataclass(frozen=True)
class Text:
    """The sentences of a partition that have tokens; passages and sentences in order."""

    token_offsets_S1: np.ndarray  # int64, into the flat ids
    number_S: np.ndarray  # int64, index of the sentence in its document
    passage_bounds_P1: np.ndarray  # int64: passage p has sentences [bounds[p], bounds[p + 1]) of these
    document_P: np.ndarray  # int64: the document of each passage


@dataclasses.dataclass(frozen=True)
class Sides:
    """One side of N pairs: where its tokens and its sentences are. All int64 [N]."""

    start: np.ndarray
    stop: np.ndarray
    document: np.ndarray
    first_sentence: np.ndarray
    sentence_count: np.ndarray

    def take(self, which: np.ndarray) -> "Sides":
        """The sides chosen by an index or mask."""
        return Sides(*(getattr(self, field.name)[which] for field in dataclasses.fields(self)))

    def where(self, mine: np.ndarray, other: "Sides") -> "Sides":
        """Row by row this side where `mine`, else the other."""
        names = [field.name for field in dataclasses.fields(self)]
        return Sides(*(np.where(mine, getattr(self, name), getattr(other, name)) for name in names))

    @property
    def length(self) -> np.ndarray:
        """Tokens, int64 [N]."""
        return self.stop - self.start


def text_of(token_offsets: np.ndarray, sentence_offsets: np.ndarray, holes: np.ndarray | None = None) -> Text:
    """Leave out sentences without tokens: they would make empty sides. They stay counted in the numbering.

    `holes` are the sentences, counted over all documents, before which something was cut out.
    """
    document_of = np.repeat(np.arange(len(sentence_offsets) - 1), np.diff(sentence_offsets))
    kept = np.flatnonzero(np.diff(token_offsets) > 0)
    number = kept - sentence_offsets[document_of[kept]]
    ends = np.append(token_offsets[:-1][kept], token_offsets[-1])
    starts, document_P = sentence_offsets[:-1], np.arange(len(sentence_offsets) - 1)
    if holes is not None and len(holes):
        document_P = np.concatenate([document_P, document_of[holes]])
        order = np.argsort(document_P, kind="stable")  # the first of a document comes before its holes, which ascend
        starts, document_P = np.concatenate([starts, holes])[order], document_P[order]
    bounds = np.searchsorted(kept, np.append(starts, sentence_offsets[-1]))
    return Text(ends, number, bounds, document_P)


def sides_of(text: Text, first_N: np.ndarray, last_N: np.ndarray, passage_N: np.ndarray) -> Sides:
    """The sides that hold sentences [first, last) of the text; sentences without tokens count to the side before them."""
    goes_on = last_N < text.passage_bounds_P1[passage_N + 1]
    number = np.append(text.number_S, 0)
    end = np.where(goes_on, number[last_N], number[last_N - 1] + 1)
    return Sides(
        text.token_offsets_S1[first_N],
        text.token_offsets_S1[last_N],
        text.document_P[passage_N],
        number[first_N],
        end - number[first_N],
    )


def draw_targets(stream: randomness.Stream, count: int, longest: int, short_probability: float) -> np.ndarray:
    """Lengths to aim at, int64 [count]: `longest`, or with the given probability anything from 2 to it."""
    short = stream.uniform(count) < short_probability
    return np.where(short, 2 + stream.below(np.full(count, longest - 1)), longest)


def pack(text: Text, targets: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pack sentences in order into chunks that close before the sentence that would overflow the target.

    A chunk has at least `least` sentences, overflowing or not; fewer at a passage's end are left over.
    Returns first sentence, one past the last, and passage of each chunk, int64 [N].
    """
    if native.loops:
        return _packed_by_loops(text, targets, least)
    ends = text.token_offsets_S1
    longest = int(targets.max(initial=0))
    # where a chunk of the longest length would end, whatever sentence it begins with: most chunks are of that length
    full = (np.searchsorted(ends, ends + longest, side="right") - 1).tolist()
    ends, bounds = ends.tolist(), text.passage_bounds_P1.tolist()
    aims = iter(targets.tolist())
    firsts: list[int] = []
    lasts: list[int] = []
    counts: list[int] = []
    for first, end in pairwise(bounds):
        before = len(firsts)
        while end - first >= least:
            aim = next(aims)
            fits = full[first] if aim == longest else bisect_right(ends, ends[first] + aim, first, end + 1) - 1
            firsts.append(first)
            first = min(max(fits, first + least), end)
            lasts.append(first)
        counts.append(len(firsts) - before)
    passages = np.repeat(np.arange(len(counts)), counts)
    return np.array(firsts, np.int64), np.array(lasts, np.int64), passages


def _packed_by_loops(text: Text, targets: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ends, bounds = np.ascontiguousarray(text.token_offsets_S1), np.ascontiguousarray(text.passage_bounds_P1)
    firsts, lasts = np.empty((2, ends.size - 1), np.int64)
    counts = np.empty(bounds.size - 1, np.int64)
    found = native.loops.pack(ends, bounds, targets, least, firsts, lasts, counts)
    return firsts[:found], lasts[:found], np.repeat(np.arange(counts.size), counts)


def pack_backwards(text: Text, targets: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As `pack`, but from the end of each passage to its beginning; the chunks are in the order of the text again."""
    ends, bounds = text.token_offsets_S1, text.passage_bounds_P1
    mirrored = dataclasses.replace(
        text, token_offsets_S1=(ends[-1] - ends)[::-1], passage_bounds_P1=(bounds[-1] - bounds)[::-1]
    )
    first, last, passage = (found[::-1] for found in pack(mirrored, targets, least))
    return bounds[-1] - last, bounds[-1] - first, len(bounds) - 2 - passage


def couples(text: Text) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Chunks of exactly two neighbouring sentences, each sentence used once; as `pack` returns them."""
    pairs_P = np.diff(text.passage_bounds_P1) // 2
    passage_N = np.repeat(np.arange(len(pairs_P)), pairs_P)
    index_N = np.arange(pairs_P.sum()) - np.repeat(offsets_of(pairs_P)[:-1], pairs_P)
    first_N = text.passage_bounds_P1[passage_N] + 2 * index_N
    return first_N, first_N + 2, passage_N


def trim(a: Sides, b: Sides, longest: int, stream: randomness.Stream) -> tuple[Sides, Sides]:
    """Cut sides that are together too long: one token at a time from the longer (B when equal), front or back at random.

    Which side loses how many follows from the lengths alone; only front or back is drawn.
    """
    length_a, length_b = a.length, b.length
    over = length_a + length_b > longest
    half_a, half_b = longest - longest // 2, longest // 2
    keep_a = np.where(over, np.minimum(length_a, np.maximum(half_a, longest - length_b)), length_a)
    keep_b = np.where(over, np.minimum(length_b, np.maximum(half_b, longest - length_a)), length_b)
    return _shorten(a, keep_a, stream), _shorten(b, keep_b, stream)


def _shorten(side: Sides, keep_N: np.ndarray, stream: randomness.Stream) -> Sides:
    """Cut each side to so many tokens, each cut token from the front or the back with equal chance."""
    cut_N = side.length - keep_N
    offsets = offsets_of(cut_N)
    front_N = row_sums(stream.words(int(offsets[-1])) >> np.uint64(63), offsets)
    start = side.start + front_N
    return dataclasses.replace(side, start=start, stop=start + keep_N)
