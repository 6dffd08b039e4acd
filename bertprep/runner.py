"""The only owner of processes: runs tasks here, or in a pool of fresh local processes.

A task is a function that a fresh process can import, and its arguments: settings, paths and a partition's number, never
data. Tasks write through the store and return counters, so a lost worker costs what it had in hand: its tasks are given
out again, and after too many losses the error says so. Workers end when the process that started them does.

Refuses, with `StageError`: to go on after workers died again and again. A task's own error is raised as it is.
"""

import concurrent.futures
import dataclasses
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from .errors import StageError

MOST_LOSSES = 3  # a worker that dies this often dies of its task
Task = tuple[Any, ...]


@dataclasses.dataclass(frozen=True)
class Execution:
    """How to run, as opposed to what to make: nothing here changes a byte of the data."""

    workers: int = 0  # 0: as many as there are cores
    overwrite: bool = False
    quiet: bool = False

    @property
    def worker_count(self) -> int:
        return self.workers or usable_cores()


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_tasks(function: Callable[..., Any], tasks: Sequence[Task], workers: int) -> Iterator[tuple[int, Any]]:
    """Run function(*task) for every task; yields (number of the task, result) as they finish, in any order.

    With one worker or one task the work is done in this process, in order.
    """
    if min(workers, len(tasks)) <= 1:
        for number, task in enumerate(tasks):
            yield number, function(*task)
        return
    left = dict(enumerate(tasks))
    for _ in range(MOST_LOSSES):
        try:
            for number, result in _run_pool(function, left, min(workers, len(left))):
                del left[number]
                yield number, result
            return
        except BrokenProcessPool:
            continue
    raise StageError(
        f"workers died {MOST_LOSSES} times (out of memory? killed?) with {len(left)} of {len(tasks)} tasks to do; "
        "what was finished is kept; try fewer --workers"
    )


def _run_pool(function: Callable[..., Any], tasks: dict[int, Task], workers: int) -> Iterator[tuple[int, Any]]:
    pool = concurrent.futures.ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), initializer=_start_worker
    )
    done = False
    try:
        futures = {pool.submit(function, *task): number for number, task in tasks.items()}
        for future in concurrent.futures.as_completed(futures):
            yield futures[future], future.result()
        done = True
    finally:
        if not done:  # an error or Ctrl-C: nobody waits for work that is not wanted any more
            for process in list((pool._processes or {}).values()):
                process.kill()
        pool.shutdown(wait=True, cancel_futures=True)


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end when the parent ends, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
