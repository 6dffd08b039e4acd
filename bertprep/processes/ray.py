"""Tasks on a Ray cluster: the same tasks as everywhere, one core each.

The package must be installed on every node, and inputs and outputs lie where every node sees them: a shared folder or
an object store. Ray gives the task of a lost worker or node to another; as a part is whole or absent, that is all the
care it takes. Reports of progress within a task stay on the node; the bar moves task by task.

Refuses, with `UsageError`: Ray is not installed or not to be reached. `StageError` when a task loses its worker time
and again.
"""

import contextlib
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..core.errors import StageError, UsageError, missing_extra
from .pool import MOST_LOSSES
from .worker import ONE_THREAD, Task

AHEAD = 4  # tasks handed to Ray for each core it has; enough to keep cores busy, few enough to forget quickly


def load_ray() -> Any:
    """The package; `UsageError` where it is missing."""
    try:
        import ray
    except ImportError:
        raise missing_extra("ray", "ray") from None
    return ray


def run_on_ray(
    function: Callable[..., Any], tasks: Sequence[Task], address: str | None, workers: int
) -> Iterator[tuple[int, Any]]:
    """Do all tasks on the cluster at `address`, or on one of `workers` cores that is started here for the purpose."""
    ray = load_ray()
    with _connected(ray, address, workers):
        remote = ray.remote(num_cpus=1, max_retries=MOST_LOSSES)(_run_there)
        room = AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
        left = list(range(len(tasks)))[::-1]
        running: dict[Any, int] = {}
        while left or running:
            while left and len(running) < room:
                number = left.pop()
                running[remote.remote(os.getcwd(), function, tasks[number])] = number
            done, _ = ray.wait(list(running), num_returns=1)
            number = running.pop(done[0])
            yield number, _result(ray, done[0], number, len(tasks))


def _run_there(folder: str, function: Callable[..., Any], task: Task) -> Any:
    with contextlib.suppress(OSError):  # so that relative paths mean the same, where the node has the folder
        os.chdir(folder)
    return function(*task)


@contextlib.contextmanager
def _connected(ray: Any, address: str | None, workers: int) -> Iterator[None]:
    if ray.is_initialized():
        yield
        return
    _refuse_unreachable(address)
    where: dict[str, Any] = {"address": address} if address else {"address": "local", "num_cpus": workers}
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a cluster that Ray starts for us tells its makers otherwise
    try:
        ray.init(
            **where,
            log_to_driver=False,
            logging_level="error",
            runtime_env={"env_vars": ONE_THREAD},
            job_config=_job_config(ray),
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise _unreachable(address, error) from error
    except OSError as error:  # such as sockets below a temporary folder whose path is too long for them
        raise UsageError(
            f"--runner ray: a Ray cluster cannot be started here ({error}); RAY_TMPDIR names another folder for its files"
        ) from error
    except Exception as error:  # Ray raises no better one where its processes are killed or slow as they start
        raise StageError(
            f"--runner ray: Ray did not start ({str(error).splitlines()[0] if str(error) else type(error).__name__}); give the "
            "same command again when the machine has less to do, or leave --runner ray out"
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def _job_config(ray: Any) -> Any:
    """A configuration by which Ray's workers look for modules where they are installed, not in the current folder first."""

    class OwnPath(ray.job_config.JobConfig):
        def _runtime_env_has_working_dir(self) -> bool:
            return True  # the one case in which Ray leaves the path alone; no folder is sent for it

    return OwnPath()


def _refuse_unreachable(address: str | None) -> None:
    """Knock at HOST:PORT: Ray itself tries for minutes before it gives up."""
    host, _, port = (address or "").rpartition(":")
    if host and port.isdigit() and "://" not in host:
        try:
            socket.create_connection((host, int(port)), timeout=10).close()
        except OSError as error:
            raise _unreachable(address, error) from error


def _unreachable(address: str | None, error: Exception) -> UsageError:
    return UsageError(f"--ray-address {address}: no Ray cluster is reachable there ({error})")


def _result(ray: Any, reference: Any, number: int, count: int) -> Any:
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
    except ray.exceptions.RayError as error:
        raise StageError(
            f"task {number + 1} of {count} lost its worker or node {MOST_LOSSES + 1} times "
            f"({type(error).__name__}: {str(error).splitlines()[0]}); finished parts are kept"
        ) from error
