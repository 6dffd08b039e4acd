"""`segment`: corpus files to a folder of sentences, in two steps of tasks, or in three where that costs less (`store.levels`).

    spread    for each piece of the input: read, segment, and write a scratch file with one batch per window and partition,
              or per window and group of partitions; in the latter case
    group     for each group: read its batches from some scratch files, and write one with a batch per window and partition
    gather    for each partition: read its batches from every scratch file, drop duplicates, write the part

The division of the input depends on its sizes alone, and partitions on the texts alone, so neither the number of workers
nor the order of work changes a byte. `input_identity` checks whether the input is still the same.
"""

import dataclasses
import functools
import time
from collections.abc import Callable, Sequence
from typing import Any

from .. import store
from ..corpus import bad_input
from ..processes.runner import Execution, kept_connection, run_tasks
from ..store import Output, groups, job, placed
from ..store.groups import Grouping, Scattered
from . import fixed_split, input_identity
from .cutting import NOT_FIXED, Corpus, scan
from .fixed_split import FixedSplit
from .given import given, removed_on_bad_input
from .notes import chapter_advice, notes_of, refuse_useless, skipped_in, warnings_of
from .settings import SegmentSettings
from .spread import (
    SPREAD,
    GatherTask,
    SpreadTask,
    gather_partition,
    read_record,
    record_path,
    spread_group,
    spread_pieces,
)

GROUP = "group"  # prefix of the scratch files between two levels


def segment(
    corpus: Sequence[str],
    output: str,
    settings: SegmentSettings,
    execution: Execution,
    progress: job.Progress = job.silent,
    outputs: Sequence[str] = (),
    fixed: FixedSplit = NOT_FIXED,
) -> job.Result:
    """Make a folder of sentences from corpus files.

    `outputs` are other folders of the same run; files in them are never input. `fixed` gives the held-out documents and
    replaces the share in the settings.
    """
    started = time.monotonic()
    settings = settings_for(settings, fixed)
    workers = execution.worker_count  # may raise, so it comes before any change
    with (
        removed_on_bad_input(output),
        store.lock(output),
        kept_connection(),
        placed.losses_counted() as losses,
        given(corpus, output, settings, [output, *outputs], fixed) as cut,
    ):
        there = None if execution.overwrite else input_identity.finished(cut, output, settings, execution)
        if there:
            return job.Result(there, False, time.monotonic() - started, warnings_of(cut, there))
        out, compares_inputs = input_identity.wanted(cut, settings, output)
        out.refuse_or_clear(execution.overwrite, compares_inputs)
        scratch = Output(output, input_identity.scratch_identity(cut, settings))
        input_identity.refuse_other_beginning(cut, scratch)
        input_identity.log(output, "start", cut, corpus=input_identity.logged_arguments(corpus), workers=workers)
        records = _spread(cut, scratch, settings, execution, progress)
        digests = [digest for record in records for digest in record["digests"]]
        input_identity.refuse_changes_meanwhile(cut, digests, execution)
        out = _output_of(cut, records, settings, scratch)
        out.refuse_or_clear(False)
        files, lines = _scattered(cut, scratch, records, out, execution, progress)
        held, missing = _write_held_out(cut, scratch, files)
        gather = _gather_job(cut, out, files, lines, records, held)
        parts = job.run_parts(gather, out, execution, progress)
        with job.discarded_on_input_error(output):
            refuse = functools.partial(refuse_useless, settings)
            counted = {**cut.counters(), **({fixed_split.NOT_FOUND: len(missing)} if cut.held_ids else {})}
            counters = job.total_counters([*records, *parts], refuse, counted)
            fixed_split.refuse_empty(fixed, parts, settings.limit)
        skipped = skipped_in(cut, records, _first_lines(cut, records))
        report = b"".join(each.as_line(name, before) for name, each, before in skipped)
        reports = out.write_files({bad_input.REPORT: report}) if report else []
        notes = {**notes_of(cut, records, skipped), fixed_split.NOT_FOUND: missing[: fixed_split.NAMES_KEPT]}
        manifest = out.finish([*parts, *reports], counters, notes)
        seconds = time.monotonic() - started
        input_identity.log(output, "finish", cut, digests=digests, seconds=round(seconds, 3))
    warnings = (*warnings_of(cut, manifest), *chapter_advice(cut, settings, counters))
    return job.Result(manifest, True, seconds, warnings, losses.told())


def settings_for(settings: SegmentSettings, fixed: FixedSplit) -> SegmentSettings:
    """Settings without a validation share if the held-out documents are fixed."""
    return settings if fixed == NOT_FIXED else dataclasses.replace(settings, validation_share=0.0)


def plan(
    corpus: Sequence[str],
    output: str,
    settings: SegmentSettings,
    overwrite: bool = False,
    outputs: Sequence[str] = (),
    warn: Callable[[str], object] = lambda warning: None,
    fixed: FixedSplit = NOT_FIXED,
) -> list[job.PlanStep]:
    """What `segment` would do, as far as that is known before the input is read; writes nothing.

    `warn` is called with a message about files that would be left out.
    """
    settings = settings_for(settings, fixed)
    return plan_of(scan(corpus, settings, [output, *outputs], fixed=fixed), output, settings, overwrite, warn)


def plan_of(
    cut: Corpus, output: str, settings: SegmentSettings, overwrite: bool, warn: Callable[[str], object]
) -> list[job.PlanStep]:
    """`plan` for a corpus that is already divided."""
    for warning in warnings_of(cut):
        warn(warning)
    out, compares_inputs = input_identity.wanted(cut, settings, output)
    scratch = Output(output, input_identity.scratch_identity(cut, settings))
    names = _scratch_names(cut)
    out.refuse_other_stage()
    if overwrite and out.folder.exists():
        return [job.PlanStep(name, True, "--overwrite") for name in [*names, *cut.part_names()]]
    if out.is_complete():
        changed = (
            ""
            if input_identity.looks_unchanged(output, cut)
            else "; the input may have changed and will be read to compare"
        )
        return [job.PlanStep(name, False, "complete" + changed) for name in cut.part_names()]
    changes = out.changes(compares_inputs)
    reason = f"made with other settings: {'; '.join(changes)}; needs --overwrite" if changes else "missing"
    records, are_grouped = ({}, False) if changes else _records_there(cut, scratch, settings)
    steps = [
        job.PlanStep(name, number not in records, "read already" if number in records else reason)
        for number, name in enumerate(names)
    ]
    grouped = [job.PlanStep(name, not are_grouped, "there" if are_grouped else reason) for name in _group_names(cut)]
    return [*steps, *grouped, *(job.PlanStep(name, True, reason) for name in cut.part_names())]


# -- spread -----------------------------------------------------------------------------------------------------------


def _scratch_names(cut: Corpus) -> list[str]:
    count = len(cut.tasks)
    return [f"{store.SCRATCH}/{store.part_name('piece', number, count)}" for number in range(count)]


def _spread(
    cut: Corpus, scratch: Output, settings: SegmentSettings, execution: Execution, progress: job.Progress
) -> list[dict[str, Any]]:
    """Run the unfinished tasks of the first step; returns the records of all."""
    names = _scratch_names(cut)
    found, _ = _records_there(cut, scratch, settings)
    records = {number: found.get(number) for number in range(len(names))}
    input_identity.refuse_changed_content(cut, scratch, records, execution)
    sizes = [sum(piece.bytes[1] - piece.bytes[0] for piece in task) for task in cut.tasks]
    missing = [number for number, record in records.items() if record is None]
    tasks = [
        (
            SpreadTask(
                *(
                    scratch.path(names[number]),
                    scratch.identity,
                    cut.tasks[number],
                    settings,
                    cut.train,
                    cut.validation,
                ),
                *(cut.levels, cut.has_fixed_split, cut.held_ids),
            ),
        )
        for number in missing
    ]
    wanted = [sizes[number] for number in missing]
    step, pieces = "segment: read", [(number, names[number]) for number in missing]
    with (
        progress(step, sum(sizes), "B", sum(sizes), sum(sizes) - sum(wanted)) as advance,
        placed.logged(scratch.location, step, pieces),
    ):
        for index, record in run_tasks(spread_pieces, tasks, execution, advance, wanted):
            records[missing[index]] = _kept(record)
    return [record for record in records.values() if record is not None]


def _records_there(cut: Corpus, scratch: Output, settings: SegmentSettings) -> tuple[dict[int, dict[str, Any]], bool]:
    """The records of finished pieces, by number, and whether all groups are finished already.

    A record is written after its scratch file, which is deleted once all groups are finished.
    """
    names = _scratch_names(cut)
    found = {}
    for number in scratch.parts_there([record_path(name) for name in names]):
        record = read_record(record_path(scratch.path(names[number])))
        if record and not scratch.identity.changes_from(record):
            found[number] = _kept(record)
    if cut.levels.are_two and len(found) == len(names):
        out = _output_of(cut, list(found.values()), settings, scratch)
        if groups.are_made(GROUP, cut.levels, len(names), out):
            return found, True
    there = set(scratch.parts_there(names))
    return {number: record for number, record in found.items() if number in there}, False


def _kept(record: dict[str, Any]) -> dict[str, Any]:
    """The fields of a record that are still needed: there may be a hundred thousand records, all with one identity."""
    kept = {name: record[name] for name in ("files", "lines", "digests", "skipped", "unknown_templates")}
    return {**kept, "counters": job.names_shared(record["counters"])}


def _group_names(cut: Corpus) -> list[str]:
    return groups.names(GROUP, cut.levels, len(cut.tasks))


# -- group ------------------------------------------------------------------------------------------------------------


def _output_of(cut: Corpus, records: list[dict[str, Any]], settings: SegmentSettings, scratch: Output) -> Output:
    """The output folder with its final identity, once the whole input is read."""
    digest = input_identity.corpus_digest(cut, [digest for record in records for digest in record["digests"]])
    identity = input_identity.identity_of(settings, corpus=digest, **cut.fixed_inputs())
    return Output(scratch.location, identity, scratch.identity)


def _scattered(
    cut: Corpus,
    scratch: Output,
    records: list[dict[str, Any]],
    out: Output,
    execution: Execution,
    progress: job.Progress,
) -> tuple[Scattered, Sequence[list[int]]]:
    """The rows of every partition, after the second level if there is one, and the number of lines before each piece, for
    each of a partition's files."""
    names, lines = _scratch_names(cut), _first_lines(cut, records)
    if not cut.levels.are_two:
        return Scattered([[scratch.path(name) for name in names]], cut.levels.partitions), lines
    how = Grouping(GROUP, f"segment: {GROUP}", spread_group, SPREAD, out, execution, progress)
    files = groups.spread_groups(how, cut.levels, scratch, names, lines)
    return files, [[0]] * len(files.groups[0])


# -- gather -----------------------------------------------------------------------------------------------------------


def _write_held_out(cut: Corpus, scratch: Output, files: Scattered) -> tuple[store.Location | None, list[str]]:
    """The file with the ids of held-out documents, None if the split is not fixed; and the given ids without a document."""
    if not cut.has_fixed_split:
        return None, []
    held, found = fixed_split.gather_ids(files.from_partition(cut.train), cut.held_ids is not None)
    path = scratch.path(f"{store.SCRATCH}/{store.part_name('held', 0, 1)}")
    fixed_split.write(path, held)
    return path, fixed_split.missing(cut.held_ids, found) if cut.held_ids else []


def _gather_job(
    cut: Corpus,
    out: Output,
    files: Scattered,
    lines: Sequence[list[int]],
    records: list[dict[str, Any]],
    held: store.Location | None,
) -> job.Job:
    names = cut.part_names()
    share = max(1, sum(record["counters"]["documents_read"] for record in records) // len(names))
    tasks = [
        GatherTask(out.path(name), name, out.identity, share, files.of(number), lines, held)
        for number, name in enumerate(names)
    ]
    stored = [out.stored_name(name) for name in _group_names(cut)]
    if not stored:
        scratch = Output(out.location, out.scratch)
        stored = [scratch.stored_name(name) for name in _scratch_names(cut)]
    sizes, place = out.folder.sizes(), str(out.location)
    size = sum(sizes.get(name, 0) for name in stored)
    return job.Job(place, out.identity, gather_partition, tasks, "documents", input_bytes=size, step="segment: gather")


def _first_lines(cut: Corpus, records: list[dict[str, Any]]) -> list[list[int]]:
    """For every task and piece, the number of lines before the piece in its file."""
    seen: dict[str, int] = {}
    result = []
    for task, record in zip(cut.tasks, records, strict=True):
        before = []
        for piece, lines in zip(task, record["lines"], strict=False):
            before.append(seen.get(piece.source.path, 0))
            seen[piece.source.path] = before[-1] + lines
        result.append(before)
    return result
