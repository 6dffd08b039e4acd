"""The row of each sample of a run, over one folder or several.

Folders without weights form one pool, in which every row counts the same. Folders with weights, `wiki=0.7:FOLDER`, have the given
shares: the samples follow a fixed pattern of `PATTERN` places, over which every source is spread evenly. So any `PATTERN`
consecutive samples contain each source in its share. The source of a sample, and its row there, follow from the number of the
sample alone, so a run resumes at once, with any number of processes.

Each source has its own order and its own epochs, and is reshuffled after each of them.
"""

import contextlib
import dataclasses
import itertools
import re
from typing import Any

import numpy as np

from ...core import randomness
from ...core.errors import InputError, UsageError
from ..settings import CacheSettings
from .examples import Examples
from .loader import SLAB_ROWS, Order, RowBatch, open_part
from .shelf import Shelf
from .stored import shelf_for

PATTERN = 1000
NAMED = re.compile(r"(?P<name>\w[\w.-]*)=(?P<weight>[^:/]*):(?P<folder>.+)")


@dataclasses.dataclass(frozen=True)
class MixtureSource:
    """A folder as given on the command line, with its name and weight, if any."""

    folder: str
    name: str = ""
    weight: float = 0.0


def sources_of(texts: list[str]) -> list[MixtureSource]:
    """Parse `FOLDER` or `NAME=WEIGHT:FOLDER`; `UsageError` if only some have weights."""
    sources = [source_of(text) for text in texts]
    named = [source.name for source in sources if source.name]
    if named and len(named) < len(sources):
        plain = next(source.folder for source in sources if not source.name)
        raise UsageError(f"{plain}: has no weight while others have one; give each as NAME=WEIGHT:FOLDER, or none")
    for name in named:
        if named.count(name) > 1:
            raise UsageError(f"{name}: given twice; each source of a mixture needs a name of its own")
    return sources


def source_of(text: str) -> MixtureSource:
    found = NAMED.fullmatch(text)
    if not found:
        return MixtureSource(text.removeprefix("file://"))
    try:
        weight = float(found["weight"])
    except ValueError:
        weight = 0.0
    if not 0 < weight < float("inf"):
        raise UsageError(
            f"{text}: {found['weight'] or 'nothing'} is not a weight; expected a number above 0, "
            "as in wiki=0.7:shards-a pubmed=0.3:shards-b"
        )
    return MixtureSource(found["folder"].removeprefix("file://"), found["name"], weight)


def pools_of(sources: list[MixtureSource]) -> list[list[str]]:
    """Group folders that share one order: all folders without weights, or each folder with a weight alone."""
    folders = [source.folder for source in sources]
    return [[folder] for folder in folders] if sources and sources[0].name else [folders]


def shelf_of(
    shards: list[str], cache: CacheSettings | None = None, slab_rows: int = SLAB_ROWS
) -> contextlib.AbstractContextManager[Shelf[RowBatch] | None]:
    """The local cache for shards in an object store; None if all are local. `slab_rows` rows are shuffled together."""
    return shelf_for(pools_of(sources_of(shards)), slab_rows, cache or CacheSettings(), open_part)


class Mixture:
    """The training rows of all sources, and the order in which a run takes them."""

    def __init__(self, sources: list[MixtureSource], examples: Examples, seed: int, slab_rows: int = SLAB_ROWS) -> None:
        self.names = [source.name for source in sources if source.name]
        self.examples = examples
        parts = examples.first_parts.tolist() if self.names else [0, len(examples.parts)]
        self.part_bounds = list(itertools.pairwise(parts))
        self.first_rows = [int(examples.ends[first]) for first, _ in self.part_bounds]
        self.orders = []
        for number, (first, last) in enumerate(self.part_bounds):
            ends = examples.ends[first : last + 1] - examples.ends[first]
            if not ends[-1]:
                raise InputError(
                    f"{', '.join(each.folder for each in (sources[number : number + 1] if self.names else sources))}: "
                    "no training rows; manifest.json counts what was dropped in each stage"
                )
            own_seed = randomness.key("source", seed, self.names[number]) if self.names else seed
            self.orders.append(Order(ends, own_seed, slab_rows))
        self.counts = shares(sources) if self.names else np.ones(1, int)
        self.pattern = spread_evenly(self.counts)
        self.ranks = np.zeros_like(self.pattern)
        for number in range(len(self.counts)):
            self.ranks[self.pattern == number] = np.arange(self.counts[number])

    def rows_of(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        """For each of the samples first .. last - 1, the epoch of its source, and its row index."""
        turns_B, places_B = np.divmod(np.arange(first, last), len(self.pattern))
        sources_B = self.pattern[places_B]
        within_B = turns_B * self.counts[sources_B] + self.ranks[places_B]
        epochs_B, rows_B = np.empty_like(within_B), np.empty_like(within_B)
        for number in np.unique(sources_B).tolist():
            own = sources_B == number
            begin, end = int(within_B[own][0]), int(within_B[own][-1]) + 1  # samples of one source have no gaps
            pieces = list(self.orders[number].samples(begin, end))
            epochs_B[own] = np.concatenate([np.full(len(rows), epoch) for epoch, rows in pieces])
            rows_B[own] = np.concatenate([rows for _, rows in pieces]) + self.first_rows[number]
        return epochs_B, rows_B

    def parts_from(self, first: int, last: int, end: int) -> tuple[list[int], list[int]]:
        """The parts that may contain the samples first .. last - 1; and those of each source's next slab before `end`."""
        now, coming = [], []
        begins, lasts, ends = (self.taken(samples) for samples in (first, last, end))
        columns = zip(self.orders, self.part_bounds, begins, lasts, ends, strict=True)
        for order, (first_part, _), begin, own_last, own_end in columns:
            needed = list(order.slabs_from(begin, min(max(own_last, begin + 1), own_end)))
            slabs = list(itertools.islice(order.slabs_from(begin, own_end), len(needed) + 1))
            now += [first_part + part for slab in needed for part in slab]
            coming += [first_part + part for slab in slabs[len(needed) :] for part in slab]
        return now, coming

    def taken(self, samples: int) -> list[int]:
        """How many of the first `samples` samples come from each source."""
        turns, rest = divmod(samples, len(self.pattern))
        extra = np.bincount(self.pattern[:rest], minlength=len(self.counts))
        return (turns * self.counts + extra).tolist()

    def tokens(self, samples: int) -> float:
        """Estimated number of tokens in the first `samples` samples, from the mean length of each source's rows."""
        total = 0.0
        for count, order, (first, last) in zip(self.taken(samples), self.orders, self.part_bounds, strict=True):
            total += count / order.rows * self.examples.tokens(first, last)
        return total

    def described(self, samples: int = 0) -> dict[str, Any]:
        """The share of each source by name, and after `samples` samples its rows and epochs. Empty without weights."""
        rows = [order.rows for order in self.orders]
        columns = zip(self.names, (self.counts / self.counts.sum()).tolist(), self.taken(samples), rows, strict=False)
        return {
            name: {"share": share, **({"rows": taken, "epochs": round(taken / all_rows, 3)} if samples else {})}
            for name, share, taken, all_rows in columns
        }


def shares(sources: list[MixtureSource]) -> np.ndarray:
    """Number of places in the pattern for each source, rounded by the largest-remainder method."""
    weights = np.array([source.weight for source in sources])
    exact = PATTERN * weights / weights.sum()
    counts = np.floor(exact).astype(int)
    counts[np.argsort(counts - exact, kind="stable")[: PATTERN - counts.sum()]] += 1
    for source, count in zip(sources, counts.tolist(), strict=True):
        if not count:
            raise UsageError(
                f"{source.name}={source.weight:g}: a share below a thousandth; give it more, or leave it out"
            )
    return counts


def spread_evenly(counts: np.ndarray) -> np.ndarray:
    """A pattern with each source as often as its count; each place goes to the source that is furthest behind its share."""
    total, given, pattern = int(counts.sum()), np.zeros_like(counts), []
    for place in range(1, total + 1):
        pattern.append(int(np.argmax(counts * place - given * total)))
        given[pattern[-1]] += 1
    return np.array(pattern)
