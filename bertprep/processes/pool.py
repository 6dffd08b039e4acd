"""A pool of fresh processes on this machine, each doing one task at a time.

The parent sends a task down a worker's pipe and gets back reports of progress, then the result or the error. A worker
that dies, however it dies, shows as the end of its pipe: its task is given to a new worker, and nothing else is lost. A
task that kills its worker again and again is named in a `StageError`; what else a task raises is raised here as it is.

Workers end when the parent does, even when that is killed. Ctrl-C reaches the parent alone. A worker that has nothing
to do waits a little for the next step, since starting one takes as long as many a task, for imports.

A program that is ours alone calls `prepare` first of all: another process then imports what the tasks need while the
program does, and workers are forks of it, ready at once. Where nobody called it, workers are spawned: the process may
be somebody else's, with a fork server of its own.
"""

import collections
import contextlib
import dataclasses
import multiprocessing
import multiprocessing.connection
import multiprocessing.forkserver
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

from ..core.errors import StageError

MOST_LOSSES = 3  # a task whose worker dies this often is what kills it
# One task a core is all the parallelism there is; libraries that start threads of their own would only be in the way
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1"
) | {"TOKENIZERS_PARALLELISM": "false"}

IDLE = -1
PATIENCE_SECONDS = 5.0  # how long a worker waits for the next step of a stage, or the next stage

Task = tuple[Any, ...]
Advance = Callable[[int], object]
_start_method = "spawn"
_reporter: list[Advance] = []
_waiting_workers: list["Worker"] = []


def prepare(*modules: str) -> None:
    """Begin to make ready for workers, without waiting for it: for a program whose process is ours alone.

    `modules` are those of the tasks; they may start no thread when they are imported, since forks would lack it. Does
    nothing off Linux, where libraries of the system do not bear a fork.
    """
    global _start_method
    if sys.platform == "linux" and _start_method == "spawn":
        _start_method = "forkserver"
        multiprocessing.get_context("forkserver").set_forkserver_preload(list(modules))
        with _without_interrupts(), _one_thread():
            multiprocessing.forkserver.ensure_running()


def report(amount: int) -> None:
    """Called within a task: so much of its size is done. Reaches the bar of whoever runs the tasks."""
    if _reporter:
        _reporter[-1](amount)


@contextlib.contextmanager
def reporting_to(advance: Advance) -> Iterator[None]:
    """Send what tasks in this process report to `advance`."""
    _reporter.append(advance)
    try:
        yield
    finally:
        _reporter.pop()


@dataclasses.dataclass
class Worker:
    """A process, the parent's end of its pipe, and the task that it has in hand."""

    process: Any
    pipe: Connection
    folder: str  # where it was started: relative paths mean the same to it only there
    environment: dict[str, str]  # with which it was started
    task: int = IDLE
    reported: int = 0


class Pool:
    """Workers and the tasks they are given; see `run`."""

    def __init__(
        self, function: Callable[..., Any], tasks: Sequence[Task], sizes: Sequence[int], advance: Advance
    ) -> None:
        self.function, self.tasks, self.sizes, self.advance = function, tasks, sizes, advance
        self.waiting = collections.deque(range(len(tasks)))
        self.losses: collections.Counter[int] = collections.Counter()
        self.workers: list[Worker] = []

    def run(self, count: int) -> Iterator[tuple[int, Any]]:
        """Do all tasks with at most `count` workers; yields (number of the task, result) as they finish."""
        finished = False
        try:
            for _ in range(min(count, len(self.tasks))):
                self._start_worker()
            while busy := [worker for worker in self.workers if worker.task != IDLE]:
                for pipe in multiprocessing.connection.wait([worker.pipe for worker in busy]):
                    worker = next(worker for worker in busy if worker.pipe is pipe)
                    yield from self._hear(worker)
            finished = True
        finally:
            self._end(kill=not finished)

    def _start_worker(self) -> None:
        worker = _take_waiting() or _new_worker()
        self.workers.append(worker)
        self._give_task(worker)

    def _give_task(self, worker: Worker) -> None:
        worker.task = self.waiting.popleft() if self.waiting else IDLE
        worker.reported = 0
        if worker.task != IDLE:
            with contextlib.suppress(OSError):  # a worker that died meanwhile is noticed when it is heard
                worker.pipe.send((self.function, self.tasks[worker.task]))

    def _hear(self, worker: Worker) -> Iterator[tuple[int, Any]]:
        try:
            kind, content = worker.pipe.recv()
        except (EOFError, OSError):
            self._replace(worker)
            return
        if kind == "error":
            raise content
        if kind == "report":
            amount = max(min(content, self.sizes[worker.task] - worker.reported), 0)
            worker.reported += amount
            self.advance(amount)
            return
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
            raise StageError(
                f"task {number + 1} of {len(self.tasks)} ended its worker {MOST_LOSSES} times "
                f"({_ending(worker.process.exitcode)}); what was finished is kept; try fewer --workers"
            )
        self.waiting.appendleft(number)
        self._start_worker()

    def _end(self, kill: bool) -> None:
        if not kill:
            _waiting_workers.extend(self.workers)
            return
        for worker in self.workers:  # an error or Ctrl-C: nobody waits for work that is not wanted any more
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


def _new_worker() -> Worker:
    context: Any = multiprocessing.get_context(_start_method)
    ours, theirs = context.Pipe()
    environment = dict(os.environ)
    with _without_interrupts(), _one_thread():
        process = _started(context, (theirs, environment))
    theirs.close()  # or its end would not show when the worker dies
    return Worker(process, ours, os.getcwd(), environment)


def _started(context: Any, arguments: tuple[Any, ...]) -> Any:
    """A running worker. Where the process that forks was killed, Python starts it anew once the system says that it is gone."""
    for seconds in (0.01, 0.1, 1, None):
        process = context.Process(target=work, args=arguments, daemon=True)
        try:
            process.start()
            break
        except (EOFError, ConnectionError):
            if seconds is None:
                raise
            time.sleep(seconds)
    return process


def _ending(exitcode: int | None) -> str:
    if exitcode == -signal.SIGKILL:
        return "killed, perhaps for want of memory"
    return f"signal {-exitcode}" if exitcode is not None and exitcode < 0 else f"exit code {exitcode}"


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Start a process with SIGINT blocked, so that Ctrl-C does not reach it even before it can say so itself."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """What is started meanwhile finds `ONE_THREAD` in its environment; libraries read it when they are imported."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# -- in the worker ----------------------------------------------------------------------------------------------------


def work(pipe: Connection, environment: dict[str, str]) -> None:
    """The life of a worker: functions with their arguments, until the pipe ends or nothing comes down it any more.

    `environment` is the parent's of today; a fork has that of the day its origin was started.
    """
    os.environ.clear()
    os.environ.update(environment | ONE_THREAD)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    with contextlib.suppress(EOFError, OSError), reporting_to(lambda amount: pipe.send(("report", amount))):
        while pipe.poll(PATIENCE_SECONDS):
            pipe.send(_outcome(*pipe.recv()))


def _outcome(function: Callable[..., Any], task: Task) -> tuple[str, Any]:
    try:
        return "result", function(*task)
    except Exception as error:
        error.add_note("in a worker:\n" + traceback.format_exc())
        return "error", error
    finally:
        if arrow := sys.modules.get("pyarrow"):  # or what one task needed at its peak stays with the worker
            arrow.default_memory_pool().release_unused()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    if sys.platform == "linux":
        # at once, and even in the midst of a long call into a library, where no thread has a turn
        import fcntl

        fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(parent.sentinel, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, fcntl.fcntl(parent.sentinel, fcntl.F_GETFL) | os.O_ASYNC)


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
