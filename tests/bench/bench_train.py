"""Training speed compared with `transformers.BertForPreTraining`, as a ratio within one run.

Both use the same rows with the same dropout, clip gradients and step with fused AdamW, on one thread, in turns; figures are
medians of real (unpadded) tokens per CPU-second. For transformers, rows are padded to the longest, as by its collators. Run it
from the root of the repository:

    PYTHONPATH=. python tests/bench/bench_train.py tiny small --rows 32 --length 128 --turns 7
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from tables import ratios, spread, table
from torch.profiler import ProfilerActivity, profile
from transformers import BertConfig, BertForPreTraining
from turns import seconds_in_turns

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "train"))
from test_model import our_loss
from train_samples import dictionaries, rows_like_real_ones

from bertprep.train.bert.model import Bert, initialise, preset
from bertprep.train.data import collate
from bertprep.train.data.loader import RowBatch

VOCABULARY = 30522


def updates(name: str, rows: RowBatch) -> dict[str, Callable[[], None]]:
    """A function for each of the two that makes one update."""
    shape = preset(name, VOCABULARY)
    names = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
    theirs, ours = BertForPreTraining(BertConfig(**{name: getattr(shape, name) for name in names})).train(), Bert(shape)
    initialise(ours, torch.Generator().manual_seed(0))
    padded = collate.pad(dictionaries(rows))

    def in_bfloat16() -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return our_loss(ours, collate.pack(rows))

    def update(model: torch.nn.Module, loss: Callable[[], torch.Tensor]) -> Callable[[], None]:
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)

        def step() -> None:
            loss().backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()

        return step

    return {
        "transformers": update(theirs, lambda: theirs(**padded).loss),
        "bertprep": update(ours, lambda: our_loss(ours, collate.pack(rows))),
        "bertprep, jagged": update(ours, lambda: our_loss(ours, collate.pack(rows, jagged=True))),
        "bertprep, bfloat16": update(ours, in_bfloat16),  # twice as fast with AVX512-BF16 or AMX, half as fast without
    }


def shares(step: Callable[[], None], shown: int = 10) -> list[list[str]]:
    """The operators in which updates spend their time, longest first, and the rest in one line."""
    with profile(activities=[ProfilerActivity.CPU]) as found:
        for _ in range(5):
            step()
    taken = {event.key: event.self_cpu_time_total for event in found.key_averages()}
    names = sorted(taken, key=lambda name: -taken[name])
    total = sum(taken.values())
    lines = [[f"`{name.removeprefix('aten::')}`", f"{taken[name] / total:.1%}"] for name in names[:shown]]
    return [*lines, ["all others", f"{sum(taken[name] for name in names[shown:]) / total:.1%}"]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--rows", type=int, default=32)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--turns", type=int, default=7)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows = rows_like_real_ones(arguments.rows, arguments.length, VOCABULARY)
    tokens = int(rows.offsets[-1])
    padded = tokens / len(rows) / np.diff(rows.offsets).max()
    print(f"{len(rows)} rows of {tokens:,} tokens, {padded:.0%} of those with padding.\n")
    found, profiles = [], {}
    for name in arguments.models:
        steps = updates(name, rows)
        seconds_in_turns(steps, 1)  # warm-up
        seconds = seconds_in_turns(steps, arguments.turns)
        for who, taken in seconds.items():
            times = spread(ratios(seconds["transformers"], taken), 2)
            found.append([f"{name}, {who}", f"{tokens / np.median(taken):,.0f}", times])
        profiles[name] = shares(steps["bertprep"])
    print(table(["", "tokens per CPU second", "times transformers"], found))
    for name, lines in profiles.items():
        print()
        print(table([f"{name}, operator", "share of a step"], lines))


if __name__ == "__main__":
    main()
