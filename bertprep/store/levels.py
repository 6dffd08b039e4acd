"""In how many levels rows are spread over partitions, and the scratch files between.

    one level     a file for each task of the input, with a batch for each partition, which then reads its batch of each file
    two levels    a file for each task of the input, with a batch for each group of partitions; then each group is a corpus
                  of its own: files with a batch for each partition of the group, each made of a few files of the first level

With many partitions the batches of one level get small and as many as tasks times partitions. Two levels read tasks times
groups and files of a group times partitions, and write and read the rows once more. A row's partition and the order
within it are the same either way.

A row is a document of `segment`, whose partitions are parts of its output, or what `clean` knows of a document or a
sentence, whose partitions are ranges of hashes, or tasks.
"""

import dataclasses
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from ..core.places import Location
from .parts import Identity, damage_told, ipc_file, one_batch, open_part, with_record

PARTITION = pa.field("partition", pa.int32())  # of a row, where a second level will ask for it
WINDOW_BYTES = 8 << 20  # of rows before it is written, at least
MOST_WINDOW_BYTES = 32 << 20  # at most, where batches may be small
BATCH_BYTES = 512 << 10  # of rows in a batch of two levels: a request of an object store is worth that
MOST_PARTS = 8  # that one task reads, one after another: with more, cores would be idle
READ_BYTES = 64 << 10  # of rows that are written and read once more in the time that reading one batch takes


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
        """How many bytes come together before a batch for each place is written."""
        wanted = max(WINDOW_BYTES, self.places * BATCH_BYTES)
        return wanted if self.are_two else min(wanted, MOST_WINDOW_BYTES)

    @property
    def group_window_bytes(self) -> int:
        """The same for a file of a group."""
        return max(WINDOW_BYTES, self.size * BATCH_BYTES)

    def place_of(self, partitions_N: np.ndarray) -> np.ndarray:
        """Where in the turn of a file of the first level rows of these partitions are, int64 [N]."""
        return partitions_N // self.size if self.are_two else partitions_N

    def files_of_groups(self, files: int) -> list[range]:
        """Which files of the first level make each file of a group: as many as there are groups, so that it has their size."""
        return [range(first, min(first + self.groups, files)) for first in range(0, files, self.groups)]

    def reads(self, files: int, size: int) -> int:
        """Batches that are read between the input and the partitions."""
        first = max(files, -(-size // self.window_bytes)) * self.places
        if not self.are_two:
            return first
        second = max(len(self.files_of_groups(files)), -(-size // (self.groups * self.group_window_bytes)))
        return first + second * self.partitions


def task_bytes(two: Levels) -> int:
    """How much input a task of the first of two levels should have, so that a batch for each group is worth its request."""
    return two.groups * BATCH_BYTES


def are_worth(two: Levels, files: int, one_files: int, size: int) -> bool:
    """Whether two levels cost less than one: the reads they save, against so many bytes of rows once more.

    `one_files` are the files of the first level where it is the only one.
    """
    saved = Levels.one(two.partitions).reads(one_files, size) - two.reads(files, size)
    return saved * READ_BYTES > size


def levels_for(partitions: int, files: int, size: int) -> Levels:
    """In how many levels so many bytes go from files to partitions."""
    two = Levels.two(partitions)
    return two if are_worth(two, files, files, size) else Levels.one(partitions)


def files_together(parts: int, partitions: int, size: int) -> tuple[Levels, list[range]]:
    """In how many levels so many bytes go from parts to partitions, and which parts make each file of the first.

    With two levels it is so many parts that there are batches for all groups that are worth their request.
    """
    two = Levels.two(partitions)
    count = min(MOST_PARTS, max(1, task_bytes(two) * parts // max(size, 1)))
    larger = [range(first, min(first + count, parts)) for first in range(0, parts, count)]
    if are_worth(two, len(larger), parts, size):
        return two, larger
    return Levels.one(partitions), [range(number, number + 1) for number in range(parts)]


def write_first_level(
    path: Location,
    schema: pa.Schema,
    tables: Iterable[tuple[pa.Table, np.ndarray]],
    levels: Levels,
    record: tuple[str, Identity] | None = None,
) -> None:
    """Write a file of the first level, or of the only one: tables, and the partition of each of their rows, int64 [N]."""

    def placed() -> Iterator[tuple[pa.Table, np.ndarray]]:
        for table, partitions_N in tables:
            if levels.are_two:
                table = table.append_column(PARTITION, pa.array(partitions_N.astype(np.int32)))
            yield table, levels.place_of(partitions_N)

    columns = schema.append(PARTITION) if levels.are_two else schema
    write_spread(path, columns, placed(), levels.places, levels.window_bytes, record)


def write_group(
    path: Location,
    schema: pa.Schema,
    tables: Iterable[pa.Table],
    group: int,
    levels: Levels,
    record: tuple[str, Identity],
) -> None:
    """Write a file of the second level: what files of the first have for one group of partitions."""
    first = group * levels.size
    placed = ((table.select(schema.names), table[PARTITION.name].to_numpy() - first) for table in tables)
    write_spread(path, schema, placed, levels.size, levels.group_window_bytes, record)


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
    described = with_record(schema, *record) if record else schema
    with ipc_file(path, described) as writer:
        for table, places_N in _windows(tables, window_bytes):
            order = np.argsort(places_N, kind="stable")
            bounds = np.searchsorted(places_N[order], np.arange(places + 1)).tolist()
            batch = one_batch(table.combine_chunks().take(pa.array(order)))
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
    file = open_part(path, mapped=False)
    with damage_told(path):
        for first in range(place, file.num_record_batches, places):
            for index in range(first, first + count):
                batch = file.get_batch(index)
                batch.validate(full=True)
                yield batch
