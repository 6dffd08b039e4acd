"""What a run would cost, measured on a few of its own steps before anything is spent.

Writes nothing. Validation and saving are not in the hours; the memory is the most that was in use in the steps made,
which are the first of the run, so a longer row may come that takes a little more.
"""

import time
from typing import TYPE_CHECKING, Any

import torch

from .flops import peak_flops
from .memory import peak_bytes

if TYPE_CHECKING:
    from .loop import Run

STEPS_BEFORE = 2  # the first ones allocate memory and choose kernels
STEPS = 40
SECONDS = 5.0


def measured(run: "Run") -> dict[str, Any]:
    """Words, tokens, epochs, steps, FLOPs, memory and hours of the whole run, from up to `STEPS` steps or `SECONDS`."""
    flops = tokens = words = made = 0
    seconds = 0.0
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
        seconds += time.monotonic() - started
        made, flops, tokens, words = made + 1, flops + step.flops, tokens + step.tokens, words + step.words
    total = run.data.mixture.tokens(run.samples)
    speed, used = tokens / seconds, flops / seconds
    peak = peak_flops(run.here.device, run.here.half)
    return {
        "dry_run": True,
        "steps": run.steps,
        "rows": run.samples,
        "epochs": run.samples / len(run.data.training),
        "words": round(total * words / tokens),
        "tokens": round(total),
        "parameters": sum(parameter.numel() for parameter in run.model.parameters()),
        "flops": round(total * flops / tokens),
        "hours": total / speed / 3600,
        "peak_memory_bytes": peak_bytes(run.here.device),
        "measured_steps": made,
        "tokens_per_second": round(speed, 1),
        "flops_per_second": round(used),
        "mfu": round(used / (peak * run.here.size), 4) if peak else None,
        "device": run.here.device.type,
        "processes": run.here.size,
        "mixture": run.data.mixture.described(run.samples),
    }


def finish_work(device: torch.device) -> None:
    """A GPU works on behind the program's back."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
