"""Steps of `clean`: each makes scratch files by tasks of the runner, and reuses complete files of an earlier run.

step      one file per task
spread    files whose rows are spread over ranges of hashes, or over tasks, in one or two levels (`store.levels`)
"""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from .. import store
from ..processes.runner import Execution
from ..store import Location, Manifest, Output, job
from ..store.groups import Grouping, Scattered, scattered, write_rows_of_group
from ..store.levels import Levels, write_first_level
from .settings import CleanSettings


@dataclasses.dataclass(frozen=True)
class StepTask(job.PartTask):
    """A scratch file of a step; `extra` holds locations, settings and numbers, never data."""

    extra: tuple[Any, ...]


@dataclasses.dataclass(frozen=True)
class Cleaning:
    """The context of one run, common to all steps."""

    source: Manifest
    output: Output
    settings: CleanSettings
    execution: Execution
    progress: job.Progress

    @property
    def _how(self) -> tuple[Output, Execution, job.Progress]:
        return self.output, self.execution, self.progress

    @property
    def parts(self) -> tuple[tuple[str, Location, int], ...]:
        """Name, location and rows of every part of the input, first of training, then of validation."""
        return parts_of(self.source)

    def spread(
        self,
        kind: str,
        function: Callable[[StepTask], dict[str, Any]],
        schema: pa.Schema,
        extras: Sequence[tuple[Any, ...]],
        levels: Levels,
        unit: str = "documents",
        sizes: Sequence[int] | None = None,
    ) -> Scattered:
        """Make the files of a step whose rows are spread over partitions (`write_rows`); returns where the rows are."""
        names = [scratch_name(kind, number, len(extras)) for number in range(len(extras))]
        how = Grouping(f"{kind}-group", f"clean: {kind}, groups", write_rows_of_group, schema, *self._how)
        return scattered(how, levels, names, lambda: self.step(kind, function, extras, unit, sizes))

    def step(
        self,
        kind: str,
        function: Callable[[StepTask], dict[str, Any]],
        extras: Sequence[tuple[Any, ...]],
        unit: str = "documents",
        sizes: Sequence[int] | None = None,
    ) -> tuple[list[Location], dict[str, int]]:
        """Make one scratch file of a step for each of `extras`; returns their locations and the sum of their counters."""
        names = [scratch_name(kind, number, len(extras)) for number in range(len(extras))]
        tasks = [
            StepTask(self.output.path(name), name, self.output.identity, size, extra)
            for name, size, extra in zip(names, sizes or [1] * len(extras), extras, strict=True)
        ]
        planned = job.Job(
            self.output.location,
            self.output.identity,
            function,
            tasks,
            unit,
            input_bytes=self.source.bytes,
            step=f"clean: {kind}",
        )
        made = job.run_parts(planned, *self._how)
        return [task.path for task in tasks], job.total_counters(made)


def write_rows(
    task: StepTask, schema: pa.Schema, tables: Iterable[tuple[pa.Table, np.ndarray]], levels: Levels
) -> dict[str, Any]:
    """Write a step's file whose rows are spread; each table comes with the partition of each of its rows."""
    write_first_level(task.path, schema, tables, levels, (task.name, task.identity))
    return store.scratch_entry(task.name)


def parts_of(source: Manifest) -> tuple[tuple[str, Location, int], ...]:
    """Name, location and rows of every part, first of training, then of validation."""
    found = []
    for split in store.SPLITS:
        parts = source.parts(split)
        found += [(store.part_name(split, number, len(parts)), path, rows) for number, (path, rows) in enumerate(parts)]
    return tuple(found)


def scratch_name(kind: str, number: int, count: int) -> str:
    """The name of the scratch file with this number out of `count`."""
    return f"{store.SCRATCH}/{store.part_name(kind, number, count)}"
