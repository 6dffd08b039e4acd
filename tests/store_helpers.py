"""What the tests of the store and the runner share: a small corpus of several pieces, commands, and comparing folders."""

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

from bertprep.sentences import cutting
from bertprep.store import levels

STAGES = ("sentences", "clean", "vocab", "pairs", "shards")
# Small pieces, so that a small corpus has many, each a task of one level: many small pieces would be spread in two
SMALL_PIECES = ((cutting, "SMALLEST_BYTES", 100_000), (cutting, "WELL_SPREAD", 1000), (levels, "READ_BYTES", 0))
# the command with them: they are cut in its own process
COMMAND = [
    sys.executable,
    "-c",
    "from bertprep.sentences import cutting; from bertprep.store import levels;"
    + "".join(f"{module.__name__.split('.')[-1]}.{name} = {value};" for module, name, value in SMALL_PIECES)
    + "from bertprep_cli.main import main; main()",
]
# the same, where two levels of the spread cost nothing, of hashes and words over several ranges
TWO_LEVELS = [
    *COMMAND[:2],
    "from bertprep.clean import across, near; across.RANGE_HASHES = 1500; near.RANGE_BANDS = 5000;"
    "from bertprep.vocab import counting; counting.RANGE_WORDS = 16_000;"
    + COMMAND[2].replace("levels.READ_BYTES = 0;", "levels.READ_BYTES = 1 << 60; levels.BATCH_BYTES = 1;"),
]
# A cluster of tests notices a lost node within seconds, and its workers get as much of the machine as all else that runs:
# with Ray's own niceness of 15 they would starve beside other tests
CHECKS = {"initial_delay_ms": 0, "period_ms": 500, "timeout_ms": 1000, "failure_threshold": 2}
CLUSTER = {f"health_check_{name}": value for name, value in CHECKS.items()} | {"worker_niceness": 0}
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]


NOTICE = "All rights are with their owners."


def write_corpus(folder, megabytes=1.0, files=1, seed=0, kind="jsonl"):
    """JSON lines (or text) of made-up words: documents of a few sentences, some twice with a notice. Returns the files."""
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
    """The command line of one stage of the road into `out`."""
    return {
        "sentences": ["segment", corpus, "-o", out / "sentences", "--partitions", 4, "--validation-share", 0.1],
        "clean": ["clean", out / "sentences", "-o", out / "clean", *CLEANING],
        "vocab": ["train-vocab", out / "clean", "-o", out / "vocab", "--size", 400],
        "pairs": ["build-pairs", out / "clean", "--vocab", out / "vocab", "-o", out / "pairs", "--passes", 2],
        "shards": ["mask", out / "pairs", "-o", out / "shards", "--copies", 2],
    }[stage]


def ray_arguments(stage, corpus, out, cluster):
    """The command line of a stage, to be run on a Ray cluster."""
    return [*stage_arguments(stage, corpus, out), "--runner", "ray", "--ray-address", cluster.address]


def start(arguments, workers=2, **options):
    """Start a command in a process group of its own; `workers` is None for one that takes no number of them."""
    arguments = [*COMMAND, *map(str, arguments), *(["--workers", str(workers)] if workers else []), "--quiet"]
    return subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, **options
    )


def finish(process, seconds=120):
    """Exit code and stderr of a command."""
    _, err = process.communicate(timeout=seconds)
    return process.returncode, err


def command(arguments, workers=2, **options):
    """Run a command to its end: exit code and stderr."""
    return finish(start(arguments, workers, **options))


def command_here(arguments):
    """As `command`, with one worker and in this process: for what does not ask how processes work together."""
    with small_pieces(), contextlib.redirect_stderr(io.StringIO()) as err:
        code = run([*map(str, arguments), "--workers", "1", "--quiet"])
    return code, err.getvalue()


@contextlib.contextmanager
def small_pieces():
    """Cut in this process as `COMMAND` does."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in SMALL_PIECES:
            patch.setattr(module, name, value)
        yield


def make_road(corpus, out, workers=2):
    """All folders, as the stages one by one would make them."""
    code, err = command(road_arguments(corpus, out), workers)
    assert code == 0, err


def road_arguments(corpus, out, *more):
    """The command line of all stages as one run."""
    segmenting = stage_arguments("sentences", corpus, out)[4:]
    options = ["--clean", *CLEANING, "--until", "mask", "--vocab-size", 400, "--passes", 2, "--copies", 2]
    return ["run", corpus, "-o", out, *segmenting, *options, *more]


def contents(folder):
    """Relative name -> bytes of every file but the log of runs."""
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file() and path.name != "run.jsonl")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def assert_same(one, other):
    """Two folders hold the same files with the same bytes, and nothing temporary."""
    first, second = contents(one), contents(other)
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert not [name for name in second if name.endswith(".tmp") or ".lock" in name or ".scratch" in name]


def children(pid):
    """Processes that a process has started and not yet seen the end of."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def descendants(pid):
    """All processes below a process."""
    found = children(pid)
    return found + [other for child in found for other in descendants(child)]


def workers_of(pid):
    """The workers among them, spawned or forked: not the processes that fork them and that count shared resources."""
    spawned = [child for child in children(pid) if b"spawn_main" in command_line(child)]
    return spawned + [
        worker for child in children(pid) if b"forkserver" in command_line(child) for worker in children(child)
    ]


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def wait_until(condition, seconds=30.0):
    """Look again and again until something holds; its value, or a failure."""
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
    """Copy what comes before a stage into a folder; the folder."""
    for earlier in STAGES[: STAGES.index(stage)]:
        shutil.copytree(made / earlier, out / earlier)
    return out


def killed_at_random(process, draw, targets, number=signal.SIGKILL, seconds=1.2):
    """At a moment drawn at random, send a signal to one of the processes that `targets()` names; whether one was there.

    Nothing sleeps to be right: a kill that comes too late or too early is a weaker test, never a failing one.
    """
    until = time.monotonic() + draw.random() * seconds
    while time.monotonic() < until and process.poll() is None:
        time.sleep(0.002)
    found = targets() if process.poll() is None else []
    if found:
        os.kill(draw.choice(found), number)
    return bool(found)


def limited(size):
    """What a child does before its command: files may grow no larger than so many bytes."""

    def limit():
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def kill_group(process, number=signal.SIGKILL):
    """Send a signal to a command and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
