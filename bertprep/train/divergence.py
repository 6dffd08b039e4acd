"""Signs in the losses that a run does not learn, told while it goes on; nothing here ends it.

    diverges          the loss of the last steps is above that of the first one
    learns nothing    the MLM loss of the last steps is not below what guessing by frequency gives

Each is told once a run. Both look at the mean of `WINDOW` steps, since a single batch of a small run is off by some tenths of a
nat, and not before the rate has been at its highest for so many steps.
"""

import statistics
from collections import deque
from collections.abc import Iterator

from .baselines import Baselines
from .optimizer import Schedule

WINDOW = 100  # steps
# a small run that learns is below frequency after some 200 steps (`tiny`, batches of 32, 2e-3)
LEAST_STEPS = 500
# nats: the first step is one batch, which with --init-from may be an easy one
MARGIN = 0.5


class Divergence:
    """Follows the losses of a run whose learning rate is that of `schedule`."""

    def __init__(self, schedule: Schedule, baselines: Baselines) -> None:
        self.schedule, self.baselines = schedule, baselines
        self.mlm: deque[float] = deque(maxlen=WINDOW)
        self.nsp: deque[float] = deque(maxlen=WINDOW)
        self.told: dict[str, str] = {}  # what was told, by its kind

    def problems(self, step: int, losses: list[list[float]], first_loss: float) -> Iterator[str]:
        """What there is to tell after `step`; `losses` are those of each step since the last call, MLM and NSP, and `first_loss`
        is their sum at the first step of the run.
        """
        self.mlm.extend(each[0] for each in losses)
        self.nsp.extend(each[1] for each in losses)
        if len(self.mlm) == WINDOW and step >= self.schedule.warmup + WINDOW:
            found = self.diverges(first_loss) or (step >= LEAST_STEPS and self.learns_nothing())
            if found and found[0] not in self.told:
                kind, problem = found
                self.told[kind] = f"step {step}: {problem}. {self.advice}"
                yield self.told[kind]

    def diverges(self, first_loss: float) -> tuple[str, str] | None:
        """Whether the loss is above that of the first step, and how that is told."""
        loss = statistics.fmean(self.mlm) + statistics.fmean(self.nsp)
        told = f"the loss of the last {WINDOW} steps is {loss:.2f}; the run began at {first_loss:.2f}: it is diverging"
        return ("diverges", told) if loss > first_loss + MARGIN else None

    def learns_nothing(self) -> tuple[str, str] | None:
        """Whether the MLM loss is not below that of guessing by frequency, and how that is told."""
        mlm, by_frequency = statistics.fmean(self.mlm), self.baselines.training_loss_by_frequency
        told = (
            f"the MLM loss of the last {WINDOW} steps is {mlm:.2f}, and guessing by frequency gives {by_frequency or 0:.2f}: "
            "the model has learnt only how frequent words are"
        )
        return ("learns nothing", told) if by_frequency is not None and mlm >= by_frequency else None

    @property
    def advice(self) -> str:
        """What to try."""
        return (
            f"The learning rate is usually too high: try --learning-rate {self.schedule.highest / 2:g} or lower, or a longer "
            "warm-up (--warmup-share); the run continues"
        )
