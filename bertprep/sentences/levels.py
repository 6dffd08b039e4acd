"""In how many levels documents are spread over partitions, and the scratch files between.

    one level     a file for each task of the input, with a batch for each partition, which then reads its batch of each file
    two levels    a file for each task of the input, with a batch for each group of partitions; then each group is a corpus
                  of its own: files with a batch for each partition of the group, each made of a few files of the first level

With many partitions the batches of one level get small and as many as tasks times partitions. Two levels read tasks times
groups and files of a group times partitions, and write and read the text once more. A document's partition and the order
within it are the same either way.
"""

import dataclasses
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from .. import store
from ..store import Identity, Location

WINDOW_BYTES = 8 << 20  # of text before it is written, at least
MOST_WINDOW_BYTES = 32 << 20  # at most, where batches may be small
BATCH_BYTES = 512 << 10  # of text in a batch of two levels: a request of an object store is worth that
READ_BYTES = 64 << 10  # of text that is written and read once more in the time that reading one batch takes


@dataclasses.dataclass(frozen=True)
class Levels:
    """How partitions are divided into groups; one group is one level."""

    partitions: int
    groups: int
    size: int  # partitions of a group; the last may have fewer

    @classmethod
    def one(cls, partitions: int) -> "Levels":
        """No groups."""
        return cls(partitions, 1, partitions)

    @classmethod
    def two(cls, partitions: int) -> "Levels":
        """As many groups as a group has partitions, or about so."""
        size = math.isqrt(partitions - 1) + 1
        return cls(partitions, -(-partitions // size), size)

    @property
    def are_two(self) -> bool:
        return self.groups > 1

    @property
    def places(self) -> int:
        """How many batches a file of the first level has in turn."""
        return self.groups if self.are_two else self.partitions

    @property
    def window_bytes(self) -> int:
        """How much text comes together before a batch for each place is written."""
        wanted = max(WINDOW_BYTES, self.places * BATCH_BYTES)
        return wanted if self.are_two else min(wanted, MOST_WINDOW_BYTES)

    @property
    def group_window_bytes(self) -> int:
        """The same for a file of a group."""
        return max(WINDOW_BYTES, self.size * BATCH_BYTES)

    def place_of(self, partitions_N: np.ndarray) -> np.ndarray:
        """Where in the turn of a file of the first level documents of these partitions are, int64 [N]."""
        return partitions_N // self.size if self.are_two else partitions_N

    def files_of_groups(self, files: int) -> list[range]:
        """Which files of the first level make each file of a group: as many as there are groups, so that it has their size."""
        return [range(first, min(first + self.groups, files)) for first in range(0, files, self.groups)]

    def reads(self, files: int, text_bytes: int) -> int:
        """Batches that are read between the input and the partitions."""
        first = max(files, -(-text_bytes // self.window_bytes)) * self.places
        if not self.are_two:
            return first
        second = max(len(self.files_of_groups(files)), -(-text_bytes // (self.groups * self.group_window_bytes)))
        return first + second * self.partitions


def task_bytes(two: Levels) -> int:
    """How much input a task of the first of two levels should have, so that a batch for each group is worth its request."""
    return two.groups * BATCH_BYTES


def are_worth(two: Levels, files: int, one_files: int, text_bytes: int) -> bool:
    """Whether two levels cost less than one: the reads they save, against the text once more.

    `one_files` are the files of the first level where it is the only one.
    """
    saved = Levels.one(two.partitions).reads(one_files, text_bytes) - two.reads(files, text_bytes)
    return saved * READ_BYTES > text_bytes


def write_spread(
    path: Location,
    schema: pa.Schema,
    tables: Iterable[tuple[pa.Table, np.ndarray]],
    places: int,
    window_bytes: int,
    record: tuple[str, Identity] | None = None,
) -> None:
    """Write tables whose rows each have a place: a batch for each of the places in turn, whenever a window is full.

    `record` is what the file says of itself: its name, and what it is made from.
    """
    described = store.with_record(schema, *record) if record else schema
    with store.ipc_file(path, described) as writer:
        for table, places_N in _windows(tables, window_bytes):
            order = np.argsort(places_N, kind="stable")
            bounds = np.searchsorted(places_N[order], np.arange(places + 1)).tolist()
            batch = store.one_batch(table.combine_chunks().take(pa.array(order)))
            for first, stop in itertools.pairwise(bounds):
                writer.write_batch(batch.slice(first, stop - first))


def _windows(tables: Iterable[tuple[pa.Table, np.ndarray]], window_bytes: int) -> Iterator[tuple[pa.Table, np.ndarray]]:
    """The tables joined to windows of so many bytes."""
    held: list[tuple[pa.Table, np.ndarray]] = []
    size = 0
    for table, places_N in tables:
        held.append((table, places_N))
        size += table.nbytes
        if size >= window_bytes:
            yield _joined(held)
            held, size = [], 0
    if held:
        yield _joined(held)


def _joined(held: Sequence[tuple[pa.Table, np.ndarray]]) -> tuple[pa.Table, np.ndarray]:
    return pa.concat_tables([table for table, _ in held]), np.concatenate([places_N for _, places_N in held])


def batches_of(path: Location, place: int, places: int, count: int = 1) -> Iterator[pa.RecordBatch]:
    """The batches of one place in a file of spread rows, or of `count` places one after another.

    They are read and not mapped: a large corpus has more scratch files than a process may hold open.
    """
    file = store.open_part(path, mapped=False)
    with store.damage_told(path):
        for first in range(place, file.num_record_batches, places):
            for index in range(first, first + count):
                batch = file.get_batch(index)
                batch.validate(full=True)
                yield batch
