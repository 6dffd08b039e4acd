#!/usr/bin/env python3
"""Masking speed compared with `transformers.DataCollatorForLanguageModeling`, as a ratio within one run.

    bench_mask.py PAIRS

Ours makes rows in memory from the columns of pairs, with each strategy; the collator masks the same rows, already laid out and
padded in batches of 256 (rows sorted by length, for the least padding). Both run in turns on one thread; figures are the best of
several turns, in tokens per CPU-second, without padding. The collator masks 15% of the tokens on average, and may mask 1 or 30 in
a row; ours masks exactly its budget.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
from tables import table
from transformers import DataCollatorForLanguageModeling, PreTrainedTokenizerFast
from turns import seconds_in_turns

from bertprep import store
from bertprep.core.ragged import flat_and_offsets
from bertprep.shards.examples import assemble, make_examples
from bertprep.shards.settings import MaskSettings
from bertprep.shards.strategies import STRATEGIES
from bertprep.vocab.vocabulary import Vocabulary

BATCH = 256


def collator_over(pairs: pa.Table, vocabulary: Vocabulary, folder: Path) -> Callable[[], None]:
    """One pass of the collator over rows that are already laid out."""
    ids, offsets, start_b = assemble(*(flat_and_offsets(pairs[name]) for name in ("ids_a", "ids_b")), vocabulary)
    order = np.argsort(np.diff(offsets), kind="stable")
    rows = [
        {
            "input_ids": ids[offsets[row] : offsets[row + 1]].tolist(),
            "token_type_ids": [0] * int(start_b[row]) + [1] * int(offsets[row + 1] - offsets[row] - start_b[row]),
        }
        for row in order
    ]
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    collator = DataCollatorForLanguageModeling(tokenizer, mlm_probability=0.15)

    def run() -> None:
        for first in range(0, len(rows), BATCH):
            collator(rows[first : first + BATCH])

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    folder = Path(arguments.pairs) / "vocab"
    vocabulary = Vocabulary.load(folder)
    parts = store.read_manifest(arguments.pairs).parts("train")
    pairs = pa.concat_tables([store.read_part(path) for path, _ in parts]).slice(0, arguments.rows).combine_chunks()
    numbers, counters = np.arange(len(pairs), dtype=np.uint64), {}

    def masker(strategy: str) -> Callable[[], None]:
        settings = MaskSettings(strategy=strategy)

        def run() -> None:
            counters.update(make_examples(pairs, numbers, settings, vocabulary, 0, ("train", 0))[1])

        return run

    runs = {name: masker(name) for name in STRATEGIES} | {"transformers": collator_over(pairs, vocabulary, folder)}
    best = {name: min(seconds) for name, seconds in seconds_in_turns(runs, arguments.turns).items()}
    print(f"{counters['rows']:,} rows, {counters['tokens']:,} tokens.\n")
    rows = [
        [name, f"{counters['tokens'] / seconds / 1e6:.1f}", f"{best['transformers'] / seconds:.1f}"]
        for name, seconds in best.items()
    ]
    print(table(["strategy", "M tokens per CPU second", "times transformers"], rows))


if __name__ == "__main__":
    main()
