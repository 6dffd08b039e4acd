"""Cut documents into chunks, and chunks into sides A and B (the first half of pairing).

Everything is a range into one flat array of token ids: a chunk is a run of consecutive sentences of one document, a side is
part of a chunk, and trimming moves the ends of a side. Nothing is copied until the pairs are written.

A passage is a stretch of a document without holes. `clean` may remove sentences from the middle of a document (`holes`); the
sentences before and after a hole are not neighbours, so no chunk spans one. A document with two holes has three passages, which
still count as one document.

Axes: S sentences with at least one token, P passages, N chunks.
"""

import dataclasses
from bisect import bisect_right
from itertools import pairwise

import numpy as np

from ..core import native, randomness
from ..core.ragged import offsets_of, row_sums


@dataclasses.dataclass(frozen=True)
class Text:
    """The sentences of a partition that have tokens, in order."""

    token_offsets_S1: np.ndarray  # int64, into the flat ids
    number_S: np.ndarray  # int64, index of the sentence in its document
    passage_bounds_P1: np.ndarray  # int64: passage p is sentences [bounds[p], bounds[p + 1]) of the S
    document_P: np.ndarray  # int64: the document of each passage


@dataclasses.dataclass(frozen=True)
class Sides:
    """One side (A or B) of N pairs: its token range, document and sentence range. All int64 [N]."""

    start: np.ndarray
    stop: np.ndarray
    document: np.ndarray
    first_sentence: np.ndarray
    sentence_count: np.ndarray

    def take(self, which: np.ndarray) -> "Sides":
        """Select sides by an index array or a boolean mask."""
        return Sides(*(getattr(self, field.name)[which] for field in dataclasses.fields(self)))

    def where(self, mine: np.ndarray, other: "Sides") -> "Sides":
        """Select row by row: this side if `mine`, else the other (as `np.where`)."""
        names = [field.name for field in dataclasses.fields(self)]
        return Sides(*(np.where(mine, getattr(self, name), getattr(other, name)) for name in names))

    @property
    def length(self) -> np.ndarray:
        """Number of tokens, int64 [N]."""
        return self.stop - self.start


def text_of(token_offsets: np.ndarray, sentence_offsets: np.ndarray, holes: np.ndarray | None = None) -> Text:
    """Drop sentences without tokens, which would make empty sides; sentence numbers still count them.

    `holes`: indices, over all documents, of the sentences before which something was removed.
    """
    document_of = np.repeat(np.arange(len(sentence_offsets) - 1), np.diff(sentence_offsets))
    kept = np.flatnonzero(np.diff(token_offsets) > 0)
    number = kept - sentence_offsets[document_of[kept]]
    ends = np.append(token_offsets[:-1][kept], token_offsets[-1])
    starts, document_P = sentence_offsets[:-1], np.arange(len(sentence_offsets) - 1)
    if holes is not None and len(holes):
        document_P = np.concatenate([document_P, document_of[holes]])
        order = np.argsort(document_P, kind="stable")  # stable: a document's start stays before its holes, which ascend
        starts, document_P = np.concatenate([starts, holes])[order], document_P[order]
    bounds = np.searchsorted(kept, np.append(starts, sentence_offsets[-1]))
    return Text(ends, number, bounds, document_P)


def sides_of(text: Text, first_N: np.ndarray, last_N: np.ndarray, passage_N: np.ndarray) -> Sides:
    """Sides of sentences [first, last) of the text. Sentences without tokens are counted with the side before them."""
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
    """Draw target lengths, int64 [count]: `longest`, or with probability `short_probability` uniform in [2, longest]."""
    short = stream.uniform(count) < short_probability
    return np.where(short, 2 + stream.below(np.full(count, longest - 1)), longest)


def pack(text: Text, targets: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pack sentences in order into chunks; a chunk closes before the sentence that would exceed its target length.

    A chunk has at least `least` sentences, even if they exceed the target; fewer than that at the end of a passage are left
    over. Returns the first sentence, one past the last, and the passage of each chunk, int64 [N].
    """
    if native.loops:
        return _packed_by_loops(text, targets, least)
    ends = text.token_offsets_S1
    longest = int(targets.max(initial=0))
    # for every first sentence, where a chunk of the maximum length ends: most targets are that length
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
    """Like `pack`, but from the end of each passage to its beginning. Chunks are returned in text order."""
    ends, bounds = text.token_offsets_S1, text.passage_bounds_P1
    mirrored = dataclasses.replace(
        text, token_offsets_S1=(ends[-1] - ends)[::-1], passage_bounds_P1=(bounds[-1] - bounds)[::-1]
    )
    first, last, passage = (found[::-1] for found in pack(mirrored, targets, least))
    return bounds[-1] - last, bounds[-1] - first, len(bounds) - 2 - passage


def couples(text: Text) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Chunks of exactly two neighbouring sentences, each sentence used once; returns the same as `pack`."""
    pairs_P = np.diff(text.passage_bounds_P1) // 2
    passage_N = np.repeat(np.arange(len(pairs_P)), pairs_P)
    index_N = np.arange(pairs_P.sum()) - np.repeat(offsets_of(pairs_P)[:-1], pairs_P)
    first_N = text.passage_bounds_P1[passage_N] + 2 * index_N
    return first_N, first_N + 2, passage_N


def trim(a: Sides, b: Sides, longest: int, stream: randomness.Stream) -> tuple[Sides, Sides]:
    """Trim pairs longer than `longest`: one token at a time from the longer side (B if equal), front or back at random.

    The number of tokens that each side loses follows from the lengths alone; only front or back is random.
    """
    length_a, length_b = a.length, b.length
    over = length_a + length_b > longest
    half_a, half_b = longest - longest // 2, longest // 2
    keep_a = np.where(over, np.minimum(length_a, np.maximum(half_a, longest - length_b)), length_a)
    keep_b = np.where(over, np.minimum(length_b, np.maximum(half_b, longest - length_a)), length_b)
    return _shorten(a, keep_a, stream), _shorten(b, keep_b, stream)


def _shorten(side: Sides, keep_N: np.ndarray, stream: randomness.Stream) -> Sides:
    """Cut each side to `keep_N` tokens; each removed token is taken from the front or the back with probability 1/2."""
    cut_N = side.length - keep_N
    offsets = offsets_of(cut_N)
    front_N = row_sums(stream.words(int(offsets[-1])) >> np.uint64(63), offsets)
    start = side.start + front_N
    return dataclasses.replace(side, start=start, stop=start + keep_N)
