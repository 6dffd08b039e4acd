"""Compare the counts of a simulated run with those of a real one with one worker, traced with strace.

Every open, read, write and mmap of a file of the corpus or of a part is counted as it happens, and no trace is stored. Each takes
strace about 0.1 ms, so a traced run is up to twice as slow.
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
    """The call, the path, the bytes, and whether it opens for writing; None for other lines."""
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
    """The operations of a traced command on the files of the corpus and on parts."""
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
    """Run a bertprep command and count its operations; `pipe` receives the output of strace."""
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
    """Bytes of text in a file."""
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
    """Yield text, stage, simulated counts and real counts of the requested stages.

    Stages whose folders exist are neither made again nor counted.
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
