"""`mask`: a folder of pairs to shards of masked examples, equal in rows give or take one."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from .. import schema, store
from ..runner import Execution
from ..settings import MaskSettings
from ..stages import examples
from ..stages.strategies import load_segmenter
from ..store import Identity
from ..vocabulary import Vocabulary
from . import job
from .vocab import copy_vocabulary

VOCAB = "vocab"


def plan(pairs: str, output: str, settings: MaskSettings) -> job.Job:
    """The job that makes the shards."""
    if settings.strategy == "whole-word-zh":
        load_segmenter()  # or say at once what to install
    source = store.read_manifest(pairs, "build-pairs")
    identity = Identity("mask", examples.VERSION, settings.as_dict(), {"pairs": source.digest})
    parts = []
    for split in store.SPLITS:
        inputs = [(str(path), rows) for path, rows in source.parts(split)]
        total = sum(rows for _, rows in inputs)
        shards = _shard_count(split, total, len(inputs), source.settings["passes"], settings)
        for number in range(shards * settings.copies):
            copy, shard = divmod(number, shards)
            rows = (shard * total // shards, (shard + 1) * total // shards)
            name = store.part_name(split, number, shards * settings.copies)
            parts.append(
                job.Part(name, (inputs, pairs, output, name, identity, settings, copy, rows, split), rows[1] - rows[0])
            )
    return job.Job(Path(output), identity, write_shard, parts, "rows")


def _shard_count(split: str, rows: int, parts: int, passes: int, settings: MaskSettings) -> int:
    """Shards of a split: as asked for, or as many as there are files of a pass; never more than rows."""
    wanted = settings.shards if settings.shards and split == "train" else parts // passes
    return min(wanted, rows)


def mask_pairs(
    pairs: str, output: str, settings: MaskSettings, execution: Execution, progress: job.Progress = job.silent
) -> job.Result:
    """Make a folder of shards from a folder of pairs."""
    vocabulary = str(Path(pairs) / VOCAB)
    return job.execute(
        plan(pairs, output, settings), execution, progress, lambda out: copy_vocabulary(vocabulary, out.folder)
    )


def write_shard(
    inputs: list[tuple[str, int]],
    pairs: str,
    output: str,
    name: str,
    identity: Identity,
    settings: MaskSettings,
    copy: int,
    rows: tuple[int, int],
    split: str,
) -> None:
    """Task: one shard, from rows [first, last) of the split's pairs."""
    vocabulary = Vocabulary.load(str(Path(pairs) / VOCAB))
    table = _rows(inputs, *rows)
    numbers = np.arange(*rows, dtype=np.uint64)
    shard, counters = examples.make_examples(table, numbers, settings, vocabulary, copy, (split, rows[0]))
    compression = None if settings.compression == "none" else settings.compression
    store.write_part(Path(output), name, shard, identity, counters, compression)


def _rows(inputs: list[tuple[str, int]], first: int, last: int) -> pa.Table:
    """Rows [first, last) of the parts laid end to end."""
    tables, begin = [], 0
    for path, rows in inputs:
        low, high = max(first - begin, 0), min(last - begin, rows)
        if low < high:
            tables.append(store.read_part(Path(path)).slice(low, high - low))
        begin += rows
    return pa.concat_tables(tables) if tables else schema.pairs(0).empty_table()
