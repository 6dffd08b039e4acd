"""`segment`: corpus files to a folder of sentences, in two steps of tasks.

    spread    each piece of the input: read, segment, and write a scratch file with one batch per window and partition
    gather    each partition: read its batches from every scratch file, drop duplicates, write the part

How the input is cut follows from its sizes alone, and partitions from the texts alone, so neither the workers nor the
order of work can change a byte. The digest of the corpus is known when all pieces were read; a later run tells an
unchanged file by size and time of modification, kept in `run.jsonl`, and reads it again only when those differ.
"""

import contextlib
import dataclasses
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from .. import files, readers, schema, store
from ..errors import InputError, StoreError, UsageError
from ..files import Piece, PieceReader, Source
from ..runner import Execution, run_tasks
from ..settings import SegmentSettings, digest_of
from ..stages import segment as stage
from ..store import Identity, Output
from . import job

PARTITION_BYTES = 64 << 20
PIECE_BYTES = 32 << 20
SMALLEST_BYTES = 4 << 20
WELL_SPREAD = 16  # so many partitions and pieces, even of a small corpus, keep the cores of one machine busy
WINDOW_CHARACTERS = 16 << 20

SPREAD = pa.schema([*schema.SENTENCES, pa.field("line", pa.int64()), pa.field("piece", pa.int32())])


@dataclasses.dataclass(frozen=True)
class Corpus:
    """The input as it is cut: tasks of pieces, and the partitions that its size asks for."""

    sources: Sequence[Source]
    tasks: Sequence[tuple[Piece, ...]]
    train: int
    validation: int

    def fingerprint(self) -> list[list[Any]]:
        """What tells at a glance that a file has changed; lives in `run.jsonl` and scratch files only."""
        return [[source.path, source.size, source.modified] for source in self.sources]

    def part_names(self) -> list[str]:
        train = [store.part_name("train", number, self.train) for number in range(self.train)]
        return train + [store.part_name("validation", number, self.validation) for number in range(self.validation)]


def scan(corpus: Sequence[str], settings: SegmentSettings, spooled: Source | None = None) -> Corpus:
    """Find the files and cut them; `InputError` for what is missing, empty or of no known kind."""
    sources = [source for source in files.expand(corpus, spooled) if _is_wanted(source, settings)]
    if not sources:
        raise InputError(f"{', '.join(corpus)}: no file of a known kind in it; say what the files are with --format")
    for source in sources:
        if source.size == 0:
            raise InputError(f"{source.path}: the file is empty")
    size = sum(readers.text_bytes(source, settings) for source in sources)
    raw = sum(source.size for source in sources)
    piece_bytes = min(PIECE_BYTES, max(SMALLEST_BYTES, raw // WELL_SPREAD))
    pieces = [piece for source in sources for piece in _pieces(source, piece_bytes, settings)]
    train = settings.partitions or max(-(-size // PARTITION_BYTES), min(WELL_SPREAD, -(-size // SMALLEST_BYTES)))
    share = settings.validation_share
    validation = max(1, round(train * share / (1 - share))) if share else 0
    return Corpus(sources, _tasks(pieces, piece_bytes, settings), train, validation)


def _is_wanted(source: Source, settings: SegmentSettings) -> bool:
    """Files that were named are read whatever they are called; of folders only those whose name tells a format."""
    return source.named or settings.format != "auto" or readers.by_name(source) is not None


def _pieces(source: Source, piece_bytes: int, settings: SegmentSettings) -> list[Piece]:
    return readers.READERS[readers.format_of(source, settings)].pieces(source, piece_bytes, settings)


def _tasks(pieces: list[Piece], piece_bytes: int, settings: SegmentSettings) -> list[tuple[Piece, ...]]:
    """Group small files, so that a task is worth starting; with --limit everything is one task, read in order."""
    tasks: list[tuple[Piece, ...]] = []
    held: list[Piece] = []
    size = 0
    for piece in pieces:
        piece_size = piece.source.size if piece.digested else piece.stop - piece.start
        if held and size + piece_size > piece_bytes and settings.limit is None:
            tasks.append(tuple(held))
            held, size = [], 0
        held.append(piece)
        size += piece_size
    return [*tasks, tuple(held)]


def segment(
    corpus: Sequence[str],
    output: str,
    settings: SegmentSettings,
    execution: Execution,
    progress: job.Progress = job.silent,
) -> job.Result:
    """Make a folder of sentences from corpus files."""
    started = time.monotonic()
    with _no_trace_of_bad_input(output), store.lock(output), _input(corpus, output, settings) as cut:
        finished = None if execution.overwrite else _finished(cut, output, settings)
        if finished:
            return job.Result(finished, False, time.monotonic() - started)
        scratch = _scratch_identity(cut, settings)
        Output(output, _identity(settings, None, output)).refuse_or_clear(execution.overwrite)
        _refuse_changed_files(cut, output)
        store.log_run(
            output,
            "start",
            stage="segment",
            corpus=list(corpus),
            files=cut.fingerprint(),
            workers=execution.worker_count,
        )
        records = _spread(cut, output, scratch, settings, execution, progress)
        gather = _gather_job(cut, output, records, settings)
        out = Output(output, gather.identity)
        job.run_parts(gather, out, execution, progress)
        extra: dict[str, int] = {"files": len(cut.sources)}
        for record in records:
            store.add_counters(extra, record["counters"])
        manifest = job.finish(gather, out, _refuse_none, extra)
        seconds = time.monotonic() - started
        store.log_run(output, "finish", stage="segment", files=cut.fingerprint(), seconds=round(seconds, 3))
    return job.Result(manifest, True, seconds)


@contextlib.contextmanager
def _no_trace_of_bad_input(output: str) -> Iterator[None]:
    """Take away what was written to a new folder when the input turns out to be bad: nothing of it would be used."""
    is_new = not Path(output).exists()
    try:
        yield
    except (InputError, UsageError):
        if is_new:
            store.discard(output)
        raise


@contextlib.contextmanager
def _input(corpus: Sequence[str], output: str, settings: SegmentSettings) -> Iterator[Corpus]:
    """The corpus as it is cut; what comes from standard input lies beside the output folder meanwhile, on its disk."""
    if files.STANDARD_INPUT not in corpus:
        yield scan(corpus, settings)
        return
    path = os.path.abspath(output)
    place = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.standard-input.tmp")
    with files.spool(sys.stdin.buffer, place) as spooled:
        yield scan(corpus, settings, spooled)


def plan(corpus: Sequence[str], output: str, settings: SegmentSettings) -> list[job.Step]:
    """What `segment` would do, as far as it can be told before the input is read; writes nothing."""
    cut = scan(corpus, settings)
    out = Output(output, _identity(settings, None, output))
    if out.is_complete():
        unchanged = _last_files(output, "finish") == cut.fingerprint()
        reason = "complete" if unchanged else "complete; the input looks changed and will be read to compare"
        return [job.Step(name, False, reason) for name in cut.part_names()]
    changes = out.changes()
    reason = f"made differently: {'; '.join(changes)}" if changes else "missing"
    scratch = _scratch_identity(cut, settings)
    names = [store.part_name("piece", number, len(cut.tasks)) for number in range(len(cut.tasks))]
    steps = []
    for name in names:
        done = _read_record(Path(output) / store.SCRATCH / name, scratch) is not None
        steps.append(job.Step(f"{store.SCRATCH}/{name}", not done, "read already" if done else reason))
    return steps + [job.Step(name, True, reason) for name in cut.part_names()]


def _identity(settings: SegmentSettings, digest: str | None, output: str) -> Identity:
    """The folder's identity; without a digest that which already stands there is taken, to compare the rest."""
    if digest is None:
        with contextlib.suppress(StoreError):
            digest = store.read_manifest(output).content["inputs"].get("corpus")
    return Identity("segment", stage.VERSION, settings.as_dict(), {"corpus": digest} if digest else {})


def _finished(cut: Corpus, output: str, settings: SegmentSettings) -> store.Manifest | None:
    """The manifest, if the folder is complete and made from these files; reads them only if they look changed."""
    out = Output(output, _identity(settings, None, output))
    if not out.is_complete():
        return None
    manifest = store.read_manifest(output)
    if _last_files(output, "finish") != cut.fingerprint():
        digest = _corpus_digest(cut, [[piece.digest() for piece in task] for task in cut.tasks])
        if digest != manifest.content["inputs"]["corpus"]:
            raise StoreError(
                f"{output}: was made from other input: corpus {manifest.content['inputs']['corpus'][:8]} -> {digest[:8]}. "
                "Redo it with --overwrite, or give another folder to -o"
            )
        store.log_run(output, "finish", stage="segment", files=cut.fingerprint(), seconds=0)
    out.tidy()
    return manifest


def _last_files(output: str, event: str) -> Any:
    return next(
        (run["files"] for run in reversed(store.read_runs(output)) if run.get("event") == event and "files" in run),
        None,
    )


def _refuse_changed_files(cut: Corpus, output: str) -> None:
    """An unfinished folder goes on only from the very files that it was begun with."""
    scratch = Path(output) / store.SCRATCH
    before = _last_files(output, "start") if scratch.is_dir() and any(scratch.iterdir()) else None
    if before is None or before == cut.fingerprint():
        return
    old = {path: rest for path, *rest in before}
    changed = [path for path, *rest in cut.fingerprint() if old.pop(path, None) != rest]
    names = ", ".join([*changed, *old][:3])
    raise StoreError(
        f"{output}: was begun with other input: {names} changed, came or went since. "
        "Redo it with --overwrite, or give another folder to -o"
    )


# -- spread -----------------------------------------------------------------------------------------------------------


def _scratch_identity(cut: Corpus, settings: SegmentSettings) -> Identity:
    inputs = {"files": digest_of(cut.fingerprint()), "partitions": f"{cut.train}+{cut.validation}"}
    return Identity("segment", stage.VERSION, settings.as_dict(), inputs)


def _spread(
    cut: Corpus,
    output: str,
    identity: Identity,
    settings: SegmentSettings,
    execution: Execution,
    progress: job.Progress,
) -> list[dict[str, Any]]:
    """Run the tasks of the first step that are not done yet; the records of all."""
    scratch = Path(output) / store.SCRATCH
    names = [store.part_name("piece", number, len(cut.tasks)) for number in range(len(cut.tasks))]
    records = {number: _read_record(scratch / name, identity) for number, name in enumerate(names)}
    sizes = [
        sum(piece.stop - piece.start if not piece.digested else piece.source.size for piece in task)
        for task in cut.tasks
    ]
    missing = [number for number, record in records.items() if record is None]
    tasks = [
        (cut.tasks[number], str(scratch), names[number], identity, settings, cut.train, cut.validation)
        for number in missing
    ]
    with progress("segment", sum(sizes), "B") as advance:
        advance(sum(sizes) - sum(sizes[number] for number in missing))
        for index, record in run_tasks(spread_pieces, tasks, execution.worker_count):
            records[missing[index]] = record
            advance(sizes[missing[index]])
    return [record for record in records.values() if record is not None]


def _read_record(path: Path, identity: Identity) -> dict[str, Any] | None:
    """The record beside a scratch file, which is written after it; None when there is none of this identity."""
    try:
        record = json.loads(path.with_suffix(".json").read_bytes())
    except (OSError, ValueError):
        return None
    return record if path.is_file() and not identity.changes_from(record) else None


def spread_pieces(
    pieces: Sequence[Piece],
    scratch: str,
    name: str,
    identity: Identity,
    settings: SegmentSettings,
    train: int,
    validation: int,
) -> dict[str, Any]:
    """Task: segment some pieces and write their documents, a batch per window and partition. Returns the record."""
    counters: dict[str, int] = dict.fromkeys(stage.COUNTERS, 0)
    lines: list[int] = []
    windows = 0
    path = Path(scratch) / name
    with store.ipc_file(path, SPREAD) as writer:
        for table in _segmented(pieces, settings, counters, lines):
            numbers = stage.partition_numbers(
                table["document_id"].combine_chunks(), train, validation, settings.validation_share
            )
            order = np.argsort(numbers, kind="stable")
            bounds = np.searchsorted(numbers[order], np.arange(train + validation + 1))
            ordered = table.take(pa.array(order))
            for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
                writer.write_batch(store.one_batch(ordered.slice(low, high - low)))
            windows += 1
    record = {
        **identity.as_dict(),
        "windows": windows,
        "lines": lines,
        "digests": [piece.digest() for piece in pieces],
        "counters": counters,
    }
    store.write_file(path.with_suffix(".json"), json.dumps(record).encode())
    return record


def _segmented(
    pieces: Sequence[Piece], settings: SegmentSettings, counters: dict[str, int], lines: list[int]
) -> Iterator[pa.Table]:
    """Segmented documents of the pieces in windows of bounded size; fills in the counters, and the lines of each piece."""
    held: list[pa.RecordBatch] = []
    size, left = 0, settings.limit
    for number, piece in enumerate(pieces):
        found: dict[str, int] = {}
        lines.append(0)
        for batch in _documents(piece, settings, found):
            batch = batch if left is None else batch.slice(0, left)
            left = None if left is None else left - len(batch)
            held.append(batch.append_column("piece", pa.array(np.full(len(batch), number, np.int32))))
            size += batch.column(schema.DOCUMENTS.get_field_index("text")).nbytes
            if size >= WINDOW_CHARACTERS:
                yield _window(held, settings, counters)
                held, size = [], 0
            if left == 0:
                break
        lines[-1] = found.pop("lines", 0)
        store.add_counters(counters, found)
        if left == 0:
            break
    if held:
        yield _window(held, settings, counters)


def _documents(piece: Piece, settings: SegmentSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    reader = readers.READERS[readers.format_of(piece.source, settings)]
    with PieceReader(piece) as opened:
        yield from reader.documents(opened, settings, counters)


def _window(held: list[pa.RecordBatch], settings: SegmentSettings, counters: dict[str, int]) -> pa.Table:
    documents = pa.Table.from_batches(held).combine_chunks()
    table, more = stage.segment(documents, settings)
    store.add_counters(counters, more)
    return table.select(SPREAD.names).cast(SPREAD)


# -- gather -----------------------------------------------------------------------------------------------------------


def _corpus_digest(cut: Corpus, digests: list[list[str]]) -> str:
    """Digest of the input's bytes and names; the same wherever the files lie."""
    pieces = [piece for task in cut.tasks for piece in task]
    flat = [digest for task in digests for digest in task]
    return digest_of([[piece.source.name, digest] for piece, digest in zip(pieces, flat, strict=True)])


def _gather_job(cut: Corpus, output: str, records: list[dict[str, Any]], settings: SegmentSettings) -> job.Job:
    identity = _identity(settings, _corpus_digest(cut, [record["digests"] for record in records]), output)
    scratch = Path(output) / store.SCRATCH
    paths = [str(scratch / store.part_name("piece", number, len(cut.tasks))) for number in range(len(cut.tasks))]
    first_lines = _first_lines(cut, records)
    names = cut.part_names()
    parts = [
        job.Part(name, (paths, first_lines, number, len(names), output, name, identity), 1)
        for number, name in enumerate(names)
    ]
    return job.Job(Path(output), identity, gather_partition, parts, "partitions")


def _first_lines(cut: Corpus, records: list[dict[str, Any]]) -> list[list[int]]:
    """For every task and piece, how many lines of the same file came before."""
    seen: dict[str, int] = {}
    result = []
    for task, record in zip(cut.tasks, records, strict=True):
        before = []
        for piece, lines in zip(task, record["lines"], strict=False):
            before.append(seen.get(piece.source.path, 0))
            seen[piece.source.path] = before[-1] + lines
        result.append(before)
    return result


def gather_partition(
    paths: Sequence[str],
    first_lines: list[list[int]],
    number: int,
    partitions: int,
    output: str,
    name: str,
    identity: Identity,
) -> None:
    """Task: the documents of one partition from every scratch file."""
    tables = []
    for path, before in zip(paths, first_lines, strict=True):
        file = store.open_part(Path(path))
        batches = [file.get_batch(index) for index in range(number, file.num_record_batches, partitions)]
        tables.append(_with_lines(pa.Table.from_batches(batches, SPREAD), before))
    table, counters = stage.gather(pa.concat_tables(tables), identity.settings["keep_duplicates"])
    store.write_part(Path(output), name, table, identity, counters)


def _with_lines(table: pa.Table, before: list[int]) -> pa.Table:
    """Where a document has no id of its own, the line in its file is one."""
    first = pa.array(np.array(before or [0], np.int64)).take(table["piece"].combine_chunks())
    lines = pa.compute.add(table["line"], first).cast(pa.string())
    ids = pa.compute.coalesce(table["source_id"], lines)
    columns = table.select(schema.SENTENCES.names)
    return columns.set_column(columns.schema.get_field_index("source_id"), schema.SENTENCES.field("source_id"), ids)


def _refuse_none(counters: dict[str, int]) -> None:
    if counters["documents"] == 0:
        raise InputError(
            f"no document is left of {counters['documents_read']} read: {counters['documents_empty']} without a sentence, "
            f"{counters['documents_short']} shorter than --min-document-chars"
        )
