"""What each data stage takes as the corpus grows: CPU seconds and memory, which should not grow, and room on the disk.

    python tests/bench/bench_load.py CORPUS [--megabytes 100 1000 3000] [--folder DIR] [--one-line]

Grows the corpus to each size (see grow.py) and runs the road on it with one worker, beside which nothing runs. Prints for
each stage CPU seconds a MB of text, the peak of private (anonymous) memory of any of its processes, seen twenty times a
second, and the most that lay in its output folder at any time. `--one-line` makes the whole corpus one text file without a
blank line, which is one document until it is cut. Linux only: memory is read from /proc.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent


def private_memory(pid: int) -> int:
    """Bytes of anonymous memory of a process, and the most of any of its descendants."""
    most = 0
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Anonymous:"):
                most = int(line.split()[1]) * 1024
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        most = max([most, *(private_memory(int(child)) for child in children)])
    return most


def size_of(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.stat(os.path.join(place, name)).st_size
    return total


def measured(command: list[str], output: Path) -> tuple[float, int, int]:
    """CPU seconds, peak private memory and peak size of the output folder of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([sys.executable, "-m", "bertprep_cli", *command], stdout=subprocess.DEVNULL)
    memory = room = turn = 0
    while process.poll() is None:
        memory = max(memory, private_memory(process.pid))
        if turn % 10 == 0:
            room = max(room, size_of(output))
        turn += 1
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command)}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, memory, max(room, size_of(output))


def one_line(source: Path, target: Path) -> None:
    """The texts of JSON lines as one line of a text file."""
    with source.open() as lines, target.open("w") as file:
        for line in lines:
            file.write(json.loads(line)["text"].replace("\n", " ") + " ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--megabytes", type=float, nargs="+", default=[100, 1000, 3000])
    parser.add_argument("--folder", help="where to work; needs about five times the largest size")
    parser.add_argument("--one-line", action="store_true")
    parser.add_argument("--workers", default="1")
    asked = parser.parse_args()
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1")
    print(f"{'MB':>6} {'stage':12} {'CPU s/GB':>9} {'memory, MB':>11} {'disk, of the text':>18}")
    for size in asked.megabytes:
        with tempfile.TemporaryDirectory(dir=asked.folder) as name:
            run(asked, size, Path(name))


def run(asked: argparse.Namespace, size: float, folder: Path) -> None:
    corpus = folder / "corpus.jsonl"
    with corpus.open("w") as file:
        grow = [sys.executable, HERE / "grow.py", asked.corpus, "--megabytes", str(size)]
        subprocess.run(grow, stdout=file, check=True)
    if asked.one_line:
        one_line(corpus, folder / "corpus.txt")
        corpus.unlink()
        corpus = folder / "corpus.txt"
    sentences, vocab, pairs, shards = (folder / each for each in ("sentences", "vocab", "pairs", "shards"))
    for output, command in (
        (sentences, ["segment", corpus]),
        (vocab, ["train-vocab", sentences]),
        (pairs, ["build-pairs", sentences, "--vocab", vocab]),
        (shards, ["mask", pairs]),
    ):
        words = [*map(str, command), "-o", str(output), "--workers", asked.workers, "--quiet"]
        spent, memory, room = measured(words, output)
        megabytes = corpus.stat().st_size / 1e6
        print(
            f"{size:6.0f} {words[0]:12} {1000 * spent / megabytes:9.1f} {memory / 1e6:11.0f} {room / 1e6 / megabytes:18.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
