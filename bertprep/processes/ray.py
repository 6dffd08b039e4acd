"""Runs tasks on a Ray cluster: the same tasks as locally, one core each.

The package must be installed on every node, and inputs and outputs must be accessible from every node: a shared folder or
an object store. A task is a generator on its node that yields a local worker's messages (`worker`), preceded by two more:

    node      the node on which the task has started
    mismatch  the versions in which the node differs from this process
    report    the amount of the task's size that is done
    result    the task's return value; or `error`, or `foreign`, as from a local worker

If a worker or node is lost, its task is run again; that is safe because a part is either complete or absent. Ray's own
retries are turned off, since they would hide what was lost, and where. Ray also waits up to seven minutes for a machine
that lost power or its network, although its list of nodes shows the loss within seconds; so this module polls the list.

Raises `UsageError` if a node has another version of bertprep or Python, and `StageError` if a task keeps losing its worker.
"""

import collections
import dataclasses
import os
import pickle
import re
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.reduction import ForkingPickler
from typing import Any

from ..core import events
from ..core.errors import StageError, UsageError
from .connection import connected
from .node import code_for_nodes, versions_here
from .pool import MOST_LOSSES
from .worker import Advance, Task, foreign_error

AHEAD = 4  # tasks submitted per core: enough to keep cores busy, few enough to cancel quickly
CORES_A_SECOND = 100  # progress reports per second that this process should have to read
CHECK_SECONDS = 3.0  # interval between checks of the list of nodes
WAIT_SECONDS = 30.0  # time without a running task before a message says so; doubled after each message
NODE_ID = re.compile(r"\b[0-9a-f]{56}\b")
NODE_LOST = "its node was lost"
NO_CORES = "the Ray cluster has no node with a CPU; the work starts when one joins"
BUSY = "no task has started yet; other jobs may hold the {} CPUs of the Ray cluster, or its workers do not start (ray status)"
LOST = {
    "NodeDiedError": NODE_LOST,
    "WorkerCrashedError": "its worker was killed",
    "OutOfMemoryError": "killed, since its node ran out of memory",
}


@dataclasses.dataclass
class Attempt:
    """A task that was submitted to Ray."""

    number: int
    node: str | None = None  # None: has not started
    reported: int = 0


def run_on_ray(
    function: Callable[..., Any],
    tasks: Sequence[Task],
    sizes: Sequence[int],
    advance: Advance,
    address: str | None,
    workers: int,
    most: int | None,
) -> Iterator[tuple[int, Any]]:
    """Run all tasks on the cluster at `address`, or on one with `workers` cores that is started on this machine.

    At most `most` tasks run at the same time, if that is given.
    """
    with connected(address, workers) as ray:
        yield from RayTasks(ray, function, tasks, sizes, advance).run(most)


class RayTasks:
    """The tasks and their state; see `run`."""

    def __init__(
        self, ray: Any, function: Callable[..., Any], tasks: Sequence[Task], sizes: Sequence[int], advance: Advance
    ) -> None:
        self.ray, self.function, self.tasks, self.sizes, self.advance = ray, function, tasks, sizes, advance
        self.waiting = collections.deque(range(len(tasks)))
        self.running: dict[Any, Attempt] = {}
        self.losses: collections.Counter[int] = collections.Counter()
        self.nodes: set[str] = set()
        self.cores, self.patience, self.heard = 0, WAIT_SECONDS, time.monotonic()
        self.places: dict[str, list[int]] = collections.defaultdict(list)  # node -> numbers of the tasks finished there

    def run(self, most: int | None) -> Iterator[tuple[int, Any]]:
        """Run all tasks; yields (number of the task, result) as they finish."""
        looked = float("-inf")
        try:
            while self.waiting or self.running:
                if time.monotonic() - looked > CHECK_SECONDS:
                    self._check_nodes()
                    looked = time.monotonic()
                room = AHEAD * max(1, self.cores)
                self._submit(min(room, most or room), seconds=max(1.0, self.cores / CORES_A_SECOND))
                ready = self._ready()
                for generator in ready:
                    yield from self._receive(generator, self.running[generator])
                self._report_waiting(bool(ready))
            events.tell(
                "places", tasks=len(self.tasks), nodes={node: sorted(self.places[node]) for node in self.places}
            )
        finally:
            for generator in self.running:  # after an error or Ctrl-C: their work is no longer needed
                self.ray.cancel(generator, force=True)

    def _submit(self, room: int, seconds: float) -> None:
        options = {"num_cpus": 1, "max_retries": 0, "num_returns": "streaming", "name": "bertprep"}
        remote = self.ray.remote(**options)(code_for_nodes()) if self.waiting and len(self.running) < room else None
        while remote and self.waiting and len(self.running) < room:
            number = self.waiting.popleft()
            packed = bytes(ForkingPickler.dumps((self.function, self.tasks[number])))
            self.running[remote.remote(os.getcwd(), versions_here(), packed, seconds)] = Attempt(number)

    def _ready(self) -> list[Any]:
        """The tasks that have sent a message, as soon as there is one; empty if none arrives within `CHECK_SECONDS`."""
        generators = list(self.running)
        if not self.ray.wait(generators, num_returns=1, timeout=CHECK_SECONDS)[0]:
            return []
        return list(self.ray.wait(generators, num_returns=len(generators), timeout=0)[0])

    def _report_waiting(self, has_heard: bool) -> None:
        """Report that no task has started for a long time, which would look like slow tasks otherwise."""
        now = time.monotonic()
        if has_heard or any(attempt.node for attempt in self.running.values()):
            self.heard, self.patience = now, WAIT_SECONDS
        elif now - self.heard > self.patience:
            self.patience *= 2
            events.tell("waiting", reason=BUSY.format(self.cores) if self.cores else NO_CORES)

    def _check_nodes(self) -> None:
        """Update the number of cores, and run the tasks of lost nodes again."""
        nodes = [node for node in self.ray.nodes() if node["Alive"]]
        names = {f"{node['NodeManagerAddress']}/{node['NodeID'][:8]}" for node in nodes}
        is_one_gone, self.nodes = bool(self.nodes - names), names
        for generator, attempt in list(self.running.items()):
            # it may have been on the lost node, or be about to start elsewhere; running it twice does no harm
            if attempt.node is None and is_one_gone:
                self.ray.cancel(generator)
                self.waiting.appendleft(self.running.pop(generator).number)
            elif attempt.node is not None and attempt.node not in names:
                self._lost(generator, NODE_LOST)
        self.cores = int(sum(node["Resources"].get("CPU", 0) for node in nodes))

    def _receive(self, generator: Any, attempt: Attempt) -> Iterator[tuple[int, Any]]:
        number = attempt.number
        try:
            kind, content = pickle.loads(self.ray.get(next(generator)))
        except self.ray.exceptions.RayTaskError as error:
            raise error.cause from None
        except (self.ray.exceptions.RayError, StopIteration) as error:
            name = type(error).__name__
            attempt.node = attempt.node or self._named_in(str(error))
            self._lost(generator, LOST.get(name) or f"{name}: {str(error).partition(chr(10))[0]}")
            return
        if kind == "node":
            attempt.node = content
        elif kind == "mismatch":
            raise UsageError(f"--runner ray: on node {attempt.node} {content}; install the same versions on every node")
        elif kind == "report":
            amount = max(min(content, self.sizes[number] - attempt.reported), 0)
            attempt.reported += amount
            self.advance(amount)
        elif kind == "result":
            del self.running[generator]
            self.places[str(attempt.node)].append(number)
            self.advance(self.sizes[number] - attempt.reported)
            yield number, content
        else:
            raised = content if kind == "error" else foreign_error(*content)
            events.tell("failed", task=number + 1, tasks=len(self.tasks), reason=str(raised), node=attempt.node)
            raise raised

    def _named_in(self, text: str) -> str | None:
        """The node whose id is in Ray's error text, the only trace of a task that had not started."""
        found = NODE_ID.search(text)
        return next((name for name in self.nodes if found and name.endswith(f"/{found[0][:8]}")), None)

    def _lost(self, generator: Any, reason: str) -> None:
        attempt = self.running.pop(generator)
        number = attempt.number
        self.advance(-attempt.reported)
        self.losses[number] += 1
        if self.losses[number] > MOST_LOSSES:
            raise StageError(
                f"task {number + 1} of {len(self.tasks)} lost its worker or node {self.losses[number]} times, the last time "
                f"on {attempt.node or 'an unknown node'} ({reason})",
                kept=True,
            )
        details = {"attempt": self.losses[number] + 1, "reason": reason, "node": attempt.node}
        events.tell("retry", task=number + 1, tasks=len(self.tasks), **details)
        self.waiting.appendleft(number)
