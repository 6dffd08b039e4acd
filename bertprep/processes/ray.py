"""Tasks on a Ray cluster: the same tasks as everywhere, one core each.

The package must be installed on every node, and inputs and outputs lie where every node sees them: a shared folder or
an object store. A task is a generator on its node, whose messages are those of a local worker (`worker`), with the node
it runs on before them:

    node      where the task has begun
    mismatch  what of the node's versions is not as here
    report    so much of the task's size is done
    result    what the task returned; or `error`, or `foreign`, as from a local worker

The task of a lost worker or node is given out again; as a part is whole or absent, that is all the care it takes. Ray
itself retries nothing, or nobody could tell what was lost, and where. It also waits up to seven minutes for a machine
that lost power or its network, though its own list of nodes tells after seconds; so that is looked at.

Refuses, with `UsageError`: a node with another bertprep or Python. `StageError` when a task loses its worker time and
again.
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

AHEAD = 4  # tasks handed to Ray for each core it has; enough to keep cores busy, few enough to forget quickly
CORES_A_SECOND = 100  # how many reports of progress a second the command should have to read
LOOK_SECONDS = 3.0  # how often to look which nodes there are
WAIT_SECONDS = 30.0  # how long nothing may run before it is told, then twice as long, and so on
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
    """A task that Ray was given."""

    number: int
    node: str | None = None  # None: has not begun
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
    """Do all tasks on the cluster at `address`, or on one of `workers` cores that is started here for the purpose.

    At most `most` at a time, where that is given.
    """
    with connected(address, workers) as ray:
        yield from RayTasks(ray, function, tasks, sizes, advance).run(most)


class RayTasks:
    """Tasks and how far they are; see `run`."""

    def __init__(
        self, ray: Any, function: Callable[..., Any], tasks: Sequence[Task], sizes: Sequence[int], advance: Advance
    ) -> None:
        self.ray, self.function, self.tasks, self.sizes, self.advance = ray, function, tasks, sizes, advance
        self.waiting = collections.deque(range(len(tasks)))
        self.running: dict[Any, Attempt] = {}
        self.losses: collections.Counter[int] = collections.Counter()
        self.nodes: set[str] = set()
        self.cores, self.patience, self.heard = 0, WAIT_SECONDS, time.monotonic()
        self.places: dict[str, list[int]] = collections.defaultdict(list)  # node -> numbers of the tasks it has done

    def run(self, most: int | None) -> Iterator[tuple[int, Any]]:
        """Do all tasks; yields (number of the task, result) as they finish."""
        looked = float("-inf")
        try:
            while self.waiting or self.running:
                if time.monotonic() - looked > LOOK_SECONDS:
                    self._look()
                    looked = time.monotonic()
                room = AHEAD * max(1, self.cores)
                self._submit(min(room, most or room), seconds=max(1.0, self.cores / CORES_A_SECOND))
                ready = self._ready()
                for generator in ready:
                    yield from self._hear(generator, self.running[generator])
                self._tell_waiting(bool(ready))
            events.tell(
                "places", tasks=len(self.tasks), nodes={node: sorted(self.places[node]) for node in self.places}
            )
        finally:
            for generator in self.running:  # an error or Ctrl-C: nobody waits for work that is not wanted any more
                self.ray.cancel(generator, force=True)

    def _submit(self, room: int, seconds: float) -> None:
        options = {"num_cpus": 1, "max_retries": 0, "num_returns": "streaming", "name": "bertprep"}
        remote = self.ray.remote(**options)(code_for_nodes()) if self.waiting and len(self.running) < room else None
        while remote and self.waiting and len(self.running) < room:
            number = self.waiting.popleft()
            packed = bytes(ForkingPickler.dumps((self.function, self.tasks[number])))
            self.running[remote.remote(os.getcwd(), versions_here(), packed, seconds)] = Attempt(number)

    def _ready(self) -> list[Any]:
        """Those tasks that have something to say, as soon as there is one; none where there is none for a while."""
        generators = list(self.running)
        if not self.ray.wait(generators, num_returns=1, timeout=LOOK_SECONDS)[0]:
            return []
        return list(self.ray.wait(generators, num_returns=len(generators), timeout=0)[0])

    def _tell_waiting(self, has_heard: bool) -> None:
        """Tell when no task has begun for long, which nobody could tell from one that takes long."""
        now = time.monotonic()
        if has_heard or any(attempt.node for attempt in self.running.values()):
            self.heard, self.patience = now, WAIT_SECONDS
        elif now - self.heard > self.patience:
            self.patience *= 2
            events.tell("waiting", reason=BUSY.format(self.cores) if self.cores else NO_CORES)

    def _look(self) -> None:
        """Count the cores of all nodes; tasks on nodes that are gone are given out again."""
        nodes = [node for node in self.ray.nodes() if node["Alive"]]
        names = {f"{node['NodeManagerAddress']}/{node['NodeID'][:8]}" for node in nodes}
        is_one_gone, self.nodes = bool(self.nodes - names), names
        for generator, attempt in list(self.running.items()):
            # it may be there, or have its turn elsewhere soon; doing it twice is no harm
            if attempt.node is None and is_one_gone:
                self.ray.cancel(generator)
                self.waiting.appendleft(self.running.pop(generator).number)
            elif attempt.node is not None and attempt.node not in names:
                self._lost(generator, NODE_LOST)
        self.cores = int(sum(node["Resources"].get("CPU", 0) for node in nodes))

    def _hear(self, generator: Any, attempt: Attempt) -> Iterator[tuple[int, Any]]:
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
        """The node whose id stands in what Ray says, which is all that is known of a task that had not begun."""
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
        told = {"attempt": self.losses[number] + 1, "reason": reason, "node": attempt.node}
        events.tell("retry", task=number + 1, tasks=len(self.tasks), **told)
        self.waiting.appendleft(number)
