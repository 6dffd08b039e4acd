"""Starts worker processes.

A program whose process is ours alone calls `prepare` first: a fork server then imports what the tasks need while the
program does the same, and workers are forks of it, ready at once. Without `prepare`, workers are spawned, because the
process may belong to other code that has a fork server of its own.

Python puts the current folder first on the path of a child, and a corpus folder may contain any `random.py`. So every
child starts in safe-path mode, and takes over the parent's `sys.path` once it runs.
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
FILES_A_WORKER = 16  # file descriptors that starting a worker needs
IDLE = -1
_start_method = "spawn"


@dataclasses.dataclass
class Worker:
    """A process, the parent's end of its pipe, and its current task."""

    process: Any
    pipe: Connection
    folder: str  # the working folder when it was started; relative paths differ in any other
    environment: dict[str, str]  # the environment variables when it was started
    is_ready: bool = False
    task: int = IDLE
    reported: int = 0


def prepare(*modules: str) -> None:
    """Start to prepare for workers, without waiting; only for a program whose process is ours alone.

    `modules` are those of the tasks; they must not start threads on import, which forks would lack. Does nothing outside
    Linux, where system libraries do not survive a fork, or if the fork server cannot start because the temporary folder's
    path is too long for its socket.
    """
    global _start_method
    if sys.platform == "linux" and _start_method == "spawn":
        multiprocessing.get_context("forkserver").set_forkserver_preload(list(modules))
        with contextlib.suppress(OSError), _without_interrupts(), _child_environment():
            multiprocessing.forkserver.ensure_running()
            _start_method = "forkserver"


def new_worker() -> Worker:
    """Start a worker; `StageError` if the system cannot."""
    context: Any = multiprocessing.get_context(_start_method)
    environment = dict(os.environ)
    try:
        _require_file_descriptors()
        parent_end, child_end = context.Pipe()
        with _without_interrupts(), _child_environment():
            process = _started(context, (child_end, environment))
    except (EOFError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "the process that starts them ended"
        raise StageError(
            f"no worker process could be started ({reason})",
            kept=True,
            advice="try --workers 1, or allow more open files, processes and memory (ulimit -n, -u, -v)",
        ) from error
    child_end.close()  # while it is open here, the pipe would not end when the worker dies
    return Worker(process, parent_end, os.getcwd(), environment)


def _require_file_descriptors() -> None:
    """Raise `OSError` if too few files may still be opened: a worker started only halfway would print a traceback."""
    opened: list[int] = []
    try:
        for _ in range(FILES_A_WORKER):
            opened.append(os.open(os.devnull, os.O_RDONLY))
    finally:
        for file in opened:
            os.close(file)


def _started(context: Any, arguments: tuple[Any, ...]) -> Any:
    """Start the process. If the fork server was killed, Python restarts it once the system reports its end."""
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
    """Start a process with SIGINT blocked, so that Ctrl-C cannot reach it before it ignores the signal itself."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _child_environment() -> Iterator[None]:
    """Set the variables `FOR_CHILDREN` for processes started meanwhile; Python and libraries read them at startup."""
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
