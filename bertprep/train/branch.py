"""A run that branches off another at a checkpoint and decays the learning rate from there, to end sooner.

    trunk     --decay-steps 0 --steps 100000               warm-up, then a constant rate
    branch    --decay-from trunk/checkpoints/step-050000 --decay-steps 5000
              bitwise equal to a run of 55,000 steps with --decay-steps 5000, but without its first 50,000 steps

So one long run gives models of many lengths, each at the price of its decay (Hu et al. 2024, section 4). The folder of a branch
begins as the folder of such a run would be at the checkpoint, and the branch is resumed like any other run.

Checkpoints from the warm-up or from a decay are refused: no run planned from the start would have such a learning rate.
"""

import dataclasses
import os
import shutil
from pathlib import Path
from typing import Any

from .. import store
from ..core.errors import InputError, StoreError, UsageError
from ..core.fields import differences
from ..core.records import local_bytes
from .history import METRICS, MODEL, read_training, run_of, settings_of_run
from .optimizer import Schedule
from .output import what_matters
from .settings import TrainSettings
from .states import STATE, read_json

PLANNED_ANEW = ("steps", "epochs", "decay_steps", "warmup_share")


@dataclasses.dataclass(frozen=True)
class Branch:
    """The checkpoint at which a run branches off another."""

    checkpoint: Path
    step: int
    training: dict[str, Any]  # training.json of the other run
    trunk: TrainSettings  # its settings

    def planned(self, settings: TrainSettings, trunk_steps: int) -> TrainSettings:
        """The settings of the branch, off a run of `trunk_steps` steps. `UsageError` if its rate is not constant there."""
        trunk = Schedule(1.0, self.trunk.warmup_share, trunk_steps, self.trunk.decay_steps)
        if self.step < trunk.warmup or (trunk.decay and trunk.rate(self.step) < 1):
            warms_up = self.step < trunk.warmup
            phase = (
                f"warms up until step {trunk.warmup:,}"
                if warms_up
                else f"decays from step {trunk_steps - trunk.decay:,} on"
            )
            raise UsageError(
                f"--decay-from {self.checkpoint}: the learning rate of its run {phase}, of {trunk_steps:,}; choose a checkpoint "
                "at a constant rate, or train a run that has one (--decay-steps 0)"
            )
        steps = self.step + (settings.decay_steps or 0)
        return dataclasses.replace(settings, steps=steps, warmup_share=trunk.warmup / steps)

    def refuse_changes(self, identity: dict[str, Any]) -> None:
        """Raise `UsageError` if data or settings differ from those of the other run."""
        before, after = ({**what_matters(each), **dict.fromkeys(PLANNED_ANEW)} for each in (self.training, identity))
        if changes := differences(before, after):
            raise UsageError(
                f"--decay-from {self.checkpoint}: its run has other settings ({'; '.join(changes)}); expected the same, but for "
                "the number of steps"
            )

    def plant(self, output: Path) -> None:
        """Copy the checkpoint and the logged losses into the folder of the branch, so that it resumes like any other run."""
        final = output / "checkpoints" / self.checkpoint.name
        temporary = final.with_name(f".{final.name}.partial")
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.copytree(self.checkpoint, temporary)
        os.replace(temporary, final)
        metrics = Path(run_of(str(self.checkpoint))) / METRICS
        if metrics.is_file():
            store.write_file(output / METRICS, local_bytes(metrics))


def branch_of(checkpoint: str, output: Path, settings: TrainSettings) -> Branch:
    """The branch at a checkpoint; `InputError` if it is not a checkpoint, `UsageError` for conflicting options."""
    folder = Path(checkpoint)
    run = Path(run_of(checkpoint))
    if not (folder / STATE).is_file() or not (run / MODEL).is_file():
        raise InputError(
            f"{checkpoint}: no checkpoint of a run; expected MODEL/checkpoints/step-N, as bertprep train saves it"
        )
    if not settings.decay_steps:
        raise UsageError(
            "--decay-from needs --decay-steps N, the number of steps in which the learning rate goes to zero"
        )
    if run.resolve() == output.resolve():
        raise UsageError(f"--decay-from {checkpoint}: is of the run in {output}; name another output folder")
    step = read_json(folder / STATE).get("step")
    if not isinstance(step, int):
        raise StoreError(f"{folder / STATE}: has no step; choose another checkpoint")
    return Branch(folder, step, read_training(str(run)), settings_of_run(str(run), {}))
