"""The guarantees of `mask`: rows (`shard_rows`), masks (`masks`), coverage, and with `pairs/` also the text of the rows.

The rules are implemented again instead of calling the stages, so that a mistake there shows.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import store
from ..core.counts import quantity
from ..core.ragged import flat_and_offsets, offsets_of, range_indices
from ..core.randomness import mix
from ..pairs.pairings import PAIRINGS
from ..processes.runner import reporting_to
from ..store import Manifest
from ..vocab.loading import load_vocabulary
from ..vocab.vocabulary import Vocabulary
from .checks import (
    Finding,
    Halves,
    Leakage,
    LoadedPart,
    Tally,
    Unknown,
    parts,
    unchecked,
)
from .masks import Budget, Kinds
from .scripts import ScriptAudit
from .sentences import HeldOut
from .shard_rows import ShardRows, in_words, sound_rows, special_tokens, unknown_token, wrong_layout

AGAINST = ("restored rows are those of pairs/", "labels are those of pairs/", "no validation document in training")


def check(manifest: Manifest, pairs: Manifest | None, why_not: str) -> list[Finding]:
    """Check a folder of shards; without `pairs`, guarantees that need it are unchecked, with reason `why_not`."""
    vocabulary = load_vocabulary(str(manifest.folder), "vocab/")
    inside = Tally("ids are in the vocabulary", f"below {vocabulary.size:,}")
    places = Tally("masked positions are valid", "ascending, within the row, on ordinary tokens")
    layout = Tally(
        "rows have the expected layout",
        f"{in_words(vocabulary)}, and no other special token but {unknown_token(vocabulary)}",
    )
    budget, kinds = Budget(manifest.settings, vocabulary), Kinds(manifest.settings, vocabulary)
    coverage, unknown = Coverage(manifest), Unknown(vocabulary.unk_id)
    against = Against(pairs, manifest.settings["copies"], vocabulary) if pairs else None
    for part in parts(manifest):
        coverage.add(part)
        rows = sound_rows(part, vocabulary, inside, places)
        layout.add(part, wrong_layout(rows, vocabulary), rows.numbers)
        budget.add(part, rows)
        kinds.add(rows)
        unknown.add(rows.true_T, int(special_tokens(rows.start_b < rows.length, vocabulary).sum()))
        if against:
            against.add(part, rows, len(manifest.parts(part.split)))
    findings = [inside.finding(), layout.finding(), places.finding(), budget.tally.finding(), *kinds.findings()]
    findings += [unknown.finding(), *coverage.findings()]
    return findings + (against.findings() if against else [unchecked(promise, why_not) for promise in AGAINST])


class Coverage:
    """Checks that shards have equal numbers of rows, and that each copy holds every pair once.

    The pair numbers of a copy are compared by the sum of their 64-bit hashes, which needs no order and little memory.
    """

    def __init__(self, manifest: Manifest) -> None:
        self.copies = manifest.settings["copies"]
        self.parts = {split: len(manifest.parts(split)) for split in store.SPLITS}
        self.rows: dict[str, list[int]] = {split: [] for split in store.SPLITS}
        self.sums: dict[tuple[str, int], tuple[int, int]] = {}

    def add(self, part: LoadedPart) -> None:
        """Count a shard."""
        pairs = part.table["pair"].to_numpy()
        self.rows[part.split].append(len(pairs))
        key = (part.split, part.number * self.copies // max(self.parts[part.split], 1))
        count, total = self.sums.get(key, (0, 0))
        self.sums[key] = count + len(pairs), (total + _hash_sum(pairs)) % 2**64

    def findings(self) -> list[Finding]:
        found = ", ".join(f"{min(rows):,} to {max(rows):,} ({split})" for split, rows in self.rows.items() if rows)
        equal = all(max(rows) - min(rows) <= 1 for rows in self.rows.values() if rows)
        wrong = [
            f"copy {copy} of {split}" for (split, copy), sums in self.sums.items() if sums[1] != _expected(sums[0])
        ]
        every = f"all {quantity(len(self.sums), 'copy')}" if not wrong else f"not in {', '.join(wrong[:3])}"
        return [
            Finding("shards are equal", "equal numbers of rows, plus or minus one", found, equal),
            Finding("every pair occurs once per copy", "numbers 0 to N - 1, each once", every, not wrong),
        ]


def _hash_sum(numbers: np.ndarray) -> int:
    return int(mix(0x5EED, numbers).sum(dtype=np.uint64))


def _expected(count: int) -> int:
    blocks = (np.arange(low, min(low + (1 << 22), count), dtype=np.uint64) for low in range(0, count, 1 << 22))
    return sum(map(_hash_sum, blocks)) % 2**64


class Against:
    """Compares the rows with those of `pairs/`, one part of pairs at a time."""

    def __init__(self, pairs: Manifest, copies: int, vocabulary: Vocabulary) -> None:
        self.pairs, self.copies, self.vocabulary = pairs, copies, vocabulary
        self.pairing = PAIRINGS[pairs.settings["pairing"]]
        one = self.pairing.label.word if self.pairing.label else "not used"
        self.rows = Tally(AGAINST[0], "token by token")
        self.labels = Tally(AGAINST[1], f"0 is next, 1 is {one}, null without B")
        self.halves, self.leakage, self.scripts = (
            Halves(),
            Leakage(pairs.settings["max_length"]),
            ScriptAudit(vocabulary),
        )
        # per split: its parts, and the cumulative row number at which each ends
        self.parts = {split: [path for path, _ in pairs.parts(split)] for split in store.SPLITS}
        self.ends = {split: np.cumsum([rows for _, rows in pairs.parts(split)], dtype=int) for split in store.SPLITS}

    def add(self, part: LoadedPart, rows: ShardRows, shards: int) -> None:
        """Compare rows of a shard."""
        if self.pairing.is_exact:
            copy = part.number * self.copies // shards
            where = part.split if self.copies == 1 else f"{part.split}, copy {copy}"
            self.halves.add(where, rows.label == 1)
            self._audit(rows)
        different, mislabelled = np.ones(len(rows.pair), bool), np.zeros(len(rows.pair), bool)
        # the pairs of a shard are in few parts: open only those
        ends = self.ends[part.split]
        holder = np.searchsorted(ends, rows.pair, side="right")
        for number in np.unique(holder[holder < len(ends)]).tolist():
            chosen = np.flatnonzero(holder == number)
            begin = ends[number - 1] if number else 0
            wanted = pa.array(rows.pair[chosen].astype(np.int64) - begin)
            path, count = self.parts[part.split][number], int(ends[number] - begin)
            table = store.read_part(path, count, checked=False).take(wanted).combine_chunks()
            different[chosen] = self._different(rows, chosen, table)
            mislabelled[chosen] = rows.label[chosen] != _labels(table)
        self.rows.add(part, different, rows.numbers)
        self.labels.add(part, mislabelled, rows.numbers)

    def _audit(self, rows: ShardRows) -> None:
        """Count lengths and scripts of A and B by label."""
        layout, has_b = self.vocabulary.layout, rows.start_b < rows.length
        before = len(layout.before)
        end_a = np.where(has_b, rows.start_b - len(layout.between), rows.length - len(layout.alone))
        length_a = np.clip(end_a - before, 0, np.maximum(rows.length - before, 0))
        length_b = np.where(has_b, np.maximum(rows.length - rows.start_b - len(layout.after), 0), 0)
        self.leakage.add(length_a, length_b, rows.label == 1)
        first = rows.offsets[:-1]
        side_a = rows.true_T[range_indices(first + before, length_a)], offsets_of(length_a)
        side_b = rows.true_T[range_indices(first + rows.start_b, length_b)], offsets_of(length_b)
        self.scripts.add(side_a, side_b, rows.label == 1)

    def _different(self, rows: ShardRows, chosen: np.ndarray, table: pa.Table) -> np.ndarray:
        """Mark chosen rows whose text, or position of B, differs from their pair; bool [N]."""
        length, layout = {}, self.vocabulary.layout
        bad = np.zeros(len(chosen), bool)
        for side in "ab":
            flat, offsets = flat_and_offsets(table[f"ids_{side}"])
            length[side] = np.diff(offsets)
            start = rows.offsets[:-1][chosen] + len(layout.before)
            start += 0 if side == "a" else length["a"] + len(layout.between)
            fits = start + length[side] <= rows.offsets[1:][chosen]
            bad |= ~fits
            taken = np.where(fits, length[side], 0)
            owner = np.repeat(np.arange(len(chosen)), taken)
            ours = rows.true_T[range_indices(start, taken)]
            bad[owner[ours != flat[range_indices(offsets[:-1], taken)]]] = True
        special = special_tokens(length["b"] > 0, self.vocabulary)
        return bad | (rows.length[chosen] != length["a"] + length["b"] + special)

    def findings(self) -> list[Finding]:
        held_out = HeldOut(self.pairs, ["document_a", "document_b"])
        with reporting_to(lambda amount: None):  # the progress bar counts the bytes of the shards alone
            for part in parts(self.pairs):
                held_out.add(part)
        findings = [self.rows.finding(), self.labels.finding(), held_out.tally.finding()]
        if self.pairing.is_exact and self.pairing.label:
            findings += [self.halves.finding(self.pairing.label.word), self.leakage.finding(), self.scripts.finding()]
        return findings


def _labels(table: pa.Table) -> np.ndarray:
    return pc.fill_null(pc.invert(table["is_next"].combine_chunks()).cast(pa.int64()), -1).to_numpy(
        zero_copy_only=False
    )
