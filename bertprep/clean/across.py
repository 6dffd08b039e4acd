"""The steps of `clean` that find sentences that occur in too many documents, as tasks of the runner.

    hashes         some parts: hashes of their sentences with document counts, spread over ranges of hashes
    repeated       a range of hashes: those in more documents than allowed

The size of a range does not depend on the corpus, and so neither does the memory of a task.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from .. import store
from ..core.ragged import values_and_offsets
from ..processes.runner import report
from ..store import Location
from ..store.levels import files_together
from . import repeated
from .judge import apply, sentence_verdicts
from .settings import CleanSettings
from .steps import Cleaning, StepTask, write_rows

RANGE_HASHES = 4_000_000  # of sentences, per task

HASHES = pa.schema([pa.field("hash", pa.uint64()), pa.field("documents", pa.int64())])
REPEATED = pa.schema([pa.field("hash", pa.uint64())])


def repeated_sentences(cleaning: Cleaning) -> Location | None:
    """A file with the sorted hashes of the sentences in too many documents; None if the setting is not used."""
    most = cleaning.settings.repeated_sentences
    if most is None:
        return None
    parts, sentences = cleaning.parts, cleaning.source.counters["sentences"]
    levels, slices = files_together(len(parts), ranges(sentences, RANGE_HASHES), 16 * sentences)
    extras = [([parts[part][1] for part in some], cleaning.settings, levels) for some in slices]
    sizes = [sum(parts[part][2] for part in some) for some in slices]
    hashes = cleaning.spread("hashes", write_hashes, HASHES, extras, levels, sizes=sizes)
    wanted = [(hashes.of(number), most) for number in range(levels.partitions)]
    found, _ = cleaning.step("repeated", write_repeated, wanted, "parts")
    if len(found) > 1:
        found, _ = cleaning.step("repeated", join_repeated, [(found,)], "parts")
    return found[0]


def write_hashes(task: StepTask) -> dict[str, Any]:
    """Task: write the hashes of the sentences that pass the sentence rules in some parts, spread over ranges of hashes."""
    paths, settings, levels = task.extra
    tables = (_hashes_of(path, settings) for path in paths)
    return write_rows(
        task, HASHES, ((table, range_of(table["hash"].to_numpy(), levels.partitions)) for table in tables), levels
    )


def _hashes_of(path: Location, settings: CleanSettings) -> pa.Table:
    table = store.read_part(path)
    report(len(table) // 2)
    table, _ = apply(table, sentence_verdicts(table, settings))
    sentences, bounds_D1 = values_and_offsets(table["sentences"])
    found = repeated.document_counts(repeated.sentence_hashes(sentences), bounds_D1)
    return pa.Table.from_arrays([pa.array(column) for column in found], schema=HASHES)


def write_repeated(task: StepTask) -> dict[str, Any]:
    """Task: write the hashes of a range that occur in more than `most` documents."""
    turns, most = task.extra
    table = pa.Table.from_batches(turns.batches(), HASHES)
    hashes_H, counts_H = repeated.summed(table["hash"].to_numpy(), table["documents"].to_numpy())
    return written(task, pa.Table.from_arrays([pa.array(hashes_H[counts_H > most])], schema=REPEATED))


def join_repeated(task: StepTask) -> dict[str, Any]:
    """Task: concatenate the results of all ranges."""
    (paths,) = task.extra
    return written(task, pa.concat_tables([store.read_part(path) for path in paths]))


# -- shared with the steps of near-duplicates --------------------------------------------------------------------------


def written(
    task: StepTask, table: pa.Table, counters: dict[str, int] | None = None, bounds: Sequence[int] | None = None
) -> dict[str, Any]:
    """Write the file of a step as one batch, or as several with these `bounds`."""
    return store.write_part(task.path, task.name, table, task.identity, counters or {}, bounds=bounds)


def ranges(total: int, most: int) -> int:
    """The number of ranges for about `most` hashes in each."""
    return max(1, -(-total // most))


def range_of(hashes: np.ndarray, count: int) -> np.ndarray:
    """The range, from 0 to count - 1, of each hash, int64 [N].

    >>> range_of(np.array([0, 1 << 62, 1 << 63], np.uint64), 4).tolist()
    [0, 1, 2]
    """
    firsts = np.array([(number << 64) // count for number in range(1, count)], np.uint64)
    return np.searchsorted(firsts, hashes, side="right")
