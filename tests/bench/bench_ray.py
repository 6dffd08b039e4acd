"""The cost of Ray compared with the local pool, in turns: wall time, and CPU time of all processes, including Ray's daemons.

    python tests/bench/bench_ray.py CORPUS [--rounds 3] [--workers 2]

Each round is one `run --until mask` of the corpus in the local pool, and one on a cluster that Ray starts for it.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNNERS: dict[str, list[str]] = {"local": [], "ray": ["--runner", "ray"]}
MARK = "BENCH_RAY_RUN"  # in the environment of all processes of a run
CHECK_SECONDS = 0.25


def taken(corpus: str, folder: Path, workers: int, runner: str) -> tuple[float, float]:
    """Wall and CPU seconds of a run. All processes are polled, since no parent waits for Ray's daemons."""
    command = [sys.executable, "-m", "bertprep_cli", "run", corpus, "-o", str(folder), "--until", "mask", "--quiet"]
    mark = f"{MARK}={os.getpid()}-{time.monotonic_ns()}"
    environment = {**os.environ, MARK: mark.partition("=")[2]}
    ticks: dict[str, int] = {}
    others: set[str] = set()
    began = time.perf_counter()
    options = {"env": environment, "stdout": subprocess.DEVNULL}
    process = subprocess.Popen([*command, "--workers", str(workers), *RUNNERS[runner]], **options)
    while process.poll() is None:
        for pid in filter(str.isdigit, os.listdir("/proc")):
            look(pid, mark.encode(), ticks, others)
        time.sleep(CHECK_SECONDS)
    wall = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command)}")
    shutil.rmtree(folder)
    return wall, sum(ticks.values()) / os.sysconf("SC_CLK_TCK")


def look(pid: str, mark: bytes, ticks: dict[str, int], others: set[str]) -> None:
    """Record the CPU time of a process so far, if it belongs to the run."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        name = f"{pid} {stat[19]}"  # with its start time, because pids are reused
        if name not in ticks and name not in others and mark not in Path(f"/proc/{pid}/environ").read_bytes():
            others.add(name)
        if name not in others:
            ticks[name] = int(stat[11]) + int(stat[12])
    except OSError:  # the process has ended
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in RUNNERS}
    with tempfile.TemporaryDirectory(dir=Path(asked.corpus).resolve().parent) as folder:
        for _ in range(asked.rounds):
            for name in rounds:
                rounds[name].append(taken(asked.corpus, Path(folder) / "road", asked.workers, name))
                print(f"{name}: {rounds[name][-1][0]:.1f} s, {rounds[name][-1][1]:.1f} s of CPU", file=sys.stderr)
    for which, unit in enumerate(("wall seconds", "CPU seconds")):
        found = {name: round(statistics.median(turn[which] for turn in turns), 1) for name, turns in rounds.items()}
        print(json.dumps({"unit": unit, **found, "ratio": round(found["ray"] / found["local"], 3)}))


if __name__ == "__main__":
    main()
