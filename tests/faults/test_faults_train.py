"""Faults during training: killed processes, a full disk, failing system calls; after --resume, weights are bitwise the same."""

import json
import os
import random
import shutil

import faulty
import pytest
import s3_helpers as s3
import store_helpers as helpers
from bertprep_cli.main import run
from s3_helpers import Place

from bertprep import store

pytest.importorskip("torch", reason="needs the extra train")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs /proc")]
SHAPE = ["--batch-size", 16, "--steps", 6, "--save-every", 2, "--log-every", 1, "--threads", 1, "--device", "cpu"]


def arguments_of(out):
    return ["train", out / "shards", "-o", out / "model", "--resume", *SHAPE]


def train(out, **options):
    return helpers.command(arguments_of(out), workers=None, **options)


@pytest.fixture(scope="module")
def trained(made, tmp_path_factory):
    """A folder with the shards of `made`, and a model trained without faults."""
    folder = tmp_path_factory.mktemp("trained")
    shutil.copytree(made / "shards", folder / "shards")
    code, err = train(folder)
    assert code == 0, err
    return folder


@pytest.fixture
def out(made, tmp_path):
    shutil.copytree(made / "shards", tmp_path / "shards")
    return tmp_path


def run_of(training):
    """The content of training.json, without the checksums of files that contain times."""
    content = json.loads(training)
    kept = {
        name: value for name, value in content.pop("files", {}).items() if name not in ("README.md", "metrics.jsonl")
    }
    return {**content, "digest": None, "files": kept}


def same(one, other):
    """Check that two model folders, with checkpoints, are equal except for times, and that no temporary files remain."""
    first, second = helpers.contents(one), helpers.contents(other)
    assert losses(first.pop("metrics.jsonl")) == losses(second.pop("metrics.jsonl"))
    assert list(first) == list(second)
    assert run_of(first.pop("training.json")) == run_of(second.pop("training.json"))
    timed = {"README.md", *(name for name in first if name.endswith("state.json"))}
    assert [name for name in first if first[name] != second[name] and name not in timed] == []


def losses(data):
    lines = [json.loads(line) for line in data.decode().splitlines()]
    return [
        {name: value for name, value in line.items() if not name.endswith("_per_second") and name != "summary"}
        for line in lines
    ]


def hold(place, trained, out, disturb):
    faulty.hold(place, "model", trained, out, disturb, finish=lambda: train(out), same=same)


@pytest.fixture
def remote(bucket, made, request):
    """A path on the server, empty before and after the test."""
    s3.remove(bucket, "run")
    yield Place("run")
    s3.remove(bucket, "run")


def test_training_in_a_store_killed(trained, out, remote, bucket, tmp_path, monkeypatch, capsys):
    """Killed at any moment and resumed on another machine: the same model, and never an incomplete checkpoint."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    arguments = ["train", out / "shards", "-o", remote / "model", *SHAPE]
    draw = random.Random(5)
    for _ in range(2):
        process = helpers.start(arguments, workers=None)
        wanted = draw.randrange(1, 25)
        helpers.wait_until(lambda: len(s3.keys(bucket, "run/model")) >= wanted or process.poll() is not None)  # noqa: B023
        process.kill()
        helpers.finish(process)
        shutil.rmtree(tmp_path / "home", ignore_errors=True)
        for name, data in (there := s3.objects(bucket, "run/model")).items():
            if name.endswith("state.json"):
                place = name.rpartition("/")[0]
                for file, checksum in json.loads(data)["files"].items():
                    assert store.checksum(there[f"{place}/{file}"]) == checksum, name
    code, err = helpers.command(arguments, workers=None)
    assert code == 0, err
    copy = tmp_path / "copy"
    for name, data in s3.objects(bucket, "run/model").items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(data)
    same(copy, trained / "model")
    assert not any((tmp_path / "home" / "bertprep" / "models").iterdir())
    s3.upload(bucket, out / "shards", "run/shards")
    for command, words in (
        (["verify", remote / "model"], "checkpoint step-000006 is intact"),
        (["inspect", remote / "model"], "loss"),
        (["evaluate", remote / "model", remote / "shards", "--device", "cpu"], "Masked words"),
        (["predict", remote / "model", "The cat sat on the [MASK]."], "0."),
        (["report", remote, "-o", tmp_path / "report.html"], "report.html"),
        (["inspect", remote], "model"),
    ):
        assert run([*map(str, command)]) == 0 and words in capsys.readouterr().out, command
    assert "No predictions are shown" not in (tmp_path / "report.html").read_text()
    end = ["--decay-from", remote / "model/checkpoints/step-000004", "--decay-steps", 1]
    for more, code in (
        ([*end, "-o", remote / "model"], 2),
        (["--init-from", remote / "model", "-o", remote / "two", *SHAPE], 0),
    ):
        assert run(["train", *map(str, [out / "shards", *more])]) == code, capsys.readouterr().err


def test_training_killed(trained, out):
    def disturb(draw, seconds):
        process = helpers.start(arguments_of(out), workers=None)
        helpers.wait_until(lambda: (out / "model").exists() or process.poll() is not None)
        struck = helpers.killed_at_random(process, draw, lambda: [process.pid], seconds=seconds)
        return *helpers.finish(process), ["training killed"] if struck else []

    hold("kill", trained, out, disturb)


def test_training_out_of_room(trained, out):
    largest = max(path.stat().st_size for path in (trained / "model").rglob("*"))

    def disturb(draw, _):
        limit = helpers.limited(round(100 * (largest / 100) ** draw.random()))
        code, err = train(out, preexec_fn=limit)
        return code, err, ["file too large"] if code else []

    hold("disk", trained, out, disturb)


def test_training_with_failing_calls(trained, out, layer, tmp_path_factory):
    log = tmp_path_factory.mktemp("log") / "faults"

    def disturb(draw, _):
        return faulty.with_failing_calls(layer, log, out, draw, arguments_of(out), workers=None)

    hold("call", trained, out, disturb)
