"""When a run is evaluated before its end, and on how many held-out rows: about 15 times, at little cost.

Without --eval-every, a fixed sample of the held-out rows, spread evenly over them, is evaluated about POINTS times, the last time
after the last step. A forward pass costs about a third of a training step, so the size of the sample is chosen such that all
evaluations together cost MOST_SHARE of the run. If that would be fewer than LEAST_ROWS rows, there are fewer evaluations. All
held-out rows are evaluated at the end in any case.
"""

import dataclasses

import numpy as np

POINTS = 15
MOST_SHARE = 0.03  # of the cost of the steps
FORWARD_SHARE = 1 / 3  # cost of a forward pass, as a share of a training step
LEAST_ROWS = 256  # minimum number of held-out rows per evaluation, if there are that many


@dataclasses.dataclass(frozen=True)
class Along:
    """The steps after which a run is evaluated, and the held-out rows used."""

    every: int | None  # steps; None: at the end only
    rows_N: np.ndarray | None = None  # None: all rows

    def is_due(self, step: int, steps: int) -> bool:
        """Whether to evaluate after step `step` of `steps`; the final evaluation on all rows does not count."""
        if self.every is None:
            return False
        return self.rows_N is not None if step == steps else step % self.every == 0


def along(every: int | None, steps: int, batch_size: int, held_out: int) -> Along:
    """The evaluations for a run of `steps` steps; `every` is --eval-every, which uses all held-out rows."""
    if every is not None or not held_out:
        return Along(every)
    affordable = int(MOST_SHARE / FORWARD_SHARE * steps * batch_size)
    points = min(POINTS, affordable // min(LEAST_ROWS, held_out), steps)
    if points < 2:
        return Along(None)
    count, every = affordable // points, -(-steps // points)
    if count >= held_out:
        return Along(every)
    return Along(every, np.linspace(0, held_out - 1, count).round().astype(np.int64))
