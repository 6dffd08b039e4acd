"""The training loop: steps (step.py), logging, checkpoints, evaluation, and the final model.

Everything in a step is a function of the settings and the number of the step: its rows (data/batches.py), masks, learning rate,
and dropout, whose generator is seeded again at each step. So a checkpoint consists of the weights, AdamW's averages and the
number of the step, and a killed run resumes with bitwise the same losses.
"""

import contextlib
import dataclasses
import math
import signal
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import store
from ..core.errors import StageError
from . import checkpoint, states
from .asking import FREQUENCIES, frequencies_json
from .bert.folder import About, write_file, write_model
from .card import Facts, card
from .checksums import changed_files
from .data.dataset import why_no_validation
from .divergence import Divergence
from .evaluation import evaluate_model
from .flops import peak_flops, speed_of
from .history import METRICS
from .log import Log
from .memory import peak_bytes
from .output import LocalOutput, append_line, write_training
from .run import Run
from .scaling import MOST_SKIPPED
from .settings import counts_of_words
from .states import Counters, diverged
from .stored_output import StoredOutput
from .world import stop_signals

CARD = "README.md"


class Loop:
    """Trains from the step in `counters` to the last step, or until a signal or the time limit."""

    def __init__(
        self,
        run: Run,
        counters: Counters,
        quiet: bool,
        warn: Callable[[str], object],
        place: LocalOutput | StoredOutput,
    ) -> None:
        self.run, self.counters, self.quiet, self.warn, self.place = run, counters, quiet, warn, place
        self.first_process = run.here.rank == 0
        self.peak = peak_flops(run.here.device, run.here.half, run.here.size)
        self.skipped_in_a_row = 0  # consecutive steps that overflowed
        self.save_at = counts_of_words(run.settings.save_at_words)
        self.divergence = Divergence(run.learner.schedule, run.baselines)

    def go(self) -> dict[str, Any]:
        """Train and write the model; returns the summary. After Ctrl-C, saves a checkpoint and raises `KeyboardInterrupt`."""
        before = dataclasses.replace(self.counters)
        with stop_signals() as signals, self.opened_log() as self.log:
            self.evaluate_before()
            started = time.monotonic()
            self.make_steps(signals, before.seconds)
            seconds = time.monotonic() - started
        self.counters.seconds = before.seconds + seconds
        self.save()
        if signal.SIGINT in signals:
            raise KeyboardInterrupt
        return self.finish(before, seconds)

    def opened_log(self) -> Log:
        return Log(
            self.run.output if self.first_process else None,
            self.counters.step,
            self.run.steps,
            quiet=self.quiet,
            resumed=self.run.start.saved is not None,
            tensorboard=self.run.settings.tensorboard,
            peak=self.peak,
        )

    def make_steps(self, signals: list[int], seconds_before: float) -> None:
        """Make steps until the last one, a signal, or the time limit. A thread reads the rows of the next step meanwhile."""
        batches, learner, counters = self.run.batches, self.run.learner, self.counters
        started, limit = time.monotonic(), self.run.settings.max_minutes
        with contextlib.closing(batches.ahead(counters.step)) as coming:
            while counters.step < batches.steps:
                is_over = limit is not None and time.monotonic() - started > 60 * limit
                step = learner.step_of(next(coming), stop=bool(signals) or is_over)
                if step.stop:
                    break
                losses = learner.update(step, counters.step)
                counters.add(step.counts)
                self.log.add(losses, step.counts.tokens, step.counts.flops)
                counters.seconds = seconds_before + time.monotonic() - started
                self.do_what_is_due(step.counts.words)
            self.flush()

    def do_what_is_due(self, words: int) -> None:
        """Log, evaluate and save if due after a step with `words` words; what happens at the end is in `finish`."""
        step, settings, along = self.counters.step, self.run.settings, self.run.along
        is_last = step == self.run.steps
        if step % settings.log_every == 0:
            self.flush()
        reached = [count for count in self.save_at if self.counters.words - words < count <= self.counters.words]
        if reached:
            self.save_at_words(reached)
        all_rows = bool(reached) and not is_last
        if all_rows or along.is_due(step, self.run.steps):
            self.flush()
            measured = self.evaluate(None if all_rows else along.rows_N)
            self.log.write({"step": step, "words": self.counters.words, "validation": measured or {}})
            self.log.begin()
        if step % settings.save_every == 0 and not is_last:
            self.flush()
            self.save()
            self.log.begin()

    def flush(self) -> None:
        """Log the mean losses since the last line; `StageError` if a loss is NaN or infinite."""
        losses, counters = self.log.take(), self.counters
        if not losses:
            return
        self.refuse_broken_losses(losses)
        norms = [norm for *_, norm in losses if math.isfinite(norm)]
        counters.skipped_steps += len(losses) - len(norms)
        self.run.learner.scale.record(counters)
        mlm, nsp = (sum(column) / len(losses) for column in list(zip(*losses, strict=True))[:2])
        if counters.first_loss is None:
            counters.first_loss = sum(losses[0][:2])
        counters.last_loss = mlm + nsp
        for problem in self.divergence.problems(counters.step, losses, counters.first_loss):
            self.log.warn(problem, self.warn)
        rate = self.run.learner.schedule.rate(counters.step - 1)
        self.log.line(counters, mlm, nsp, sum(norms) / len(norms) if norms else None, rate)

    def refuse_broken_losses(self, losses: list[list[float]]) -> None:
        """Raise `StageError` if a loss or gradient is NaN or infinite; an overflow in float16 only reduces the loss scale."""
        is_scaled = self.run.learner.scale.is_needed
        for step, each in enumerate(losses, self.counters.step - len(losses) + 1):
            self.skipped_in_a_row = 0 if math.isfinite(each[2]) else self.skipped_in_a_row + 1
            may_skip = is_scaled and self.skipped_in_a_row <= MOST_SKIPPED
            if not all(map(math.isfinite, each[:2] if may_skip else each)):
                first, end = self.run.batches.range_of(step - 1)
                problem = f"the loss or its gradient is NaN or infinite (samples {first} to {end - 1} of the run)"
                if is_scaled:
                    problem += ", which in float16 may be an overflow (--precision float32 has none)"
                raise diverged(self.run.output, step, problem)

    # -- held-out figures ---------------------------------------------------------------------------------------------

    def evaluate_before(self) -> None:
        """Evaluate the initial weights of a run with --init-from, to show what training gains."""
        start = self.run.start
        if start.saved or start.origin is None or "mlm" in start.lacking or not len(self.run.data.validation):
            return
        self.counters.validation_before = self.evaluate()
        self.log.write({"step": 0, "words": 0, "validation": self.counters.validation_before})

    def evaluate(self, rows_N: np.ndarray | None = None) -> dict[str, Any] | None:
        """Evaluate the model on all held-out rows or on those at `rows_N`; None without held-out rows."""
        run = self.run
        if not len(run.data.validation):
            return None
        try:
            return evaluate_model(run.model, run.here, run.baselines, self.about.next_sentence_trained, rows_N)
        except StageError as error:
            raise diverged(run.output, self.counters.step, str(error)) from None

    def why_no_validation(self, finished: bool) -> str | None:
        """Why there is no final evaluation; None if there is one."""
        if not len(self.run.data.validation):
            return why_no_validation(self.run.data.folders)
        return None if finished else "not measured, since the run has not reached its last step"

    # -- what stays ---------------------------------------------------------------------------------------------------

    @property
    def about(self) -> About:
        """What the model folder records besides config and weights."""
        start = self.run.start
        return About("nsp" not in start.lacking or self.counters.labelled > 0, start.max_length)

    def save(self) -> None:
        """Save a checkpoint, unless there is one of this step. `StageError` if a weight is NaN or infinite."""
        run, counters = self.run, self.counters
        self.refuse_broken_weights()
        saved = states.saved(run.output)
        if self.first_process and saved and saved[-1].name == states.name_of(counters.step):
            states.tidy(run.output, run.settings.keep)
        elif self.first_process:
            checkpoint.write_checkpoint(
                run.output, counters, run.model, run.learner.optimizer, run.data.vocabulary, self.about,
                run.settings.keep,
            )  # fmt: skip
        if self.first_process:
            self.log.flush()
            self.place.upload()
        run.here.wait()

    def refuse_broken_weights(self) -> None:
        """Raise `StageError` if a weight is NaN or infinite."""
        if not all(bool(parameter.isfinite().all()) for parameter in self.run.model.parameters()):
            raise diverged(self.run.output, self.counters.step, "a weight is NaN or infinite")

    def save_at_words(self, counts: list[int]) -> None:
        """Write a model folder for each of these numbers of words, which this step reached."""
        self.flush()
        self.refuse_broken_weights()
        for count in counts if self.first_process else ():
            checkpoint.write_model_at_words(
                self.run.output, count, self.run.model, self.run.data.vocabulary, self.about
            )
        self.run.here.wait()
        self.log.begin()

    def finish(self, before: Counters, seconds: float) -> dict[str, Any]:
        """Write the model and its card to the output folder; returns the summary (`seconds`: of this call)."""
        counters, run = self.counters, self.run
        finished = counters.step == run.steps
        counted = ("rows", "words", "tokens", "flops", "first_loss", "last_loss")
        summary = {
            "steps": counters.step,
            "epochs": counters.rows / len(run.data.training),
            **{name: getattr(counters, name) for name in counted},
            "train_seconds": round(counters.seconds, 3),
            "seconds": round(seconds, 3),
            **speed_of(counters.tokens - before.tokens, counters.flops - before.flops, seconds, self.peak),
            "peak_memory_bytes": peak_bytes(run.here.device),
            "precision": run.here.precision_name,
            "finished": finished,
            "made": not finished or counters.step > before.step,
            **({"skipped_steps": counters.skipped_steps} if run.learner.scale.is_needed else {}),
            "words_not_reached": [count for count in self.save_at if count > counters.words],
            "mixture": run.data.mixture.described(counters.rows),
            "validation_before": counters.validation_before,
            "validation": self.evaluate() if finished else None,
            "why_no_validation": self.why_no_validation(finished),
            **({"new_words": new} if (new := run.start.new_words) else {}),
            "warnings": list(self.divergence.warnings.values()),
            "damaged": [],
        }
        if self.first_process:
            summary["damaged"] = [self.place.as_stored(problem) for problem in self.leave_model(summary)]
            self.place.upload()
        return summary

    def leave_model(self, summary: dict[str, Any]) -> list[str]:
        """Write the files of the model folder; returns messages about files that differ from what was written."""
        output = self.run.output
        checksums = write_model(output, self.run.model, self.run.data.vocabulary, self.about)
        store.write_file(output / CARD, card(self.facts(), summary).encode())
        append_line(output / METRICS, {"summary": summary})
        if summary["validation"]:  # the evaluation counted them
            checksums |= write_file(output, FREQUENCIES, frequencies_json(self.run.baselines.training_counts))
        checksums |= {name: store.file_checksum(output / name) for name in (CARD, METRICS)}
        write_training(output, self.run.identity, checksums)
        problems = (states.problem_of(folder) for folder in states.saved(output))
        return [*changed_files(output, checksums), *filter(None, problems)]

    def facts(self) -> Facts:
        """The facts about the run for the model card."""
        run = self.run
        return Facts(
            folders=run.data.names(),
            config=run.model.config,
            parameters=sum(parameter.numel() for parameter in run.model.parameters()),
            vocabulary=run.data.vocabulary,
            longest_row=run.data.training.longest()[0],
            next_sentence_trained=self.about.next_sentence_trained,
            origin=run.start.origin,
            settings=run.settings,
            learning_rate=run.learner.schedule.highest,
            steps=run.steps,
            processes=run.here.size,
            on_gpu=run.here.device.type == "cuda",
            precision=run.here.precision_name,
        )
