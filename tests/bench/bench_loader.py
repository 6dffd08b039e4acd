"""Reading shards in random order, compared with a `datasets` DataLoader.

    python tests/bench/bench_loader.py SHARDS [--batch 256 1024] [--turns 5]

Reads the first rows of an epoch on one core, from the page cache, in turns: ours with all columns, ours with `input_ids` alone,
and a DataLoader over the same Arrow files in torch format with shuffle, which only lists its rows (without collating). Prints
sequences per second, the median of the turns, and the ratio with its spread.
"""

import argparse
import itertools
import statistics
import tempfile
from collections.abc import Callable

import datasets
import torch
from tables import ratios, spread, table
from torch.utils.data import DataLoader
from turns import seconds_in_turns

from bertprep.train.data.examples import Examples
from bertprep.train.data.loader import Order, spans

THEIR_SHARE = 50  # the DataLoader reads this many times fewer rows


def ours(folder: str, batch: int, rows: int) -> dict[str, Callable[[], None]]:
    examples = Examples([folder], "train")
    order = Order(examples.ends, seed=0)
    list(order.samples(0, 1))  # the order of a slab is drawn once per epoch

    def all_columns() -> None:
        for first in range(0, rows, batch):
            for _, index in order.samples(first, first + batch):
                examples.take(index)

    def ids_alone() -> None:
        for first in range(0, rows, batch):
            for _, index in order.samples(first, first + batch):
                homes = examples.ends.searchsorted(index, side="right") - 1
                for home in set(homes.tolist()):
                    with examples.reading(home) as part:
                        tokens, _ = spans(part.offsets, index[homes == home] - examples.ends[home])
                        part.ids[tokens]

    return {"all columns": all_columns, "ids alone": ids_alone}


def theirs(folder: str, cache: str, batch: int, rows: int) -> Callable[[], None]:
    files = {"train": f"{folder}/train-*.arrow"}
    data = datasets.load_dataset("arrow", data_files=files, split="train", cache_dir=cache).with_format("torch")
    loader = DataLoader(data, batch_size=batch, shuffle=True, collate_fn=list)

    def run() -> None:
        for _ in itertools.islice(loader, rows // batch):
            pass

    return run


def compared(shards: str, batch: int, turns: int, cache: str) -> list[list[str]]:
    """The speed of each with batches of this size, as rows of the table."""
    rows = len(Examples([shards], "train")) // batch * batch
    few = max(rows // THEIR_SHARE // batch, 1) * batch
    runs = {"datasets": theirs(shards, cache, batch, few), **ours(shards, batch, rows)}
    seconds = seconds_in_turns(runs, turns)
    counts = {name: few if name == "datasets" else rows for name in runs}
    speeds = {name: [counts[name] / each for each in taken] for name, taken in seconds.items()}
    return [
        [
            f"{name}, batches of {batch}",
            f"{statistics.median(found):,.0f}",
            spread(ratios(found, speeds["datasets"]), 0),
        ]
        for name, found in speeds.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shards")
    parser.add_argument("--batch", type=int, nargs="+", default=[256, 1024])
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    datasets.disable_progress_bars()
    with tempfile.TemporaryDirectory() as cache:
        rows = [row for batch in asked.batch for row in compared(asked.shards, batch, asked.turns, cache)]
    print(table(["", "sequences/s", "times datasets"], rows))


if __name__ == "__main__":
    main()
