"""The common part of the data stages: a folder made part by part, resumably, by tasks of the runner.

A `Job` names the output, its identity, and a task for each part. `plan` says which parts are missing and why; `execute`
runs their tasks and writes the manifest. Parts of an interrupted run are read again, in parallel, and kept only if they are
complete and of the same identity.

Every folder is made by the same protocol (`make`):

    lock ─▶ complete? ─▶ check that nothing foreign is there, or overwrite ─▶ log ─▶ parts ─▶ manifest ─▶ log
"""

import contextlib
import dataclasses
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from .. import store
from ..core.errors import InputError
from ..processes.runner import Execution, kept_connection, run_tasks
from . import Identity, Location, Manifest, Output, placed

Made = tuple[list[dict[str, Any]], dict[str, int]]  # the entries of all files, and the counters


class Progress(Protocol):
    """Shows the progress of a step of a stage."""

    def __call__(
        self, step: str, total: int, unit: str, total_bytes: int = 0, done: int = 0
    ) -> contextlib.AbstractContextManager[Callable[[int], object]]:
        """A context that yields a function, to be called with the amount done since its last call.

        `total` is in `unit`; `total_bytes` is the same amount in bytes, so that both rates can be shown; `done` of
        `total` was done by an earlier run.
        """


@contextlib.contextmanager
def silent(step: str, total: int, unit: str, total_bytes: int = 0, done: int = 0) -> Iterator[Callable[[int], object]]:
    """Show no progress."""
    yield lambda amount: None


@dataclasses.dataclass(frozen=True)
class PartTask:
    """The arguments of a worker that writes one part; stages add fields, but never data."""

    path: Location
    name: str
    identity: Identity
    size: int  # amount of work in the job's unit, for the progress bar


@dataclasses.dataclass(frozen=True)
class Job:
    """A folder to make; `function` writes the part of a task and returns its entry (`store.write_part`)."""

    output: Location
    identity: Identity
    function: Callable[[Any], dict[str, Any]]
    tasks: Sequence[PartTask]
    unit: str
    files: dict[str, bytes] = dataclasses.field(default_factory=dict)  # small files other than the parts
    input_bytes: int = 0
    step: str = ""  # label of the progress bar, if not the stage's name
    warnings: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class PlanStep:
    """One line of a plan: a part, whether it will be made, and why."""

    part: str
    wanted: bool
    reason: str


@dataclasses.dataclass(frozen=True)
class Result:
    """The result of a stage: the finished folder, and whether anything had to be made."""

    manifest: Manifest
    made: bool
    seconds: float
    warnings: tuple[str, ...] = ()  # for people: about input that was left out
    lost: str = ""  # for people: tasks that were lost and run again


def plan(job: Job, overwrite: bool = False) -> list[PlanStep]:
    """List what `execute` would do, part by part; writes nothing."""
    output = Output(job.output, job.identity)
    output.refuse_other_stage()
    if overwrite and output.folder.exists():
        return [PlanStep(task.name, True, "--overwrite") for task in job.tasks]
    if output.is_complete():
        return [PlanStep(task.name, False, "complete") for task in job.tasks]
    reason = why(output)
    names = [task.name for task in job.tasks]
    there = output.own_parts_there(names)
    return [
        PlanStep(name, False, "complete") if number in there else PlanStep(name, True, reason)
        for number, name in enumerate(names)
    ]


def why(output: Output) -> str:
    """Why a missing part has to be made."""
    changes = output.changes()
    return f"made with other settings: {'; '.join(changes)}; needs --overwrite" if changes else "missing"


def execute(
    job: Job,
    execution: Execution,
    progress: Progress = silent,
    check: Callable[[dict[str, int]], None] | None = None,
) -> Result:
    """Make the missing parts of a folder and finish it; the caller must not hold the lock.

    `check` sees the counters before the manifest is written and may raise `InputError`; the folder is then deleted.
    """
    output = Output(job.output, job.identity)

    def work() -> Made:
        files = output.write_files(job.files)
        parts = run_parts(job, output, execution, progress)
        with discarded_on_input_error(job.output):
            return [*parts, *files], total_counters(parts, check)

    return dataclasses.replace(make(output, execution, work), warnings=job.warnings)


def make(output: Output, execution: Execution, work: Callable[[], Made]) -> Result:
    """Make a folder by the protocol: `work` makes what is missing and returns the entries of all files, and the counters."""
    started = time.monotonic()
    workers = execution.worker_count  # may raise, so it comes before any change
    with store.lock(output.location), kept_connection(), placed.losses_counted() as losses:
        if output.is_complete() and not execution.overwrite:
            output.tidy()
            return Result(store.read_manifest(output.location), False, time.monotonic() - started)
        output.refuse_or_clear(execution.overwrite)
        store.log_run(output.location, "start", stage=output.identity.stage, workers=workers)
        manifest = output.finish(*work())
        seconds = time.monotonic() - started
        store.log_run(output.location, "finish", stage=output.identity.stage, seconds=round(seconds, 3))
    return Result(manifest, True, seconds, lost=losses.told())


@contextlib.contextmanager
def discarded_on_input_error(output: Location) -> Iterator[None]:
    """Delete the folder on `InputError`: its parts are useless, and would be in the way of the next run."""
    try:
        yield
    except InputError:
        store.discard(output)
        raise


def run_parts(job: Job, output: Output, execution: Execution, progress: Progress) -> list[dict[str, Any]]:
    """Run the tasks of the missing parts; returns the entries of all parts with their counters, in order."""
    entries = dict(_check_present(job, output, execution))
    missing = [number for number in range(len(job.tasks)) if number not in entries]
    tasks = [(job.tasks[number],) for number in missing]
    sizes = [job.tasks[number].size for number in missing]
    total = sum(task.size for task in job.tasks)
    step, names = job.step or job.identity.stage, [(number, job.tasks[number].name) for number in missing]
    with (
        progress(step, total, job.unit, job.input_bytes, total - sum(sizes)) as advance,
        placed.logged(job.output, step, names),
    ):
        for index, entry in run_tasks(job.function, tasks, execution, advance, sizes):
            entries[missing[index]] = {**entry, "counters": names_shared(entry["counters"])}
    return [entries[number] for number in range(len(job.tasks))]


def _check_present(job: Job, output: Output, execution: Execution) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and entry of each part that exists and is intact."""
    present = output.parts_there([task.name for task in job.tasks])
    names = [job.tasks[number].name for number in present]
    tasks = [(output.path(name), name, output.identity) for name in names]
    for index, entry in run_tasks(store.check_part, tasks, execution):
        if entry is not None:
            yield present[index], entry


def names_shared(counters: dict[str, int]) -> dict[str, int]:
    """Intern the names of counters, so that ten thousands of parts do not each keep a copy."""
    return {sys.intern(name): value for name, value in counters.items()}


def total_counters(
    parts: Sequence[dict[str, Any]],
    check: Callable[[dict[str, int]], None] | None = None,
    extra: dict[str, int] | None = None,
) -> dict[str, int]:
    """The sum of the parts' counters; `check` may raise an error about it."""
    counters: dict[str, int] = dict(extra or {})
    for part in parts:
        store.add_counters(counters, part["counters"])
    if check:
        check(counters)
    return counters
