"""Spreading rows over partitions in one or two levels, with scratch files in between.

    one level     a file for each task of the input, with a batch for each partition; a partition reads its batch of each file
    two levels    a file for each task of the input, with a batch for each group of partitions; then each group is spread
                  like a corpus of its own: files with a batch for each partition of the group, each made of a few of the first

With many partitions, one level means tasks x partitions batches, which get small. Two levels mean tasks x groups plus
(files of a group) x partitions, and the rows are written and read once more. A row's partition and the order within it
are the same either way.

Rows are documents in `segment`, where partitions are parts of the output; in `clean` they are records about documents or
sentences, and partitions are ranges of hashes, or tasks.
"""

import dataclasses
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from ..core.places import Location
from .parts import Identity, damage_as_error, ipc_file, one_batch, open_part, with_record

PARTITION = pa.field("partition", pa.int32())  # column of the first level, if there is a second one
WINDOW_BYTES = 8 << 20  # minimum size of the rows that are collected before they are written
MOST_WINDOW_BYTES = 32 << 20  # maximum of the same if batches may be small
BATCH_BYTES = 512 << 10  # size of a batch in two levels: worth one request to an object store
MOST_PARTS = 8  # parts that one task reads, one after another; with more, cores would be idle
READ_BYTES = 64 << 10  # of rows: writing and reading these takes as long as the overhead of reading one batch


@dataclasses.dataclass(frozen=True)
class Levels:
    """How partitions are divided into groups; a single group means one level."""

    partitions: int
    groups: int
    size: int  # partitions per group; the last may have fewer

    @classmethod
    def one(cls, partitions: int) -> "Levels":
        """One level for this number of partitions."""
        return cls(partitions, 1, partitions)

    @classmethod
    def two(cls, partitions: int) -> "Levels":
        """Two levels, with about as many groups as partitions per group.

        >>> Levels.two(600)
        Levels(partitions=600, groups=24, size=25)
        """
        size = math.isqrt(partitions - 1) + 1
        return cls(partitions, -(-partitions // size), size)

    @property
    def are_two(self) -> bool:
        return self.groups > 1

    @property
    def places(self) -> int:
        """Number of batches in each turn of a file of the first level."""
        return self.groups if self.are_two else self.partitions

    @property
    def window_bytes(self) -> int:
        """Size of the rows that are collected before a batch for each place is written, in bytes."""
        wanted = max(WINDOW_BYTES, self.places * BATCH_BYTES)
        return wanted if self.are_two else min(wanted, MOST_WINDOW_BYTES)

    @property
    def group_window_bytes(self) -> int:
        """Like `window_bytes`, for a file of a group."""
        return max(WINDOW_BYTES, self.size * BATCH_BYTES)

    def place_of(self, partitions_N: np.ndarray) -> np.ndarray:
        """The place of rows of these partitions within a turn of a file of the first level, int64 [N]."""
        return partitions_N // self.size if self.are_two else partitions_N

    def files_of_groups(self, files: int) -> list[range]:
        """The files of the first level that make up each file of a group; one per group each, so that sizes stay the same."""
        return [range(first, min(first + self.groups, files)) for first in range(0, files, self.groups)]

    def reads(self, files: int, size: int) -> int:
        """Number of batches that are read between the input and the partitions."""
        first = max(files, -(-size // self.window_bytes)) * self.places
        if not self.are_two:
            return first
        second = max(len(self.files_of_groups(files)), -(-size // (self.groups * self.group_window_bytes)))
        return first + second * self.partitions


def task_bytes(two: Levels) -> int:
    """The input of a task of the first of two levels, in bytes, for batches of `BATCH_BYTES` for each group."""
    return two.groups * BATCH_BYTES


def are_worth(two: Levels, files: int, one_files: int, size: int) -> bool:
    """Whether two levels cost less than one: the saved reads, against writing and reading `size` bytes of rows once more.

    `one_files` is the number of files of the first level if it is the only one.
    """
    saved = Levels.one(two.partitions).reads(one_files, size) - two.reads(files, size)
    return saved * READ_BYTES > size


def levels_for(partitions: int, files: int, size: int) -> Levels:
    """Choose the number of levels for spreading `size` bytes from `files` files over partitions."""
    two = Levels.two(partitions)
    return two if are_worth(two, files, files, size) else Levels.one(partitions)


def files_together(parts: int, partitions: int, size: int) -> tuple[Levels, list[range]]:
    """Choose the number of levels for `size` bytes from `parts` parts, and group the parts into files of the first level.

    With two levels, a file gets enough parts for batches that are worth a request, at most `MOST_PARTS`.
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
    """Write a file of the first or only level; each table comes with the partition of each of its rows, int64 [N]."""

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
    """Write a file of the second level, from the rows that files of the first have for one group of partitions."""
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
    """Write tables with the place of each row: whenever a window is full, one batch for each place in turn.

    `record` is the file's name and identity, which are stored in it.
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
    """Concatenate the tables to windows of `window_bytes`."""
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
    """Yield the batches of a place in a file of spread rows, or of `count` consecutive places.

    The file is read and not mapped: a large corpus has more scratch files than a process may keep open.
    """
    file = open_part(path, mapped=False)
    with damage_as_error(path):
        for first in range(place, file.num_record_batches, places):
            for index in range(first, first + count):
                batch = file.get_batch(index)
                batch.validate(full=True)
                yield batch
