"""What the data stages have in common: a folder made part by part, resumable, by tasks of the runner.

A `Job` names the output, its identity, and for each part the task that writes it. `plan` says which parts are missing and
why; `execute` runs those and writes the manifest from the records that the parts carry, so a resumed run counts all.
"""

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from .. import store
from ..runner import Execution, Task, run_tasks
from ..store import Identity, Manifest, Output


class Progress(Protocol):
    """Shows how far a stage is."""

    def __call__(self, stage: str, total: int, unit: str) -> contextlib.AbstractContextManager[Callable[[int], object]]:
        """A context that gives a function to call with what was done since the last call."""


@contextlib.contextmanager
def silent(stage: str, total: int, unit: str) -> Iterator[Callable[[int], object]]:
    """Progress that nobody sees."""
    yield lambda done: None


@dataclasses.dataclass(frozen=True)
class Part:
    """A part to make: its name, the task's arguments, and how much work it is, for the bar."""

    name: str
    task: Task
    size: int


@dataclasses.dataclass(frozen=True)
class Job:
    """A folder to make."""

    output: Path
    identity: Identity
    function: Callable[..., Any]
    parts: Sequence[Part]
    unit: str


@dataclasses.dataclass(frozen=True)
class Step:
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


def plan(job: Job) -> list[Step]:
    """What `execute` would do, part by part; writes nothing."""
    output = Output(job.output, job.identity)
    if output.is_complete():
        return [Step(part.name, False, "complete") for part in job.parts]
    changes = output.changes()
    reason = f"made differently: {'; '.join(changes)}" if changes else "missing"
    return [
        Step(part.name, False, "complete") if output.has_part(part.name) else Step(part.name, True, reason)
        for part in job.parts
    ]


def execute(
    job: Job,
    execution: Execution,
    progress: Progress = silent,
    before: Callable[[Output], None] | None = None,
    check: Callable[[dict[str, int]], None] | None = None,
) -> Result:
    """Make what is missing of a folder and finish it; the caller holds no lock.

    `before` runs once the folder may be written to; `check` sees the counters before the manifest is written and may
    refuse them.
    """
    started = time.monotonic()
    output = Output(job.output, job.identity)
    with store.lock(job.output):
        if output.is_complete() and not execution.overwrite:
            output.tidy()
            return Result(store.read_manifest(job.output), False, time.monotonic() - started)
        output.refuse_or_clear(execution.overwrite)
        store.log_run(job.output, "start", stage=job.identity.stage, workers=execution.worker_count)
        if before:
            before(output)
        run_parts(job, output, execution, progress)
        manifest = finish(job, output, check)
        seconds = time.monotonic() - started
        store.log_run(job.output, "finish", stage=job.identity.stage, seconds=round(seconds, 3))
    return Result(manifest, True, seconds)


def run_parts(job: Job, output: Output, execution: Execution, progress: Progress) -> None:
    """Run the tasks of the parts that are missing."""
    missing = [part for part in job.parts if not output.has_part(part.name)]
    with progress(job.identity.stage, sum(part.size for part in job.parts), job.unit) as advance:
        advance(sum(part.size for part in job.parts) - sum(part.size for part in missing))
        for number, _ in run_tasks(job.function, [part.task for part in missing], execution.worker_count):
            advance(missing[number].size)


def finish(
    job: Job, output: Output, check: Callable[[dict[str, int]], None] | None = None, extra: dict[str, int] | None = None
) -> Manifest:
    """Add up the counters of all parts and write the manifest."""
    counters: dict[str, int] = dict(extra or {})
    for part in job.parts:
        record = store.read_record(output.folder / part.name)
        store.add_counters(counters, record["counters"] if record else {})
    if check:
        check(counters)
    return output.finish([part.name for part in job.parts], counters)
