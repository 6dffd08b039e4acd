"""A pool of fresh processes on this machine, each doing one task at a time.

The parent sends a task through a worker's pipe and receives progress reports, then the result or the error (`worker`).
If a worker dies for whatever reason, its pipe ends: its task goes to a new worker, and nothing else is lost. A task whose
worker dies `MOST_LOSSES` times raises `StageError`; an exception raised by a task is raised here unchanged.

Workers end with their parent, even if that is killed. Ctrl-C reaches only the parent. An idle worker waits a few seconds
for the next step, since starting one takes as long as many tasks (imports).
"""

import collections
import contextlib
import multiprocessing.connection
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..core import events
from ..core.errors import StageError
from .start import IDLE, Worker, new_worker
from .worker import Advance, Task, foreign_error

MOST_LOSSES = 3  # after this many lost workers the task itself must be the cause
_waiting_workers: list[Worker] = []


class Pool:
    """Workers and their tasks; see `run`."""

    def __init__(
        self, function: Callable[..., Any], tasks: Sequence[Task], sizes: Sequence[int], advance: Advance
    ) -> None:
        self.function, self.tasks, self.sizes, self.advance = function, tasks, sizes, advance
        self.waiting = collections.deque(range(len(tasks)))
        self.losses: collections.Counter[int] = collections.Counter()
        self.workers: list[Worker] = []

    def run(self, count: int) -> Iterator[tuple[int, Any]]:
        """Run all tasks with at most `count` workers; yields (number of the task, result) as they finish."""
        finished = False
        try:
            for _ in range(min(count, len(self.tasks))):
                self._start_worker()
            while busy := [worker for worker in self.workers if worker.task != IDLE]:
                for pipe in multiprocessing.connection.wait([worker.pipe for worker in busy]):
                    worker = next(worker for worker in busy if worker.pipe is pipe)
                    yield from self._receive(worker)
            finished = True
        finally:
            self._end(kill=not finished)

    def _start_worker(self) -> None:
        worker = _take_waiting() or new_worker()
        self.workers.append(worker)
        self._give_task(worker)

    def _give_task(self, worker: Worker) -> None:
        worker.task = self.waiting.popleft() if self.waiting else IDLE
        worker.reported = 0
        if worker.task != IDLE:
            with contextlib.suppress(OSError):  # if it has died meanwhile, `_receive` notices
                worker.pipe.send((self.function, self.tasks[worker.task]))

    def _receive(self, worker: Worker) -> Iterator[tuple[int, Any]]:
        try:
            kind, content = worker.pipe.recv()
        except (EOFError, OSError):
            self._replace(worker)
            return
        if kind in ("error", "foreign"):
            error = content if kind == "error" else foreign_error(*content)
            events.tell("failed", task=worker.task + 1, tasks=len(self.tasks), reason=str(error))
            raise error
        if kind == "ready":
            worker.is_ready = True
        elif kind == "report":
            amount = max(min(content, self.sizes[worker.task] - worker.reported), 0)
            worker.reported += amount
            self.advance(amount)
        else:
            number = worker.task
            self.advance(self.sizes[number] - worker.reported)
            self._give_task(worker)
            yield number, content

    def _replace(self, worker: Worker) -> None:
        number = worker.task
        self.advance(-worker.reported)
        self.workers.remove(worker)
        worker.pipe.close()
        worker.process.join()
        self.losses[number] += 1
        if self.losses[number] >= MOST_LOSSES:
            ending = _exit_reason(worker.process.exitcode)
            raise StageError(
                f"task {number + 1} of {len(self.tasks)} ended its worker {MOST_LOSSES} times ({ending})"
                if worker.is_ready
                else f"workers exit at start-up ({ending})",
                kept=True,
                advice="try fewer --workers" if worker.is_ready else "try --workers 1",
            )
        ending = _exit_reason(worker.process.exitcode)
        events.tell("retry", task=number + 1, tasks=len(self.tasks), attempt=self.losses[number] + 1, reason=ending)
        self.waiting.appendleft(number)
        self._start_worker()

    def _end(self, kill: bool) -> None:
        if not kill:
            _waiting_workers.extend(self.workers)
            return
        for worker in self.workers:  # after an error or Ctrl-C: their work is no longer needed
            worker.process.kill()
            worker.pipe.close()
        for worker in self.workers:
            worker.process.join()


def _take_waiting() -> Worker | None:
    while _waiting_workers:
        worker = _waiting_workers.pop()
        same = (worker.folder, worker.environment) == (os.getcwd(), dict(os.environ))
        if same and worker.process.is_alive() and not worker.pipe.poll():
            return worker
        worker.pipe.close()
    return None


def _exit_reason(exitcode: int | None) -> str:
    if exitcode == -signal.SIGKILL:
        return "killed, perhaps because the machine ran out of memory"
    return f"signal {-exitcode}" if exitcode is not None and exitcode < 0 else f"exit code {exitcode}"
