"""Training with one process and with several on a CPU: the same losses, and the time of each part of a step.

    computing      forward and backward pass of this process's rows, clipping, AdamW
    waiting        waiting for the slowest process, before gradients can be summed
    exchanging     summing the gradients (all-reduce), measured without other work
    hidden         the part of exchanging that overlaps with the backward pass: computing + waiting + exchanging - whole step

Each process has one thread, so more processes than cores share them. Run it from the root of the repository:

    PYTHONPATH=. python tests/bench/bench_processes.py --model small --rows 32 --steps 10
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import torch
import torch.distributed as dist

sys.path.insert(0, str(Path(__file__).parents[1]))
from train_samples import random_rows

from bertprep.train import gradients
from bertprep.train.bert.model import Bert, initialise, preset
from bertprep.train.data import collate
from bertprep.train.optimizer import Schedule
from bertprep.train.settings import TrainSettings
from bertprep.train.step import Learner, Step
from bertprep.train.world import World, world

VOCABULARY = 8000


def steps_of(here: World, model: str, rows: int, steps: int) -> dict[str, float | list[float]]:
    """Median seconds of each kind, and the losses of every step."""
    torch.set_num_threads(1)
    bert = Bert(preset(model, VOCABULARY, dropout=0.0))
    initialise(bert, torch.Generator().manual_seed(0))
    learner = Learner(bert, TrainSettings(), Schedule(1e-3, 0.1, steps), here)
    mine = random_rows(rows, VOCABULARY, 128).take(torch.arange(here.rank, rows, here.size).numpy())
    step = learner.step_of([collate.pack(mine)], stop=False)
    losses, whole, alone = [], [], []
    for number in range(steps):
        here.wait()
        started = time.perf_counter()
        losses.append(learner.update(step, number)[:2].sum().item())
        whole.append(time.perf_counter() - started)
    quiet = Learner(bert, TrainSettings(), Schedule(1e-3, 0.1, steps), World(0, 1, here.device))
    for number in range(max(3, steps // 3)):
        here.wait()
        started = time.perf_counter()
        quiet.update(step, number)
        alone.append(time.perf_counter() - started)
    waited, exchanged = exchanges(here, learner, step)
    return {
        "step": statistics.median(whole),
        "computing": statistics.median(alone),
        "waiting": waited,
        "exchanging": exchanged,
        "losses": losses,
    }


def exchanges(here: World, learner: Learner, step: Step) -> tuple[float, float]:
    """Seconds in which this process waits for the others, and in which all sum their gradients."""
    if here.size == 1:
        return 0.0, 0.0
    waited, exchanged = [], []
    for _ in range(5):
        here.wait()
        (learner.model(step.parts[0]).mlm / 100).backward()
        started = time.perf_counter()
        here.wait()
        waited.append(time.perf_counter() - started)
        started = time.perf_counter()
        for bucket in learner.gradients.buckets:
            dist.all_reduce(bucket)
        exchanged.append(time.perf_counter() - started)
        learner.gradients.forget()
    return statistics.median(waited), statistics.median(exchanged)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="small")
    parser.add_argument("--rows", type=int, default=32)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--bucket-mb", type=float, default=gradients.BUCKET_BYTES / 2**20)
    parser.add_argument("--processes", default="1,2,4")
    arguments = parser.parse_args()
    gradients.BUCKET_BYTES = round(arguments.bucket_mb * 2**20)
    if "RANK" in os.environ:
        with world("cpu", "float32") as here:
            found = steps_of(here, arguments.model, arguments.rows, arguments.steps)
            if here.rank == 0:
                print(json.dumps(found))
        return
    first: list[float] = []
    print(
        f"{'processes':>9} {'step ms':>9} {'computing':>10} {'waiting':>9} {'exchanging':>11} {'hidden':>8}  losses differ by"
    )
    for processes in arguments.processes.split(","):
        launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", processes]
        ran = subprocess.run([*launcher, *sys.argv], check=True, capture_output=True, text=True)
        found = json.loads(ran.stdout.strip().splitlines()[-1])
        first = first or found["losses"]
        far = max(abs(one - other) for one, other in zip(first, found["losses"], strict=True))
        parts = [1e3 * found[name] for name in ("step", "computing", "waiting", "exchanging")]
        hidden = sum(parts[1:]) - parts[0]
        print(
            f"{processes:>9} {parts[0]:9.1f} {parts[1]:10.1f} {parts[2]:9.1f} {parts[3]:11.1f} {hidden:8.1f}  {far:.1e}"
        )


if __name__ == "__main__":
    main()
