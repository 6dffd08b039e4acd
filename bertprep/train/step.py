"""One update: the losses of a batch, their gradients, and the AdamW step.

    for each part of the batch:   losses = model(part);  (mlm / masked + nsp / labelled).backward()
    over all parts:               sum the gradients of all processes (gradients.py), clip them, optimizer.step()

The loss is the mean over the masked tokens of the *whole* batch plus the mean over its rows, however the batch is split into
parts (--gradient-accumulation) and distributed over processes (torchrun): each part contributes its sums divided by the counts
of the whole batch, and processes sum their gradients. The mean of the parts' means would be a different loss.
"""

import dataclasses

import torch
from torch import Tensor

from ..core import randomness
from .bert.model import Bert
from .data.collate import Batch
from .flops import flops_of
from .gradients import Gradients
from .optimizer import Schedule, adamw
from .scaling import LossScale
from .settings import TrainSettings
from .states import TrainingCounts
from .world import World


@dataclasses.dataclass
class Step:
    """The input of one update: this process's parts of the batch, and the counts of the whole batch."""

    parts: list[Batch]
    counts: TrainingCounts
    stop: bool = False  # a process received a signal or reached the time limit, so all stop before this step


class Learner:
    """A model, its optimizer and schedule; makes one update at a time."""

    def __init__(self, model: Bert, settings: TrainSettings, schedule: Schedule, here: World) -> None:
        self.model, self.schedule, self.here = model, schedule, here
        self.seed, self.clip = settings.seed, settings.clip
        self.optimizer = adamw(model, settings)
        self.gradients = Gradients(model, here.size)
        self.scale = LossScale(here.device, here.dtype)

    def step_of(self, parts: list[Batch], stop: bool) -> Step:
        """Make a step from these parts, with the counts summed over all processes."""
        names = ("rows", "words", "tokens", "masked", "labelled")
        mine = [sum(getattr(part, name) for part in parts) for name in names]
        *counts, stops = self.here.add_up_counts([*mine, flops_of(self.model.config, parts), int(stop)])
        return Step(parts, TrainingCounts(*counts), stops > 0)

    def update(self, step: Step, number: int) -> Tensor:
        """Make step `number`, counted from 0; returns [MLM loss, NSP loss, gradient norm], still on the device.

        In float16 a step whose gradients overflow changes no weight, and its gradient norm is infinite or NaN.
        """
        self.model.train()
        # every step seeds dropout again, so checkpoints need no generator state
        torch.manual_seed(randomness.key("dropout", self.seed, number, self.here.rank))
        masked, labelled = max(1, step.counts.masked), max(1, step.counts.labelled)
        means = torch.zeros(2, device=self.here.device)
        for part in step.parts:
            if part is step.parts[-1]:
                self.gradients.expect_last_part()
            with self.here.precision():
                losses = self.model(part.to(self.here.device))
            mlm, nsp = losses.mlm / masked, losses.nsp / labelled
            self.scale.backward(mlm + nsp)
            means += torch.stack([mlm.detach(), nsp.detach()])
        self.gradients.finish()
        for group in self.optimizer.param_groups:
            group["lr"] = self.schedule.rate(number)
        length = self.scale.update(self.model, self.optimizer, self.clip)
        self.gradients.forget()
        return torch.cat([self.here.add_up(means), length[None]])
