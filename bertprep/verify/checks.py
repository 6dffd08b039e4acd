"""The checks that all folders share, and tools for the others.

A check reads every part once and keeps only counts, so memory depends on the largest part. Code is not shared with the stages if
that would hide a mistake in both.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from .. import store
from ..core import schema
from ..core.counts import quantity
from ..core.errors import StoreError
from ..core.stages import MOST_UNKNOWN
from ..processes.runner import report
from ..store import Manifest
from ..store.part_checks import NULLS_ALLOWED
from ..vocab.vocabulary import Vocabulary

VOCABULARY = "the vocabulary is the recorded one"
STANDARD_ERRORS = 4.0  # by chance, exceeded about once in 16,000 checks


@dataclasses.dataclass(frozen=True)
class Finding:
    """One guarantee: what was expected, what was found, and whether they agree (None: could not be checked).

    `warns` marks data that violates no guarantee but is probably not as intended.
    """

    promise: str
    expected: str
    found: str
    ok: bool | None
    warns: bool = False

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


@dataclasses.dataclass(frozen=True)
class LoadedPart:
    """A part that has been read: its split, its number within the split, its name and its rows."""

    split: str
    number: int
    name: str
    table: pa.Table


class Tally:
    """Counts the rows that violate one guarantee, and records where the first of them is."""

    def __init__(self, promise: str, expected: str, thing: str = "row") -> None:
        self.promise, self.expected, self.thing = promise, expected, thing
        self.seen = self.broken = 0
        self.first = ""

    def add(self, part: LoadedPart, broken_N: np.ndarray, rows_N: np.ndarray | None = None) -> None:
        """Count rows of a part; `rows_N` gives their row numbers if they are not all of its rows."""
        self.seen += len(broken_N)
        wrong = np.flatnonzero(broken_N)
        self.broken += len(wrong)
        if len(wrong) and not self.first:
            row = wrong[0] if rows_N is None else rows_N[wrong[0]]
            self.first = f"{part.name}, row {row}"

    def finding(self) -> Finding:
        if not self.broken:
            return Finding(self.promise, self.expected, f"all {quantity(self.seen, self.thing)}", True)
        found = f"violated in {self.broken:,} of {quantity(self.seen, self.thing)}; the first: {self.first}"
        return Finding(self.promise, self.expected, found, False)


def unchecked(promise: str, why: str) -> Finding:
    """A guarantee that is not checked, because something it needs is absent."""
    return Finding(promise, "-", f"not checked: {why}", None)


def unreadable(promise: str, why: str) -> Finding:
    """A guarantee that cannot be checked because a file it needs cannot be read; counts as violated."""
    return Finding(promise, "files that can be read", f"cannot be checked: {why}", False)


def structural_ids(vocabulary: Vocabulary) -> list[int]:
    """The ids that never come from text: the special tokens of the row layout, the mask and the padding.

    For a BERT vocabulary, in this order: [CLS], [SEP], [MASK], [PAD].
    """
    layout = vocabulary.layout
    laid_out = [*layout.before, *layout.between, *layout.after, *layout.alone]
    return list(dict.fromkeys([*laid_out, vocabulary.cls_id, vocabulary.sep_id, vocabulary.mask_id, vocabulary.pad_id]))


class Unknown:
    """The share of [UNK] among the tokens of the text. Not a guarantee: warns of a vocabulary that does not fit the text."""

    def __init__(self, unk_id: int) -> None:
        self.unk_id = unk_id
        self.count = self.total = 0

    def add(self, ids: np.ndarray, others: int = 0) -> None:
        """Count ids, of which `others` are not tokens of the text."""
        self.count += int((ids == self.unk_id).sum())
        self.total += len(ids) - others

    def finding(self) -> Finding:
        share = self.count / max(self.total, 1)
        found = f"{100 * share:.2f} % of {quantity(self.total, 'token')}"
        return Finding(
            "the vocabulary covers the text",
            f"at most {100 * MOST_UNKNOWN:g} % [UNK]",
            found,
            True,
            warns=share > MOST_UNKNOWN,
        )


def parts(manifest: Manifest) -> Iterator[LoadedPart]:
    """Yield the parts of both splits, one after another, and report the bytes read."""
    for split in store.SPLITS:
        for number, entry in enumerate(manifest.entries(split)):
            table = store.read_part(manifest.location(entry), checked=False).combine_chunks()
            yield LoadedPart(split, number, entry["name"], table)
            report(entry["bytes"])


def part_bytes(manifest: Manifest) -> int:
    """Total bytes of all parts."""
    return sum(entry["bytes"] for entry in manifest.entries(*store.SPLITS))


def files(manifest: Manifest) -> Finding:
    """Check that every file has the size and checksum recorded in the manifest."""
    problems = store.verify(manifest, report)
    count = len(manifest.content["parts"])
    found = f"all {quantity(count, 'file')}" if not problems else "; ".join(problems[:3])
    return Finding("files are whole", "size and checksum as recorded", found, not problems)


def columns(manifest: Manifest, expected: pa.Schema) -> tuple[Finding, bool]:
    """Check columns, number of record batches (1) and rows of every part. Also returns whether all parts can be read."""
    problems: list[str] = []
    readable = True
    found = manifest.entries(*store.SPLITS)
    for entry in found:
        path, rows = manifest.location(entry), entry["rows"]
        report(entry["bytes"])
        try:
            table = store.read_part(path, checked=False)
            batches = store.open_part(path).num_record_batches
        except StoreError as error:
            problems.append(str(error))  # the message names the file
            readable = False
            continue
        missing = [name for name in table.column_names if name not in NULLS_ALLOWED and _has_null(table[name])]
        if missing:
            problems.append(f"{path}: column {missing[0]} has a missing value")
            readable = False
        elif not schema.is_of(table.schema, expected):
            problems.append(f"{path}: {_difference(table.schema, expected)}")
            readable = False
        elif batches != 1 or len(table) != rows:
            problems.append(
                f"{path}: {quantity(len(table), 'row')} in {quantity(batches, 'batch')}, {rows:,} in 1 expected"
            )
    result = "; ".join(problems[:3]) if problems else f"all {quantity(len(found), 'part')}"
    promised = f"{', '.join(expected.names)}; one batch per file, rows as recorded"
    return Finding("columns and rows", promised, result, not problems), readable


def _has_null(column: pa.ChunkedArray) -> bool:
    lists = column.chunks if pa.types.is_list(column.type) else []
    return bool(column.null_count or any(one.values.null_count for one in lists))


def _difference(found: pa.Schema, expected: pa.Schema) -> str:
    for ours, theirs in zip(expected, found, strict=False):
        if ours.name != theirs.name or ours.type != theirs.type:
            return f"column {theirs.name}: {theirs.type}, {ours.name}: {ours.type} expected"
    return f"{quantity(len(found), 'column')}, {len(expected)} expected"


def within(count: int, total: int, share: float, deviation: float) -> bool:
    """Whether count / total is `share` within STANDARD_ERRORS, given the standard deviation of the count."""
    return abs(count - total * share) <= STANDARD_ERRORS * deviation + 1e-9


class Leakage:
    """Whether lengths predict the label: counts rows by label and length, for the lengths of A, of B and of both."""

    NAMES = ("A", "B", "A and B")

    def __init__(self, longest: int) -> None:
        self.counts = np.zeros((len(self.NAMES), 2, longest + 1), np.int64)

    def add(self, length_a_N: np.ndarray, length_b_N: np.ndarray, random_N: np.ndarray) -> None:
        """Count some pairs."""
        most = self.counts.shape[2] - 1
        for which, length_N in enumerate((length_a_N, length_b_N, length_a_N + length_b_N)):
            for label in (0, 1):
                held = np.minimum(length_N[random_N == label], most)
                self.counts[which, label] += np.bincount(held, minlength=most + 1)

    def finding(self) -> Finding:
        scores = [(name, *auc(*counts)) for name, counts in zip(self.NAMES, self.counts, strict=True)]
        name, area, error = max(scores, key=lambda score: abs(score[1] - 0.5) / max(score[2], 1e-12))
        found = f"AUC {area:.4f} from the length of {name} (standard error {error:.4f})"
        expected = f"AUC 0.5, within {STANDARD_ERRORS:g} standard errors"
        return Finding(
            "lengths do not predict the label", expected, found, abs(area - 0.5) <= STANDARD_ERRORS * error + 1e-9
        )


def auc(next_L: np.ndarray, random_L: np.ndarray) -> tuple[float, float]:
    """AUC of predicting "random" from a greater length, and its standard error under the null hypothesis.

    Arguments are counts by length for the two labels. Mann-Whitney statistic with ties, divided by the product of the sizes.
    """
    ones, zeros = int(random_L.sum()), int(next_L.sum())
    total = ones + zeros
    if not ones or not zeros:
        return 0.5, 0.0
    below = np.cumsum(next_L) - next_L
    area = float((random_L * (below + next_L / 2)).sum()) / (ones * zeros)
    tied = (next_L + random_L).astype(float)
    correction = (tied**3 - tied).sum() / (total * (total - 1))
    return area, float(np.sqrt(max(total + 1 - correction, 0) / (12 * ones * zeros)))


class Halves:
    """Checks that exactly half of the pairs are random, in each split (and copy)."""

    def __init__(self) -> None:
        self.counts: dict[str, np.ndarray] = {}

    def add(self, where: str, random_N: np.ndarray) -> None:
        """Count the labels of some rows."""
        self.counts.setdefault(where, np.zeros(2, np.int64))
        self.counts[where] += np.array([int(random_N.sum()), len(random_N)])

    def finding(self, word: str) -> Finding:
        ok = all(2 * random == total for random, total in self.counts.values())
        found = ", ".join(
            f"{random:,} of {total:,} ({where})" for where, (random, total) in list(self.counts.items())[:4]
        )
        return Finding(f"half of the pairs are {word}", "exactly half", found, ok)
