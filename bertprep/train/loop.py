"""Shards -> a trained model.

Everything that a step does is a function of the settings and the step's number: its rows (mixture.py), its masks, its
learning rate, and its dropout, whose generator is seeded anew for each step. So a checkpoint is the weights, AdamW's
averages and the number of the step, and a run that was killed goes on with bitwise the same losses.

The loss is the mean over the masked tokens of the *whole* batch plus the mean over its rows, however the batch is cut
into parts (--gradient-accumulation) and spread over processes (torchrun): each part adds its sums divided by the whole
batch's counts, and processes add up gradients. The mean of the parts' means would be another loss.
"""

import contextlib
import dataclasses
import math
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .. import store
from ..core import randomness
from ..core.errors import StageError, StoreError, UsageError
from . import checkpoint, states
from .bert.model import Bert, initialise, preset
from .bert.shape import own_shape
from .card import write_card
from .checksums import changed_files
from .compiled import compile_parts
from .data.collate import Batch
from .data.data import Data, check_lengths, check_vocabulary, why_no_validation
from .dry_run import measured
from .evaluation import evaluate_model
from .flops import flops_of, speed_of
from .log import Log, summary_writer
from .memory import out_of_memory_explained, peak_bytes, steady_memory
from .optimizer import Schedule, adamw, default_rate
from .output import append_line, clear, refuse_output, run_to_resume, write_training
from .settings import DEFAULT_MODEL, TrainSettings
from .states import Counters, diverged
from .world import World, stop_signals, world


def train(
    shards: list[str],
    output: str,
    settings: TrainSettings,
    *,
    init_from: str | None = None,
    resume: bool = False,
    overwrite: bool = False,
    dry_run: bool = False,
    quiet: bool = False,
) -> dict[str, Any]:
    """Train on the shard folders and leave a Hugging Face model folder at `output`; returns a summary.

    A folder may be given as NAME=WEIGHT:FOLDER (mixture.py). The summary: steps, epochs, rows, words, tokens, flops and
    train_seconds since the run began; seconds, tokens_per_second and mfu of this call; first_loss, last_loss; finished
    (False after SIGTERM or --max-minutes); validation as `evaluate` gives it, or None, and validation_before where
    `init_from` is given. With `dry_run` a few steps are made, nothing is written, and the summary is that of dry_run.py.
    """
    if settings.threads:
        torch.set_num_threads(settings.threads)
    if settings.tensorboard:
        summary_writer()  # its refusal comes before any work
    with (
        world(settings.device, settings.precision) as here,
        steady_memory(here),
        out_of_memory_explained(settings, Path(output)),
    ):
        refuse_small_batch(settings, here.size)
        run = Run(shards, Path(output), settings, here, init_from, run_to_resume(Path(output), resume))
        if dry_run:
            return measured(run)
        with contextlib.ExitStack() as stack:
            if here.rank == 0:
                refuse_output(run.output, run.identity, resume, overwrite)
                stack.enter_context(store.lock(run.output))
                if overwrite and not resume:
                    clear(run.output)
            here.wait()
            run.restore()
            if here.rank == 0:
                write_training(run.output, run.identity)
            return run.go(quiet)


def refuse_small_batch(settings: TrainSettings, processes: int) -> None:
    """`UsageError` for fewer rows than parts to cut them into."""
    if settings.batch_size < processes * settings.gradient_accumulation:
        raise UsageError(
            f"--batch-size {settings.batch_size}: too few rows for {processes} processes with "
            f"--gradient-accumulation {settings.gradient_accumulation}; each part needs at least one"
        )


@dataclasses.dataclass
class Step:
    """What one update is made of: this process's parts of the batch, and the counts of the whole batch."""

    parts: list[Batch]
    masked: int
    labelled: int
    rows: int
    tokens: int
    words: int
    flops: int
    stop: int  # how many processes were told to stop; if any, all do, before this step


COUNTED = ("rows", "words", "tokens", "masked", "labelled", "flops")


class Run:
    """One training run: its data, model and optimizer, and `state`, the part of a checkpoint that is no tensor."""

    def __init__(
        self,
        shards: list[str],
        output: Path,
        settings: TrainSettings,
        here: World,
        init_from: str | None,
        resumed: dict[str, Any] | None = None,
    ) -> None:
        """`resumed` is what training.json says of the run that this one goes on with."""
        self.output, self.settings, self.here = output, settings, here
        self.data = Data(shards, settings)
        self.samples = max(1, round(settings.epochs * len(self.data.training)))
        if settings.steps:
            self.samples = settings.steps * settings.batch_size
        self.steps = math.ceil(self.samples / settings.batch_size)
        self.init_from, self.lacking = init_from, {"mlm", "nsp"}  # heads without any training
        self.saved = states.saved(output)[-1:] if resumed else []  # the state to go on from
        self.origin = checkpoint.weights_digest(init_from) if init_from else (resumed or {}).get("init_from")
        from_scratch = self.origin is None and settings.model_config is None
        self.preset = (settings.model or DEFAULT_MODEL) if from_scratch else None
        self.model = self.first_model().to(here.device)
        positions = self.model.config.max_position_embeddings  # a fresh model's texts may fill them all
        self.max_length = checkpoint.max_length_of(Path(init_from), positions) if init_from else positions
        self.model.gradient_checkpointing = settings.gradient_checkpointing
        if settings.compile:
            compile_parts(self.model)
        check_lengths(self.model, self.data.training, self.data.validation)
        self.optimizer = adamw(self.model, settings)
        self.counts_V = self.data.training.unigram_counts(self.data.vocabulary.size)
        self.schedule = Schedule(self.highest_rate(), settings.warmup_share, self.steps)
        self.identity: dict[str, Any] = {
            "settings": settings.as_dict(),
            "data": [store.read_manifest(folder, "mask").digest for folder in self.data.folders],
            "vocabulary": self.data.vocabulary.digest,
            "init_from": self.origin,
        }
        if self.preset:
            self.identity["settings"]["model"] = self.preset
        elif settings.learning_rate is None:  # it follows from what the settings do not tell
            self.identity["learning_rate"] = self.schedule.highest
        if mixed := self.data.mixture.described():
            self.identity["mixture"] = mixed
        self.counters = Counters()

    def first_model(self) -> Bert:
        """The model before it is trained: of a saved state, of a Hugging Face folder, or fresh, of the shape asked for."""
        settings, vocabulary = self.settings, self.data.vocabulary
        if self.init_from is not None:
            for option, given in (("--model-config", settings.model_config), ("--model", settings.model)):
                if given is not None:
                    raise UsageError(f"--init-from and {option}: a shape is given twice; leave out {option}")
        if self.saved:
            return Bert(checkpoint.saved_config(self.saved[0], settings.dropout))  # its weights come with the rest
        if self.init_from is not None:
            model, self.lacking = checkpoint.read_model(self.init_from, settings.dropout)
            check_vocabulary(self.init_from, model, vocabulary)
            return model
        if self.origin is not None:
            raise StoreError(
                f"{self.output}: nothing was saved before its run ended, so the weights that it began with are needed; "
                "give them with --init-from, or start anew with --overwrite"
            )
        if self.preset:
            dropout = 0.1 if settings.dropout is None else settings.dropout
            shape = preset(self.preset, vocabulary.size, vocabulary.pad_id, dropout)
        else:
            shape = own_shape(settings.model_config or {}, vocabulary, settings.dropout)
        model = Bert(shape)
        initialise(model, torch.Generator().manual_seed(randomness.key("init", settings.seed)))
        return model

    @property
    def next_sentence_trained(self) -> bool:
        """Whether the next-sentence head was ever trained, here or before."""
        return "nsp" not in self.lacking or self.counters.labelled > 0

    @property
    def about(self) -> checkpoint.About:
        """What the model's folder tells besides shape and weights."""
        return checkpoint.About(self.next_sentence_trained, self.max_length)

    def highest_rate(self) -> float:
        """The one asked for, else what suits the model that is trained."""
        asked = self.settings.learning_rate
        return default_rate(self.model.config, self.origin is not None) if asked is None else asked

    def restore(self) -> None:
        """Take weights, averages and counters from the newest training state, if there is one to resume from."""
        for folder in self.saved:
            restored = checkpoint.read_checkpoint(folder, self.model, self.optimizer)
            self.counters, self.lacking, self.max_length = restored

    def go(self, quiet: bool) -> dict[str, Any]:
        """Train to the end or until told to stop."""
        before = dataclasses.replace(self.counters)
        with stop_signals() as signals, Log(self, quiet, resumed=bool(self.saved)) as log:
            self.evaluate_before(log)
            started = time.monotonic()
            self.make_steps(log, signals, before.seconds)
            seconds = time.monotonic() - started
        self.counters.seconds = before.seconds + seconds
        self.save()
        if signal.SIGINT in signals:
            raise KeyboardInterrupt
        return self.finish(seconds, before, log)

    def make_steps(self, log: Log, signals: list[int], seconds_before: float) -> None:
        """Until the last step, a signal, or the time is up."""
        started, limit = time.monotonic(), self.settings.max_minutes
        with ThreadPoolExecutor(1) as reader:
            coming = reader.submit(self.read, self.counters.step)
            while self.counters.step < self.steps:
                seconds = time.monotonic() - started
                step = self.whole_batch(coming.result(), bool(signals) or (limit is not None and seconds > 60 * limit))
                if step.stop:
                    break
                coming = reader.submit(self.read, self.counters.step + 1)
                log.add(step, self.update(step))
                self.counters.seconds = seconds_before + time.monotonic() - started
                self.save_and_evaluate_when_due(log)
            log.flush()

    def read(self, step: int) -> list[Batch]:
        """This process's parts of the batch of a step; works ahead in a thread of its own."""
        size, first = self.settings.batch_size, step * self.settings.batch_size
        epochs_B, rows_B = self.data.mixture.rows_of(first, max(first, min(first + size, self.samples)))
        parts = np.array_split(np.arange(len(rows_B)), self.here.size * self.settings.gradient_accumulation)
        mine = [part for part in parts[self.here.rank :: self.here.size] if len(part)]
        jagged = self.here.device.type == "cuda"
        return [self.data.batch(epochs_B[part], rows_B[part], jagged) for part in mine]

    def whole_batch(self, parts: list[Batch], stop: bool) -> Step:
        """The parts and what they add up to over all processes."""
        names = ("masked", "labelled", "rows", "tokens", "words")
        mine = [sum(getattr(part, name) for part in parts) for name in names]
        counts = self.here.add_up_counts([*mine, flops_of(self.model.config, parts), int(stop)])
        return Step(parts, *counts)

    def count(self, step: Step) -> None:
        """Take note of a step that was made."""
        self.counters.step += 1
        for name in COUNTED:
            setattr(self.counters, name, getattr(self.counters, name) + getattr(step, name))

    def update(self, step: Step) -> Tensor:
        """One step of the optimizer; returns [MLM loss, NSP loss, length of the gradient], still on the device."""
        number, settings = self.counters.step, self.settings
        self.model.train()
        # every step seeds its own dropout, so nothing of it has to be saved
        torch.manual_seed(randomness.key("dropout", settings.seed, number, self.here.rank))
        means = torch.zeros(2, device=self.here.device)
        for part in step.parts:
            with self.here.precision():
                losses = self.model(part.to(self.here.device))
            mlm, nsp = losses.mlm / max(1, step.masked), losses.nsp / max(1, step.labelled)
            (mlm + nsp).backward()
            means += torch.stack([mlm.detach(), nsp.detach()])
        self.here.add_up_gradients(self.model)
        length = torch.nn.utils.clip_grad_norm_(self.model.parameters(), settings.clip)
        for group in self.optimizer.param_groups:
            group["lr"] = self.schedule.rate(number)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return torch.cat([self.here.add_up(means), length[None]])

    def save_and_evaluate_when_due(self, log: Log) -> None:
        number, settings = self.counters.step, self.settings
        if number % settings.log_every == 0:
            log.flush()
        if number == self.steps:
            return
        if settings.eval_every and number % settings.eval_every == 0:
            log.flush()
            log.write({"step": number, "validation": self.evaluate() or {}})
            log.begin()
        if number % settings.save_every == 0:
            log.flush()
            self.save()
            log.begin()

    def evaluate_before(self, log: Log) -> None:
        """Measure the weights that the run starts from, so that what it gained is known."""
        if self.saved or self.origin is None or "mlm" in self.lacking or not len(self.data.validation):
            return
        self.counters.validation_before = self.evaluate()
        log.write({"step": 0, "validation": self.counters.validation_before})

    def evaluate(self) -> dict[str, Any] | None:
        if not len(self.data.validation):
            return None
        try:
            return evaluate_model(
                self.model, self.data.validation, self.here, self.counts_V, self.next_sentence_trained
            )
        except StageError as error:
            raise diverged(self.output, self.counters.step, str(error)) from None

    def save(self) -> None:
        """A checkpoint of now, unless there is one. `StageError` instead of one whose weights are no numbers."""
        if not all(bool(parameter.isfinite().all()) for parameter in self.model.parameters()):
            raise diverged(self.output, self.counters.step, "a weight is not a number any more")
        found = states.saved(self.output)
        if self.here.rank == 0 and found and found[-1].name == states.name_of(self.counters.step):
            states.tidy(self.output, self.settings.keep)
        elif self.here.rank == 0:
            checkpoint.write_checkpoint(
                self.output, self.counters, self.model, self.optimizer, self.data.vocabulary, self.about,
                self.settings.keep,
            )  # fmt: skip
        self.here.wait()

    def why_no_validation(self, finished: bool) -> str | None:
        """Why there is no validation at the end of this call, None where there is."""
        if not len(self.data.validation):
            return why_no_validation(self.data.folders)
        return None if finished else "not measured, since the run has not reached its last step"

    def finish(self, seconds: float, before: Counters, log: Log) -> dict[str, Any]:
        """Leave the model at the top of the folder, with its card; the summary."""
        counters = self.counters
        finished = counters.step == self.steps
        validation = self.evaluate() if finished else None
        summary = {
            "steps": counters.step,
            "epochs": counters.rows / len(self.data.training),
            **{
                name: getattr(counters, name)
                for name in ("rows", "words", "tokens", "flops", "first_loss", "last_loss")
            },
            "train_seconds": round(counters.seconds, 3),
            "seconds": round(seconds, 3),
            **speed_of(counters.tokens - before.tokens, counters.flops - before.flops, seconds, log.peak),
            "peak_memory_bytes": peak_bytes(self.here.device),
            "finished": finished,
            "mixture": self.data.mixture.described(counters.rows),
            "validation_before": counters.validation_before,
            "validation": validation,
            "why_no_validation": self.why_no_validation(finished),
            "damaged": [],
        }
        if self.here.rank == 0:
            summary["damaged"] = self.leave_model(summary)
        return summary

    def leave_model(self, summary: dict[str, Any]) -> list[str]:
        """Write the model folder's own files; which files of the folder are not as they were written, in words."""
        checksums = checkpoint.write_model(self.output, self.model, self.data.vocabulary, self.about)
        write_card(self.output, self, summary)
        append_line(self.output / "metrics.jsonl", {"summary": summary})
        for name in ("README.md", "metrics.jsonl"):
            checksums[name] = store.file_checksum(self.output / name)
        write_training(self.output, self.identity, checksums)
        problems = (states.problem_of(folder) for folder in states.saved(self.output))
        return [*changed_files(self.output, checksums), *filter(None, problems)]
