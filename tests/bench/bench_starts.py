"""Waiting times: the start of every command, and all stages on a corpus of a few KB.

    python tests/bench/bench_starts.py CORPUS [--rounds 5]

Prints wall and CPU seconds of `COMMAND --help`, of the data commands one by one on CORPUS, and of `run --until mask` on it, each
with all cores, the rounds in turns.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time

from bertprep_cli.main import cli
from tables import spread, table

ON_THE_CORPUS = {
    "segment": "segment {corpus} -o {folder}/sentences",
    "train-vocab": "train-vocab {folder}/sentences -o {folder}/vocab",
    "build-pairs": "build-pairs {folder}/sentences --vocab {folder}/vocab -o {folder}/pairs",
    "mask": "mask {folder}/pairs -o {folder}/shards",
    "verify": "verify {folder}/shards",
    "inspect": "inspect {folder}/shards",
    "run --until mask": "run {corpus} --until mask -o {folder}/road",
}


def taken(arguments: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command and of its children."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "bertprep_cli", *arguments], capture_output=True, check=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    found: dict[str, list[tuple[float, float]]] = {}
    for _ in range(asked.rounds):
        for name in sorted(cli.list_commands(None)):
            found.setdefault(f"{name} --help", []).append(taken([name, "--help"]))
        with tempfile.TemporaryDirectory() as folder:
            for name, command in ON_THE_CORPUS.items():
                arguments = command.format(corpus=asked.corpus, folder=folder).split(" ")
                found.setdefault(name, []).append(taken(arguments))
    rows = [[name, *(spread(each, 2) for each in zip(*turns, strict=True))] for name, turns in found.items()]
    print(table(["", "seconds", "seconds of CPU"], rows))


if __name__ == "__main__":
    main()
