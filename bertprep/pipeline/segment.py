"""`segment`: corpus files to a folder of sentences, in two steps of tasks.

    spread    each piece of the input: read, segment, and write a scratch file with one batch per window and partition
    gather    each partition: read its batches from every scratch file, drop duplicates, write the part

How the input is cut follows from its sizes alone, and partitions from the texts alone, so neither the workers nor the
order of work can change a byte. The digest of the corpus is taken as it is read, and known when all pieces were; a later
run tells an unchanged file by size and time of modification, kept in `run.jsonl` and beside the scratch files, and reads
it again only when the time differs.
"""

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import Any

from .. import files, store
from ..errors import InputError, StoreError, UsageError
from ..files import Piece
from ..runner import Execution, run_tasks
from ..settings import SegmentSettings, digest_of
from ..stages import segment as stage
from ..store import Identity, Output
from . import job
from .corpus import Corpus, glance, scan
from .spread import gather_partition, read_record, record_path, spread_pieces


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
        finished = None if execution.overwrite else _finished(cut, output, settings, execution)
        if finished:
            return job.Result(finished, False, time.monotonic() - started)
        # what the input's digest is, only reading it can tell; all else can be compared before
        Output(output, Identity("segment", stage.VERSION, settings.as_dict(), {})).refuse_or_clear(
            execution.overwrite, inputs=False
        )
        scratch = Output(output, _scratch_identity(cut, settings))
        _refuse_other_beginning(cut, scratch)
        _log(output, "start", cut, corpus=list(corpus), workers=execution.worker_count)
        records = _spread(cut, scratch, settings, execution, progress)
        _refuse_changes_meanwhile(cut)
        gather = _gather_job(cut, scratch, records, settings)
        out = Output(output, gather.identity, scratch.identity)
        out.refuse_or_clear(False)
        parts = job.run_parts(gather, out, execution, progress)
        extra: dict[str, int] = {"files": len(cut.sources)}
        for record in records:
            store.add_counters(extra, record["counters"])
        with job.nothing_left_if_refused(output):
            counters = job.total_counters(parts, _refuse_none, extra)
        manifest = out.finish(parts, counters)
        seconds = time.monotonic() - started
        pieces = sum(len(record["digests"]) for record in records)
        _log(output, "finish", cut, pieces=pieces, seconds=round(seconds, 3))
    return job.Result(manifest, True, seconds)


@contextlib.contextmanager
def _no_trace_of_bad_input(output: str) -> Iterator[None]:
    """Take away what was written to a new folder when the input turns out to be bad: nothing of it would be used."""
    is_new = not store.folder_at(output).exists()
    try:
        yield
    except (InputError, UsageError):
        if is_new:
            store.discard(output)
        raise


@contextlib.contextmanager
def _input(corpus: Sequence[str], output: str, settings: SegmentSettings) -> Iterator[Corpus]:
    """The corpus as it is cut; what comes from standard input lies beside the output folder meanwhile, on its disk.

    Beside an output in an object store there is no disk, so there it lies in the folder for temporary files.
    """
    if files.STANDARD_INPUT not in corpus:
        yield scan(corpus, settings)
        return
    path = os.path.join(tempfile.gettempdir(), "bertprep") if files.is_uri(output) else os.path.abspath(output)
    place = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.standard-input.tmp")
    with files.spool(sys.stdin.buffer, place) as spooled:
        yield scan(corpus, settings, spooled)


def plan(corpus: Sequence[str], output: str, settings: SegmentSettings, overwrite: bool = False) -> list[job.Step]:
    """What `segment` would do, as far as it can be told before the input is read; writes nothing."""
    cut = scan(corpus, settings)
    out = Output(output, _identity(settings, None, output))
    scratch = Output(output, _scratch_identity(cut, settings))
    names = _scratch_names(cut)
    out.refuse_other_stage()
    if overwrite and out.folder.exists():
        return [job.Step(name, True, "--overwrite") for name in [*names, *cut.part_names()]]
    if out.is_complete():
        unchanged = _last_files(output, "finish") == cut.fingerprint()
        reason = "complete" if unchanged else "complete; the input looks changed and will be read to compare"
        return [job.Step(name, False, reason) for name in cut.part_names()]
    changes = Output(output, Identity("segment", stage.VERSION, settings.as_dict(), {})).changes(inputs=False)
    reason = f"made differently: {'; '.join(changes)}; needs --overwrite" if changes else "missing"
    done = [not changes and _read_record(scratch, name) is not None for name in names]
    steps = [
        job.Step(name, not read, "read already" if read else reason) for name, read in zip(names, done, strict=True)
    ]
    return steps + [job.Step(name, True, reason) for name in cut.part_names()]


def _log(output: str, event: str, cut: Corpus, **facts: Any) -> None:
    store.log_run(output, event, stage="segment", files=cut.fingerprint(), **facts)


def _identity(settings: SegmentSettings, digest: str | None, output: str) -> Identity:
    """The folder's identity; without a digest that which already stands there is taken, to compare the rest."""
    if digest is None:
        with contextlib.suppress(StoreError):
            digest = store.read_manifest(output).content["inputs"].get("corpus")
    return Identity("segment", stage.VERSION, settings.as_dict(), {"corpus": digest} if digest else {})


def _finished(cut: Corpus, output: str, settings: SegmentSettings, execution: Execution) -> store.Manifest | None:
    """The manifest, if the folder is complete and made from these files; reads them only if they look changed."""
    out = Output(output, _identity(settings, None, output), _scratch_identity(cut, settings))
    if not out.is_complete():
        return None
    manifest = store.read_manifest(output)
    if _last_files(output, "finish") != cut.fingerprint():
        before = manifest.content["inputs"]["corpus"]
        pieces = _last(output, "finish", "pieces")
        digest = _corpus_digest(cut, _digests(cut.tasks, pieces, execution))
        if digest != before:
            raise StoreError(
                f"{output}: was made from other input: corpus {before[:8]} -> {digest[:8]}. "
                "Redo it with --overwrite, or give another folder to -o"
            )
        _log(output, "finish", cut, pieces=pieces, seconds=0)
    out.tidy()
    return manifest


def _last(output: str, event: str, fact: str) -> Any:
    """A fact of the last such event in the log that has it."""
    runs = (run[fact] for run in reversed(store.read_runs(output)) if run.get("event") == event and fact in run)
    return next(runs, None)


def _last_files(output: str, event: str) -> Any:
    return _last(output, event, "files")


def _digests(tasks: Sequence[Sequence[Piece]], count: int | None, execution: Execution) -> list[str]:
    """Digests of the first `count` pieces (None: of all), in order."""
    pieces = [piece for task in tasks for piece in task][:count]
    digests = dict(run_tasks(Piece.digest, [(piece,) for piece in pieces], execution))
    return [digests[number] for number in range(len(pieces))]


def _refuse_changes_meanwhile(cut: Corpus) -> None:
    for source in cut.sources:
        if source.spool is None and [glance(now) for now in files.expand([source.path])] != [glance(source)]:
            raise InputError(f"{source.path}: changed while it was read; run again with --overwrite when it is at rest")


# -- spread -----------------------------------------------------------------------------------------------------------


def _scratch_identity(cut: Corpus, settings: SegmentSettings) -> Identity:
    sizes = [[source.path, source.size] for source in cut.sources]
    inputs = {"files": digest_of(sizes), "partitions": f"{cut.train}+{cut.validation}"}
    return Identity("segment", stage.VERSION, settings.as_dict(), inputs)


def _scratch_names(cut: Corpus) -> list[str]:
    count = len(cut.tasks)
    return [f"{store.SCRATCH}/{store.part_name('piece', number, count)}" for number in range(count)]


def _refuse_other_beginning(cut: Corpus, scratch: Output) -> None:
    """An unfinished folder goes on only from the files that it was begun with."""
    for name in store.own_files(scratch.folder):
        if not name.startswith(store.SCRATCH + "/piece-") or not name.endswith(".json"):
            continue
        record = read_record(scratch.folder.path(name))
        if record and scratch.identity.changes_from(record):
            raise _begun_with_other(scratch, _changed_files(cut, scratch))


def _changed_files(cut: Corpus, scratch: Output) -> list[str]:
    """Which files came, went or changed in size since the folder was begun, as far as its log tells."""
    before = {path: size for path, size, _ in _last_files(str(scratch.location), "start") or []}
    now = {source.path: source.size for source in cut.sources}
    return [path for path in {**before, **now} if before.get(path) != now.get(path)]


def _begun_with_other(scratch: Output, paths: Sequence[str]) -> StoreError:
    return StoreError(
        f"{scratch.location}: was begun with other input: {', '.join(paths[:3]) or 'the files'} changed, came or went "
        "since. Redo it with --overwrite, or give another folder to -o"
    )


def _spread(
    cut: Corpus, scratch: Output, settings: SegmentSettings, execution: Execution, progress: job.Progress
) -> list[dict[str, Any]]:
    """Run the tasks of the first step that are not done yet; the records of all."""
    names = _scratch_names(cut)
    records = {number: _read_record(scratch, name) for number, name in enumerate(names)}
    _refuse_changed_content(cut, scratch, records, execution)
    sizes = [sum(piece.bytes[1] - piece.bytes[0] for piece in task) for task in cut.tasks]
    missing = [number for number, record in records.items() if record is None]
    tasks = [
        (cut.tasks[number], scratch.path(names[number]), scratch.identity, settings, cut.train, cut.validation)
        for number in missing
    ]
    wanted = [sizes[number] for number in missing]
    with progress("segment: read", sum(sizes), "B", sum(sizes), sum(sizes) - sum(wanted)) as advance:
        for index, record in run_tasks(spread_pieces, tasks, execution, advance, wanted):
            records[missing[index]] = record
    return [record for record in records.values() if record is not None]


def _read_record(scratch: Output, name: str) -> dict[str, Any] | None:
    """The record beside a scratch file, which is written after it; None when there is none of this identity."""
    record = read_record(record_path(scratch.path(name)))
    there = scratch.folder.size(scratch.stored_name(name))
    return record if record and there and not scratch.identity.changes_from(record) else None


def _refuse_changed_content(
    cut: Corpus, scratch: Output, records: dict[int, dict[str, Any] | None], execution: Execution
) -> None:
    """Files whose time has changed since they were read are read once more; equal content is accepted."""
    touched = {
        number: record
        for number, record in records.items()
        if record is not None and record["files"] != [glance(piece.source) for piece in cut.tasks[number]]
    }
    for number, record in touched.items():
        digests = _digests([cut.tasks[number]], len(record["digests"]), execution)
        for piece, before, now in zip(cut.tasks[number], record["digests"], digests, strict=False):
            if before != now:
                raise _begun_with_other(scratch, [piece.source.path])


# -- gather -----------------------------------------------------------------------------------------------------------


def _corpus_digest(cut: Corpus, digests: Sequence[str]) -> str:
    """Digest of the input's bytes and names, the same wherever the files lie; with --limit, of the pieces read."""
    pieces = [piece for task in cut.tasks for piece in task]
    return digest_of([[piece.source.name, digest] for piece, digest in zip(pieces, digests, strict=False)])


def _gather_job(cut: Corpus, scratch: Output, records: list[dict[str, Any]], settings: SegmentSettings) -> job.Job:
    digest = _corpus_digest(cut, [digest for record in records for digest in record["digests"]])
    output = str(scratch.location)
    identity = _identity(settings, digest, output)
    out = Output(output, identity)
    paths = [scratch.path(name) for name in _scratch_names(cut)]
    first_lines = _first_lines(cut, records)
    names = cut.part_names()
    share = max(1, sum(record["counters"]["documents_read"] for record in records) // len(names))
    parts = [
        job.Part(name, (paths, first_lines, number, len(names), out.path(name), name, identity), share)
        for number, name in enumerate(names)
    ]
    size = sum(scratch.folder.size(scratch.stored_name(name)) or 0 for name in _scratch_names(cut))
    return job.Job(output, identity, gather_partition, parts, "documents", input_bytes=size, step="segment: gather")


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


def _refuse_none(counters: dict[str, int]) -> None:
    if counters["documents"] == 0:
        raise InputError(
            f"no document is left of {counters['documents_read']} read: {counters['documents_empty']} without a sentence, "
            f"{counters['documents_short']} shorter than --min-document-chars"
        )
