"""Decide which sentences and documents are rejected and why, and remove them.

    document    sentences                                      verdicts        what remains, with its holes
    7           A cat sat. | 12:30 | 14:10 | It purred.        - letters letters -     A cat sat. | It purred.    [1]
    8           Home | Login                                   ...             nothing: the document is rejected
A verdict is the number of a reason in `rules.REASONS`, or 0 for what is kept. Applied in this order: the document's language,
sentence rules, sentences repeated in many documents, document rules on the remaining sentences. So the output passes every
rule.

Axes: D documents, S sentences.
"""

import dataclasses
import importlib
from collections.abc import Iterator
from typing import Protocol, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core import schema
from ..core.ragged import filtered_lists, flat_and_offsets, list_array, offsets_of, runs, values_and_offsets
from .repeated import are_among, sentence_hashes
from .rules import DOCUMENTS, EMPTIED, LANGUAGE, NUMBER, REPEATED, SENTENCES, Rule
from .settings import CleanSettings
from .text import Text

RUN_BYTES = 1 << 18  # of text processed at a time: its arrays, about twenty times as large, fit into the cache
VERDICTS = pa.schema([pa.field("document", pa.uint8()), pa.field("sentences", pa.list_(pa.uint8()))])


class Judging(Protocol):
    """The interface of a module in `rules`."""

    def rejected(self, text: Text, settings: CleanSettings) -> np.ndarray:
        """Which sentences or documents the rule rejects, bool [S] or [D]."""


@dataclasses.dataclass(frozen=True)
class Verdicts:
    """Why documents and sentences are rejected, uint8, 0 for those that are kept; and the offsets of sentences."""

    document_D: np.ndarray
    sentence_S: np.ndarray
    bounds_D1: np.ndarray

    def as_table(self) -> pa.Table:
        """The verdicts as a table with one row per document."""
        lists = list_array(self.sentence_S, self.bounds_D1, pa.list_(pa.uint8()))
        return pa.Table.from_arrays([pa.array(self.document_D, pa.uint8()), lists], schema=VERDICTS)

    @classmethod
    def of(cls, table: pa.Table) -> "Verdicts":
        """The inverse of `as_table`."""
        documents_D = table["document"].to_numpy().copy()  # the array that was read is read-only
        return cls(documents_D, *flat_and_offsets(table["sentences"]))


def judge(table: pa.Table, settings: CleanSettings, repeated_H: np.ndarray | None = None) -> Verdicts:
    """The verdicts on the documents of a table; `repeated_H` are the hashes of sentences in too many documents."""
    found = [_judge_run(some, settings, repeated_H, with_documents=True) for some in _runs(table)]
    return _joined(found)


def sentence_verdicts(table: pa.Table, settings: CleanSettings) -> Verdicts:
    """The verdicts by language and sentence rules alone; repeated sentences are counted among the rest."""
    return _joined([_judge_run(some, settings, None, with_documents=False) for some in _runs(table)])


def _runs(table: pa.Table) -> Iterator[pa.Table]:
    """Slices of documents with about `RUN_BYTES` of text; at least one."""
    if not len(table):
        yield table
        return
    sentences, bounds_D1 = values_and_offsets(table["sentences"])
    starts_D = offsets_of(pc.binary_length(sentences).to_numpy(zero_copy_only=False))[bounds_D1[:-1]]
    for first, stop in runs(starts_D // RUN_BYTES):
        yield table.slice(first, stop - first)


def _joined(found: list[Verdicts]) -> Verdicts:
    lengths = np.concatenate([np.diff(each.bounds_D1) for each in found])
    return Verdicts(
        np.concatenate([each.document_D for each in found]),
        np.concatenate([each.sentence_S for each in found]),
        offsets_of(lengths),
    )


def _judge_run(
    table: pa.Table, settings: CleanSettings, repeated_H: np.ndarray | None, with_documents: bool
) -> Verdicts:
    text = Text.of(table)
    document_D = np.zeros(len(table), np.uint8)
    if settings.keep_languages is not None:
        kept = pc.is_in(text.languages, pa.array(settings.keep_languages.split(",")))
        document_D[~kept.to_numpy(zero_copy_only=False)] = NUMBER[LANGUAGE.name]
    sentence_S = np.zeros(len(text.sentences), np.uint8)
    for rule in _chosen(SENTENCES, settings):
        _mark(sentence_S, module_of(rule).rejected(text, settings), rule)
    if repeated_H is not None:
        _mark(sentence_S, are_among(sentence_hashes(text.sentences), repeated_H), REPEATED)
    if with_documents:
        left = text.only(sentence_S == 0)
        _mark(document_D, (left.sentence_counts == 0) & (text.sentence_counts > 0), EMPTIED)
        for rule in _chosen(DOCUMENTS, settings):
            _mark(document_D, module_of(rule).rejected(left, settings), rule)
    return Verdicts(document_D, sentence_S, text.bounds_D1)


def _mark(verdicts: np.ndarray, rejected: np.ndarray, rule: Rule) -> None:
    """Set the rule's number where it rejects and no earlier rule did."""
    verdicts[rejected & (verdicts == 0)] = NUMBER[rule.name]


def _chosen(rules: tuple[Rule, ...], settings: CleanSettings) -> list[Rule]:
    return [rule for rule in rules if rule.name in settings.rule_names]


def module_of(rule: Rule) -> Judging:
    """The module that implements a rule."""
    return cast(Judging, importlib.import_module(f"{__package__}.rules.{rule.key}"))


def apply(table: pa.Table, verdicts: Verdicts) -> tuple[pa.Table, np.ndarray]:
    """The documents without what was rejected (columns of `schema.CLEANED`), and the row of each in `table`, int64."""
    rows = np.flatnonzero(verdicts.document_D == 0)
    in_kept_S = np.repeat(verdicts.document_D == 0, np.diff(verdicts.bounds_D1))
    kept_S = (verdicts.sentence_S == 0) & in_kept_S
    lists = filtered_lists(table["sentences"].combine_chunks(), kept_S)
    columns = table.select([name for name in schema.SENTENCES.names if name in table.column_names])
    place = columns.schema.get_field_index("sentences")
    columns = columns.set_column(place, schema.SENTENCES.field("sentences"), lists).take(pa.array(rows))
    if "source_group" not in columns.column_names:  # written by an earlier version: a single source
        columns = columns.append_column("source_group", pa.array(["1"] * len(rows), pa.string()))
    columns = columns.append_column("holes", _holes(table, verdicts, kept_S, rows))
    return columns.cast(schema.CLEANED), rows


def _holes(table: pa.Table, verdicts: Verdicts, kept_S: np.ndarray, rows: np.ndarray) -> pa.ListArray:
    """For each kept document, indices of the remaining sentences that follow a removed sentence (except at the start)."""
    bounds, count = verdicts.bounds_D1, len(kept_S)
    hole_S = np.zeros(count + 1, bool)
    hole_S[1:][~kept_S] = True  # the sentence after a removed one
    if "holes" in table.column_names:  # the input was cleaned before
        holes, offsets = flat_and_offsets(table["holes"])
        hole_S[np.repeat(bounds[:-1], np.diff(offsets)) + holes] = True
    # a hole moves to the next kept sentence, where the number of holes since the last kept one is positive
    kept = np.flatnonzero(kept_S)
    holes_before = np.concatenate([[0], np.cumsum(hole_S)])
    since = np.concatenate([[0], kept[:-1] + 1]) if len(kept) else kept
    document = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))[kept]
    is_first = np.ones(len(kept), bool)
    is_first[1:] = document[1:] != document[:-1]
    marked = (holes_before[kept + 1] > holes_before[since]) & ~is_first
    index = np.arange(len(kept)) - np.searchsorted(kept, bounds[document])
    counts = np.bincount(document[marked], minlength=len(bounds) - 1)[rows]
    return list_array(index[marked].astype(np.uint32), offsets_of(counts), pa.list_(pa.uint32()))
