"""The connection to a Ray cluster: one for all tasks of a command, since connecting takes seconds.

A connection that other code has made in this process is used, and never closed.

Raises `UsageError` if Ray is not installed, cannot be reached, or has another version on the cluster.
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

START_SECONDS = (1, 4, 10)  # delays between attempts to connect to a cluster that answers but is not ready
FREE = "; start the command on a node of the cluster, such as its head"


class _OwnConnection:
    users = 0  # number of contexts that keep the connection open
    where: dict[str, Any] | None = None  # arguments of the connection made here; None: none made


def load_ray() -> Any:
    """Import Ray; `UsageError` if it is missing."""
    try:
        import ray
    except ImportError:
        raise missing_extra("ray", "ray") from None
    return ray


@contextlib.contextmanager
def kept_connection() -> Iterator[None]:
    """Keep a connection that is made within this context until it ends, for other tasks with the same arguments."""
    _OwnConnection.users += 1
    try:
        yield
    finally:
        _OwnConnection.users -= 1
        if not _OwnConnection.users:
            close_connection()


def close_connection() -> None:
    """Close the connection if it was made here, and stop the cluster if one was started for it."""
    if _OwnConnection.where is not None:
        _OwnConnection.where = None
        load_ray().shutdown()


@contextlib.contextmanager
def connected(address: str | None, workers: int) -> Iterator[Any]:
    """Ray, connected to the cluster at `address`, or to one with `workers` cores that is started on this machine."""
    ray = load_ray()
    where: dict[str, Any] = {"address": address} if address else {"address": "local", "num_cpus": workers}
    with kept_connection():
        if _OwnConnection.where not in (None, where):
            close_connection()
        if not ray.is_initialized():
            _connect(ray, address, where)
            _OwnConnection.where = where
        yield ray


def _connect(ray: Any, address: str | None, where: dict[str, Any]) -> None:
    _refuse_unreachable(address)
    # a cluster started for us would send usage statistics otherwise
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Ray's default niceness of 15 would starve its workers on a busy machine, which does not happen to local ones
    os.environ.setdefault("RAY_worker_niceness", "0")
    options = {} if address else {"include_dashboard": False}
    _output_as_events(ray)
    try:
        with _process_state_kept():
            _init_with_retries(
                ray, **where, **options, log_to_driver=False, logging_level="error", job_config=_job_config(ray)
            )
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise _unreachable(address, error) from error
    except OSError as error:  # such as a temporary folder whose path is too long for a socket
        raise UsageError(
            f"--runner ray: a Ray cluster cannot be started here ({error}); RAY_TMPDIR names another folder for its files"
        ) from error
    except Exception as error:  # Ray raises nothing more specific if its processes are killed or slow while they start
        raise StageError(
            f"--runner ray: Ray did not start ({str(error).splitlines()[0] if str(error) else type(error).__name__}); run the "
            "same command again when the machine is less busy, or omit --runner ray"
        ) from error


def _init_with_retries(ray: Any, **options: Any) -> None:
    """Connect; retry for a while if a cluster answers but is still starting."""
    for seconds in START_SECONDS:
        try:
            ray.init(**options)
            return
        except ConnectionError:
            ray.shutdown()
            time.sleep(seconds)
    ray.init(**options)


def _output_as_events(ray: Any) -> None:
    """Turn what Ray prints on stdout, such as the loss of a node, into events; stdout is for results."""

    def tell(data: dict[str, Any], **_: Any) -> None:
        for line in data["lines"]:
            events.tell("message", message=f"Ray: {line}")

    with contextlib.suppress(AttributeError):
        ray._private.worker.print_to_stdstream = tell


@contextlib.contextmanager
def _process_state_kept() -> Iterator[None]:
    """Restore this process's SIGTERM handler afterwards, and let processes started meanwhile inherit `ONE_THREAD`."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    handler = signal.getsignal(signal.SIGTERM)
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        # Ray sets no handler in other threads; and the previous one may not have been set from Python
        with contextlib.suppress(ValueError, TypeError):
            signal.signal(signal.SIGTERM, handler)
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _job_config(ray: Any) -> Any:
    """A configuration that makes Ray's workers import installed modules, instead of the current folder's first."""

    class OwnPath(ray.job_config.JobConfig):
        def _runtime_env_has_working_dir(self) -> bool:
            return True  # the only case in which Ray does not extend the path; no folder is sent

    return OwnPath()


def _refuse_unreachable(address: str | None) -> None:
    """Test whether HOST:PORT can be reached; Ray itself would retry for minutes."""
    if "://" in (address or ""):
        raise UsageError(f"--ray-address {address}: must be auto or HOST:PORT{FREE}")
    host, _, port = (address or "").rpartition(":")
    if host and port.isdigit():
        try:
            socket.create_connection((host, int(port)), timeout=10).close()
        except OSError as error:
            raise _unreachable(address, error) from error


def _unreachable(address: str | None, error: Exception) -> UsageError:
    if "ersion mismatch" in str(error):  # a message of many lines
        return UsageError(
            f"--ray-address {address}: {' '.join(str(error).split())}; install the same versions on every node"
        )
    return UsageError(f"--ray-address {address}: no Ray cluster is reachable there ({error})")
