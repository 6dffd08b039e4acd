"""How worker processes are started.

A program that is ours alone calls `prepare` first of all: another process then imports what the tasks need while the
program does, and workers are forks of it, ready at once. Where nobody called it, workers are spawned: the process may
be somebody else's, with a fork server of its own.

Children of Python look for modules in the current folder first, where a corpus may lie beside anybody's `random.py`.
So every child is started in safe-path mode, and takes the parent's own `sys.path` once it runs.
"""

import contextlib
import dataclasses
import multiprocessing
import multiprocessing.forkserver
import os
import signal
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from ..core.errors import StageError
from .worker import ONE_THREAD, work

FOR_CHILDREN = ONE_THREAD | {"PYTHONSAFEPATH": "1"}
FILES_A_WORKER = 16  # open at once while it is being started
IDLE = -1
_start_method = "spawn"


@dataclasses.dataclass
class Worker:
    """A process, the parent's end of its pipe, and the task that it has in hand."""

    process: Any
    pipe: Connection
    folder: str  # where it was started: relative paths mean the same to it only there
    environment: dict[str, str]  # with which it was started
    is_ready: bool = False
    task: int = IDLE
    reported: int = 0


def prepare(*modules: str) -> None:
    """Begin to make ready for workers, without waiting for it: for a program whose process is ours alone.

    `modules` are those of the tasks; they may start no thread when they are imported, since forks would lack it. Does
    nothing off Linux, where libraries of the system do not bear a fork, and where no fork server can be started: its
    socket lies in the folder for temporary files, whose path may be too long for one.
    """
    global _start_method
    if sys.platform == "linux" and _start_method == "spawn":
        multiprocessing.get_context("forkserver").set_forkserver_preload(list(modules))
        with contextlib.suppress(OSError), _without_interrupts(), _children_s_environment():
            multiprocessing.forkserver.ensure_running()
            _start_method = "forkserver"


def new_worker() -> Worker:
    """A worker that was just started; `StageError` if the system gives none."""
    context: Any = multiprocessing.get_context(_start_method)
    environment = dict(os.environ)
    try:
        _need_files()
        ours, theirs = context.Pipe()
        with _without_interrupts(), _children_s_environment():
            process = _started(context, (theirs, environment))
    except (EOFError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "the process that starts them ended"
        raise StageError(
            f"no worker process could be started ({reason})",
            kept=True,
            advice="try --workers 1, or allow more open files, processes and memory (ulimit -n, -u, -v)",
        ) from error
    theirs.close()  # or its end would not show when the worker dies
    return Worker(process, ours, os.getcwd(), environment)


def _need_files() -> None:
    """`OSError` where too few files may still be opened for another worker: one half started would end with a traceback."""
    opened: list[int] = []
    try:
        for _ in range(FILES_A_WORKER):
            opened.append(os.open(os.devnull, os.O_RDONLY))
    finally:
        for file in opened:
            os.close(file)


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
def _children_s_environment() -> Iterator[None]:
    """What is started meanwhile finds `FOR_CHILDREN` in its environment; Python and libraries read it as they start."""
    before = {name: os.environ.get(name) for name in FOR_CHILDREN}
    os.environ.update(FOR_CHILDREN)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
