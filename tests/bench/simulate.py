"""What the stages do on a file system that holds nothing: tasks, files, reads, bytes and requests, counted from their plans.

    python tests/bench/simulate.py                     the tables of docs/scale.md
    python tests/bench/simulate.py --check CORPUS       the counts beside those of a real run with one worker, seen by strace

The corpus is a list of names and sizes; `segment`'s own code cuts it, says how many partitions it gets and in how many
levels it is spread. What a task does with its files is counted here as the code does it; only bytes by byte of text, CPU
seconds by MB and what a small read costs are measured (`MEASURED`). A read is a `pread` or a mapped file, and a GET in an object
store, where opening a file is a HEAD, and a file over 10 MB takes three requests to write. Not counted: locks, logs,
manifests and vocabularies, of which every folder has a few.
"""

import argparse
import dataclasses
import functools
import io
import math
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pyarrow as pa

from bertprep.clean import across, near
from bertprep.clean.bands import bands_for
from bertprep.corpus import boundaries
from bertprep.corpus.sources import BLOCK_BYTES, Listing, Source
from bertprep.sentences import cutting, spread
from bertprep.sentences.settings import SegmentSettings
from bertprep.store import levels as spreading
from bertprep.store import read_manifest
from bertprep.vocab import counting, training

FILE_BYTES = 100_000_000
THRESHOLD = 0.8  # of near-duplicates
CLEANING = ["--near-duplicates", THRESHOLD, "--repeated-sentences", 100]
CORPORA = {"20 GB": 20e9, "200 GB": 200e9, "2 TB": 2e12, "10 TB": 10e12}
CORES = (16, 100, 1000)
ONE_UPLOAD = 10 << 20  # bytes of a file that an object store gets in one request
LISTED = 1000  # names that one request lists
LISTINGS = 8  # of an output folder by a stage


class Measured(NamedTuple):
    """What no plan can tell, from a run of 1 GB of English JSON lines with one worker."""

    scratch: float = 1.0  # bytes in scratch files of a byte of the corpus, without what a batch itself takes
    sentences: float = 1.029
    words: float = 0.137 * 6.27e6**0.217  # bytes of the words of a part are this times its size to the power 0.783
    row: int = 21  # bytes of a word
    word: float = 6.0  # bytes of the text
    document: int = 3300
    sentence: int = 120
    shared: float = near.SHARED  # of the bands of documents, those that others have too
    pairs: float = 0.623
    shards: float = 0.614
    # CPU seconds of a MB of text
    segment: float = 0.094
    train_vocab: float = 0.024
    build_pairs: float = 0.033
    mask: float = 0.012
    vocabulary: float = 5.0  # seconds of one process to make a vocabulary of words that are counted
    read: float = 0.0003  # seconds that a batch costs, apart from its bytes
    name: float = 0.00005  # seconds of one process to plan a file or a part


MEASURED = Measured()


@dataclasses.dataclass
class Count:
    """What one step does, all tasks together."""

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
        """Those of an object store."""
        large = self.written and self.written_bytes / self.written > ONE_UPLOAD
        lists = LISTINGS * (self.written // LISTED + 1)
        return self.opened + self.reads + self.written * (3 if large else 1) + lists


# -- the plan of segment, from its own code ---------------------------------------------------------------------------


@functools.cache
def planned(size: float, file_bytes: int = FILE_BYTES, one_level: bool = False) -> cutting.Corpus:
    """A corpus of JSON lines of so many bytes, in files that are only named, as `segment` would cut it."""
    count = max(1, round(size / file_bytes))
    sizes = [round((number + 1) * size / count) - round(number * size / count) for number in range(count)]
    sources = [Source(f"corpus/{number:07d}.jsonl", f"{number:07d}.jsonl", each) for number, each in enumerate(sizes)]
    with (
        mock.patch.object(cutting, "find", lambda *arguments: Listing(sources, [])),
        mock.patch.object(boundaries, "_is_recoded", lambda source: False),
        mock.patch.object(cutting, "are_worth", lambda *arguments: False) if one_level else mock.MagicMock(),
    ):
        return cutting.scan(["corpus"], SegmentSettings())


@functools.cache
def overhead(schema: pa.Schema) -> tuple[int, int, int]:
    """Bytes that Arrow needs for a batch of scratch files apart from its rows, for its place in the footer, and for the rest of
    that."""

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
        """What reading one place of every file takes, without the rows in it."""
        batch, each, rest = overhead(self.schema)
        files, windows = len(self.windows), sum(self.windows)
        return Count(0, files, 2 * files + windows, (10 + rest) * files + windows * (each * self.places + batch))


def times(count: Count, number: int) -> Count:
    return Count(*(value * number for value in dataclasses.astuple(count)))


def windows_of(task_bytes: float, window_bytes: int) -> int:
    """Windows come together document by document, and the last one is what is left."""
    return max(1, math.ceil(task_bytes / window_bytes))


def exchanged(
    levels: spreading.Levels, sizes: list[float], size: float, schema: pa.Schema, tasks: int
) -> tuple[Count, Count, Count]:
    """What rows of so many bytes take from files, which come of input of these sizes, to partitions: to write the files of the
    first level, the step between the levels, and to read all partitions."""
    rows, share = round(size), size / max(sum(sizes), 1)
    first = Scratch([windows_of(each * share, levels.window_bytes) for each in sizes], levels.places, schema)
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


def segment(cut: cutting.Corpus, measured: Measured) -> Iterator[tuple[str, Count]]:
    """The steps of `segment`."""
    partitions = cut.train + cut.validation
    sizes = [sum(piece.stop - piece.start for piece in task) for task in cut.tasks]
    text = sum(sizes)
    pieces = [piece for task in cut.tasks for piece in task]
    planning = sum(piece.start == 0 and piece.stop < piece.source.size for piece in pieces)  # looks at heads
    begins = sum(piece.start == 0 for piece in pieces) + planning
    looks = sum((piece.start > 0) + (piece.stop < piece.source.size) for piece in pieces)
    blocks = sum(-(-(piece.stop - piece.start) // BLOCK_BYTES) for piece in pieces)
    looked = begins * boundaries.HEAD_BYTES + looks * boundaries.FIRST_LOOK_BYTES
    read = Count(0, len(pieces) + planning, begins + looks + blocks, text + looked)
    wrote, between, gather = exchanged(cut.levels, sizes, measured.scratch * text, spread.SPREAD, len(sizes))
    yield "spread", read + wrote + Count(written=len(sizes))  # a record each
    yield "group", between
    yield "gather", gather + Count(written=partitions, written_bytes=round(measured.sentences * text))


def train_vocab(train: int, trained: float, measured: Measured) -> Iterator[tuple[str, Count]]:
    """The steps of `train-vocab` on so many parts and bytes."""
    words = trained / measured.word
    ranges = max(1, math.ceil(words / counting.RANGE_WORDS))
    levels, slices = spreading.files_together(train, ranges, round(counting.WORD_BYTES * words))
    size = train * measured.words * (trained / train) ** 0.783
    sizes = [float(len(some)) for some in slices]
    wrote, between, read = exchanged(levels, sizes, size, training.WORD_COUNTS, len(slices))
    yield "count", wrote + Count(0, train, train, round(trained), len(slices))
    yield "count, groups", between
    yield "merge", read + Count(written=ranges, written_bytes=round(min(size, ranges * 1e7)))
    batch = max(counting.LEAST_AT_ONCE, 2 * training.TRAINING_WORDS // ranges)
    yield "most frequent", Count(1, 2 * ranges, 2 * ranges, 2 * ranges * batch * measured.row)


def clean(parts: int, text: float, measured: Measured) -> Iterator[tuple[str, Count]]:
    """The steps of `clean` with near-duplicates and repeated sentences."""
    documents, sentences = round(text / measured.document), round(text / measured.sentence)
    verdicts, sketches = 5 * documents + sentences, (8 + near.buckets.PLACES) * documents
    ranges = across.ranges(sentences, across.RANGE_HASHES)
    levels, slices = spreading.files_together(parts, ranges, 16 * sentences)
    sizes = [float(len(some)) for some in slices]
    wrote, between, read = exchanged(levels, sizes, 16 * sentences, across.HASHES, len(slices))
    yield "hashes", wrote + Count(0, parts, parts, round(text))
    yield "hashes, groups", between
    yield "repeated", read + Count(1, ranges, ranges, written=ranges + 1)
    yield "verdicts", Count(parts, 2 * parts, 2 * parts, round(text), parts, verdicts)
    members = documents * bands_for(THRESHOLD).number
    ranges, shared = across.ranges(members, near.RANGE_BANDS), measured.shared * members
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
    yield "clean", Count(parts, 4 * parts, 4 * parts, round(text) + verdicts, 2 * parts, round(text))


def steps(
    cut: cutting.Corpus, measured: Measured = MEASURED, workers: int = 2, with_clean: bool = False
) -> dict[str, dict[str, Count]]:
    """The steps of every stage of the road."""
    text = sum(source.size for source in cut.sources)
    parts, train = cut.train + cut.validation, cut.train
    sentences = round(measured.sentences * text)
    trained = sentences * train // parts if cut.validation > 1 else round(0.975 * sentences)
    pairs, shards = round(measured.pairs * text), round(measured.shards * text)
    again = parts if workers > 1 else 0  # a shard begins within a part that another worker has read
    found = {
        "segment": dict(segment(cut, measured)),
        "clean": dict(clean(parts, sentences, measured)) if with_clean else {},
        "train-vocab": dict(train_vocab(train, trained, measured)),
        "build-pairs": {"pairs": Count(parts, parts, parts, sentences, parts, pairs)},
        "mask": {"mask": Count(parts, parts + again, parts + again, pairs * (2 if again else 1), parts, shards)},
    }
    return {
        stage: {step: count for step, count in made.items() if count.tasks} for stage, made in found.items() if made
    }


# -- tables -----------------------------------------------------------------------------------------------------------


def core_seconds(stage: str, step: str, count: Count, text: float, measured: Measured) -> float:
    """CPU of one step, of all tasks together."""
    rates = {
        "spread": measured.segment,
        "count": measured.train_vocab,
        "pairs": measured.build_pairs,
        "mask": measured.mask,
    }
    work = rates.get(step, 0) * text / 1e6
    is_moved = step in ("group", "count, groups", "merge", "most frequent")
    copied = count.read_bytes / 1e9 if is_moved else 0  # a GB a second
    return work + copied + measured.read * count.reads * (is_moved or step == "gather")


def hours(cut: cutting.Corpus, made: dict[str, dict[str, Count]], cores: int, measured: Measured = MEASURED) -> float:
    """Hours with so many cores: each step is over when the last of its tasks is."""
    text = sum(source.size for source in cut.sources)
    names = len(cut.sources) + len(cut.tasks) + 5 * (cut.train + cut.validation)
    seconds = measured.name * names + measured.vocabulary
    for stage, found in made.items():
        for step, count in found.items():
            seconds += core_seconds(stage, step, count, text, measured) / count.tasks * math.ceil(count.tasks / cores)
    return seconds / 3600


def short(number: float) -> str:
    """`1.2 million`."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{number / size:,.1f} {word}"
    return f"{number:,.0f}"


def volume(number: float) -> str:
    for size, unit in ((1e15, "PB"), (1e12, "TB"), (1e9, "GB")):
        if number >= size:
            return f"{number / size:,.1f} {unit}"
    return f"{number / 1e6:,.0f} MB"


def time_told(number: float) -> str:
    """Hours, in minutes where that reads better."""
    return f"{number:,.1f} h" if number >= 2 else f"{60 * number:,.0f} min"


def total(found: Iterable[Count]) -> Count:
    return sum(found, Count())


def table(corpora: dict[str, float]) -> Iterator[str]:
    """The lines of docs/scale.md."""
    yield "| corpus | stage | tasks | files opened | reads | read | written | requests |"
    yield "|---|---|---|---|---|---|---|---|"
    lines = []
    for name, size in corpora.items():
        for levels in dict.fromkeys((_levels(planned(size)), 1)):
            cut = planned(size, one_level=levels == 1)
            with mock.patch.object(spreading, "are_worth", lambda *some: False) if levels == 1 else mock.MagicMock():
                made = steps(cut, with_clean=True)
            called = f"{name}, {'one level' if levels == 1 else 'two levels'}"
            for stage, found in made.items():
                if levels == 1 and stage in ("build-pairs", "mask") and _levels(planned(size)) == 2:
                    continue
                count, asked = total(found.values()), sum(each.requests for each in found.values())
                cells = [short(count.tasks), short(count.opened), short(count.reads)]
                cells += [volume(count.read_bytes), volume(count.written_bytes), short(asked)]
                yield f"| {called} | `{stage}` | {' | '.join(cells)} |"
            del made["clean"]
            spent = sum(
                core_seconds(stage, step, count, size, MEASURED)
                for stage, found in made.items()
                for step, count in found.items()
            )
            with_cores = [time_told(hours(cut, made, cores)) for cores in CORES]
            shape = f"{len(cut.sources):,} | {len(cut.tasks):,} | {cut.train + cut.validation:,}"
            lines.append(f"| {called} | {shape} | {time_told(spent / 3600)} | {' | '.join(with_cores)} |")
    yield ""
    yield (
        "| corpus | files | tasks | partitions | core hours | "
        + " | ".join(f"{cores:,} cores" for cores in CORES)
        + " |"
    )
    yield "|---|---|---|---|---|" + "---|" * len(CORES)
    yield from lines


def _levels(cut: cutting.Corpus) -> int:
    return 2 if cut.levels.are_two else 1


# -- the check --------------------------------------------------------------------------------------------------------

CALLS = "openat,open,read,pread64,write,pwrite64,mmap"
CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)(<.*>)?")
PLACE = re.compile(r"\d+<([^>]*)>")


def traced(line: str) -> tuple[str, str, int, bool] | None:
    """The call, the path, the bytes, and whether it opens to write; None for what is no such line."""
    found = CALL.match(re.sub(r'"(?:[^"\\]|\\.)*"(\.\.\.)?', '""', line))
    if not found:
        return None
    call, arguments, result, opened = found.groups()
    place = PLACE.search("0" + opened if call.startswith("open") and opened else arguments)
    if not place or int(result, 0) < 0:
        return None
    size = int(arguments.split(",")[1]) if call == "mmap" else int(result, 0)
    return call, place[1], size, "O_WRONLY" in arguments


def counted(trace: Path, is_told: re.Pattern[str]) -> Count:
    """What a traced command did with the files whose paths are told of."""
    found = Count()
    for line in trace.read_text(errors="replace").splitlines():
        told = traced(line)
        if told is None or not is_told.search(told[1]):
            continue
        call, _, size, writes = told
        if call.startswith("open"):
            found += Count(written=1) if writes else Count(opened=1)
        elif "write" in call:
            found += Count(written_bytes=size)
        elif size:
            found += Count(reads=1, read_bytes=size)
    return found


def check(corpus: Path, folder: Path | None) -> Iterator[str]:
    """The stages on a real corpus with one worker: counted, foretold, and the ratio of both."""
    cut = planned(corpus.stat().st_size, corpus.stat().st_size)
    measured = MEASURED
    yield "| stage | | counted | foretold | ratio |\n|---|---|---|---|---|"
    with tempfile.TemporaryDirectory(dir=folder) as name:
        at = Path(name)
        lines = {
            "segment": [corpus, "-o", at / "s"],
            "clean": [at / "s", "-o", at / "c", "--rules", "none", *CLEANING],
            "train-vocab": [at / "s", "-o", at / "v"],
            "build-pairs": [at / "s", "--vocab", at / "v", "-o", at / "p"],
            "mask": [at / "p", "-o", at / "m"],
        }
        is_told = re.compile(re.escape(str(corpus.resolve())) + r"|-\d{5,}-of-\d{5,}\.")
        for stage, arguments in lines.items():
            trace = at / f"{stage}.trace"
            command = ["strace", "-f", "-y", "-qq", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", trace]
            command += [sys.executable, "-m", "bertprep_cli", stage, *arguments, "--workers", "1", "--quiet"]
            subprocess.run(list(map(str, command)), check=True)
            if stage == "segment":
                made = read_manifest(str(at / "s")).counters
                text = measured.sentences * corpus.stat().st_size
                each = {name: text / made[f"{name}s"] for name in ("document", "sentence", "word")}
                measured = measured._replace(**each)
            foretold = steps(cut, measured, workers=1, with_clean=True)[stage]
            yield from compared(stage, counted(trace, is_told), total(foretold.values()))


def compared(stage: str, real: Count, told: Count) -> Iterator[str]:
    for field in dataclasses.fields(Count)[1:]:
        one, other = getattr(real, field.name), getattr(told, field.name)
        if one:
            yield f"| {stage} | {field.name} | {one:,} | {other:,} | {other / one:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", type=Path, metavar="CORPUS", help="a file of JSON lines")
    parser.add_argument("--folder", type=Path, help="where to work; three times the corpus has to fit")
    asked = parser.parse_args()
    for line in check(asked.check, asked.folder) if asked.check else table(CORPORA):
        print(line, flush=True)


if __name__ == "__main__":
    main()
