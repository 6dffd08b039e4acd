"""File operations of the tasks of each stage, counted from their plans and from the code of the tasks.

The code of `segment` cuts the input, and determines the number of partitions and of levels of distribution. A read is a `pread`
or a memory-mapped file, or a GET in an object store, where opening a file is a HEAD, and writing a file over 10 MB takes three
requests. Not counted: locks, logs, manifests and vocabularies, of which every folder has a few.
"""

import dataclasses
import functools
import io
import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from unittest import mock

import pyarrow as pa
from stage_rates import GROWTH, RATES, Rates

from bertprep.clean import across, near, samples
from bertprep.clean.bands import bands_for
from bertprep.corpus import boundaries, json_values
from bertprep.corpus.sources import BLOCK_BYTES, Listing, Source
from bertprep.sentences import cutting, spread
from bertprep.sentences.settings import SegmentSettings
from bertprep.store import levels as spreading
from bertprep.vocab import counting, training

FILE_BYTES = 100_000_000
THRESHOLD = 0.8  # similarity of near-duplicates
ONE_UPLOAD = 10 << 20  # maximum bytes of a file that is uploaded in one request
LISTED = 1000  # maximum names listed by one request
LISTINGS = 8  # number of times that a stage lists its output folder


@dataclasses.dataclass
class Count:
    """The operations of one step, over all tasks."""

    tasks: int = 0
    opened: int = 0
    reads: int = 0
    read_bytes: int = 0
    written: int = 0
    written_bytes: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(*(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)))

    @property
    def requests(self) -> int:
        """Number of requests to an object store."""
        large = self.written and self.written_bytes / self.written > ONE_UPLOAD
        lists = LISTINGS * (self.written // LISTED + 1)
        return self.opened + self.reads + self.written * (3 if large else 1) + lists


# -- the plan of segment, from its own code ---------------------------------------------------------------------------


@functools.cache
def planned(
    size: float, file_bytes: int = FILE_BYTES, one_level: bool = False, partitions: int | None = None
) -> cutting.Corpus:
    """A corpus of JSON lines in files that do not exist, as `segment` would cut it."""
    count = max(1, round(size / file_bytes))
    sizes = [round((number + 1) * size / count) - round(number * size / count) for number in range(count)]
    sources = [Source(f"corpus/{number:07d}.jsonl", f"{number:07d}.jsonl", each) for number, each in enumerate(sizes)]
    with (
        mock.patch.object(cutting, "find", lambda *arguments: Listing(sources, [])),
        mock.patch.object(boundaries, "_is_recoded", lambda source: False),
        mock.patch.object(json_values, "shape_of", lambda source: json_values.LINES),
        mock.patch.object(cutting, "are_worth", lambda *arguments: False) if one_level else mock.MagicMock(),
    ):
        return cutting.scan(["corpus"], SegmentSettings(partitions=partitions))


@functools.cache
def overhead(schema: pa.Schema) -> tuple[int, int, int]:
    """Bytes in Arrow scratch files apart from rows: per batch, per batch in the footer, and for the rest of the footer."""

    def size(batches: int) -> tuple[int, int]:
        file = io.BytesIO()
        with pa.ipc.new_file(file, schema) as writer:
            for _ in range(batches):
                writer.write_batch(pa.RecordBatch.from_pylist([], schema))
        return file.tell(), int.from_bytes(file.getvalue()[-10:-6], "little")

    (few, footer), (many, long) = size(1), size(101)
    each = (long - footer) // 100
    return (many - few) // 100 - each, each, footer - each


class Scratch(NamedTuple):
    """Scratch files that all have as many places in turn."""

    windows: list[int]  # of each file
    places: int
    schema: pa.Schema

    @property
    def written_bytes(self) -> int:
        batch, each, rest = overhead(self.schema)
        return sum((batch + each) * windows * self.places + rest for windows in self.windows)

    def read_once(self) -> Count:
        """The operations to read one partition's batches of every file, without their rows."""
        batch, each, rest = overhead(self.schema)
        files, windows = len(self.windows), sum(self.windows)
        return Count(0, files, 2 * files + windows, (10 + rest) * files + windows * (each * self.places + batch))


def times(count: Count, number: int) -> Count:
    return Count(*(value * number for value in dataclasses.astuple(count)))


def windows_of(row_bytes: float, window_bytes: int, at_once: int = 0) -> int:
    """Number of windows of rows that arrive `at_once` at a time; a window is full if it has at least its size."""
    return max(1, math.ceil(row_bytes / (window_bytes + at_once / 2)))


def exchanged(
    levels: spreading.Levels, sizes: list[float], size: float, schema: pa.Schema, tasks: int, at_once: int = 0
) -> tuple[Count, Count, Count]:
    """Operations to distribute rows: write the files of the first level, redistribute them, read all partitions."""
    rows, share = round(size), size / max(sum(sizes), 1)
    first = Scratch([windows_of(each * share, levels.window_bytes, at_once) for each in sizes], levels.places, schema)
    wrote = Count(tasks, written=len(sizes), written_bytes=rows + first.written_bytes)
    last, between = first, Count()
    if levels.are_two:
        ranges = levels.files_of_groups(len(sizes))
        spans = [share * sum(sizes[some.start : some.stop]) / levels.groups for some in ranges]
        last = Scratch([windows_of(span, levels.group_window_bytes) for span in spans], levels.size, schema)
        made = Count(written=len(ranges), written_bytes=last.written_bytes)
        moved = Count(levels.groups * len(ranges), read_bytes=rows, written_bytes=rows)
        between = times(first.read_once() + made, levels.groups) + moved
    return wrote, between, times(last.read_once(), levels.partitions) + Count(levels.partitions, read_bytes=rows)


def segment(cut: cutting.Corpus, rates: Rates, unpacked: float = 1.0) -> Iterator[tuple[str, Count]]:
    """Yield the steps of `segment`; `unpacked` is bytes of text per byte of input."""
    partitions = cut.train + cut.validation
    stored = [sum(piece.stop - piece.start for piece in task) for task in cut.tasks]
    sizes = [round(size * unpacked) for size in stored]
    text = sum(sizes)
    pieces = [piece for task in cut.tasks for piece in task]
    planning = sum(piece.start == 0 and piece.stop < piece.source.size for piece in pieces)  # looks at heads
    begins = sum(piece.start == 0 for piece in pieces) + planning
    looks = sum((piece.start > 0) + (piece.stop < piece.source.size) for piece in pieces)
    blocks = sum(-(-(piece.stop - piece.start) // BLOCK_BYTES) for piece in pieces)
    looked = begins * boundaries.HEAD_BYTES + looks * boundaries.FIRST_LOOK_BYTES
    read = Count(0, len(pieces) + planning, begins + looks + blocks, sum(stored) + looked)
    wrote, between, gather = exchanged(
        cut.levels, sizes, rates.scratch * text, spread.SPREAD, len(sizes), spread.WINDOW_BYTES
    )
    yield "spread", read + wrote + Count(written=len(sizes))  # a record each
    yield "group", between
    yield "gather", gather + Count(written=partitions, written_bytes=round(rates.sentences * text))


def train_vocab(train: int, trained: float, rates: Rates) -> Iterator[tuple[str, Count]]:
    """Yield the steps of `train-vocab` on this number of parts and bytes."""
    words = trained / rates.word
    ranges = max(1, math.ceil(words / counting.RANGE_WORDS))
    levels, slices = spreading.files_together(train, ranges, round(counting.WORD_BYTES * words))
    size = train * rates.words * (trained / train) ** GROWTH
    sizes = [float(len(some)) for some in slices]
    wrote, between, read = exchanged(levels, sizes, size, training.WORD_COUNTS, len(slices))
    yield "count", wrote + Count(0, train, train, round(trained), len(slices))
    yield "count, groups", between
    merged = round(min(rates.distinct * trained**GROWTH, ranges * training.TRAINING_WORDS * rates.row))
    yield "merge", read + Count(written=ranges, written_bytes=merged)
    opened = (
        2 if merged > training.TRAINING_WORDS * rates.row else 3
    ) * ranges  # with fewer words, all are read to their end
    batch = max(counting.LEAST_AT_ONCE, 2 * training.TRAINING_WORDS // ranges) * rates.row
    yield "most frequent", Count(1, opened, opened, round(opened / ranges * min(ranges * batch, merged)))


def clean(parts: int, text: float, rates: Rates) -> Iterator[tuple[str, Count]]:
    """Yield the steps of `clean` with near-duplicates and repeated sentences."""
    documents, sentences = round(text / rates.document), round(text / rates.sentence)
    verdicts, sketches = 5 * documents + sentences, (8 + near.buckets.PLACES) * documents
    ranges = across.ranges(sentences, across.RANGE_HASHES)
    levels, slices = spreading.files_together(parts, ranges, 16 * sentences)
    sizes = [float(len(some)) for some in slices]
    wrote, between, read = exchanged(levels, sizes, 16 * sentences, across.HASHES, len(slices))
    yield "hashes", wrote + Count(0, parts, parts, round(text))
    yield "hashes, groups", between
    joined = ranges if ranges > 1 else 0
    yield "repeated", read + Count(1, joined, joined, written=ranges + bool(joined))
    yield "verdicts", Count(parts, 2 * parts, 2 * parts, round(text), parts, verdicts)
    members = documents * bands_for(THRESHOLD).number
    ranges, shared = across.ranges(members, near.RANGE_BANDS), rates.shared * members
    by_range, slices = spreading.files_together(parts, ranges, 16 * members)
    by_task = spreading.levels_for(len(slices), ranges, round(12 * near.SHARED * members))
    row = near.SKETCHED.field("number").type.bit_width // 8 + 8 + near.buckets.PLACES
    of_sketches = spreading.levels_for(ranges, len(slices), round(near.SHARED * members) * row)
    sizes = [float(len(some)) for some in slices]
    wrote, between, read = exchanged(by_range, sizes, 16 * members, near.BANDS, len(slices))
    yield "bands", wrote + Count(0, 2 * parts, 2 * parts, round(text) + verdicts, parts, sketches)
    yield "bands, groups", between
    wrote, between, asked = exchanged(by_task, [1.0] * ranges, 12 * shared, near.ASKED, 0)
    yield "shared", read + wrote + Count(written=ranges, written_bytes=round(16 * shared))
    yield "shared, groups", between
    wrote, between, read = exchanged(of_sketches, sizes, row * shared, near.SKETCHED, 0)
    yield "sketched", asked + wrote + Count(0, parts, parts, sketches)
    yield "sketched, groups", between
    pairs = round(32 * shared / 2)
    yield "candidates", read + Count(0, ranges, ranges, round(16 * shared), ranges, pairs)
    yield "clusters", Count(1, ranges, ranges, pairs, 1)
    left = round(rates.cleaned * text)
    yield "clean", Count(parts, 4 * parts, 4 * parts, round(text) + verdicts, 2 * parts, left)
    of_parts = (text + verdicts + 2 * sketches) / parts  # samples of near-duplicates are read with the document kept
    yield "samples", Count(1, 4 * samples.KEPT, 4 * samples.KEPT, round(samples.KEPT * of_parts))


def steps(
    cut: cutting.Corpus, rates: Rates = RATES, workers: int = 2, unpacked: float = 1.0, with_clean: bool = False
) -> dict[str, dict[str, Count]]:
    """The steps of every stage that have any work."""
    text = unpacked * sum(source.size for source in cut.sources)
    parts, train = cut.train + cut.validation, cut.train
    sentences = round(rates.sentences * text)
    trained = sentences * train // parts if cut.validation > 1 else round(0.975 * sentences)
    pairs, shards = round(rates.pairs * text), round(rates.shards * text)
    again = parts if workers > 1 else 0  # a shard may begin within a part that another worker reads too
    found = {
        "segment": dict(segment(cut, rates, unpacked)),
        "clean": dict(clean(parts, sentences, rates)) if with_clean else {},
        "train-vocab": dict(train_vocab(train, trained, rates)),
        "build-pairs": {"pairs": Count(parts, parts, parts, sentences, parts, pairs)},
        "mask": {"mask": Count(parts, parts + again, parts + again, pairs * (2 if again else 1), parts, shards)},
    }
    return {
        stage: {step: count for step, count in made.items() if count.tasks} for stage, made in found.items() if made
    }


# -- seconds ----------------------------------------------------------------------------------------------------------


def core_seconds(step: str, count: Count, text: float, rates: Rates = RATES) -> float:
    """CPU seconds of one step, over all tasks."""
    by_text = {
        "spread": rates.segment,
        "count": rates.train_vocab,
        "merge": rates.merge,
        "pairs": rates.build_pairs,
        "mask": rates.mask,
    }
    is_group = step in ("group", "count, groups")
    work = by_text.get(step, 0) * text / 1e6 + rates.copy * is_group * count.read_bytes / 1e6
    return work + rates.read * count.reads * (is_group or step in ("gather", "merge"))


def stage_seconds(made: dict[str, Count], text: float, rates: Rates = RATES) -> float:
    """CPU seconds of all steps of a stage, including the training of a vocabulary."""
    return sum(core_seconds(*each, text, rates) for each in made.items()) + rates.vocabulary * ("merge" in made)


def hours(cut: cutting.Corpus, made: dict[str, dict[str, Count]], cores: int, rates: Rates = RATES) -> float:
    """Hours with `cores` cores; each step ends with the last of its tasks."""
    text = sum(source.size for source in cut.sources)
    names = len(cut.sources) + len(cut.tasks) + 5 * (cut.train + cut.validation)
    seconds = rates.name * names + rates.vocabulary
    for found in made.values():
        for step, count in found.items():
            seconds += core_seconds(step, count, text, rates) / count.tasks * math.ceil(count.tasks / cores)
    return seconds / 3600


def total(found: Iterable[Count]) -> Count:
    return sum(found, Count())
