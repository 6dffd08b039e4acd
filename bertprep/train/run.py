"""Prepare a run: data, model, batches, optimizer and baselines."""

import dataclasses
from pathlib import Path
from typing import Any

from .. import store
from ..core.counts import quantity
from ..core.errors import UsageError
from .along import Along, along
from .baselines import Baselines
from .bert.model import Bert
from .branch import Branch
from .compiled import compile_parts
from .data.batches import Batches
from .data.dataset import Data, check_lengths, oddities
from .data.loader import RowBatch
from .data.shelf import Shelf
from .optimizer import Schedule, default_rate
from .settings import TrainSettings
from .start import Start, start_of, untrained_heads
from .step import Learner
from .world import World


@dataclasses.dataclass
class Run:
    """Everything that training needs; only the model changes, through `learner`."""

    output: Path
    settings: TrainSettings
    here: World
    data: Data
    start: Start
    batches: Batches
    learner: Learner
    baselines: Baselines  # for held-out metrics
    along: Along  # evaluations before the end
    identity: dict[str, Any]  # content of training.json on which the losses depend; compared when a run is resumed

    @property
    def model(self) -> Bert:
        return self.start.model

    @property
    def steps(self) -> int:
        return self.batches.steps

    def oddities(self, init_from: str | None) -> list[str]:
        """What is probably not as meant, in words."""
        told = [self.start.oddity] if self.start.oddity else []
        if init_from and not self.start.saved:
            told += untrained_heads(init_from, self.start.lacking, self.data.training.has_labels())
        if self.learner.schedule.highest == 0:
            told.append("--learning-rate is 0: no weight will change")
        if self.settings.batch_size > (rows := len(self.data.training)):
            told.append(
                f"--batch-size {self.settings.batch_size} is more than the {quantity(rows, 'training row')}, so a step reads "
                "rows more than once; use a smaller one, or more text"
            )
        told += self.data.given_twice()
        return [*told, *oddities(self.model, self.data.vocabulary)]


def prepared(
    shards: list[str],
    output: Path,
    settings: TrainSettings,
    here: World,
    init_from: str | None = None,
    resumed: dict[str, Any] | None = None,
    branch: Branch | None = None,
    shelf: Shelf[RowBatch] | None = None,
) -> Run:
    """Prepare a run; `resumed` is the training.json of a run to resume, `shelf` the cache of shards in an object store."""
    refuse_small_batch(settings, here.size)
    data = Data(shards, settings, shelf)
    settings = dataclasses.replace(settings, dynamic=data.mask_settings is not None)
    if branch:
        settings = branch.planned(settings, Batches(data, branch.trunk, here).steps)
    start = start_of(settings, data.vocabulary, output, init_from, resumed, branch)
    model = start.model.to(here.device)
    model.tokens = data.vocabulary.size
    model.gradient_checkpointing = settings.gradient_checkpointing
    if settings.compile:
        compile_parts(model, here.dtype)
    check_lengths(model, data.training, data.validation)
    batches = Batches(data, settings, here)
    highest = settings.learning_rate
    if highest is None:
        highest = default_rate(model.config, start.origin is not None)
    schedule = Schedule(highest, settings.warmup_share, batches.steps, settings.decay_steps)
    learner = Learner(model, settings, schedule, here)
    baselines = Baselines(data.training, data.validation, data.vocabulary)
    measured = along(settings.eval_every, batches.steps, settings.batch_size, len(data.validation))
    identity = identity_of(settings, data, start, highest)
    if branch:
        branch.refuse_changes(identity)
    return Run(output, settings, here, data, start, batches, learner, baselines, measured, identity)


def identity_of(settings: TrainSettings, data: Data, start: Start, highest_rate: float) -> dict[str, Any]:
    """Everything on which the losses of a run depend."""
    identity: dict[str, Any] = {
        "settings": settings.as_dict(),
        "data": [store.read_manifest(folder, "mask").digest for folder in data.folders],
        "vocabulary": data.vocabulary.digest,
        "init_from": start.origin,
    }
    if start.preset:
        identity["settings"]["model"] = start.preset
    elif settings.learning_rate is None:  # it depends on the shape of the model, which is not in the settings
        identity["learning_rate"] = highest_rate
    if mixed := data.mixture.described():
        identity["mixture"] = mixed
    return identity


def refuse_small_batch(settings: TrainSettings, processes: int) -> None:
    """Raise `UsageError` if a batch has fewer rows than parts."""
    if settings.batch_size < processes * settings.gradient_accumulation:
        raise UsageError(
            f"--batch-size {settings.batch_size}: too few rows for {quantity(processes, 'process')} with "
            f"--gradient-accumulation {settings.gradient_accumulation}; each part needs at least one"
        )
