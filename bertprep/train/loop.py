"""Shards -> a trained model.

Everything that a step does is a function of the settings and the step's number: its rows (loader.py), its masks, its
learning rate, and its dropout, whose generator is seeded anew for each step. So a checkpoint is the weights, AdamW's
averages and the number of the step, and a run that was killed goes on with bitwise the same losses.

The loss is the mean over the masked tokens of the *whole* batch plus the mean over its rows, however the batch is cut
into parts (--gradient-accumulation) and spread over processes (torchrun): each part adds its sums divided by the whole
batch's counts, and processes add up gradients. The mean of the parts' means would be another loss.
"""

import contextlib
import dataclasses
import json
import math
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from .. import randomness, store
from ..errors import InputError, StageError, StoreError, UsageError
from ..settings import TrainSettings, differences
from . import checkpoint
from .collate import Batch, pack
from .evaluate import check_lengths, check_vocabulary, common_vocabulary, evaluate_model
from .loader import Examples, Order, joined, mask_settings, masked_anew
from .model import Bert, initialise, preset
from .world import World, world

# between the published 1e-4 for base and large, and what a small model stands: 2e-3 is good for tiny
LEARNING_RATES = {"tiny": 2e-3, "mini": 1e-3, "small": 7e-4, "medium": 5e-4, "base": 1e-4, "large": 1e-4}
# may differ between a run and its --resume, because the losses do not depend on them
FREE_TO_CHANGE = ("device", "eval_every", "save_every", "log_every", "keep", "max_minutes", "threads")
SECONDS_BETWEEN_LINES = 10
RUN_FILES = ("model.safetensors", "config.json", "metrics.jsonl", "training.json")  # the tokenizer's are written over


def train(
    shards: list[str],
    output: str,
    settings: TrainSettings,
    *,
    init_from: str | None = None,
    resume: bool = False,
    overwrite: bool = False,
    quiet: bool = False,
) -> dict[str, Any]:
    """Train on the shard folders and leave a Hugging Face model folder at `output`; returns a summary.

    The summary: steps, epochs, rows and tokens since the run began; seconds and tokens_per_second of this call;
    first_loss, last_loss; finished (False after SIGTERM or --max-minutes); validation as `evaluate` gives it, or None.
    """
    if settings.threads:
        torch.set_num_threads(settings.threads)
    with world(settings.device, settings.precision) as here:
        if settings.batch_size < here.size * settings.gradient_accumulation:
            raise UsageError(
                f"--batch-size {settings.batch_size}: too few rows for {here.size} processes with "
                f"--gradient-accumulation {settings.gradient_accumulation}; each part needs at least one"
            )
        run = Run(shards, Path(output), settings, here, init_from)
        with contextlib.ExitStack() as stack:
            if here.rank == 0:
                refuse_output(run.output, run.identity, resume, overwrite)
                stack.enter_context(store.lock(run.output))
                if overwrite and not resume:
                    clear(run.output)
                checkpoint.write_json(run.output / "training.json", run.identity)
            here.wait()
            return run.go(quiet or here.rank > 0)


def refuse_output(output: Path, identity: dict[str, Any], resume: bool, overwrite: bool) -> None:
    """Accept a new folder, one of ours to be made anew by --overwrite, and one of the same run by --resume."""
    ours = (output / "training.json").is_file()
    if not ours and output.is_dir() and any(map(strange, output.iterdir())):
        raise StoreError(f"{output}: holds files, but no run of `bertprep train`; name another folder")
    if ours and not resume and not overwrite:
        raise StoreError(f"{output}: holds a run already; --resume goes on with it, --overwrite starts anew")
    if ours and resume:
        before = checkpoint.read_json(output / "training.json")
        if changes := differences(*(what_matters(each) for each in (before, identity))):
            raise StoreError(
                f"{output}: its run was made differently ({'; '.join(changes)}); "
                "give the same settings, or start a new run from its weights with --init-from"
            )


def strange(path: Path) -> bool:
    """Whether a file in a folder is neither a lock nor what a run that was killed at its beginning left of a file."""
    return path.name != store.LOCK and not (path.name.startswith(".") and path.name.endswith(store.TEMPORARY))


def clear(output: Path) -> None:
    """Delete what a run left; of files that are not from a run none is touched."""
    shutil.rmtree(output / "checkpoints", ignore_errors=True)
    for name in RUN_FILES:
        (output / name).unlink(missing_ok=True)


def what_matters(identity: dict[str, Any]) -> dict[str, Any]:
    """The part of training.json that the losses depend on, flat."""
    flat = {**identity["settings"], **identity}
    return {name: value for name, value in flat.items() if name not in ("settings", *FREE_TO_CHANGE)}


@dataclasses.dataclass
class Step:
    """What one update is made of: this process's parts of the batch, and the counts of the whole batch."""

    parts: list[Batch]
    masked: int
    labelled: int
    rows: int
    tokens: int
    stop: bool  # a process was told to stop, so all do, before this step


class Run:
    """One training run: its data, model and optimizer, and `state`, the part of a checkpoint that is no tensor."""

    def __init__(
        self, shards: list[str], output: Path, settings: TrainSettings, here: World, init_from: str | None
    ) -> None:
        self.output, self.settings, self.here = output, settings, here
        self.vocabulary = common_vocabulary(shards)
        self.training, self.validation = Examples(shards, "train"), Examples(shards, "validation")
        if not len(self.training):
            raise InputError(
                f"{', '.join(shards)}: no training rows; manifest.json counts what was left out on the way"
            )
        self.mask_settings = mask_settings(shards, settings.seed) if settings.dynamic else None
        self.order = Order(self.training.ends, settings.seed)
        self.samples = max(1, round(settings.epochs * len(self.training)))
        if settings.steps:
            self.samples = settings.steps * settings.batch_size
        self.steps = math.ceil(self.samples / settings.batch_size)
        self.model = self.first_model(init_from).to(here.device)
        check_lengths(self.model, self.training, self.validation)
        self.optimizer = adamw(self.model, settings)
        self.counts_V = self.training.unigram_counts(self.vocabulary.size)
        self.identity = {
            "settings": settings.as_dict(),
            "data": [store.read_manifest(folder, "mask").digest for folder in shards],
            "vocabulary": self.vocabulary.digest,
            "init_from": init_from,
        }
        self.state: dict[str, Any] = {
            "step": 0,
            "rows": 0,
            "tokens": 0,
            "first_loss": None,
            "last_loss": None,
            "labelled": 0,
        }

    def first_model(self, init_from: str | None) -> Bert:
        """Fresh weights of the preset's shape, or the ones in a Hugging Face folder."""
        settings, vocabulary = self.settings, self.vocabulary
        if init_from is not None:
            model, _ = checkpoint.read_model(init_from, settings.dropout)
            check_vocabulary(init_from, model, vocabulary)
            return model
        model = Bert(preset(settings.model, vocabulary.size, vocabulary.pad_id, settings.dropout))
        initialise(model, torch.Generator().manual_seed(randomness.key("init", settings.seed)))
        return model

    def go(self, quiet: bool) -> dict[str, Any]:
        """Train from the newest checkpoint, if there is one, to the end or until told to stop."""
        if found := checkpoint.checkpoints(self.output):
            self.state = checkpoint.read_checkpoint(found[-1], self.model, self.optimizer)
        started, tokens_before = time.monotonic(), self.state["tokens"]
        limit = self.settings.max_minutes
        log = Log(self, quiet)
        with stop_signals() as signals, ThreadPoolExecutor(1) as reader, log:
            coming = reader.submit(self.read, self.state["step"])
            while self.state["step"] < self.steps:
                stop = bool(signals) or (limit is not None and time.monotonic() - started > 60 * limit)
                step = self.whole_batch(coming.result(), stop)
                if step.stop:
                    break
                coming = reader.submit(self.read, self.state["step"] + 1)
                log.add(step, self.update(step))
                self.save_and_evaluate_when_due(log)
            log.flush()
        seconds = time.monotonic() - started
        self.save()
        if signal.SIGINT in signals:
            raise KeyboardInterrupt
        return self.finish(seconds, self.state["tokens"] - tokens_before)

    def read(self, step: int) -> list[Batch]:
        """This process's parts of the batch of a step; works ahead in a thread of its own."""
        size = self.settings.batch_size
        pieces = list(self.order.samples(step * size, min((step + 1) * size, self.samples)))
        epochs_B = np.concatenate([np.full(len(rows), epoch) for epoch, rows in pieces] or [np.empty(0, int)])
        rows_B = np.concatenate([rows for _, rows in pieces] or [np.empty(0, int)])
        parts = np.array_split(np.arange(len(rows_B)), self.here.size * self.settings.gradient_accumulation)
        mine = [part for part in parts[self.here.rank :: self.here.size] if len(part)]
        return [self.read_part(epochs_B[part], rows_B[part]) for part in mine]

    def read_part(self, epochs_B: np.ndarray, rows_B: np.ndarray) -> Batch:
        rows = []
        for epoch in np.unique(epochs_B).tolist():
            found = self.training.take(rows_B[epochs_B == epoch])
            if self.mask_settings:
                found = masked_anew(found, self.mask_settings, self.vocabulary, epoch)
            rows.append(found)
        return pack(joined(rows), padded=self.here.device.type == "cuda")

    def whole_batch(self, parts: list[Batch], stop: bool) -> Step:
        """The parts and what they add up to over all processes."""
        mine = [sum(getattr(part, name) for part in parts) for name in ("masked", "labelled", "rows", "tokens")]
        masked, labelled, rows, tokens, stops = self.here.add_up_counts([*mine, int(stop)])
        return Step(parts, masked, labelled, rows, tokens, stops > 0)

    def update(self, step: Step) -> Tensor:
        """One step of the optimizer; returns [MLM loss, NSP loss, length of the gradient], still on the device."""
        number, settings = self.state["step"], self.settings
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
            group["lr"] = learning_rate(settings, number, self.steps)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return torch.cat([self.here.add_up(means), length[None]])

    def save_and_evaluate_when_due(self, log: "Log") -> None:
        number, settings = self.state["step"], self.settings
        if number % settings.log_every == 0:
            log.flush()
        if number < self.steps and settings.eval_every and number % settings.eval_every == 0:
            log.write({"step": number, "validation": self.evaluate()})
        if number < self.steps and number % settings.save_every == 0:
            log.flush()
            self.save()

    def evaluate(self) -> dict[str, Any] | None:
        if not len(self.validation):
            return None
        return evaluate_model(self.model, self.validation, self.here, self.counts_V, self.state["labelled"] > 0)

    def save(self) -> None:
        """A checkpoint of now, unless there is one."""
        found = checkpoint.checkpoints(self.output)
        if self.here.rank == 0 and found and found[-1].name == checkpoint.name_of(self.state["step"]):
            checkpoint.tidy(self.output, self.settings.keep)
        elif self.here.rank == 0:
            checkpoint.write_checkpoint(
                self.output, self.state, self.model, self.optimizer, self.vocabulary, self.settings.keep
            )
        self.here.wait()

    def finish(self, seconds: float, tokens: int) -> dict[str, Any]:
        """Leave the model at the top of the folder; the summary."""
        finished = self.state["step"] == self.steps
        validation = self.evaluate() if finished else None
        if self.here.rank == 0:
            checkpoint.write_model(self.output, self.model, self.vocabulary, self.state["labelled"] > 0)
        summary = {
            "steps": self.state["step"],
            "epochs": self.state["rows"] / len(self.training),
            "rows": self.state["rows"],
            "tokens": self.state["tokens"],
            "seconds": round(seconds, 3),
            "tokens_per_second": round(tokens / seconds, 1) if seconds else 0.0,
            "first_loss": self.state["first_loss"],
            "last_loss": self.state["last_loss"],
            "finished": finished,
            "validation": validation,
        }
        if self.here.rank == 0:
            append_line(self.output / "metrics.jsonl", {"summary": summary})
        return summary


def adamw(model: Bert, settings: TrainSettings) -> torch.optim.AdamW:
    """Devlin et al. 2019, A.2; biases and norms do not decay (the BERT release, optimization.py)."""
    decaying = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    others = [parameter for parameter in model.parameters() if parameter.dim() <= 1]
    groups = [{"params": decaying, "weight_decay": settings.weight_decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.999), eps=1e-6, fused=True)


def learning_rate(settings: TrainSettings, step: int, steps: int) -> float:
    """The rate of an update, counted from 0: up in a line, then down to zero in a line."""
    highest = LEARNING_RATES[settings.model] if settings.learning_rate is None else settings.learning_rate
    warmup = round(settings.warmup_share * steps)
    return highest * ((step + 1) / warmup if step < warmup else (steps - step) / max(1, steps - warmup))


class Log:
    """metrics.jsonl, and what a person sees on stderr: a bar on a terminal, a line now and then elsewhere.

    Losses stay on the device until `flush`, which also looks whether they are numbers; a checkpoint comes after it.
    """

    def __init__(self, run: Run, quiet: bool) -> None:
        self.run, self.path = run, run.output / "metrics.jsonl"
        self.waiting: list[Tensor] = []
        self.last_line = self.since = time.monotonic()
        self.tokens = 0
        self.speaks = not quiet
        self.bar = tqdm(
            total=run.steps,
            initial=run.state["step"],
            unit="step",
            file=sys.stderr,
            disable=quiet or not sys.stderr.isatty(),
        )
        if run.here.rank == 0:
            forget_after(self.path, run.state["step"])

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.close()

    def add(self, step: Step, losses: Tensor) -> None:
        """Count a step that was made."""
        state = self.run.state
        state["step"] += 1
        state["rows"] += step.rows
        state["tokens"] += step.tokens
        state["labelled"] += step.labelled
        self.tokens += step.tokens
        self.waiting.append(losses)
        self.bar.update()

    def flush(self) -> None:
        """Write the mean of the steps since the last time; `StageError` when a loss is not a number."""
        if not self.waiting:
            return
        numbers = torch.stack(self.waiting).tolist()
        state, last = self.run.state, self.run.state["step"]
        for step, losses in enumerate(numbers, last - len(numbers) + 1):
            if not all(map(math.isfinite, losses)):
                raise StageError(not_a_number(self.run.output, step))
        mlm, nsp, gradient = (sum(column) / len(numbers) for column in zip(*numbers, strict=True))
        if state["first_loss"] is None:
            state["first_loss"] = sum(numbers[0][:2])
        state["last_loss"] = mlm + nsp
        rate = learning_rate(self.run.settings, last - 1, self.run.steps)
        speed = self.tokens / (time.monotonic() - self.since)
        line = {
            "step": last,
            "loss": mlm + nsp,
            "mlm_loss": mlm,
            "nsp_loss": nsp,
            "gradient": gradient,
            "learning_rate": rate,
        }
        self.write({**line, "tokens": state["tokens"], "tokens_per_second": round(speed, 1)})
        self.say(f"step {last}/{self.run.steps}  loss {mlm + nsp:.4f}  {speed:,.0f} tokens/s")
        self.bar.set_postfix_str(f"loss {mlm + nsp:.4f}, {speed:,.0f} tokens/s", refresh=False)
        self.waiting, self.tokens, self.since = [], 0, time.monotonic()

    def say(self, text: str) -> None:
        if self.speaks and self.bar.disable and time.monotonic() - self.last_line > SECONDS_BETWEEN_LINES:
            print(text, file=sys.stderr, flush=True)
            self.last_line = time.monotonic()

    def write(self, line: dict[str, Any]) -> None:
        if self.run.here.rank == 0:
            append_line(self.path, line)


def not_a_number(output: Path, step: int) -> str:
    found = checkpoint.checkpoints(output)
    kept = f"the last good state is {found[-1]}" if found else "nothing was saved before it (--save-every)"
    return (
        f"{output}: step {step}: the loss or its gradient is not a number any more; {kept}. "
        "The learning rate is usually too high: try half, with --init-from that state or --overwrite"
    )


def append_line(path: Path, line: dict[str, Any]) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def forget_after(path: Path, step: int) -> None:
    """Drop the lines of steps that will be made again, and a last line that was cut off."""
    if not path.exists():
        return
    kept = []
    for text in path.read_text("utf-8").splitlines():
        with contextlib.suppress(ValueError):
            if json.loads(text).get("step", math.inf) <= step:
                kept.append(text + "\n")
    store.write_file(path, "".join(kept).encode())


@contextlib.contextmanager
def stop_signals() -> Iterator[list[int]]:
    """A list that fills with the SIGTERM and SIGINT that arrive; a second one acts as usual."""
    arrived: list[int] = []
    before: dict[int, Any] = {}

    def note(number: int, _: object) -> None:
        arrived.append(number)
        signal.signal(number, before[number])

    if threading.current_thread() is threading.main_thread():
        for number in (int(signal.SIGTERM), int(signal.SIGINT)):
            before[number] = signal.signal(number, note)
    try:
        yield arrived
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
