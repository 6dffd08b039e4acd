"""What happens in a worker: tasks come down a pipe; reports of progress, results and errors go back.

ready     nothing: the worker has started
report    so much of the task's size is done
result    what the task returned
error     the exception that it raised, with the worker's traceback as a note
foreign   an exception that pickle cannot carry: its module, type, message and notes, all as text

On a node of a Ray cluster the same messages come from a generator (`messages`).
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

# One task a core is all the parallelism there is; libraries that start threads of their own would only be in the way
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1"
) | {"TOKENIZERS_PARALLELISM": "false"}
PATIENCE_SECONDS = 5.0  # how long a worker waits for the next step of a stage, or the next stage

Task = tuple[Any, ...]
Advance = Callable[[int], object]
_reporter: list[Advance] = []


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


def work(pipe: Connection, environment: dict[str, str]) -> None:
    """The life of a worker: functions with their arguments, until the pipe ends or nothing comes down it any more.

    `environment` is the parent's of today; a fork has that of the day its origin was started.
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
    """What a task on a node of a cluster has to say: reports, one every `seconds`, then what it came to.

    `packed` are its function and arguments. To unpack them imports libraries, which look at the environment as they are
    imported, so that is set before. The task has a thread of its own: a generator that is busy with it could not report.
    """
    os.environ.update(ONE_THREAD)
    leave_out_pandas()
    with contextlib.suppress(OSError):  # so that relative paths mean the same, where the node has the folder
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
    """The pickled message of what a task came to. Whatever it raises is an answer; only the end of the process is none."""
    try:
        return ForkingPickler.dumps(("result", function(*task)))
    except BaseException as error:  # an exit, and a panic in a library of Rust's, are no `Exception`
        error.add_note("in a worker:\n" + traceback.format_exc())
        return _packed(error)
    finally:
        if arrow := sys.modules.get("pyarrow"):  # or what one task needed at its peak stays with the worker
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
    """An exception that reads like the one of this type, which could not be brought here."""
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
        # at once, and even in the midst of a long call into a library, where no thread has a turn
        import fcntl

        fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(parent.sentinel, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, fcntl.fcntl(parent.sentinel, fcntl.F_GETFL) | os.O_ASYNC)


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
