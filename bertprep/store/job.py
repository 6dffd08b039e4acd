"""What the data stages have in common: a folder made part by part, resumable, by tasks of the runner.

A `Job` names the output, its identity, and for each part the task that writes it. `plan` says which parts are missing and
why; `execute` runs those and writes the manifest. What an interrupted run left is read once more, in parallel, and only
kept if it is whole and of the same identity.

Every folder is made by the same protocol (`make`):

    lock ─▶ complete? ─▶ refuse what others made, or clear it ─▶ log ─▶ the parts ─▶ manifest ─▶ log
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
    """Shows how far a step of a stage is."""

    def __call__(
        self, step: str, total: int, unit: str, total_bytes: int = 0, done: int = 0
    ) -> contextlib.AbstractContextManager[Callable[[int], object]]:
        """A context that gives a function to call with what was done since the last call.

        `total` is in `unit`; `total_bytes` is what that is in bytes, so that both rates can be shown; `done` of it was
        done by an earlier run.
        """


@contextlib.contextmanager
def silent(step: str, total: int, unit: str, total_bytes: int = 0, done: int = 0) -> Iterator[Callable[[int], object]]:
    """Progress that nobody sees."""
    yield lambda amount: None


@dataclasses.dataclass(frozen=True)
class PartTask:
    """What a worker is told to write one part; each stage adds what else it needs, never data."""

    path: Location
    name: str
    identity: Identity
    size: int  # how much work it is, in the unit of the job, for the bar


@dataclasses.dataclass(frozen=True)
class Job:
    """A folder to make; the function writes the part of a task and returns its entry (`store.write_part`)."""

    output: Location
    identity: Identity
    function: Callable[[Any], dict[str, Any]]
    tasks: Sequence[PartTask]
    unit: str
    files: dict[str, bytes] = dataclasses.field(default_factory=dict)  # small ones beside the parts
    input_bytes: int = 0
    step: str = ""  # what the bar says, if not the stage's name
    warnings: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class PlanStep:
    """One line of a plan: a part, and why it will or will not be made."""

    part: str
    wanted: bool
    reason: str


@dataclasses.dataclass(frozen=True)
class Result:
    """What a stage gives back: the finished folder, and whether it had to be made at all."""

    manifest: Manifest
    made: bool
    seconds: float
    warnings: tuple[str, ...] = ()  # what was passed over, in words for a person
    lost: str = ""  # tasks that were lost and done again, in words


def plan(job: Job, overwrite: bool = False) -> list[PlanStep]:
    """What `execute` would do, part by part; writes nothing."""
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
    """Why a part that is not there has to be made."""
    changes = output.changes()
    return f"made with other settings: {'; '.join(changes)}; needs --overwrite" if changes else "missing"


def execute(
    job: Job,
    execution: Execution,
    progress: Progress = silent,
    check: Callable[[dict[str, int]], None] | None = None,
) -> Result:
    """Make what is missing of a folder and finish it; the caller holds no lock.

    `check` sees the counters before the manifest is written and may refuse them; then nothing of the folder is left.
    """
    output = Output(job.output, job.identity)

    def work() -> Made:
        files = output.write_files(job.files)
        parts = run_parts(job, output, execution, progress)
        with nothing_left_if_refused(job.output):
            return [*parts, *files], total_counters(parts, check)

    return dataclasses.replace(make(output, execution, work), warnings=job.warnings)


def make(output: Output, execution: Execution, work: Callable[[], Made]) -> Result:
    """The protocol of making a folder: `work` writes what is missing and gives the entries of all files, and the counters."""
    started = time.monotonic()
    workers = execution.worker_count  # may refuse, and nothing was touched yet
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
def nothing_left_if_refused(output: Location) -> Iterator[None]:
    """Delete a folder whose parts, all there, turn out to be of no use: they would only stand in the way of the next try."""
    try:
        yield
    except InputError:
        store.discard(output)
        raise


def run_parts(job: Job, output: Output, execution: Execution, progress: Progress) -> list[dict[str, Any]]:
    """Run the tasks of the parts that are missing; the entries and counters of all parts, in order."""
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
    """Number and entry of each part that is there and sound."""
    present = output.parts_there([task.name for task in job.tasks])
    names = [job.tasks[number].name for number in present]
    tasks = [(output.path(name), name, output.identity) for name in names]
    for index, entry in run_tasks(store.check_part, tasks, execution):
        if entry is not None:
            yield present[index], entry


def names_shared(counters: dict[str, int]) -> dict[str, int]:
    """The same counters, whose names are not kept once more for each of ten thousands of parts."""
    return {sys.intern(name): value for name, value in counters.items()}


def total_counters(
    parts: Sequence[dict[str, Any]],
    check: Callable[[dict[str, int]], None] | None = None,
    extra: dict[str, int] | None = None,
) -> dict[str, int]:
    """The sum of what the parts counted; `check` may refuse it."""
    counters: dict[str, int] = dict(extra or {})
    for part in parts:
        store.add_counters(counters, part["counters"])
    if check:
        check(counters)
    return counters
