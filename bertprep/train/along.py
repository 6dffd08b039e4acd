"""When a run measures itself along the way, and on how many held-out rows: ten to twenty points that cost it little.

Without --eval-every a fixed sample of the held-out rows, spread evenly over them, is measured about POINTS times, the last
time after the last step. A forward pass costs about a third of a step's, so the sample is as large as MOST_SHARE of the run
allows, and where that is fewer rows than tell anything, there are fewer points. All rows are measured at the end anyway.
"""

import dataclasses

import numpy as np

POINTS = 15
MOST_SHARE = 0.03  # of the cost of the steps
FORWARD_SHARE = 1 / 3  # of a step is its forward pass
LEAST_ROWS = 256  # held-out rows that a point is measured on, where there are so many


@dataclasses.dataclass(frozen=True)
class Along:
    """The steps at which held-out figures are due, and the rows that they are measured on."""

    every: int | None  # steps; None: at the end only
    rows_N: np.ndarray | None = None  # None: all of them

    def is_due(self, step: int, steps: int) -> bool:
        """Whether figures are due after this step of so many; those of all rows after the last step are not these."""
        if self.every is None:
            return False
        return self.rows_N is not None if step == steps else step % self.every == 0


def along(every: int | None, steps: int, batch_size: int, held_out: int) -> Along:
    """The figures along a run of so many steps; `every` is --eval-every, which measures all held-out rows."""
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
