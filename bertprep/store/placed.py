"""Log lines about a stage's tasks: lost and run again, failed, and the node that ran them.

The pool and the cluster report these as events. `run.jsonl` gets a line for each lost or failed task, up to a hundred per
step, and on a cluster a line at the end of each step with the parts that each node has written:

    {"event": "retry", "time": ..., "stage": "mask", "part": "train-00002-of-00016.arrow", "attempt": 2,
     "reason": "its node was lost", "node": "10.0.0.4/3f2ab019"}
    {"event": "places", "time": ..., "stage": "segment: read", "tasks": 16, "nodes": {"10.0.0.4/3f2ab019": [0, 3, 5]}}
"""

import collections
import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from ..core import events
from ..core.counts import quantity
from ..core.places import Location
from .run_log import log_run

MOST_LINES = 100  # per step, about lost and failed tasks
MOST_NODES = 3  # named in the final summary


@contextlib.contextmanager
def logged(output: Location, step: str, parts: Sequence[tuple[int, str]]) -> Iterator[None]:
    """Write events about tasks to the log of runs; `parts` are the number and the name of the part that each task makes."""
    lines = 0

    def hear(event: dict[str, Any]) -> None:
        nonlocal lines
        kind = event["event"]
        if kind == "places":
            nodes = {node: [parts[index][0] for index in tasks] for node, tasks in event["nodes"].items()}
            log_run(output, kind, stage=step, tasks=event["tasks"], nodes=nodes)
        elif kind in ("retry", "failed") and lines < MOST_LINES:
            lines += 1
            facts = {name: event[name] for name in ("attempt", "reason", "node") if event.get(name) is not None}
            log_run(output, kind, stage=step, part=parts[event["task"] - 1][1], **facts)

    with events.scope():
        events.listen(hear)
        yield


class Losses:
    """Counts tasks that were lost and run again, for one line at the end."""

    def __init__(self) -> None:
        self.reasons: collections.Counter[str] = collections.Counter()
        self.nodes: collections.Counter[str] = collections.Counter()

    def hear(self, event: dict[str, Any]) -> None:
        """Count an event, if it is about a lost task."""
        if event["event"] == "retry":
            self.reasons[event["reason"]] += 1
            self.nodes.update(filter(None, [event.get("node")]))

    def told(self) -> str:
        """`2 tasks lost and done again (its node was lost: 2) on 10.0.0.4/3f2ab019: 2`, or an empty string."""
        if not self.reasons:
            return ""
        reasons = "; ".join(f"{reason}: {count}" for reason, count in self.reasons.most_common(MOST_NODES))
        nodes = ", ".join(f"{node}: {count}" for node, count in self.nodes.most_common(MOST_NODES))
        more = f", and {len(self.nodes) - MOST_NODES} more" if len(self.nodes) > MOST_NODES else ""
        place = f" on {nodes}{more}" if nodes else ""
        return f"{quantity(self.reasons.total(), 'task')} lost and done again ({reasons}){place}"


@contextlib.contextmanager
def losses_counted() -> Iterator[Losses]:
    """Count the tasks that are lost within the context."""
    losses = Losses()
    with events.scope():
        events.listen(losses.hear)
        yield losses
