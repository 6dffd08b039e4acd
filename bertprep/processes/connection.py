"""The connection to a Ray cluster, which takes seconds to make: one for all tasks of a command.

A connection that somebody else has made in this process is used, and never closed.

Refuses, with `UsageError`: Ray is not installed or not to be reached, or has another version there.
"""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any

from ..core import events
from ..core.errors import StageError, UsageError, missing_extra
from .worker import ONE_THREAD

START_SECONDS = (1, 4, 10)  # to wait for a cluster that answers, before it is tried again
FREE = "; start the command on a node of the cluster, such as its head"


class _Ours:
    users = 0  # that want it to stay
    where: dict[str, Any] | None = None  # what this module has connected to


def load_ray() -> Any:
    """The package; `UsageError` where it is missing."""
    try:
        import ray
    except ImportError:
        raise missing_extra("ray", "ray") from None
    return ray


@contextlib.contextmanager
def kept_connection() -> Iterator[None]:
    """A connection that is made within stays to the end, for other tasks that want the same."""
    _Ours.users += 1
    try:
        yield
    finally:
        _Ours.users -= 1
        if not _Ours.users:
            close_connection()


def close_connection() -> None:
    """End the connection, if it is ours, and with it a cluster that was started for it."""
    if _Ours.where is not None:
        _Ours.where = None
        load_ray().shutdown()


@contextlib.contextmanager
def connected(address: str | None, workers: int) -> Iterator[Any]:
    """Ray, connected to the cluster at `address`, or to one of `workers` cores that is started on this machine."""
    ray = load_ray()
    where: dict[str, Any] = {"address": address} if address else {"address": "local", "num_cpus": workers}
    with kept_connection():
        if _Ours.where not in (None, where):
            close_connection()
        if not ray.is_initialized():
            _connect(ray, address, where)
            _Ours.where = where
        yield ray


def _connect(ray: Any, address: str | None, where: dict[str, Any]) -> None:
    _refuse_unreachable(address)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a cluster that Ray starts for us tells its makers otherwise
    # Ray's workers would have a niceness of 15, and starve where anything else is at work, which local ones do not
    os.environ.setdefault("RAY_worker_niceness", "0")
    options = {} if address else {"include_dashboard": False}
    _keep_from_stdout(ray)
    try:
        with _own_end():
            _patiently(ray, **where, **options, log_to_driver=False, logging_level="error", job_config=_job_config(ray))
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise _unreachable(address, error) from error
    except OSError as error:  # such as sockets below a temporary folder whose path is too long for them
        raise UsageError(
            f"--runner ray: a Ray cluster cannot be started here ({error}); RAY_TMPDIR names another folder for its files"
        ) from error
    except Exception as error:  # Ray raises no better one where its processes are killed or slow as they start
        raise StageError(
            f"--runner ray: Ray did not start ({str(error).splitlines()[0] if str(error) else type(error).__name__}); run the "
            "same command again when the machine is less busy, or omit --runner ray"
        ) from error


def _patiently(ray: Any, **options: Any) -> None:
    """Connect; a cluster that answers and is not ready yet is one that starts, so it gets some time."""
    for seconds in START_SECONDS:
        try:
            ray.init(**options)
            return
        except ConnectionError:
            ray.shutdown()
            time.sleep(seconds)
    ray.init(**options)


def _keep_from_stdout(ray: Any) -> None:
    """Ray prints on stdout what its nodes report, such as the end of one; results are expected there, so it becomes an event."""

    def tell(data: dict[str, Any], **_: Any) -> None:
        for line in data["lines"]:
            events.tell("message", message=f"Ray: {line}")

    with contextlib.suppress(AttributeError):
        ray._private.worker.print_to_stdstream = tell


@contextlib.contextmanager
def _own_end() -> Iterator[None]:
    """What this process does on SIGTERM stays what it was, and processes that are started inherit one thread each."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    handler = signal.getsignal(signal.SIGTERM)
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        # in another thread Ray sets none; and perhaps none of Python's was set
        with contextlib.suppress(ValueError, TypeError):
            signal.signal(signal.SIGTERM, handler)
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _job_config(ray: Any) -> Any:
    """A configuration by which Ray's workers look for modules where they are installed, not in the current folder first."""

    class OwnPath(ray.job_config.JobConfig):
        def _runtime_env_has_working_dir(self) -> bool:
            return True  # the one case in which Ray leaves the path alone; no folder is sent for it

    return OwnPath()


def _refuse_unreachable(address: str | None) -> None:
    """Knock at HOST:PORT: Ray itself tries for minutes before it gives up."""
    if "://" in (address or ""):
        raise UsageError(f"--ray-address {address}: must be auto or HOST:PORT{FREE}")
    host, _, port = (address or "").rpartition(":")
    if host and port.isdigit():
        try:
            socket.create_connection((host, int(port)), timeout=10).close()
        except OSError as error:
            raise _unreachable(address, error) from error


def _unreachable(address: str | None, error: Exception) -> UsageError:
    if "ersion mismatch" in str(error):  # which Ray tells on many lines
        return UsageError(
            f"--ray-address {address}: {' '.join(str(error).split())}; install the same versions on every node"
        )
    return UsageError(f"--ray-address {address}: no Ray cluster is reachable there ({error})")
