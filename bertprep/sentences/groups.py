"""The step of `segment` between the two levels of its spread (`levels`): each group of partitions becomes files of its own.

Its files are of the identity of the finished folder, so they are known once the whole input was read. When all are there,
those of the first level are deleted, and only their records are left, so the disk never holds more than the text twice.
"""

import dataclasses
from collections.abc import Iterator, Sequence

import pyarrow as pa

from .. import store
from ..processes.runner import Execution, run_tasks
from ..store import Location, Output, job, placed
from .cutting import Corpus
from .levels import batches_of
from .spread import GroupTask, spread_group

STEP = "segment: group"


@dataclasses.dataclass(frozen=True)
class Scattered:
    """Where the documents of partitions are: the scratch files of each group, with as many batches in turn as it has
    partitions."""

    groups: Sequence[Sequence[Location]]
    first_lines: Sequence[list[int]]  # of each file of a group: for each of its pieces, the lines before it
    size: int  # partitions of a group

    def of(self, partition: int) -> tuple[Sequence[Location], Sequence[list[int]], int, int]:
        """The files of a partition, the lines before their pieces, its number among their batches, and of how many."""
        return self.groups[partition // self.size], self.first_lines, partition % self.size, self.size

    def held_out(self, train: int) -> Iterator[pa.RecordBatch]:
        """The batches of the partitions from the number `train` on."""
        for group, paths in enumerate(self.groups):
            first = max(0, train - group * self.size)
            for path in paths if first < self.size else []:
                yield from batches_of(path, first, self.size, self.size - first)


def names(cut: Corpus) -> list[str]:
    """The files of all groups, those of the first group first; none where the spread has one level."""
    if not cut.levels.are_two:
        return []
    count = cut.levels.groups * len(cut.levels.files_of_groups(len(cut.tasks)))
    return [f"{store.SCRATCH}/{store.part_name('group', number, count)}" for number in range(count)]


def are_made(cut: Corpus, out: Output) -> bool:
    """Whether the files of all groups are there, so that those of the first level are not needed any more."""
    wanted = names(cut)
    return bool(wanted) and len(out.own_parts_there(wanted)) == len(wanted)


def spread_groups(
    cut: Corpus,
    scratch: Output,
    first: Sequence[str],
    first_lines: Sequence[list[int]],
    out: Output,
    execution: Execution,
    progress: job.Progress,
) -> Scattered:
    """Make the files of the groups that are missing. `first` are the names of the files of the first level."""
    ranges, wanted = cut.levels.files_of_groups(len(first)), names(cut)
    there, stored = out.own_parts_there(wanted), scratch.folder.sizes()
    missing = [number for number in range(len(wanted)) if number not in there]
    sizes = [stored.get(scratch.stored_name(name), 0) for name in first]
    tasks, task_bytes = [], []
    for number in missing:
        group, place = divmod(number, len(ranges))
        files = ranges[place]
        paths, lines = [scratch.path(first[file]) for file in files], [first_lines[file] for file in files]
        name = wanted[number]
        tasks.append((GroupTask(out.path(name), name, out.identity, paths, lines, group, cut.levels),))
        task_bytes.append(sum(sizes[file] for file in files) // cut.levels.groups)
    with (
        progress(STEP, sum(task_bytes), "B", sum(task_bytes)) as advance,
        placed.logged(scratch.location, STEP, [(number, wanted[number]) for number in missing]),
    ):
        for _ in run_tasks(spread_group, tasks, execution, advance, task_bytes):
            pass
    for number in scratch.parts_there(first):
        scratch.folder.delete(scratch.stored_name(first[number]))
    paths = [out.path(name) for name in wanted]
    groups = [paths[start : start + len(ranges)] for start in range(0, len(paths), len(ranges))]
    return Scattered(groups, [[0]] * len(ranges), cut.levels.size)
