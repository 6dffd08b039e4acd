"""The guarantees of `build-pairs` against `sentences/`: where the sides come from, and that their tokens are those there."""

import dataclasses
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import store
from ..core.counts import quantity
from ..core.ragged import flat_and_offsets, range_indices
from ..core.stages import CLEAN
from ..pairs.pairings import Pairing
from ..store import Manifest
from ..vocab.vocabulary import Vocabulary
from ..vocab.wordpiece import Encoder
from .checks import Finding, LoadedPart, Tally
from .pair_columns import PairColumns
from .scripts import scripts_of_documents
from .styles import APART, Guess
from .styles import finding as told_by

UNKNOWN = "und"  # ISO 639-2 code, written by `segment` for documents of unknown language
AGAINST = (
    "sides are in sentences/",
    "both sides have one language and script",
    "tokens are those of the sentences",
    "sources do not predict the label",
)
NO_HOLE = "no side and no next pair spans a hole"


class Origin:
    """Compares the pairs of each part with the sentences of its partition, which contains both sides of every pair."""

    def __init__(self, sentences: Manifest, vocabulary: Vocabulary, pairing: Pairing) -> None:
        self.sources = {split: sentences.parts(split) for split in store.SPLITS}
        self.encoder = Encoder(vocabulary)
        self.there = Tally(AGAINST[0], "documents and sentences that exist", "side")
        self.writing = Writing() if pairing.in_one_writing else None
        self.tokens = Tally(AGAINST[2], "consecutive tokens of the sentences", "side")
        self.holes = Tally(NO_HOLE, "sentences were cut out there") if sentences.stage == CLEAN.name else None
        self.guess = Guess("sources", APART) if pairing.label else None

    def findings(self) -> list[Finding]:
        findings = [each.finding() for each in (self.there, self.writing, self.tokens, self.holes) if each]
        return findings + ([told_by(AGAINST[3], [self.guess])] if self.guess else [])

    def add(self, part: LoadedPart, pairs: PairColumns) -> None:
        """Compare a part; each pass uses the same partitions again."""
        paths = self.sources[part.split]
        table = store.read_part(paths[part.number % len(paths)][0], checked=False).combine_chunks()
        lists = table["sentences"].combine_chunks()
        text, token_offsets = self.encoder.encode(self.encoder.sentences(lists))
        bounds = lists.offsets.to_numpy().astype(np.int64)
        bounds -= bounds[0]
        places = {side: self._places(pairs, side, table["document_id"].combine_chunks()) for side in "ab"}
        for side, place in places.items():
            has_side = pairs.column(f"first_sentence_{side}") >= 0
            first, count = (pairs.column(f"{name}_{side}") for name in ("first_sentence", "sentence_count"))
            found = (place >= 0) & (first + count <= np.diff(bounds, append=bounds[-1])[place])
            self.there.add(part, (~found & has_side)[has_side], np.flatnonzero(has_side))
            rows = np.flatnonzero(found & has_side)
            starts = bounds[place[rows]] + first[rows]
            spans = token_offsets[starts], token_offsets[starts + count[rows]]
            self.tokens.add(part, _not_within(pairs.ids[side], rows, text, *spans), rows)
        if self.holes and "holes" in table.column_names:
            self.holes.add(part, _over_holes(pairs, places, bounds, table))
        if self.writing:
            self.writing.add(part, table, places["a"], places["b"])
        if self.guess and "source_group" in table.column_names:
            codes = table["source_group"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
            known = (places["a"] >= 0) & (places["b"] >= 0)
            a, b = (np.where(known, places[side], 0) for side in "ab")
            self.guess.add(codes[a] == codes[b], known, pairs.is_next == 1)

    @staticmethod
    def _places(pairs: PairColumns, side: str, ids: pa.Array) -> np.ndarray:
        """Row of each side's document in the partition, -1 if it has none."""
        found: Any = pc.index_in(pairs.table[f"document_{side}"].combine_chunks(), ids)
        return pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)


def _over_holes(pairs: PairColumns, places: dict[str, np.ndarray], bounds: np.ndarray, table: pa.Table) -> np.ndarray:
    """Mark pairs with a hole within a side, or between sides of which one follows the other; bool [N]."""
    flat, offsets = flat_and_offsets(table["holes"])
    holes = np.repeat(bounds[:-1], np.diff(offsets)) + flat  # indices into all sentences, ascending
    bad = np.zeros(len(pairs.table), bool)
    spans = []
    for side in "ab":
        first, count = pairs.column(f"first_sentence_{side}"), pairs.column(f"sentence_count_{side}")
        spans.append((side, np.flatnonzero((places[side] >= 0) & (first >= 0)), count))
    for first_side, second in ("ab", "ba"):
        rows = np.flatnonzero(pairs.follows(first_side, second) & (places[first_side] >= 0))
        both = pairs.column("sentence_count_a") + pairs.column("sentence_count_b")
        spans.append((first_side, rows, both))
    for side, rows, count in spans:
        start = bounds[places[side][rows]] + pairs.column(f"first_sentence_{side}")[rows]
        bad[rows] |= np.searchsorted(holes, start + count[rows]) > np.searchsorted(holes, start + 1)
    return bad


class Writing:
    """Checks that the documents of both sides agree in language and in script (an unknown language may use several)."""

    def __init__(self) -> None:
        self.tally = Tally(AGAINST[1], "the same, by its code and by its letters")
        self.unknown = 0

    def add(self, part: LoadedPart, sentences: pa.Table, place_a: np.ndarray, place_b: np.ndarray) -> None:
        """Check the pairs of a part, whose documents are at these rows of `sentences`, -1 if in none."""
        codes = np.array(sentences["language"].to_pylist(), object)
        scripts = scripts_of_documents(sentences["sentences"].combine_chunks())
        rows = np.flatnonzero((place_a >= 0) & (place_b >= 0))
        a, b = place_a[rows], place_b[rows]
        self.tally.add(part, (codes[a] != codes[b]) | (scripts[a] != scripts[b]), rows)
        self.unknown += int(((a != b) & (codes[a] == UNKNOWN)).sum())

    def finding(self) -> Finding:
        """The finding; also says for how many random pairs the script alone could be checked."""
        finding = self.tally.finding()
        if not self.unknown:
            return finding
        unknown = quantity(self.unknown, "random pair")
        text = f"{finding.found}; in {unknown} of unknown language ({UNKNOWN}) the script alone is known"
        return dataclasses.replace(finding, found=text)


def _not_within(
    column: tuple[np.ndarray, np.ndarray], rows: np.ndarray, text: np.ndarray, start: np.ndarray, stop: np.ndarray
) -> np.ndarray:
    """Mark rows whose ids are not a contiguous run of text[start:stop]; bool [N]."""
    flat, offsets = column
    length = np.diff(offsets)[rows]
    bad = length > stop - start
    whole = np.flatnonzero(length == stop - start)
    ours = flat[range_indices(offsets[:-1][rows[whole]], length[whole])]
    theirs = text[range_indices(start[whole], length[whole])]
    owner = np.repeat(whole, length[whole])
    bad[owner[ours != theirs]] = True
    for place in np.flatnonzero(length < stop - start).tolist():  # trimmed rows, which are few
        begin = offsets[rows[place]]
        ids = flat[begin : begin + length[place]].astype(np.uint32).tobytes()
        bad[place] = not _holds(text[start[place] : stop[place]].astype(np.uint32).tobytes(), ids, 4)
    return bad


def _holds(hay: bytes, needle: bytes, width: int) -> bool:
    """Whether `hay` contains `needle` at a multiple of `width`."""
    at = hay.find(needle)
    while at > 0 and at % width:
        at = hay.find(needle, at + 1)
    return at >= 0
