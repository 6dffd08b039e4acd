"""The second level of a spread (`levels`): each group of partitions gets files of its own.

Once all of these exist, the files of the first level are deleted, so the disk never holds the rows more than twice. An
interrupted run resumes with the missing files.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from ..core.places import Location
from ..processes.runner import Execution, report
from . import job
from .levels import PARTITION, Levels, batches_of, write_group
from .output import SCRATCH, Output
from .parts import part_name, scratch_entry


class Turns(NamedTuple):
    """The rows of one partition: in each file, every `places`-th batch from batch `number` on belongs to it.

    With 3 places, the batches of a file are of partitions 0 1 2 0 1 2 ...; number 1 gets the second, the fifth, ...
    """

    paths: Sequence[Location]
    number: int
    places: int

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The batches of the partition, file by file."""
        for path in self.paths:
            yield from batches_of(path, self.number, self.places)


@dataclasses.dataclass(frozen=True)
class Scattered:
    """The rows of all partitions: the scratch files of each group, in which the batches of the group's partitions take turns."""

    groups: Sequence[Sequence[Location]]
    size: int  # partitions per group

    def of(self, partition: int) -> Turns:
        """The files of a partition, and the number of its batch in each turn."""
        return Turns(self.groups[partition // self.size], partition % self.size, self.size)

    def from_partition(self, first: int) -> Iterator[pa.RecordBatch]:
        """The batches of all partitions from number `first` on."""
        for group, paths in enumerate(self.groups):
            start = max(0, first - group * self.size)
            for path in paths if start < self.size else []:
                yield from batches_of(path, start, self.size, self.size - start)


@dataclasses.dataclass(frozen=True)
class GroupTask(job.PartTask):
    """One group of partitions, and files of the first level whose rows are to be spread over the group's partitions."""

    files: Sequence[Location]
    group: int
    levels: Levels
    schema: pa.Schema  # of the rows
    extra: Any = None  # other data that the function needs for each of the files


def names(kind: str, levels: Levels, files: int) -> list[str]:
    """The files of all groups, ordered by group; none if the spread has one level."""
    if not levels.are_two:
        return []
    count = levels.groups * len(levels.files_of_groups(files))
    return [f"{SCRATCH}/{part_name(kind, number, count)}" for number in range(count)]


def are_made(kind: str, levels: Levels, files: int, output: Output) -> bool:
    """Whether the files of all groups exist, so that those of the first level are no longer needed."""
    wanted = names(kind, levels, files)
    return bool(wanted) and len(output.own_parts_there(wanted)) == len(wanted)


@dataclasses.dataclass(frozen=True)
class Grouping:
    """How the files of groups are made."""

    kind: str  # prefix of their names
    step: str  # label of the progress bar
    function: Callable[[GroupTask], dict[str, Any]]
    schema: pa.Schema  # of the rows
    output: Output
    execution: Execution
    progress: job.Progress


def spread_groups(
    how: Grouping, levels: Levels, scratch: Output, first: Sequence[str], extras: Sequence[Any] = ()
) -> Scattered:
    """Make the missing files of the groups. `first` are the names of the first level's files in `scratch`."""
    ranges, wanted, out = levels.files_of_groups(len(first)), names(how.kind, levels, len(first)), how.output
    stored = scratch.folder.sizes()
    sizes = [stored.get(scratch.stored_name(name), 0) for name in first]
    places = [scratch.path(name) for name in first]
    tasks = []
    for number, name in enumerate(wanted):
        group, place = divmod(number, len(ranges))
        some = slice(ranges[place].start, ranges[place].stop)
        size = sum(sizes[some]) // levels.groups
        extra = extras[some] if extras else None
        tasks.append(
            GroupTask(out.path(name), name, out.identity, size, places[some], group, levels, how.schema, extra)
        )
    total = sum(task.size for task in tasks)
    planned = job.Job(out.location, out.identity, how.function, tasks, "B", input_bytes=total, step=how.step)
    job.run_parts(planned, out, how.execution, how.progress)
    for number in scratch.parts_there(first):
        scratch.folder.delete(scratch.stored_name(first[number]))
    paths = [task.path for task in tasks]
    return Scattered([paths[start : start + len(ranges)] for start in range(0, len(paths), len(ranges))], levels.size)


def scattered(how: Grouping, levels: Levels, first: Sequence[str], make: Callable[[], object]) -> Scattered:
    """Spread rows in one or two levels; `make` makes the files of the first level and is called only if they are needed."""
    if not are_made(how.kind, levels, len(first), how.output):
        make()
    if levels.are_two:
        return spread_groups(how, levels, how.output, first)
    return Scattered([[how.output.path(name) for name in first]], levels.partitions)


def write_rows_of_group(task: GroupTask) -> dict[str, Any]:
    """Task: write a file of a group from some files of the first level, with the rows unchanged."""
    columns = task.schema.append(PARTITION)

    def tables() -> Iterator[pa.Table]:
        for path in task.files:
            for batch in batches_of(path, task.group, task.levels.groups):
                yield pa.Table.from_batches([batch], columns)
                report(batch.nbytes)

    write_group(task.path, task.schema, tables(), task.group, task.levels, (task.name, task.identity))
    return scratch_entry(task.name)
