"""Tasks for the workers of test_runner: a module of its own, small, since each worker that is started imports it."""

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
    """End this very process, at the first go."""
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
    """Is pickled with its one message, and cannot be made of that again."""

    def __init__(self, number, reason):
        super().__init__(f"{number}: {reason}")


class HoldsALockError(Exception):
    """Cannot be pickled."""

    def __init__(self, message):
        super().__init__(message)
        self.lock = threading.Lock()


class ForgetsItsNotesError(Exception):
    """Comes back from its pickle without the traceback of the worker."""

    def __reduce__(self):
        return ForgetsItsNotesError, self.args


class EndsAPickleLoudlyError(Exception):
    def __reduce__(self):
        raise SystemError("not me")


class Panic(BaseException):
    """As Rust's libraries raise."""


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
    """Tell which process this is; then stay in one call, in which no thread of Python's has a turn."""
    (Path(folder) / f"{number}.tmp").write_text(str(os.getpid()))
    (Path(folder) / f"{number}.tmp").rename(Path(folder) / f"{number}.pid")
    return sum(range(10**13))
