"""The promises of `build-pairs`: labels, provenance, lengths, and against `sentences/` the tokens themselves."""

import dataclasses
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import store
from ..core.counts import quantity
from ..core.errors import StoreError
from ..core.ragged import flat_and_offsets, offsets_of, range_indices
from ..core.stages import CLEAN
from ..pairs.pairings import PAIRINGS, Pairing
from ..store import Manifest
from ..vocab.loading import load_vocabulary
from ..vocab.vocabulary import Vocabulary
from ..vocab.wordpiece import Encoder
from .checks import VOCABULARY, Finding, Halves, Leakage, LoadedPart, Tally, Unknown, parts, structural_ids, unchecked
from .scripts import ScriptAudit, scripts_of_documents
from .sentences import HeldOut
from .styles import APART, Guess, Styles
from .styles import finding as told_by

UNKNOWN = "und"  # ISO 639-2, as `segment` writes where it cannot tell a language
MOST_SENTENCES, MOST_A_SIDE = (
    1 << 20,
    256,
)  # so many in a part and more for each side: forged ones would fill the memory
AGAINST = (
    "sides are in sentences/",
    "both sides have one language and script",
    "tokens are those of the sentences",
    "sources do not predict the label",
)
NO_HOLE = "no side and no next pair spans a hole"


class PairColumns:
    """A part of pairs, its columns as arrays."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.ids = {side: flat_and_offsets(table[f"ids_{side}"]) for side in "ab"}
        self.length = {side: np.diff(offsets) for side, (_, offsets) in self.ids.items()}

    def column(self, name: str) -> np.ndarray:
        """An integer column, -1 where it is null."""
        return pc.fill_null(self.table[name].combine_chunks().cast(pa.int64()), -1).to_numpy(zero_copy_only=False)

    @cached_property
    def is_next(self) -> np.ndarray:
        """int8 [N]: 1, 0, or -1 where it is null."""
        column = self.table["is_next"].combine_chunks().cast(pa.int8())
        return pc.fill_null(column, -1).to_numpy(zero_copy_only=False)

    @cached_property
    def same_document(self) -> np.ndarray:
        same = pc.equal(self.table["document_a"].combine_chunks(), self.table["document_b"].combine_chunks())
        return pc.fill_null(same, False).to_numpy(zero_copy_only=False)

    def follows(self, first: str, second: str) -> np.ndarray:
        """bool [N]: whether one side begins where the other ends, in the same document."""
        end = self.column(f"first_sentence_{first}") + self.column(f"sentence_count_{first}")
        return self.same_document & (self.column(f"first_sentence_{second}") == end)


def check(manifest: Manifest, sentences: Manifest | None, why_not: str) -> list[Finding]:
    """The promises of a folder of pairs; those against `sentences` only where it is given, else `why_not`."""
    pairing, longest = PAIRINGS[manifest.settings["pairing"]], manifest.settings["max_length"]
    vocabulary = load_vocabulary(str(manifest.folder), "vocab/")
    structural = structural_ids(vocabulary)
    names = " or ".join(
        [", ".join(vocabulary.tokens[each] for each in structural[:-1]), vocabulary.tokens[structural[-1]]]
    )
    inside = Tally("ids are in the vocabulary", f"below {vocabulary.size:,}, no {names}")
    lengths = Tally("rows fit", f"both sides filled, at most {quantity(longest, 'token')} with the special ones")
    layout = vocabulary.layout
    special = len(layout.before) + (len(layout.between) + len(layout.after) if pairing.label else len(layout.alone))
    label = Tally("labels agree with where the sides come from", pairing.rule)
    once = Tally("no sentence used twice in a pass", "each at most once", "sentence")
    single = Tally("sides are single sentences", "one sentence each")
    held_out, halves, leakage = HeldOut(manifest, ["document_a", "document_b"]), Halves(), Leakage(longest)
    scripts, unknown, styles = ScriptAudit(vocabulary), Unknown(vocabulary.unk_id), Styles(vocabulary)
    origin = Origin(sentences, vocabulary, pairing) if sentences else None
    for part in parts(manifest):
        pairs = PairColumns(part.table)
        inside.add(part, _outside(pairs, vocabulary))
        for ids, _ in pairs.ids.values():
            unknown.add(ids)
        lengths.add(part, _misfits(pairs, pairing, longest - special))
        label.add(part, _mislabelled(pairs, pairing))
        single.add(part, (pairs.column("sentence_count_a") != 1) | (pairs.column("sentence_count_b") != 1))
        held_out.add(part)
        if pairing.is_exact:
            halves.add(part.split, pairs.is_next == 0)
            leakage.add(pairs.length["a"], pairs.length["b"], pairs.is_next == 0)
            scripts.add(pairs.ids["a"], pairs.ids["b"], pairs.is_next == 0)
            once.add(part, _used_twice(pairs))
        if pairing.label:
            styles.add(pairs.ids["a"], pairs.ids["b"], pairs.is_next == 1)
        if origin:
            origin.add(part, pairs)
    findings = [_same_vocabulary(manifest, vocabulary), inside.finding(), unknown.finding(), lengths.finding()]
    if pairing.is_exact and pairing.label:
        findings.append(halves.finding(pairing.label.word))
    findings.append(label.finding())
    findings += [once.finding(), leakage.finding(), scripts.finding()] if pairing.is_exact else []
    findings += [single.finding()] if pairing.single_sentences else []
    findings.append(held_out.tally.finding())
    findings += [styles.finding()] if pairing.label else []
    against = AGAINST if pairing.label else AGAINST[:-1]
    return findings + (origin.findings() if origin else [unchecked(promise, why_not) for promise in against])


def _same_vocabulary(manifest: Manifest, vocabulary: Vocabulary) -> Finding:
    recorded = manifest.content["inputs"]["vocabulary"]
    ok = vocabulary.digest == recorded
    return Finding(VOCABULARY, recorded[:12], vocabulary.digest[:12], ok)


def _outside(pairs: PairColumns, vocabulary: Vocabulary) -> np.ndarray:
    """bool [N]: rows with an id that no text gives."""
    forbidden = np.ones(max(vocabulary.size, 1 << 16), bool)
    forbidden[: vocabulary.size] = False
    forbidden[structural_ids(vocabulary)] = True
    bad = np.zeros(len(pairs.table), bool)
    for flat, offsets in pairs.ids.values():
        wrong = np.flatnonzero(forbidden[np.minimum(flat, len(forbidden) - 1)])
        bad[np.searchsorted(offsets, wrong, side="right") - 1] = True
    return bad


def _misfits(pairs: PairColumns, pairing: Pairing, room: int) -> np.ndarray:
    a, b = pairs.length["a"], pairs.length["b"]
    filled = (a > 0) & ((b > 0) if pairing.label else (b == 0))
    return ~filled | (a + b > room)


def _mislabelled(pairs: PairColumns, pairing: Pairing) -> np.ndarray:
    if pairing.label is None:
        return (pairs.is_next != -1) | (pairs.column("first_sentence_b") != -1)
    where_b_is = {
        "elsewhere": ~pairs.same_document,
        "before": pairs.follows("b", "a"),
        "anywhere": np.ones(len(pairs.table), bool),
    }
    right = np.where(pairs.is_next == 1, pairs.follows("a", "b"), where_b_is[pairing.label.b_is])
    return ~right | (pairs.is_next == -1) | ~_is_placed(pairs)


def _is_placed(pairs: PairColumns) -> np.ndarray:
    """bool [N]: whether a row tells where its B comes from."""
    named = pc.is_valid(pairs.table["document_b"].combine_chunks()).to_numpy(zero_copy_only=False)
    return named & (pairs.column("first_sentence_b") >= 0) & (pairs.column("sentence_count_b") >= 0)


def _used_twice(pairs: PairColumns) -> np.ndarray:
    """For every sentence that the pairs of a part name: whether more than one side holds it; bool."""
    documents = pa.concat_arrays([pairs.table[f"document_{side}"].combine_chunks() for side in "ab"])
    codes = documents.dictionary_encode(null_encoding="encode").indices.to_numpy(zero_copy_only=False).astype(np.int64)
    first, count = (
        np.concatenate([pairs.column(f"{name}_{side}") for side in "ab"])
        for name in ("first_sentence", "sentence_count")
    )
    told = (first >= 0) & (count >= 0)  # a side that tells no place uses no sentence; its label is broken
    codes, first, count = codes[told], first[told], count[told]
    ends = np.zeros(codes.max(initial=-1) + 1, np.int64)
    np.maximum.at(ends, codes, first + count)
    if ends.sum() > MOST_SENTENCES + MOST_A_SIDE * len(codes):
        raise StoreError(f"a part names sentence {int(ends.max()):,} of a document; no document has that many")
    starts = offsets_of(ends)[codes] + first
    uses = np.bincount(starts, minlength=int(ends.sum()) + 1) - np.bincount(
        starts + count, minlength=int(ends.sum()) + 1
    )
    uses = np.cumsum(uses)[:-1]
    return uses[uses > 0] > 1


class Origin:
    """The pairs of a part beside the sentences of its partition: pairs never leave it."""

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
        """Look at a part; the passes go over the same partitions again."""
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
        """Row of each side's document in the partition, -1 where there is none."""
        found: Any = pc.index_in(pairs.table[f"document_{side}"].combine_chunks(), ids)
        return pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)


def _over_holes(pairs: PairColumns, places: dict[str, np.ndarray], bounds: np.ndarray, table: pa.Table) -> np.ndarray:
    """bool [N]: whether something was cut out within a side, or between the sides of a pair that follow each other."""
    flat, offsets = flat_and_offsets(table["holes"])
    holes = np.repeat(bounds[:-1], np.diff(offsets)) + flat  # of all sentences, ascending
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
    """Whether the documents of both sides have one language, and one script: a language unknown to us may have several."""

    def __init__(self) -> None:
        self.tally = Tally(AGAINST[1], "the same, by its code and by its letters")
        self.unknown = 0

    def add(self, part: LoadedPart, sentences: pa.Table, place_a: np.ndarray, place_b: np.ndarray) -> None:
        """Look at the pairs of a part, whose documents are at these places in `sentences`, -1 where in none."""
        codes = np.array(sentences["language"].to_pylist(), object)
        scripts = scripts_of_documents(sentences["sentences"].combine_chunks())
        rows = np.flatnonzero((place_a >= 0) & (place_b >= 0))
        a, b = place_a[rows], place_b[rows]
        self.tally.add(part, (codes[a] != codes[b]) | (scripts[a] != scripts[b]), rows)
        self.unknown += int(((a != b) & (codes[a] == UNKNOWN)).sum())

    def finding(self) -> Finding:
        """Says how many random pairs could be held to a script alone."""
        finding = self.tally.finding()
        if not self.unknown:
            return finding
        unknown = quantity(self.unknown, "random pair")
        told = f"{finding.found}; in {unknown} of unknown language ({UNKNOWN}) the script alone is known"
        return dataclasses.replace(finding, found=told)


def _not_within(
    column: tuple[np.ndarray, np.ndarray], rows: np.ndarray, text: np.ndarray, start: np.ndarray, stop: np.ndarray
) -> np.ndarray:
    """bool [N]: rows whose ids are no unbroken run of text[start:stop]."""
    flat, offsets = column
    length = np.diff(offsets)[rows]
    bad = length > stop - start
    whole = np.flatnonzero(length == stop - start)
    ours = flat[range_indices(offsets[:-1][rows[whole]], length[whole])]
    theirs = text[range_indices(start[whole], length[whole])]
    owner = np.repeat(whole, length[whole])
    bad[owner[ours != theirs]] = True
    for place in np.flatnonzero(length < stop - start).tolist():  # trimmed: the few rows that were too long
        begin = offsets[rows[place]]
        ids = flat[begin : begin + length[place]].astype(np.uint32).tobytes()
        bad[place] = not _holds(text[start[place] : stop[place]].astype(np.uint32).tobytes(), ids, 4)
    return bad


def _holds(hay: bytes, needle: bytes, width: int) -> bool:
    """Whether needle lies in hay at a multiple of width."""
    at = hay.find(needle)
    while at > 0 and at % width:
        at = hay.find(needle, at + 1)
    return at >= 0
