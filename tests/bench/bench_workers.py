"""Two workers compared with one, and with the gain of the machine itself from two processes.

    python tests/bench/bench_workers.py CORPUS [--rounds 3]

Each round runs, one after another: two fixed loops in one process and in two processes at once, hashing and gathering from a
large array (the maximum gain: 2.0 if two cores are independent, also in their access to memory); each data stage with one
worker and with two; and the four stages as one `run`. Prints wall seconds, and their ratios with the spread.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tables import spread, table

LOOPS = {
    "the machine, hashing": "import hashlib; data = bytes(1 << 20)\nfor _ in range(1500): hashlib.blake2b(data).digest()",
    "the machine, gathering": "import numpy as np; data = np.arange(1 << 24); at = np.random.permutation(1 << 24)\n"
    "for _ in range(10): data[at].sum()",
}


def seconds(*commands: list[str]) -> float:
    """Wall time of commands that run in parallel."""
    began = time.perf_counter()
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for command in commands]
    codes = [process.wait() for process in running]
    if any(codes):
        raise SystemExit(f"failed: {' '.join(commands[0])}")
    return time.perf_counter() - began


def one_round(corpus: str, folder: Path) -> dict[str, tuple[float, float, float]]:
    """For each thing measured: the ratio of wall times, and the wall seconds with one worker and with two."""
    found = {}
    for name, code in LOOPS.items():
        loop = [sys.executable, "-c", code]
        alone, both = seconds(loop), seconds(loop, loop)
        found[name] = (2 * alone / both, alone, both)
    bertprep = [sys.executable, "-m", "bertprep_cli"]
    vocab = str(folder / "vocab")
    for name, made, arguments in (
        ("segment", "sentences", [corpus]),
        ("train-vocab", "vocab", [str(folder / "sentences")]),
        ("build-pairs", "pairs", [str(folder / "sentences"), "--vocab", vocab]),
        ("mask", "shards", [str(folder / "pairs")]),
        ("run", "road", [corpus, "--until", "mask"]),
    ):
        taken = []
        for workers in ("1", "2"):
            shutil.rmtree(folder / made, ignore_errors=True)
            taken.append(
                seconds([*bertprep, name, *arguments, "--quiet", "--workers", workers, "-o", str(folder / made)])
            )
        one, two = taken
        print(f"{name}: {one:.2f} s and {two:.2f} s", file=sys.stderr)
        found[name] = (one / two, one, two)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory(dir=Path(asked.corpus).resolve().parent) as folder:
        rounds = [one_round(asked.corpus, Path(folder)) for _ in range(asked.rounds)]
    rows = []
    for name in rounds[0]:
        times, one, two = zip(*(turn[name] for turn in rounds), strict=True)
        rows.append([name, spread(one), spread(two), spread(times, 2)])
    print(table(["", "one worker, seconds", "two workers, seconds", "times as fast"], rows))


if __name__ == "__main__":
    main()
