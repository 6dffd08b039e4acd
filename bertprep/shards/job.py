"""`mask`: make shards of masked examples from a folder of pairs; the row counts of shards differ by at most one."""

import bisect
import dataclasses
import itertools
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from .. import store
from ..core import schema
from ..core.errors import UsageError
from ..core.stages import BUILD_PAIRS, MASK
from ..processes.runner import Execution
from ..store import Identity, Location, job
from ..store.part_checks import check_ids
from ..vocab.loading import load_vocabulary, vocabulary_files, whole_vocabulary
from ..vocab.vocabulary import Vocabulary
from . import examples, word_check
from .settings import MaskSettings
from .strategies import load


def plan(pairs: str, output: str, settings: MaskSettings) -> job.Job:
    """Plan the job that makes the shards."""
    load(settings.strategy)  # fail early if a package is missing
    source = store.read_manifest(pairs, BUILD_PAIRS.name)
    identity = Identity.of(MASK, settings, {"pairs": source.digest})
    output_folder = store.Output(output, identity)
    tasks = []
    for split in store.SPLITS:
        inputs = source.parts(split)
        bounds = list(itertools.accumulate((rows for _, rows in inputs), initial=0))
        total = bounds[-1]
        shards = _shard_count(split, total, len(inputs), source.settings["passes"], settings)
        for number in range(shards * settings.copies):
            copy, shard = divmod(number, shards)
            rows = (shard * total // shards, (shard + 1) * total // shards)
            name = store.part_name(split, number, shards * settings.copies)
            path, size = output_folder.path(name), rows[1] - rows[0]
            first, stop = bisect.bisect_right(bounds, rows[0]) - 1, bisect.bisect_left(bounds, rows[1])
            some, before = inputs[first:stop], bounds[first]
            tasks.append(ShardTask(path, name, identity, size, some, before, pairs, settings, copy, rows, split))
    files = vocabulary_files(whole_vocabulary(pairs), "vocab/")
    size, warnings = source.bytes * settings.copies, _warnings(pairs, source, settings)
    return job.Job(output, identity, write_shard, tasks, "rows", files, size, warnings=warnings)


def _warnings(pairs: str, source: store.Manifest, settings: MaskSettings) -> tuple[str, ...]:
    """Check, on the first part of the pairs, that the strategy can find words; returns warnings."""
    parts = source.parts("train") or source.parts("validation")
    if settings.strategy == "token" or not parts:
        return ()
    vocabulary = load_vocabulary(pairs, "vocab/")
    if settings.strategy == "whole-word-zh" and vocabulary.given:
        raise UsageError(
            "--strategy whole-word-zh needs a vocabulary in which every Chinese character is a token, as BERT's; with "
            f"{vocabulary.given.kind} use --strategy token, or build the pairs with another --vocab"
        )
    if not vocabulary.tells_words:
        raise UsageError(
            f"--strategy {settings.strategy} needs to know where words begin, which the tokens of this vocabulary do not show "
            "(no Ġ, ▁, ## or </w>); use --strategy token, or a tokenizer that marks them"
        )
    warning = word_check.check(settings.strategy, store.read_part(*parts[0]), vocabulary)
    return (warning,) if warning else ()


def _shard_count(split: str, rows: int, parts: int, passes: int, settings: MaskSettings) -> int:
    """Number of shards of a split: the setting, or the number of pair files per pass; at most one per row."""
    wanted = settings.shards if settings.shards and split == "train" else parts // passes
    return min(wanted, rows)


def mask_pairs(
    pairs: str, output: str, settings: MaskSettings, execution: Execution, progress: job.Progress = job.silent
) -> job.Result:
    """Make a folder of shards from a folder of pairs."""
    return job.execute(plan(pairs, output, settings), execution, progress)


@dataclasses.dataclass(frozen=True)
class ShardTask(job.PartTask):
    """A shard to mask: a range of rows of a split's pairs."""

    inputs: list[tuple[Location, int]]  # the parts of the split that hold these rows, and their row counts
    before: int  # total rows of the parts before `inputs`
    pairs: str
    settings: MaskSettings
    copy: int
    rows: tuple[int, int]  # [first, last) of the concatenated parts of the split
    split: str


def write_shard(task: ShardTask) -> dict[str, Any]:
    """Write one shard. Returns its entry in the manifest."""
    vocabulary = _vocabulary(task.pairs, task.identity.inputs["pairs"])
    table = _rows(task.inputs, task.identity.inputs["pairs"], *(row - task.before for row in task.rows))
    check_ids(table, ("ids_a", "ids_b"), vocabulary.size, task.pairs)
    numbers = np.arange(*task.rows, dtype=np.uint64)
    shard, counters = examples.make_examples(
        table, numbers, task.settings, vocabulary, task.copy, (task.split, task.rows[0])
    )
    compression = None if task.settings.compression == "none" else task.settings.compression
    return store.write_part(task.path, task.name, shard, task.identity, counters, compression)


@lru_cache(maxsize=1)
def _vocabulary(pairs: str, digest: str) -> Vocabulary:
    """Read once per process; `digest` is the cache key if the folder changes."""
    return load_vocabulary(pairs, "vocab/")


@lru_cache(maxsize=2)
def _part(path: str, rows: int, digest: str) -> pa.Table:
    """Cache the last parts read: many shards take rows from one part, which is then checked once per process."""
    return store.read_part(path, rows)


def _rows(inputs: list[tuple[Location, int]], digest: str, first: int, last: int) -> pa.Table:
    """Rows [first, last) of the concatenated parts."""
    tables, begin = [], 0
    for path, rows in inputs:
        low, high = max(first - begin, 0), min(last - begin, rows)
        if low < high:
            tables.append(_part(str(path), rows, digest).slice(low, high - low))
        begin += rows
    return pa.concat_tables(tables) if tables else schema.pairs(0).empty_table()
