"""The counts of a simulated run beside those of a real one with one worker, as strace sees it.

Every open, read, write and map of a file of the corpus or of a part is counted as it happens, so nothing is kept of a trace. Each
of them takes strace some 0.1 ms, so that a traced run is up to twice as slow as another one.
"""

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pyarrow as pa
from run_rates import bytes_of, units_of, words_of
from stage_counts import THRESHOLD, Count, steps, total
from stage_rates import RATES

from bertprep.corpus.sources import COMPRESSIONS
from bertprep.sentences import cutting
from bertprep.sentences.settings import SegmentSettings

STAGES = ("segment", "clean", "train-vocab", "build-pairs", "mask")
CLEANING = ["--rules", "none", "--near-duplicates", THRESHOLD, "--repeated-sentences", 100]
CALLS = "openat,open,read,pread64,write,pwrite64,mmap"
CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)(<.*>)?")
PLACE = re.compile(r"\d+<([^>]*)>")
PART = re.compile(r"-\d{5,}-of-\d{5,}\.")
BLOCK_BYTES = 1 << 22


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


def counted(lines: Iterable[str], corpus: Collection[str]) -> Count:
    """What a traced command did with the files of the corpus, and with parts."""
    found = Count()
    for line in lines:
        told = traced(line)
        if told is None or (told[1] not in corpus and not PART.search(told[1])):
            continue
        call, _, size, writes = told
        if call.startswith("open"):
            found.written += writes
            found.opened += not writes
        elif "write" in call:
            found.written_bytes += size
        elif size:
            found.reads += 1
            found.read_bytes += size
    return found


def run(arguments: list[object], pipe: Path, corpus: Collection[str]) -> Count:
    """The counts of a command of bertprep; `pipe` is where strace writes to."""
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    command = ["strace", "-f", "-y", "-qq", "--seccomp-bpf", "-s", "0", "-e", f"trace={CALLS}", "-o", pipe]
    command += [sys.executable, "-m", "bertprep_cli", *arguments, "--workers", "1", "--quiet"]
    with subprocess.Popen(list(map(str, command))) as process, pipe.open(errors="replace") as lines:
        found = counted(lines, corpus)
    if process.returncode:
        raise SystemExit(process.returncode)
    return found


def unpacked(path: Path) -> int:
    """How many bytes of text a file holds."""
    compression = COMPRESSIONS.get(path.suffix)
    if not compression:
        return path.stat().st_size
    size = 0
    with pa.input_stream(path, compression=compression) as stream:
        while block := stream.read(BLOCK_BYTES):
            size += len(block)
    return size


def check(
    corpus: list[Path], at: Path, partitions: int | None, stages: Collection[str] = STAGES, lang: str = "auto"
) -> Iterator[tuple[str, str, Count, Count]]:
    """The text, the stage, what was simulated and what was counted, of the stages that are asked for.

    Stages whose folders are there are not made again, and not counted.
    """
    cut = cutting.scan(list(map(str, corpus)), SegmentSettings(partitions=partitions))
    text = sum(unpacked(Path(source.path)) for source in cut.sources)
    packed = sum(source.size for source in cut.sources)
    given = [] if partitions is None else ["--partitions", partitions]
    shape = f"{text / 1e9:.2g} GB, {cut.train + cut.validation:,} partitions"
    paths = {os.path.realpath(source.path) for source in cut.sources}
    lines = {
        "segment": [*corpus, *given, "--lang", lang, "-o", at / "sentences"],
        "clean": [at / "sentences", *CLEANING, "-o", at / "clean"],
        "train-vocab": [at / "sentences", "-o", at / "vocab"],
        "build-pairs": [at / "sentences", "--vocab", at / "vocab", "-o", at / "pairs"],
        "mask": [at / "pairs", "-o", at / "shards"],
    }
    for stage, arguments in lines.items():
        if stage in stages and not (arguments[-1] / "manifest.json").exists():
            real = run([stage, *arguments], at / f"{stage}.trace", paths)
            rates = dataclasses.replace(RATES, **units_of(at / "sentences"))
            if stage == "train-vocab":
                rates = dataclasses.replace(rates, **words_of(at / "sentences", at / "vocab"))
            if stage == "clean":
                rates = dataclasses.replace(rates, cleaned=bytes_of(at / "clean") / bytes_of(at / "sentences"))
            simulated = steps(cut, rates, workers=1, unpacked=text / packed, with_clean=True)
            yield shape, stage, total(simulated[stage].values()), real
