"""One stage of the road, disturbed again and again, then left alone: what the tests of faults have in common.

A disturbed run may end in three ways: well; killed; or with an exit code of 3, 4 or 5 and a message of one line. Whatever
it was, the same command without faults must then give what the undisturbed road gave, to the byte.
"""

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import store_helpers as helpers

TRIALS = int(os.environ.get("FAULTS", "2"))  # roads of every kind; 100 for a long run
SEED = int(os.environ.get("FAULTS_SEED", "0"))
STAGES = (*helpers.STAGES, "model")
FAILING = str(Path(__file__).parent / "failing")
RATES = (0.003, 0.01, 0.03, 0.1)


def stage_arguments(stage, corpus, out):
    """The command line of a stage, training included."""
    if stage != "model":
        return helpers.stage_arguments(stage, corpus, out)
    shape = ["--batch-size", 16, "--steps", 6, "--save-every", 2, "--log-every", 1, "--threads", 1, "--device", "cpu"]
    return ["train", out / "shards", "-o", out / "model", "--resume", *shape]


def start(stage, corpus, out, **options):
    """Start a stage's command."""
    return helpers.start(stage_arguments(stage, corpus, out), None if stage == "model" else 2, **options)


def run(stage, corpus, out, **options):
    """Run a stage's command: exit code and stderr."""
    return helpers.finish(start(stage, corpus, out, **options), 300)


def assert_same(stage, one, other):
    """Two outputs of a stage hold the same, times aside, and nothing is left over."""
    if stage != "model":
        helpers.assert_same(one, other)
        return
    first, second = (helpers.contents(folder) for folder in (one, other))
    assert _losses(first.pop("metrics.jsonl")) == _losses(second.pop("metrics.jsonl"))
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name] and name != "training.json"] == []


def _losses(data):
    lines = [json.loads(line) for line in data.decode().splitlines()]
    return [{name: value for name, value in line.items() if name not in ("tokens_per_second", "summary")} for line in lines]


def check_ending(code, err, counts):
    """A disturbed run ended as it may."""
    # Arrow itself writes a line when a server tells it to slow down
    err = "".join(line for line in err.splitlines(keepends=True) if not line.startswith("/arrow/cpp"))
    told = code in (3, 4, 5) and err.startswith("bertprep: ") and err.count("\n") == 1 and "Traceback" not in err
    assert told or code in (0, -signal.SIGKILL), f"exit code {code}: {err}"
    counts[{0: "run: came to its end in spite of it", -signal.SIGKILL: "run: killed"}.get(code, "run: ended with a message")] += 1


class Disturbances:
    """What can befall a stage at work on a local disk; each method is one, and gives exit code and stderr."""

    def __init__(self, corpus, folder, draw, counts):
        self.corpus, self.folder, self.draw, self.counts = corpus, folder, draw, counts
        self.kinds = [self.killed, self.worker_killed, self.limited, self.failing_disk]
        self.seconds = dict.fromkeys(STAGES, 1.2) | {"model": 5.0}

    def any(self, stage, out):
        """A disturbance drawn at random."""
        return self.draw.choice(self.kinds)(stage, out)

    def killed(self, stage, out):
        """kill -9 of the command at a random moment."""
        return self._killed(stage, out, "kill: command", lambda pid: [pid])

    def worker_killed(self, stage, out):
        """kill -9 of one of its workers."""
        return self._killed(stage, out, "kill: worker", helpers.workers_of)

    def _killed(self, stage, out, name, victims):
        process = start(stage, self.corpus, out)
        helpers.wait_until(lambda: (out / stage / ".lock").exists() or process.poll() is not None)
        moment = time.monotonic() + self.draw.random() * self.seconds[stage]
        while time.monotonic() < moment and process.poll() is None:
            time.sleep(0.002)
        found = victims(process.pid)
        if process.poll() is None and found:
            os.kill(self.draw.choice(found), signal.SIGKILL)
            self.counts[name] += 1
        return helpers.finish(process, 300)

    def limited(self, stage, out):
        """No file may grow beyond a random size, so that any write may be refused half-way."""
        kilobytes = round(2 ** self.draw.uniform(0, 11 if stage == "model" else 8))
        code, err = run(stage, self.corpus, out, preexec_fn=helpers.limited(kilobytes))
        self.counts["disk: a file may not grow"] += code == 5
        return code, err

    def full_disk(self, stage, out):
        """The disk has only a random amount of room left."""
        used = sum(path.stat().st_blocks for path in out.rglob("*")) // 2
        room = round(2 ** self.draw.uniform(3, 13 if stage == "model" else 10))
        _resize(out, f"{used + room}k")
        code, err = run(stage, self.corpus, out)
        self.counts["disk: full"] += code == 5
        _resize(out, "500m")
        return code, err

    def failing_disk(self, stage, out):
        """Calls to the system fail now and then, in the command and its workers."""
        log = self.folder / "failures"
        log.write_bytes(b"")
        environment = os.environ | {
            "PYTHONPATH": FAILING,
            "FAULTS_BELOW": str(self.folder),
            "FAULTS_RATE": str(self.draw.choice(RATES)),
            "FAULTS_LOG": str(log),
        }
        code, err = run(stage, self.corpus, out, env=environment)
        for line in log.read_text().splitlines():
            operation, error, _ = line.rsplit(" ", 2)
            self.counts[f"failing disk: {operation} {error}"] += 1
        return code, err


def _resize(folder, size):
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)


def disturbed_road(made, corpus, out, disturb, counts, draw, stages=STAGES):
    """Make all stages in `out`, each disturbed up to three times by disturb(stage, out), and compare each."""
    for stage in stages:
        for _ in range(draw.randint(1, 3)):
            code, err = disturb(stage, out)
            check_ending(code, err, counts)
            if code == 0:
                break
        if code != 0:
            code, err = run(stage, corpus, out)
            assert code == 0, err
        assert_same(stage, made / stage, out / stage)
    counts["road: the same to the byte"] += 1


def draw_for(kind, trial):
    """Draws of a trial."""
    return random.Random(f"{kind} {trial} {SEED}")
