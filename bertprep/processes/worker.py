"""Code that runs in a worker: tasks arrive through a pipe; progress reports, results and errors go back.

ready     nothing: the worker has started
report    the amount of the task's size that is done
result    the task's return value
error     the exception that it raised, with the worker's traceback as a note
foreign   an exception that cannot be pickled: its module, type, message and notes as text

On a node of a Ray cluster a generator yields the same messages (`messages`).
"""

import collections
import contextlib
import multiprocessing
import multiprocessing.connection
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

from ..core.without_pandas import leave_out_pandas

# tasks already run in parallel, one per core, so threads of libraries would only compete with them
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1"
) | {"TOKENIZERS_PARALLELISM": "false"}
PATIENCE_SECONDS = 5.0  # how long an idle worker waits for the next step or stage

Task = tuple[Any, ...]
Advance = Callable[[int], object]
_reporter: list[Advance] = []


def report(amount: int) -> None:
    """Report, from within a task, that this amount of its size is done; advances the progress bar."""
    if _reporter:
        _reporter[-1](amount)


@contextlib.contextmanager
def reporting_to(advance: Advance) -> Iterator[None]:
    """Send the reports of tasks in this process to `advance`."""
    _reporter.append(advance)
    try:
        yield
    finally:
        _reporter.pop()


def work(pipe: Connection, environment: dict[str, str]) -> None:
    """Main loop of a worker: run functions with their arguments until the pipe ends or stays empty.

    `environment` is that of the parent now; a fork has the one of the fork server.
    """
    os.environ.clear()
    os.environ.update(environment | ONE_THREAD)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    leave_out_pandas()
    with contextlib.suppress(EOFError, OSError), reporting_to(lambda amount: pipe.send(("report", amount))):
        pipe.send(("ready", None))
        while pipe.poll(PATIENCE_SECONDS):
            pipe.send_bytes(_outcome(*pipe.recv()))


def messages(folder: str, packed: bytes, seconds: float) -> Iterator[bytes]:
    """Run a task on a node of a cluster; yields reports, one every `seconds`, then the result or error.

    `packed` are the pickled function and arguments. Unpickling them imports libraries, which read the environment at
    import, so that is set first. The task has a thread of its own, since the generator could not yield reports meanwhile.
    """
    os.environ.update(ONE_THREAD)
    leave_out_pandas()
    with contextlib.suppress(OSError):  # relative paths work only if the node has the folder
        os.chdir(folder)
    outcome: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    amounts: collections.deque[int] = collections.deque()
    with reporting_to(amounts.append):
        threading.Thread(target=lambda: outcome.put(bytes(_unpacked_outcome(packed))), daemon=True).start()
        while True:
            with contextlib.suppress(queue.Empty):
                yield outcome.get(timeout=seconds)
                return
            if amount := sum(amounts.popleft() for _ in range(len(amounts))):
                yield pickle.dumps(("report", amount))


def _unpacked_outcome(packed: bytes) -> memoryview:
    try:
        function, task = pickle.loads(packed)
    except Exception as error:
        error.add_note("in a worker:\n" + traceback.format_exc())
        return _packed(error)
    return _outcome(function, task)


def _outcome(function: Callable[..., Any], task: Task) -> memoryview:
    """Run a task and pickle the message with its result or error; any exception is an error message."""
    try:
        return ForkingPickler.dumps(("result", function(*task)))
    except BaseException as error:  # SystemExit, and panics in Rust libraries, are not `Exception`s
        error.add_note("in a worker:\n" + traceback.format_exc())
        return _packed(error)
    finally:
        if arrow := sys.modules.get("pyarrow"):  # return the memory of the task's peak to the system
            arrow.default_memory_pool().release_unused()


def _packed(error: BaseException) -> memoryview:
    with contextlib.suppress(Exception):
        packed = ForkingPickler.dumps(("error", error if isinstance(error, Exception) else None))
        again = pickle.loads(packed)[1]
        if (type(again), str(again), again.__notes__) == (type(error), str(error), error.__notes__):
            return packed
    try:
        message = str(error)
    except Exception:
        message = "its message cannot be displayed"
    kind = type(error)
    return ForkingPickler.dumps(("foreign", (kind.__module__, kind.__name__, message, error.__notes__)))


def foreign_error(module: str, name: str, message: str, notes: list[str]) -> Exception:
    """An exception that prints like one of this type, which could not be unpickled here."""
    error = type(name, (Exception,), {"__module__": module})(message)
    for note in notes:
        error.add_note(note)
    return error


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    if sys.platform == "linux":
        # SIGKILL by the kernel: works even during a long call into a library, when no Python thread can run
        import fcntl

        fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(parent.sentinel, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, fcntl.fcntl(parent.sentinel, fcntl.F_GETFL) | os.O_ASYNC)


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
