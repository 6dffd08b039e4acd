"""Warnings from the losses that a run does not learn; the run continues.

    diverges          the loss of the last steps is above that of the first step
    learns nothing    the MLM loss of the last steps is not below that of guessing by frequency

Each is reported once per run. Both use the mean of `WINDOW` steps, since the loss of a single batch of a small run varies by some
tenths of a nat, and begin `WINDOW` steps after the warm-up.
"""

import statistics
from collections import deque
from collections.abc import Iterator

from .baselines import Baselines
from .optimizer import Schedule

WINDOW = 100  # steps
# a small run that learns is better than guessing by frequency after about 200 steps (`tiny`, batches of 32, 2e-3)
LEAST_STEPS = 500
# nats; the first loss is that of a single batch, which may be an easy one with --init-from
MARGIN = 0.5


class Divergence:
    """Monitors the losses of a run with the learning rate of `schedule`."""

    def __init__(self, schedule: Schedule, baselines: Baselines) -> None:
        self.schedule, self.baselines = schedule, baselines
        self.mlm: deque[float] = deque(maxlen=WINDOW)
        self.nsp: deque[float] = deque(maxlen=WINDOW)
        self.warnings: dict[str, str] = {}  # warnings so far, by kind

    def problems(self, step: int, losses: list[list[float]], first_loss: float) -> Iterator[str]:
        """Yield new warnings after `step`.

        `losses` are MLM and NSP loss of each step since the last call; `first_loss` is their sum at the first step of the run.
        """
        self.mlm.extend(each[0] for each in losses)
        self.nsp.extend(each[1] for each in losses)
        if len(self.mlm) == WINDOW and step >= self.schedule.warmup + WINDOW:
            found = self.diverges(first_loss) or (step >= LEAST_STEPS and self.learns_nothing())
            if found and found[0] not in self.warnings:
                kind, problem = found
                self.warnings[kind] = f"step {step}: {problem}. {self.advice}"
                yield self.warnings[kind]

    def diverges(self, first_loss: float) -> tuple[str, str] | None:
        """Kind and text of the warning if the loss is above that of the first step, else None."""
        loss = statistics.fmean(self.mlm) + statistics.fmean(self.nsp)
        warning = (
            f"the loss of the last {WINDOW} steps is {loss:.2f}; the run began at {first_loss:.2f}: it is diverging"
        )
        return ("diverges", warning) if loss > first_loss + MARGIN else None

    def learns_nothing(self) -> tuple[str, str] | None:
        """Kind and text of the warning if the MLM loss is not below that of guessing by frequency, else None."""
        mlm, by_frequency = statistics.fmean(self.mlm), self.baselines.training_loss_by_frequency
        warning = (
            f"the MLM loss of the last {WINDOW} steps is {mlm:.2f}, and guessing by frequency gives {by_frequency or 0:.2f}: "
            "the model has learnt only how frequent words are"
        )
        return ("learns nothing", warning) if by_frequency is not None and mlm >= by_frequency else None

    @property
    def advice(self) -> str:
        """What to try."""
        return (
            f"The learning rate is usually too high: try --learning-rate {self.schedule.highest / 2:g} or lower, or a longer "
            "warm-up (--warmup-share); the run continues"
        )
