"""Runs tasks in this process, in a local pool (`pool`) or on Ray (`ray`); no other module starts processes.

A task is a function that a new process can import, and its arguments: settings, paths and a partition's number, never
data. Tasks write through the store and return counters, so a lost worker costs only its current task: that is run again,
up to a limit. Within a task, `report` advances the progress bar.

Raises `StageError` if a task loses its worker too often. An exception raised by a task is raised here unchanged.
"""

import dataclasses
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..core.errors import UsageError
from ..core.fields import MOST_WORKERS
from ..core.records import shown
from .connection import close_connection, kept_connection
from .pool import Pool
from .script import unguarded_call
from .worker import Advance, Task, report, reporting_to

__all__ = [
    "Execution",
    "Task",
    "close_connection",
    "kept_connection",
    "report",
    "reporting_to",
    "run_tasks",
    "usable_cores",
]


RUNNERS = ("local", "ray")
_warned: set[tuple[str, int]] = set()  # calls in scripts that were already warned about


@dataclasses.dataclass(frozen=True)
class Execution:
    """How to run, as opposed to what to make: nothing here changes a byte of the output."""

    workers: int = 0  # 0: one per core, if the program's script allows workers
    overwrite: bool = False
    quiet: bool = False
    runner: str = "local"
    ray_address: str | None = None

    def __post_init__(self) -> None:
        if type(self.workers) is not int or not 0 <= self.workers <= MOST_WORKERS:
            raise UsageError(f"workers is {shown(self.workers)}; it must be a whole number from 0 to {MOST_WORKERS}")
        if self.runner not in RUNNERS:
            raise UsageError(f"runner is {shown(self.runner)}; it must be one of {', '.join(RUNNERS)}")

    @property
    def worker_count(self) -> int:
        """The number of workers; `UsageError` for more than one if each of them would repeat the script's call."""
        wanted = self.workers or usable_cores()
        call = unguarded_call() if wanted > 1 and self.runner == "local" else None
        if not call:
            return wanted
        path, line = call
        advice = "each worker runs this script again, so the call must be inside: if __name__ == '__main__'"
        if self.workers:
            raise UsageError(f"{path}, line {line}: {advice}; or use workers=1 instead of {wanted}")
        if call not in _warned:
            _warned.add(call)
            warnings.warn_explicit(f"one worker does all of the work: {advice}", UserWarning, path, line)
        return 1


def usable_cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_tasks(
    function: Callable[..., Any],
    tasks: Sequence[Task],
    execution: Execution,
    advance: Advance = lambda amount: None,
    sizes: Sequence[int] | None = None,
) -> Iterator[tuple[int, Any]]:
    """Run function(*task) for every task; yields (number of the task, result) as they finish, in any order.

    `advance` is called with the amount done, in units of `sizes` (1 per task by default), negative when work is lost.
    With one worker or one task everything runs in this process, in order.
    """
    sizes = sizes or [1] * len(tasks)
    if execution.runner == "ray" and tasks:
        from .ray import run_on_ray

        where = (execution.ray_address, execution.worker_count)
        yield from run_on_ray(function, tasks, sizes, advance, *where, execution.workers or None)
    elif min(execution.worker_count, len(tasks)) > 1:
        yield from Pool(function, tasks, sizes, advance).run(execution.worker_count)
    else:
        for number, task in enumerate(tasks):
            yield number, _run_here(function, task, sizes[number], advance)


def _run_here(function: Callable[..., Any], task: Task, size: int, advance: Advance) -> Any:
    reported = 0

    def hear(amount: int) -> None:
        nonlocal reported
        amount = max(min(amount, size - reported), 0)
        reported += amount
        advance(amount)

    with reporting_to(hear):
        result = function(*task)
    advance(size - reported)
    return result
