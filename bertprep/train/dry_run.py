"""What a run would cost, measured on a few of its own steps before anything is spent.

Writes nothing. Validation and saving are not in the hours; the memory is the most that was in use in the steps made,
which are the first of the run, so a longer row may come that takes a little more.
"""

import time
from typing import TYPE_CHECKING, Any

import torch

from .flops import peak_flops, speed_of
from .memory import peak_bytes

if TYPE_CHECKING:
    from .loop import Run

STEPS_BEFORE = 2  # the first ones allocate memory and choose kernels
STEPS = 40
SECONDS = 5.0


def measured(run: "Run") -> dict[str, Any]:
    """Words, tokens, epochs, steps, FLOPs, memory and hours of the whole run, from a few of its steps."""
    here = run.here
    made, seconds, sums = steps_made(run)
    tokens = run.data.mixture.tokens(run.samples)
    return {
        "dry_run": True,
        "steps": run.steps,
        "rows": run.samples,
        "epochs": run.samples / len(run.data.training),
        "words": round(tokens * sums["words"] / sums["tokens"]),
        "tokens": round(tokens),
        "parameters": sum(parameter.numel() for parameter in run.model.parameters()),
        "flops": round(tokens * sums["flops"] / sums["tokens"]),
        "hours": tokens / sums["tokens"] * seconds / 3600,
        "peak_memory_bytes": peak_bytes(here.device),
        "measured_steps": made,
        **speed_of(sums["tokens"], sums["flops"], seconds, peak_flops(here.device, here.half, here.size)),
        "device": here.device.type,
        "processes": here.size,
        "mixture": run.data.mixture.described(run.samples),
    }


def steps_made(run: "Run") -> tuple[int, float, dict[str, int]]:
    """Make up to `STEPS` steps or for `SECONDS`: how many were timed, their seconds, and their words, tokens and FLOPs."""
    made, seconds, sums = 0, 0.0, dict.fromkeys(("words", "tokens", "flops"), 0)
    for number in range(min(run.steps, STEPS_BEFORE + STEPS)):
        batches = run.read(number)  # a thread reads ahead in training, so this is not in the time
        started = time.monotonic()
        step = run.whole_batch(batches, stop=seconds > SECONDS and made > 0)
        if step.stop:
            break
        run.update(step)
        finish_work(run.here.device)
        if number < STEPS_BEFORE and run.steps > STEPS_BEFORE:
            continue
        made, seconds = made + 1, seconds + time.monotonic() - started
        sums = {name: total + getattr(step, name) for name, total in sums.items()}
    return made, seconds, sums


def finish_work(device: torch.device) -> None:
    """A GPU works on behind the program's back."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
