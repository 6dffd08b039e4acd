"""The tasks of `segment`: spread a few pieces over the partitions, and gather one partition.

A task of the first kind writes a scratch file, an Arrow IPC file in which each window of text has one batch for each
partition, in order, and then a record as JSON. If the spread has two levels (`levels`), a window has one batch for each
group of partitions, and further tasks spread each group over its partitions.
"""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import store
from ..core import schema
from ..core.records import COUNT, HEX, LIST, MOST_BYTES, TABLE, TEXT, each, parsed, table_of, wrong
from ..corpus.bad_input import MOST_OF_TASK, RefusedError, Skipped
from ..corpus.formats import FORMATS
from ..corpus.pieces import Piece, PieceReader, true_reason
from ..corpus.reader import reader_of
from ..corpus.refusals import with_others
from ..corpus.web.fields import break_lines, count_tags, without_markup
from ..processes.runner import report
from ..store import Identity, Location, job
from ..store.groups import GroupTask, Turns
from ..store.levels import PARTITION, Levels, batches_of, write_first_level, write_group
from . import documents as stage
from . import fixed_split
from .cutting import HELD_OUT, glance
from .fixed_split import IdList
from .settings import SegmentSettings

MOST_TEMPLATES, LONGEST_NAME = 200, 80  # unknown templates kept per piece, and characters of their names
WITHOUT_SOURCE = "documents_without_source"
WINDOW_BYTES = 8 << 20  # of text collected before documents are segmented

SPREAD = pa.schema([*schema.SENTENCES, pa.field("line", pa.int64()), pa.field("piece", pa.int32())])


# the record of a scratch file, which a later run relies on
RECORD = {
    "stage": TEXT, "settings": TABLE, "inputs": TABLE, "version": COUNT, "counters": table_of(COUNT),
    "lines": each(COUNT), "digests": each(HEX), "files": LIST, "skipped": each(LIST), "unknown_templates": table_of(COUNT),
}  # fmt: skip


def record_path(path: Location) -> str:
    return str(path).removesuffix(".arrow") + ".json"


def read_record(path: Location) -> dict[str, Any] | None:
    """The record of a scratch file; None if it is missing or invalid."""
    try:
        record = parsed(store.read_bytes(path, MOST_BYTES))
    except (OSError, ValueError):
        return None
    return None if wrong(record, RECORD, tuple(RECORD)) else record


@dataclasses.dataclass
class Notes:
    """Results of reading some pieces: counters, and for each piece that was begun its lines, digest and skipped input.

    Unknown templates: the most frequent ones of each piece, and in `counters` their total number.
    """

    counters: dict[str, int]
    lines: list[int] = dataclasses.field(default_factory=list)
    digests: list[str] = dataclasses.field(default_factory=list)
    skipped: list[list[Skipped]] = dataclasses.field(default_factory=list)
    unknown_templates: dict[str, int] = dataclasses.field(default_factory=dict)

    def add_unknown(self, found: Counter[str]) -> None:
        """Count the unknown templates of a piece."""
        if found:
            store.add_counters(self.counters, {"templates_unknown": found.total()})
        most = sorted(found, key=lambda name: (-found[name], name))[:MOST_TEMPLATES]
        store.add_counters(self.unknown_templates, {name[:LONGEST_NAME]: found[name] for name in most})


@dataclasses.dataclass(frozen=True)
class SpreadTask:
    """Pieces of the input, to be segmented into one scratch file."""

    path: Location
    identity: Identity
    pieces: Sequence[Piece]
    settings: SegmentSettings
    train: int  # number of training partitions
    validation: int
    levels: Levels
    has_fixed_split: bool = False
    held_ids: IdList | None = None


def spread_pieces(task: SpreadTask) -> dict[str, Any]:
    """Task: segment the pieces and write their documents, one batch per window and place; returns the record."""
    notes = Notes(dict.fromkeys(stage.COUNTERS, 0))
    write_first_level(task.path, SPREAD, _spread(task, notes), task.levels)
    record = {
        **task.identity.as_dict(),
        "files": [glance(piece.source) for piece in task.pieces],
        **dataclasses.asdict(notes),
    }
    store.write_file(record_path(task.path), json.dumps(record).encode())
    return record


def _spread(task: SpreadTask, notes: Notes) -> Iterator[tuple[pa.Table, np.ndarray]]:
    """The segmented documents of the pieces, and their partitions, int64 [N]."""
    share, others = task.settings.validation_share, [piece.source.group == HELD_OUT for piece in task.pieces]
    for table in _segmented(task.pieces, task.settings, notes):
        ids = table["document_id"].combine_chunks()
        held = fixed_split.held_out(table, others, task.held_ids) if task.has_fixed_split else None
        yield table, stage.partition_numbers(ids, task.train, task.validation, share, held)


def _segmented(pieces: Sequence[Piece], settings: SegmentSettings, notes: Notes) -> Iterator[pa.Table]:
    """The segmented documents of the pieces, in windows of bounded size; fills in the notes."""
    held: list[pa.RecordBatch] = []
    size, left = 0, settings.limit
    for number, piece in enumerate(pieces):
        found: dict[str, int] = {}
        with PieceReader(piece) as opened:
            for batch in _documents(opened, settings, found):
                if left is not None and piece.source.group != HELD_OUT:
                    batch = batch.slice(0, left)
                    left -= len(batch)
                held.append(batch.append_column("piece", pa.array(np.full(len(batch), number, np.int32))))
                size += batch.column(schema.DOCUMENTS.get_field_index("text")).nbytes
                if size >= WINDOW_BYTES:
                    yield _window(held, settings, notes.counters)
                    held, size = [], 0
                if left == 0:
                    break
            notes.digests.append(opened.digest())
            room = MOST_OF_TASK - sum(map(len, notes.skipped))
            notes.skipped.append(opened.skipped.first[:room])
            store.add_counters(notes.counters, opened.skipped.counts)
            notes.add_unknown(opened.unknown_templates)
        notes.lines.append(found.pop("lines", 0))
        store.add_counters(notes.counters, found)
        if left == 0:
            break
    if held:
        yield _window(held, settings, notes.counters)


def _documents(opened: PieceReader, settings: SegmentSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a piece; reports progress."""
    with true_reason(opened.piece.source):
        reader = reader_of(opened.piece.source)
        entry = FORMATS[opened.piece.source.format]
        options = entry.options
        passed = 0
        for batch in _with_other_errors(opened, reader.read(opened, settings, counters), settings):
            if "html" in options and settings.html:
                batch = without_markup(batch, counters)
            elif "html" in options:
                batch = break_lines(batch) if "text_field" in options else batch
                count_tags(batch, counters)
            batch = _with_group(batch, opened.piece.source.group, settings.source_field is not None, counters)
            yield _with_paragraph_lines(batch, entry.paragraph_lines)
            report(opened.passed - passed)
            passed = opened.passed


def _with_other_errors(
    opened: PieceReader, found: Iterator[pa.RecordBatch], settings: SegmentSettings
) -> Iterator[pa.RecordBatch]:
    """The documents; if bad input is refused, the error also lists what else is wrong in the piece."""
    try:
        yield from found
    except RefusedError as error:
        raise with_others(error, opened.piece, settings) from error


def _with_group(batch: pa.RecordBatch, argument: int, is_named: bool, counters: dict[str, int]) -> pa.RecordBatch:
    """Set the source of documents without one to the argument's number; counted if a source was expected."""
    place = batch.schema.get_field_index("source_group")
    groups = batch.column(place)
    named = pc.greater(pc.binary_length(groups), 0)
    if is_named:
        without = len(batch) - (pc.sum(named).as_py() or 0)
        counters[WITHOUT_SOURCE] = counters.get(WITHOUT_SOURCE, 0) + without
    groups = pc.if_else(pc.fill_null(named, False), groups, str(argument))
    return batch.set_column(place, batch.schema.field(place), groups)


def _with_paragraph_lines(batch: pa.RecordBatch, paragraph_lines: bool) -> pa.RecordBatch:
    """Set `paragraph_lines` to the format's default where the reader gave none."""
    place = batch.schema.get_field_index("paragraph_lines")
    return batch.set_column(
        place, batch.schema.field(place), pa.compute.fill_null(batch.column(place), paragraph_lines)
    )


def _window(held: list[pa.RecordBatch], settings: SegmentSettings, counters: dict[str, int]) -> pa.Table:
    documents = pa.Table.from_batches(held).combine_chunks()
    table, more = stage.segment(documents, settings)
    store.add_counters(counters, more)
    return table.select(SPREAD.names).cast(SPREAD)


def spread_group(task: GroupTask) -> dict[str, Any]:
    """Task: write one file of a group from some files of the first level, one batch per window and partition."""
    write_group(task.path, task.schema, _of_group(task), task.group, task.levels, (task.name, task.identity))
    return store.scratch_entry(task.name)


def _of_group(task: GroupTask) -> Iterator[pa.Table]:
    """The documents and their partitions, with line numbers counted from the start of their files.

    The task's `extra` is, for each file and each of its pieces, the number of lines before it (as in a `GatherTask`).
    """
    for path, before in zip(task.files, task.extra, strict=True):
        for batch in batches_of(path, task.group, task.levels.groups):
            table = pa.Table.from_batches([batch], task.schema.append(PARTITION))
            lines = pc.add(table["line"], _lines_before(table, before))
            table = table.set_column(table.schema.get_field_index("line"), SPREAD.field("line"), lines)
            pieces = pa.array(np.zeros(len(table), np.int32))
            yield table.set_column(table.schema.get_field_index("piece"), SPREAD.field("piece"), pieces)
            report(batch.nbytes)


@dataclasses.dataclass(frozen=True)
class GatherTask(job.PartTask):
    """A partition to be gathered from scratch files."""

    files: Turns
    first_lines: Sequence[list[int]]  # for each scratch file and each of its pieces, the lines before it in its file
    held: Location | None = None  # a file with the ids of held-out documents, if the split is fixed


def gather_partition(task: GatherTask) -> dict[str, Any]:
    """Task: write the documents of one partition; returns the part's entry."""
    keep_duplicates = task.identity.settings["keep_duplicates"]
    seen: set[str] = set()
    tables, duplicates = [SPREAD.empty_table().select(schema.SENTENCES.names)], 0
    for path, before in zip(task.files.paths, task.first_lines, strict=True):
        for batch in batches_of(path, task.files.number, task.files.places):
            fresh = batch if keep_duplicates else _unseen(batch, seen)
            duplicates += len(batch) - len(fresh)
            tables.append(_with_lines(pa.Table.from_batches([fresh], SPREAD), before))
    together = pa.concat_tables(tables)
    del tables
    also_held_out = {}
    if task.held is not None:
        kept = fixed_split.without_held_out(together, task.held) if task.name.startswith("train-") else together
        also_held_out = {fixed_split.ALSO_HELD_OUT: len(together) - len(kept)}
        together = kept
        del kept
    table, counters = stage.gather(together, keep_duplicates)
    del together
    counters |= also_held_out
    counters["documents_duplicate"] += duplicates
    return store.write_part(task.path, task.name, table, task.identity, counters)


def _unseen(batch: pa.RecordBatch, seen: set[str]) -> pa.RecordBatch:
    """The documents whose ids were not seen before; saves memory if one text occurs a thousand times."""
    before = len(seen)
    keep = []
    for document in batch.column("document_id").to_pylist():
        keep.append(document not in seen)
        seen.add(document)
    return batch if len(seen) - before == len(batch) else batch.filter(pa.array(keep))


def _with_lines(table: pa.Table, before: list[int]) -> pa.Table:
    """Use the line number in its file as the id of a document without one."""
    lines = pc.add(table["line"], _lines_before(table, before)).cast(pa.string())
    ids = pa.compute.coalesce(table["source_id"], lines)
    columns = table.select(schema.SENTENCES.names)
    return columns.set_column(columns.schema.get_field_index("source_id"), schema.SENTENCES.field("source_id"), ids)


def _lines_before(table: pa.Table, before: list[int]) -> pa.Array:
    """The number of lines before the piece of each document in its file."""
    return pa.array(np.array(before or [0], np.int64)).take(table["piece"].combine_chunks())
