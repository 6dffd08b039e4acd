"""Helpers for tests of the store and the runner: a small corpus of several pieces, commands, and comparison of folders."""

import contextlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bertprep_cli.main import run
from held import HANG_SECONDS

from bertprep.sentences import cutting
from bertprep.store import levels

STAGES = ("sentences", "clean", "vocab", "pairs", "shards")
# Small pieces, so that a small corpus has many; distributed in one level, although many pieces would otherwise need two
SMALL_PIECES = ((cutting, "SMALLEST_BYTES", 100_000), (cutting, "WELL_SPREAD", 1000), (levels, "READ_BYTES", 0))
# the command with these settings; its own process cuts the pieces
COMMAND = [
    sys.executable,
    "-c",
    "from bertprep.sentences import cutting; from bertprep.store import levels;"
    + "".join(f"{module.__name__.split('.')[-1]}.{name} = {value};" for module, name, value in SMALL_PIECES)
    + "from bertprep_cli.main import main; main()",
]
# the same, with documents distributed in two levels, and hashes and words in several ranges
TWO_LEVELS = [
    *COMMAND[:2],
    "from bertprep.clean import across, near; across.RANGE_HASHES = 1500; near.RANGE_BANDS = 5000;"
    "from bertprep.vocab import counting; counting.RANGE_WORDS = 16_000;"
    + COMMAND[2].replace("levels.READ_BYTES = 0;", "levels.READ_BYTES = 1 << 60; levels.BATCH_BYTES = 1;"),
]
# a test cluster detects within seconds that a node has ended, since it refuses connections, but a node that answers slowly is
# not lost. Its workers have normal priority: with Ray's default niceness of 15 they would starve next to other tests
CHECKS = {"initial_delay_ms": 0, "period_ms": 500, "timeout_ms": HANG_SECONDS * 1000, "failure_threshold": 2}
CLUSTER = {f"health_check_{name}": value for name, value in CHECKS.items()}
CLUSTER |= {"worker_niceness": 0, "worker_register_timeout_seconds": HANG_SECONDS}
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]


_started = []  # commands started by the current test
NOTICE = "All rights are with their owners."


def write_corpus(folder, megabytes=1.0, files=1, seed=0, kind="jsonl"):
    """Write files of generated documents as JSON lines (or text), some again with a notice appended; returns their paths."""
    draw = random.Random(seed)
    words = ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(3000)]
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(files):
        path = folder / f"part{number}.{kind}"
        with open(path, "w", encoding="utf-8") as file:
            while file.tell() < megabytes * 1e6 / files:
                text = " ".join(_sentence(draw, words) for _ in range(draw.randint(2, 12)))
                versions = [text, f"{text} {NOTICE}"] if draw.random() < 0.05 else [text]
                for version in versions:
                    file.write(json.dumps({"text": version}) + "\n" if kind == "jsonl" else version + "\n\n")
        paths.append(path)
    return paths


def _sentence(draw, words):
    return " ".join(draw.choices(words, k=draw.randint(4, 20))).capitalize() + "."


CLEANING = ["--min-words", 30, "--near-duplicates", 0.7, "--repeated-sentences", 5]


def stage_arguments(stage, corpus, out):
    """The command line of one stage, with output in `out`."""
    return {
        "sentences": ["segment", corpus, "-o", out / "sentences", "--partitions", 4, "--validation-share", 0.1],
        "clean": ["clean", out / "sentences", "-o", out / "clean", *CLEANING],
        "vocab": ["train-vocab", out / "clean", "-o", out / "vocab", "--size", 400],
        "pairs": ["build-pairs", out / "clean", "--vocab", out / "vocab", "-o", out / "pairs", "--passes", 2],
        "shards": ["mask", out / "pairs", "-o", out / "shards", "--copies", 2],
    }[stage]


def ray_arguments(stage, corpus, out, cluster):
    """The command line of a stage on a Ray cluster."""
    return [*stage_arguments(stage, corpus, out), "--runner", "ray", "--ray-address", cluster.address]


def start(arguments, workers=2, command=None, **options):
    """Start a command in its own process group; `workers` is None for a command without that option."""
    more = [*map(str, arguments), *(["--workers", str(workers)] if workers else []), "--quiet"]
    process = subprocess.Popen(
        [*(command or COMMAND), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )
    _started.append(process)
    return process


def finish(process):
    """Wait for a command; returns exit code and stderr."""
    _, err = process.communicate(timeout=HANG_SECONDS)
    return process.returncode, err


def end_started():
    """Kill the commands that a failed test has left running."""
    while _started:
        process = _started.pop()
        if process.poll() is None:
            kill_group(process)
            process.communicate()


def command(arguments, workers=2, **options):
    """Run a command to its end; returns exit code and stderr."""
    return finish(start(arguments, workers, **options))


def command_here(arguments):
    """Like `command`, but with one worker in this process, for tests that do not need several processes."""
    with small_pieces(), contextlib.redirect_stderr(io.StringIO()) as err:
        code = run([*map(str, arguments), "--workers", "1", "--quiet"])
    return code, err.getvalue()


@contextlib.contextmanager
def small_pieces():
    """Use the small pieces of `COMMAND` in this process."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in SMALL_PIECES:
            patch.setattr(module, name, value)
        yield


def make_road(corpus, out, workers=2):
    """Make all folders with the commands of the stages, one by one."""
    code, err = command(road_arguments(corpus, out), workers)
    assert code == 0, err


def road_arguments(corpus, out, *more):
    """The command line of all stages as one run."""
    segmenting = stage_arguments("sentences", corpus, out)[4:]
    options = ["--clean", *CLEANING, "--until", "mask", "--vocab-size", 400, "--passes", 2, "--copies", 2]
    return ["run", corpus, "-o", out, *segmenting, *options, *more]


def contents(folder):
    """Relative name -> bytes of every file except run.jsonl."""
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file() and path.name != "run.jsonl")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def assert_same(one, other):
    """Check that two folders have the same files with the same bytes, and no temporary files."""
    first, second = contents(one), contents(other)
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert not [name for name in second if name.endswith(".tmp") or ".lock" in name or ".scratch" in name]


def children(pid):
    """The child processes of a process, including zombies."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def descendants(pid):
    """All descendants of a process."""
    found = children(pid)
    return found + [other for child in found for other in descendants(child)]


def workers_of(pid):
    """The worker processes among the descendants, but not the fork server and the resource tracker."""
    spawned = [child for child in children(pid) if b"spawn_main" in command_line(child)]
    return spawned + [
        worker for child in children(pid) if b"forkserver" in command_line(child) for worker in children(child)
    ]


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def wait_until(condition, seconds=HANG_SECONDS):
    """Poll until a condition is true; returns its value, or fails the test."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(0.005)
    raise AssertionError("did not come about in time")


def is_alive(pid):
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def put_before(stage, made, out):
    """Copy the folders of the stages before a stage into a folder; returns the folder."""
    for earlier in STAGES[: STAGES.index(stage)]:
        shutil.copytree(made / earlier, out / earlier)
    return out


def killed_at_random(process, draw, targets, number=signal.SIGKILL, seconds=1.2):
    """At a random moment, send a signal to one of the processes in `targets()`; returns whether there was one.

    Correctness does not depend on timing: a kill that comes too late makes the test weaker, but never fail.
    """
    until = time.monotonic() + draw.random() * seconds
    while process.poll() is None:
        if time.monotonic() >= until and (found := targets()):
            with contextlib.suppress(ProcessLookupError):  # it has just ended
                os.kill(draw.choice(found), number)
                return True
        time.sleep(0.002)
    return False


def limited(size):
    """A function for a child process that limits file sizes to `size` bytes."""

    def limit():
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def kill_group(process, number=signal.SIGKILL):
    """Send a signal to a command and all processes that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
