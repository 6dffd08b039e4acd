"""The loop of WordPiece and BPE training: repeatedly merge the most frequent pair of adjacent pieces.

In: the characters of all distinct words as numbered pieces, and the words' counts. Out: tokens, in the order learnt.

With the words `low` (5 times) and `lower` (2 times), pieces numbered by first occurrence:

    l ##o ##w      l ##o ##w ##e ##r     (l, ##o) and (##o, ##w) both occur 7 times; the smaller ids win: lo
    lo ##w         lo ##w ##e ##r        (lo, ##w) occurs 7 times: low
    low            low ##e ##r           (low, ##e) and (##e, ##r) occur twice: ##er, whose pieces have the smaller ids
    low            low ##er              (low, ##er) occurs twice: lower

The compiled loops (`core.native`) merge one pair at a time. NumPy, the reference, merges in batches (turns), since a merge
changes few places and the overhead of NumPy calls would dominate: a turn takes the next most frequent pairs until one of
them needs a piece that an earlier pair of the turn consumes. In the first line above, (l, ##o) consumes the ##o that
(##o, ##w) needs, so (##o, ##w) has to wait; (##e, ##r) would not. The result equals merging one at a time: merging (x, y)
creates only pairs (xy, z) and (w, xy), each at most as frequent as (y, z) or (w, x) was and with larger ids, so they rank
after the pair that ends the turn.
"""

import dataclasses
import heapq
from typing import NamedTuple

import numpy as np

from ..core import native

MOST_IN_A_TURN = 256
LOW = 0xFFFFFFFF


@dataclasses.dataclass(frozen=True)
class Pair:
    """Two adjacent pieces, their count, and the piece that they become."""

    count: int
    left: int
    right: int
    token: str
    number: int

    @property
    def key(self) -> int:
        return self.left << 32 | self.right


class Pieces(NamedTuple):
    """The pieces of all distinct words, concatenated."""

    pieces_P: np.ndarray  # number of each piece
    first_P: np.ndarray  # bool: begins a word
    weights_P: np.ndarray  # int64: count of its word


def merge(
    tokens: list[str], pieces: Pieces, size: int, min_frequency: int, prefix: str = "##"
) -> list[tuple[int, int]]:
    """Add pieces to `tokens` until there are `size`, or no pair occurs `min_frequency` times; returns the pairs in order.

    Pieces within a word begin with `prefix`, which is empty if they look like any others.
    """
    ids = {token: number for number, token in enumerate(tokens)}
    made: list[tuple[int, int]] = []
    if native.loops:

        def named(left: int, right: int) -> int:
            if len(tokens) >= size:
                return -1
            made.append((left, right))
            token = tokens[left] + tokens[right].removeprefix(prefix)
            if (number := ids.setdefault(token, len(tokens))) == len(tokens):
                tokens.append(token)
            return number

        pieces_P = pieces.pieces_P.astype(np.int32)
        native.loops.merge(native.new_table(), pieces_P, pieces.first_P, pieces.weights_P, min_frequency, named)
        return made
    pairs = PieceNeighbours(*pieces)
    while turn := _next_turn(tokens, ids, pairs, min(MOST_IN_A_TURN, size - len(tokens)), min_frequency, prefix):
        pairs.merge(turn)
        for pair in turn:
            made.append((pair.left, pair.right))
            if pair.number == len(tokens):
                tokens.append(pair.token)
                ids[pair.token] = pair.number
    return made


def _next_turn(
    tokens: list[str], ids: dict[str, int], pairs: "PieceNeighbours", most: int, min_frequency: int, prefix: str
) -> list[Pair]:
    """The next pairs to merge, at most `most`, none of which consumes a piece that another needs.

    A pair has a turn of its own if its token exists already (`ab ##c` and `a ##bc` both give `abc`, which keeps its id), or if
    both pieces are the same: in `##a ##a ##a` the places of (##a, ##a) overlap.
    """
    turn: list[Pair] = []
    lefts, rights, made = set(), set(), set()
    while len(turn) < most and (best := pairs.pop_best(min_frequency)):
        count, left, right = best
        token = tokens[left] + tokens[right].removeprefix(prefix)
        alone = left == right or token in ids
        if turn and (alone or token in made or left in rights or right in lefts):
            pairs.put_back(count, left << 32 | right)
            break
        turn.append(Pair(count, left, right, token, ids.get(token, len(tokens) + len(turn))))
        if alone:
            break
        lefts.add(left)
        rights.add(right)
        made.add(token)
    return turn


class PieceNeighbours:
    """The pairs of adjacent pieces in all distinct words, with counts that are updated by merges.

    Axes: P places, one for each character of each word; O occurrences of the pairs of a turn. A piece is stored at the
    place of its first character, and its other places hold -1. A pair is stored at the place of its left piece; its key is
    left << 32 | right. After `l ##o ##w` has become `lo ##w`:

        place          0     1     2
        _piece         lo   -1    ##w
        _before       -1     .     0      the place of the previous piece, -1 at the start of a word
        _after         2     .    -1      the place of the next piece, -1 at the end of a word
    """

    def __init__(self, pieces_P: np.ndarray, first_P: np.ndarray, weights_P: np.ndarray) -> None:
        places = np.arange(pieces_P.size)
        self._piece = pieces_P.astype(np.int64)
        self._before = np.where(first_P, -1, places - 1)
        self._after = np.where(np.append(first_P[1:], True), -1, places + 1)
        self._weight = weights_P
        self._counts: dict[int, int] = {}
        self._places: dict[int, list[np.ndarray]] = {}
        self._heap: list[tuple[int, int]] = []
        nothing = places[:0]
        self._change(nothing, nothing, places[self._after >= 0])

    def pop_best(self, min_frequency: int) -> tuple[int, int, int] | None:
        """Count, left and right of the most frequent pair, ties by the smallest ids; None if below `min_frequency`."""
        while self._heap:
            negative, key = self._heap[0]
            count = self._counts[key]
            if count < min_frequency:
                heapq.heappop(self._heap)
            elif count < -negative:
                # the count has fallen since this entry was pushed; a risen count has a newer entry
                heapq.heapreplace(self._heap, (-count, key))
            else:
                while self._heap and self._heap[0] == (negative, key):
                    heapq.heappop(self._heap)
                return count, key >> 32, key & LOW
        return None

    def put_back(self, count: int, key: int) -> None:
        """Undo `pop_best`."""
        heapq.heappush(self._heap, (-count, key))

    def merge(self, turn: list[Pair]) -> None:
        """Merge the pairs of a turn everywhere."""
        places, pair_O = self._occurrences(turn)
        second = self._after[places]
        old = self._with_pair(np.concatenate([self._before[places], places, second]))
        old_keys, old_weights = self._keys(old), self._weight[old]
        after = self._after[second]
        self._piece[places], self._piece[second] = np.array([pair.number for pair in turn])[pair_O], -1
        self._after[places] = after
        self._before[after[after >= 0]] = places[after >= 0]
        self._change(old_keys, old_weights, self._with_pair(np.concatenate([self._before[places], places])))

    def _occurrences(self, turn: list[Pair]) -> tuple[np.ndarray, np.ndarray]:
        """Places of the turn's pairs, ascending, and the index of each pair; of overlapping ones (`aaa`) only the first."""
        found = [np.concatenate(self._places.pop(pair.key)) for pair in turn]
        places_O = np.concatenate(found)
        pair_O = np.repeat(np.arange(len(turn)), [places.size for places in found])
        left, right = (np.array([getattr(pair, side) for pair in turn])[pair_O] for side in ("left", "right"))
        after = self._after[places_O]
        still_there = (self._piece[places_O] == left) & (after >= 0) & (self._piece[after] == right)
        places_O, first = np.unique(places_O[still_there], return_index=True)
        pair_O = pair_O[still_there][first]
        if turn[0].left == turn[0].right and places_O.size:
            begins = np.append(True, self._after[places_O[:-1]] != places_O[1:])
            run_start = np.maximum.accumulate(np.where(begins, np.arange(places_O.size), 0))
            chosen = (np.arange(places_O.size) - run_start) % 2 == 0
            places_O, pair_O = places_O[chosen], pair_O[chosen]
        return places_O, pair_O

    def _with_pair(self, places: np.ndarray) -> np.ndarray:
        places = np.sort(places[(places >= 0) & (self._after[places] >= 0)])
        return places[np.append(True, places[1:] != places[:-1])[: places.size]]  # np.unique takes four times as long

    def _keys(self, places: np.ndarray) -> np.ndarray:
        return self._piece[places] << 32 | self._piece[self._after[places]]

    def _change(self, old_keys: np.ndarray, old_weights: np.ndarray, places: np.ndarray) -> None:
        """Subtract the old pairs from the counts, and add those at `places`."""
        keys = np.concatenate([old_keys, self._keys(places)])
        if not keys.size:
            return
        order = np.argsort(keys, kind="stable")  # for equal keys, the old pairs come first
        keys = keys[order]
        begins = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
        changes = np.add.reduceat(np.concatenate([-old_weights, self._weight[places]])[order], begins)
        ends = np.append(begins[1:], keys.size)
        begins_new = begins + np.add.reduceat((order < old_keys.size).astype(np.int64), begins)
        sorted_places = np.concatenate([old_keys, places])[order]
        rows = zip(*(each.tolist() for each in (keys[begins], changes, begins_new, ends)), strict=True)
        for key, change, begin, end in rows:
            if begin < end:
                self._places.setdefault(key, []).append(sorted_places[begin:end])
            count = self._counts[key] = self._counts.get(key, 0) + change
            if change > 0:
                heapq.heappush(self._heap, (-count, key))
