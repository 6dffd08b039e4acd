"""Memory, CPU time and disk space of the data stages for growing corpora; per megabyte, none of them may grow.

    python tests/bench/bench_load.py CORPUS [--megabytes 100 1000 3000] [--workers 1] [--folder DIR] [--books]

Takes the first --megabytes of CORPUS, JSON lines (`grow.py` makes them), or all of it for other formats, and runs the commands
segment, train-vocab, build-pairs and mask on it. Prints for each stage and size:

    CPU         seconds with one worker, and milliseconds per megabyte of the corpus on the disk; forked workers are not counted
    private     peak private memory (RssAnon) of the command, and of its largest worker if there are several
    disk        peak size of the output folder, and its final size, as multiples of the corpus

With --books, runs segment alone on long documents (`long_documents.py`) in each format, and prints the peak memory of its process
according to getrusage; with one worker, that is the worker.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS_BETWEEN_LOOKS = 0.1


def anonymous_megabytes(pid: int) -> float:
    """Current private memory of a process; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("RssAnon")), 0.0)


def descendants(pid: int) -> list[int]:
    """All descendants of a process, since an intermediate process starts the workers."""
    try:
        found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return found + [other for child in found for other in descendants(child)]


def bytes_below(folder: Path) -> int:
    """Total bytes of the files below a folder, while files are created and deleted."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:
            continue
    return total


def measured(arguments: list[object], output: Path) -> dict[str, float]:
    """Run a command to its end, and measure it while it runs."""
    command = [sys.executable, "-m", "bertprep_cli", *map(str, arguments), "-o", str(output), "--quiet"]
    found = {"command": 0.0, "worker": 0.0, "disk": 0}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    looks = 0
    while True:
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        found["command"] = max(found["command"], anonymous_megabytes(process.pid))
        found["worker"] = max([found["worker"], *map(anonymous_megabytes, descendants(process.pid))])
        if looks % 5 == 0:
            found["disk"] = max(found["disk"], bytes_below(output))
        looks += 1
        time.sleep(SECONDS_BETWEEN_LOOKS)
    if status:
        raise SystemExit(f"{' '.join(command)}: ended with {os.waitstatus_to_exitcode(status)}")
    left = bytes_below(output)
    used_up = {"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1000}
    return {**found, **used_up, "disk": max(found["disk"], left), "left": left}


def first_megabytes(corpus: Path, megabytes: float, target: Path) -> Path:
    """Write a file with the first `megabytes` of JSON lines."""
    left = int(megabytes * 1e6)
    with open(corpus, "rb") as lines, open(target, "wb") as file:
        while left > 0 and (some := lines.readlines(min(left, 1 << 24))):
            file.writelines(some)
            left -= sum(map(len, some))
    return target


def road(corpus: Path, folder: Path, workers: int) -> None:
    """Run the four stages on one corpus and print a row for each."""
    size = bytes_below(corpus) if corpus.is_dir() else corpus.stat().st_size
    stages = {
        "segment": [corpus],
        "train-vocab": [folder / "segment"],
        "build-pairs": [folder / "segment", "--vocab", folder / "train-vocab"],
        "mask": [folder / "build-pairs"],
    }
    for stage, arguments in stages.items():
        row = measured([stage, *arguments, "--workers", workers], folder / stage)
        milliseconds = 1e9 * row["cpu"] / size
        print(
            f"| {stage} | {size / 1e6:,.0f} MB | {row['cpu']:.1f} s | {milliseconds:.1f} ms | {row['command']:.0f} MB "
            f"| {row['worker']:.0f} MB | {row['disk'] / size:.2f} | {row['left'] / size:.2f} |",
            flush=True,
        )


def long_documents(corpus: Path, megabytes: float, folder: Path) -> None:
    """Segment long documents in every format and print a row for each."""
    made = folder / "books"
    script = Path(__file__).with_name("long_documents.py")
    subprocess.run([sys.executable, script, corpus, "--megabytes", str(megabytes), "-o", made], check=True)
    for path in sorted(made.iterdir()):
        row = measured(["segment", path, "--workers", 1], folder / path.suffix)
        size = path.stat().st_size / 1e6
        print(f"| {path.name} | {size:,.0f} MB | {row['cpu']:.1f} s | {row['peak']:.0f} MB |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--megabytes", type=float, nargs="+", default=[100, 1000, 3000])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to work; seven times the corpus has to fit")
    parser.add_argument("--books", action="store_true", help="long documents in every format")
    asked = parser.parse_args()
    if asked.books:
        print("| file | size | CPU | peak |\n|---|---|---|---|")
        for megabytes in asked.megabytes:
            with tempfile.TemporaryDirectory(dir=asked.folder) as name:
                long_documents(asked.corpus, megabytes, Path(name))
        return
    print("| stage | corpus | CPU | CPU per MB | command | worker | disk at most | disk at the end |")
    print("|---|---|---|---|---|---|---|---|")
    for megabytes in asked.megabytes if asked.corpus.suffix == ".jsonl" else [0]:
        with tempfile.TemporaryDirectory(dir=asked.folder) as name:
            corpus = asked.corpus
            if megabytes:
                corpus = first_megabytes(asked.corpus, megabytes, Path(name) / "corpus.jsonl")
            road(corpus, Path(name), asked.workers)


if __name__ == "__main__":
    main()
