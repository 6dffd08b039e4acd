"""Tasks for the workers of test_runner, in a small module of their own, since each new worker imports it."""

import os
import signal
import threading
from pathlib import Path

from bertprep.core.errors import InputError
from bertprep.processes.runner import report


def square(number):
    report(1)
    return number * number


def die_once(number, folder):
    """End this process, on the first attempt."""
    mark = Path(folder) / str(number)
    if number == 1 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    with open(Path(folder) / "done", "a") as file:
        file.write(f"{number}\n")
    return number


def die(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def refuse(number):
    if number == 2:
        raise InputError("line 7 is bad")
    return number


def fail(number):
    return 1 // number


def threads(number):
    import polars

    return polars.thread_pool_size(), os.environ["OMP_NUM_THREADS"], os.getpid()


class TakesTwoError(Exception):
    """Is pickled with a single argument, from which it cannot be recreated."""

    def __init__(self, number, reason):
        super().__init__(f"{number}: {reason}")


class HoldsALockError(Exception):
    """Cannot be pickled."""

    def __init__(self, message):
        super().__init__(message)
        self.lock = threading.Lock()


class ForgetsItsNotesError(Exception):
    """Loses the notes with the worker's traceback when it is unpickled."""

    def __reduce__(self):
        return ForgetsItsNotesError, self.args


class EndsAPickleLoudlyError(Exception):
    def __reduce__(self):
        raise SystemError("not me")


class Panic(BaseException):
    """Like the exceptions of Rust libraries."""


def raise_one(kind):
    if kind == "none":
        return
    if kind == "local":

        class LocalError(Exception):
            pass

        raise LocalError("a message")
    if kind == "exit":
        raise SystemExit("a message")
    raise {
        "two": lambda: TakesTwoError("a", "message"),
        "lock": lambda: HoldsALockError("a message"),
        "notes": lambda: ForgetsItsNotesError("a message"),
        "loud": lambda: EndsAPickleLoudlyError("a message"),
        "panic": lambda: Panic("a message"),
    }[kind]()


def never_give_way(folder, number):
    """Write the process id; then stay in one call during which no Python thread can run."""
    (Path(folder) / f"{number}.tmp").write_text(str(os.getpid()))
    (Path(folder) / f"{number}.tmp").rename(Path(folder) / f"{number}.pid")
    return sum(range(10**13))
