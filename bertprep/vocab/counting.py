"""Count words by tasks of the runner: by parts, then merged by ranges of a hash.

    counted    some parts: their words with counts, spread over ranges in one level or two (`store.levels`)
    merged     a range: the words of all parts, the most frequent first

The number of distinct words grows with the corpus without bound, so no process holds all of them: the size of a range does not
depend on the corpus, and of the merged words only as many are read as a vocabulary is made from.
"""

import dataclasses
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import store
from ..core.scripts import script_of
from ..processes.runner import Execution, report
from ..store import Location, Manifest, Output, job
from ..store.groups import Grouping, Turns, scattered, write_rows_of_group
from ..store.levels import Levels, files_together, write_first_level
from . import subwords
from . import training as vocab
from .contents import TextRules
from .settings import WORDPIECE, VocabSettings

RANGE_WORDS = (
    25_000_000  # running words per range; in English about 600,000 counts of parts, and 200,000 distinct words
)
WORD_BYTES = 0.6  # of counts per running word: a guess that determines the number of levels
LEAST_AT_ONCE = 1024  # merged words per batch
STEP = "train-vocab: merge"


@dataclasses.dataclass(frozen=True)
class CountTask(job.PartTask):
    """Parts whose words are counted. The task's own file has the counters and is separate from the counts."""

    sources: Sequence[Location]
    settings: VocabSettings
    rules: TextRules  # of WordPiece
    counts: Location
    counts_name: str
    levels: Levels


@dataclasses.dataclass(frozen=True)
class MergeTask(job.PartTask):
    """A range of words, to be merged from the counts of all parts."""

    counts: Turns
    ranges: int


def tasks_of(source: Manifest, output: Output, settings: VocabSettings, rules: TextRules) -> list[CountTask]:
    """The tasks that count the words of the training split."""
    inputs, words = source.parts("train"), source.counters["words"]
    levels, slices = files_together(len(inputs), max(1, -(-words // RANGE_WORDS)), round(WORD_BYTES * words))
    tasks = []
    for number, some in enumerate(slices):
        name, counts = (
            f"{store.SCRATCH}/{store.part_name(kind, number, len(slices))}" for kind in ("counted", "words")
        )
        paths, rows = zip(*inputs[some.start : some.stop], strict=True)
        place = (output.path(counts), counts, levels)
        tasks.append(CountTask(output.path(name), name, output.identity, sum(rows), paths, settings, rules, *place))
    return tasks


def write_counts(task: CountTask) -> dict[str, Any]:
    """Task: write the words of some parts with their counts; returns the entry of the task's own file."""
    counters: dict[str, int] = {}
    record = (task.counts_name, task.identity)
    write_first_level(task.counts, vocab.WORD_COUNTS, _counted(task, counters), task.levels, record)
    # counts first: if the task's own file is complete, they are too
    return store.write_part(task.path, task.name, vocab.WORD_COUNTS.empty_table(), task.identity, counters)


def _counted(task: CountTask, counters: dict[str, int]) -> Iterator[tuple[pa.Table, np.ndarray]]:
    """The counts of each part, and the range of each word; fills in the counters."""
    for source in task.sources:
        lists = store.read_part(source)["sentences"].combine_chunks()
        report(len(lists) // 2)
        if task.settings.model == WORDPIECE:
            table, found = vocab.count_words(lists.flatten(), task.rules)
        else:
            table, found = subwords.count(lists.flatten(), task.settings)
        store.add_counters(counters, found)
        yield table, range_of(table["word"], task.levels.partitions)


def range_of(words: pa.ChunkedArray, ranges: int) -> np.ndarray:
    """The range of each word, int64 [N], by a hash that is the same in all versions of all libraries."""
    if ranges == 1:
        return np.zeros(len(words), np.int64)
    hashes = np.fromiter(map(zlib.crc32, words.cast(pa.binary()).to_pylist()), np.uint64, len(words))
    return (hashes * np.uint64(ranges) >> np.uint64(32)).astype(np.int64)


def merged_counts(
    counting: Sequence[CountTask], output: Output, execution: Execution, progress: job.Progress
) -> tuple[pa.Table, dict[str, int]]:
    """The most frequent words of all parts with their counts, as many as `vocab.train` uses; and the sums over all words."""
    if not counting:
        return vocab.WORD_COUNTS.empty_table(), {}
    levels = counting[0].levels
    step, schema = "train-vocab: words, groups", vocab.WORD_COUNTS
    how = Grouping("words-group", step, write_rows_of_group, schema, output, execution, progress)
    counts = scattered(how, levels, [task.counts_name for task in counting], lambda: None)
    names = [
        f"{store.SCRATCH}/{store.part_name('merged', number, levels.partitions)}" for number in range(levels.partitions)
    ]
    tasks = [
        MergeTask(output.path(name), name, output.identity, 1, counts.of(number), len(names))
        for number, name in enumerate(names)
    ]
    planned = job.Job(output.location, output.identity, write_merged, tasks, "ranges", step=STEP)
    total = job.total_counters(job.run_parts(planned, output, execution, progress))
    first = ("words", "distinct_words")
    counters = {name: total[name] for name in (*first, *sorted(total.keys() - set(first)))}
    return most_frequent([task.path for task in tasks]), counters


def write_merged(task: MergeTask) -> dict[str, Any]:
    """Task: write the words of a range, the most frequent first, as many as can be among the most frequent of all."""
    merged = vocab.merge_counts([pa.Table.from_batches(task.counts.batches(), vocab.WORD_COUNTS)])
    counters = {"words": pc.sum(merged["count"]).as_py() or 0, "distinct_words": len(merged), **words_by_script(merged)}
    frequent = _most_frequent(merged)
    step = max(LEAST_AT_ONCE, 2 * vocab.TRAINING_WORDS // task.ranges)
    bounds = [*range(0, len(frequent), step), len(frequent)]
    return store.write_part(task.path, task.name, frequent, task.identity, counters, bounds=bounds)


def most_frequent(paths: Sequence[Location]) -> pa.Table:
    """The `TRAINING_WORDS` most frequent words of all ranges, sorted by word; reads only the batches that contain them."""
    frequent, number, left = vocab.WORD_COUNTS.empty_table(), 0, list(paths)
    while left:
        found = {}
        for path in left:
            file = store.open_part(path)
            if number < file.num_record_batches:
                found[path] = pa.Table.from_batches([store.open_batch(path, number)])
        frequent = _most_frequent(pa.concat_tables([frequent, *found.values()], promote_options="none"))
        least = _order(frequent) if len(frequent) == vocab.TRAINING_WORDS else (0, "")
        left = [path for path, table in found.items() if _order(table) <= least]
        number += 1
    return frequent.sort_by("word").combine_chunks()


def _order(counts: pa.Table) -> tuple[int, str]:
    """A sort key that ranks the last word of a batch among all words."""
    return -counts["count"][-1].as_py(), counts["word"][-1].as_py()


def _most_frequent(counts: pa.Table) -> pa.Table:
    order = pc.sort_indices(counts, sort_keys=[("count", "descending"), ("word", "ascending")])
    return counts.take(order[: vocab.TRAINING_WORDS]).combine_chunks()


def words_by_script(counts: pa.Table) -> dict[str, int]:
    """The words in a table of counts by the script of their first character, such as `words_latin`."""
    heads = pc.utf8_slice_codeunits(pc.utf8_ltrim(counts["word"], " "), 0, 1)
    by_head = pa.table({"head": heads, "count": counts["count"]}).group_by("head").aggregate([("count", "sum")])
    found: dict[str, int] = {}
    for head, number in zip(by_head["head"].to_pylist(), by_head["count_sum"].to_pylist(), strict=True):
        store.add_counters(found, {f"words_{script_of(head) or 'other'}": number})
    return dict(sorted(found.items()))
