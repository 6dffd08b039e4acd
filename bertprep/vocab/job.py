"""`train-vocab`: a folder of sentences to a WordPiece vocabulary, from the training split alone.

Words are counted partition by partition (one scratch part each), the counts are merged here, and the vocabulary is made
from the counts.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from .. import store
from ..core.errors import InputError
from ..core.scripts import script_of
from ..core.stages import SEGMENT, TRAIN_VOCAB
from ..processes.runner import Execution
from ..store import Identity, Location, Output, job
from . import training as vocab
from .loading import vocabulary_files
from .settings import VocabSettings
from .vocabulary import Vocabulary

MERGED_AT_ONCE = 1_000_000  # words, with repetitions between parts


def plan(sentences: str, output: str, settings: VocabSettings) -> job.Job:
    """The job that counts the words; its parts live in the scratch folder."""
    source = store.read_manifest(sentences, SEGMENT.name)
    identity = Identity.of(TRAIN_VOCAB, settings, {"sentences": source.digest})
    out = Output(output, identity)
    inputs = source.parts("train")
    tasks = []
    for number, (path, rows) in enumerate(inputs):
        name = f"{store.SCRATCH}/{store.part_name('words', number, len(inputs))}"
        tasks.append(CountTask(out.path(name), name, identity, rows, path, settings))
    return job.Job(output, identity, write_counts, tasks, "documents", input_bytes=source.bytes)


def train_vocab(
    sentences: str, output: str, settings: VocabSettings, execution: Execution, progress: job.Progress = job.silent
) -> job.Result:
    """Make a vocabulary folder from a folder of sentences."""
    counting = plan(sentences, output, settings)
    out = Output(output, counting.identity)

    def work() -> job.Made:
        parts = job.run_parts(counting, out, execution, progress)
        rows = sum(part["rows"] for part in parts)
        counts, counters = merged_counts([out.path(task.name) for task in counting.tasks], rows)
        store.add_counters(counters, job.total_counters(parts))
        pa.default_memory_pool().release_unused()
        with job.nothing_left_if_refused(output):
            vocabulary = _train(counts, settings)
        counters["entries"] = vocabulary.size
        return out.write_files(vocabulary_files(vocabulary)), counters

    return job.make(out, execution, work)


def merged_counts(paths: Sequence[Location], rows: int) -> tuple[pa.Table, dict[str, int]]:
    """The counts of all parts together, as many of the most frequent as `vocab.train` looks at, and the sums over all.

    Distinct words grow with the corpus without end, so they are merged by turns: in each turn those with the same
    remainder of a hash, which decides nothing but the turn.
    """
    turns = -(-rows // MERGED_AT_ONCE) or 1
    frequent = vocab.merge_counts([])
    counters = {"words": 0, "distinct_words": 0}
    for turn in range(turns):
        merged = vocab.merge_counts([_of_turn(store.read_part(path), turn, turns) for path in paths])
        counters["words"] += int(pa.compute.sum(merged["count"]).as_py() or 0)
        counters["distinct_words"] += len(merged)
        store.add_counters(counters, words_by_script(merged))
        both = pa.concat_tables([frequent, merged])
        order = pa.compute.sort_indices(both, sort_keys=[("count", "descending"), ("word", "ascending")])
        frequent = both.take(order[: vocab.TRAINING_WORDS]).combine_chunks()
    return frequent.sort_by("word"), counters


def words_by_script(counts: pa.Table) -> dict[str, int]:
    """The words of a table of counts by the script of their first character, such as `words_latin`."""
    heads = pa.compute.utf8_slice_codeunits(counts["word"], 0, 1)
    by_head = pa.table({"head": heads, "count": counts["count"]}).group_by("head").aggregate([("count", "sum")])
    found: dict[str, int] = {}
    for head, number in zip(by_head["head"].to_pylist(), by_head["count_sum"].to_pylist(), strict=True):
        store.add_counters(found, {f"words_{script_of(head) or 'other'}": number})
    return dict(sorted(found.items()))


def _of_turn(table: pa.Table, turn: int, turns: int) -> pa.Table:
    if turns == 1:
        return table
    import polars as pl

    remainders = pl.Series("w", table["word"].combine_chunks()).hash() % turns
    return table.filter((remainders == turn).to_arrow())


def _train(counts: pa.Table, settings: VocabSettings) -> Vocabulary:
    if len(counts) == 0:
        raise InputError("the training split of the sentences contains no words")
    return vocab.train(counts, settings)


@dataclasses.dataclass(frozen=True)
class CountTask(job.PartTask):
    """A partition of which the words are counted."""

    source: Location
    settings: VocabSettings


def write_counts(task: CountTask) -> dict[str, Any]:
    """The words of one partition and how often each occurs. Returns the scratch part's entry."""
    lists = store.read_part(task.source)["sentences"].combine_chunks()
    table, counters = vocab.count_words(lists.flatten(), task.settings)
    return store.write_part(task.path, task.name, table, task.identity, counters)
