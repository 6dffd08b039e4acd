"""Estimate the cost of a run from a few of its steps.

Writes nothing. The hours do not include evaluation and checkpoints. Memory is the peak of the measured steps, which are the first
of the run; longer rows later may take a little more.
"""

import contextlib
import time
from typing import Any

import torch

from .flops import peak_flops, speed_of
from .memory import peak_bytes
from .run import Run
from .states import Counters

STEPS_BEFORE = 2  # not timed: the first steps allocate memory and choose kernels
STEPS = 40
SECONDS = 5.0


def measured(run: Run) -> dict[str, Any]:
    """Estimate words, tokens, epochs, steps, FLOPs, memory and hours of the whole run from a few of its steps."""
    here = run.here
    seconds, counted = steps_made(run)
    samples = run.batches.samples
    tokens = run.data.mixture.tokens(samples)
    return {
        "dry_run": True,
        "steps": run.steps,
        "rows": samples,
        "epochs": samples / len(run.data.training),
        "words": round(tokens * counted.words / counted.tokens),
        "tokens": round(tokens),
        "parameters": sum(parameter.numel() for parameter in run.model.parameters()),
        "flops": round(tokens * counted.flops / counted.tokens),
        "hours": tokens / counted.tokens * seconds / 3600,
        "peak_memory_bytes": peak_bytes(here.device),
        "measured_steps": counted.step,
        **speed_of(counted.tokens, counted.flops, seconds, peak_flops(here.device, here.half, here.size)),
        "device": here.device.type,
        "precision": here.precision_name,
        "processes": here.size,
        "mixture": run.data.mixture.described(samples),
        "stored": run.data.stored(),
    }


def steps_made(run: Run) -> tuple[float, Counters]:
    """Train for up to `STEPS` steps or `SECONDS`; returns the seconds of the timed steps, and their counts.

    As in training, a thread reads the next rows, and nothing waits for a GPU between the first and the last timed step.
    """
    learner, counted = run.learner, Counters()
    first_timed = STEPS_BEFORE if run.steps > STEPS_BEFORE else 0
    started = time.monotonic()
    with contextlib.closing(run.batches.ahead(0)) as coming:
        for number in range(min(run.steps, STEPS_BEFORE + STEPS)):
            if number == first_timed:
                finish_work(run.here.device)
                started = time.monotonic()
            is_over = counted.step > 0 and time.monotonic() - started > SECONDS
            step = learner.step_of(next(coming), stop=is_over)
            if step.stop:
                break
            learner.update(step, number)
            if number >= first_timed:
                counted.add(step.counts)
        finish_work(run.here.device)
        return time.monotonic() - started, counted


def finish_work(device: torch.device) -> None:
    """Wait until the GPU has finished, since kernels run asynchronously."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
