"""A run in an object store gives the output of a local one, wherever it is killed; incomplete files never count as complete."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_samples import local_bucket
from train_samples import after_step, before_step, interrupt, random_rows, write_shards

from bertprep import store
from bertprep.core.errors import InputError, StageError, StoreError, UsageError
from bertprep.store.object_folder import ObjectFolder
from bertprep.train import kept_copies, log, states, train, training
from bertprep.train.checksums import changed_files
from bertprep.train.copies import local_checkpoint, local_copy
from bertprep.train.history import read_training
from bertprep.train.output import append_line, forget_after, write_training
from bertprep.train.settings import CacheSettings, TrainSettings
from bertprep.train.states import Counters
from bertprep.train.stored_output import StoredOutput

SHAPE = dict.fromkeys(("hidden_size", "intermediate_size"), 16) | {"num_hidden_layers": 1, "num_attention_heads": 1}
SETTINGS = TrainSettings(
    model_config=SHAPE, batch_size=32, steps=5, device="cpu", save_every=2, log_every=1, save_at_words="1K", threads=1
)
MODEL = "s3://bucket/model"
TIMED = ("README.md", "metrics.jsonl", "training.json", "state.json")  # they contain times


class Killed(BaseException):
    """The sudden end of a process."""


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    (tmp_path / "bucket").mkdir()
    local_bucket(monkeypatch, tmp_path / "bucket")
    return tmp_path / "bucket"


@pytest.fixture
def asked(bucket, monkeypatch):
    """The requests to the store, in order; `asked.dies` says before or after which request the process ends."""

    class Requests(list):
        dies = None

        def pass_on(self, what, action):
            self.append(what)
            number, after = self.dies or (0, False)
            if number and (len(self) > number or (len(self) == number and not after)):
                raise Killed
            action()
            if number == len(self):
                raise Killed

    requests, write, delete = Requests(), ObjectFolder.write, ObjectFolder.delete
    monkeypatch.setattr(
        ObjectFolder, "write", lambda self, name, data: requests.pass_on(f"+{name}", lambda: write(self, name, data))
    )
    monkeypatch.setattr(
        ObjectFolder, "delete", lambda self, name: requests.pass_on(f"-{name}", lambda: delete(self, name))
    )
    return requests


def session(folder, seed=0, overwrite=False):
    """What training does with its folder, without training: checkpoints 2, 4, 6 and a model, resuming if possible."""
    place = StoredOutput(MODEL, folder, keep=2)
    folder.mkdir(exist_ok=True)
    with place.told_as_stored():
        place.begin(overwrite)
        with place.held():
            if overwrite:
                place.clear()
            saved = states.saved(folder)
            done = states.read_state(saved[-1]).step if saved else 0
            forget_after(folder / "metrics.jsonl", done)
            identity = {"settings": TrainSettings(seed=seed).as_dict(), "data": ["0" * 32]}
            write_training(folder, identity)
            place.upload()
            for step in range(done + 2, 8, 2):
                append_line(folder / "metrics.jsonl", {"step": step, "words": 10 * step})
                write_files(
                    folder / f"at-words/words-{step}", "config.json", "model.safetensors", text=f"{seed}/{step}"
                )
                checkpoint = folder / "checkpoints" / states.name_of(step)
                sums = write_files(checkpoint, "model.safetensors", "config.json", "a.json", text=f"{seed}/{step}")
                states.write_state(checkpoint, Counters(step=step), sums)
                states.tidy(folder, 2)
                place.upload()
            sums = write_files(folder, "README.md", "config.json", "model.safetensors", text=f"{seed}/end")
            sums["metrics.jsonl"] = store.file_checksum(folder / "metrics.jsonl")
            write_training(folder, identity, sums)
            place.upload()


def write_files(folder, *names, text):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(f"{name} of {text}")
    return {name: store.file_checksum(folder / name) for name in names}


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_nothing_half_made(folder):
    run = read_training(str(folder)) if (folder / "training.json").exists() else {"settings": {"seed": 0}}
    for state in states.saved(folder):
        assert states.problem_of(state) is None
        assert (state / "a.json").read_text().startswith(f"a.json of {run['settings']['seed']}/")
    if "files" in run and len(states.saved(folder)) == 2:  # before --overwrite has begun to delete
        assert changed_files(folder, run["files"]) == []
    for weights in folder.glob("at-words/*/model.safetensors"):
        assert (weights.parent / "config.json").read_text().split(" of ")[1] == weights.read_text().split(" of ")[1]


@pytest.mark.parametrize("overwrite", [False, True])
def test_after_a_kill_at_any_request_the_same_command_finishes(overwrite, bucket, asked, tmp_path):
    if overwrite:  # another run is there
        session(tmp_path / "before", seed=1)
    before = contents(bucket)
    asked.clear()
    session(tmp_path / "whole", overwrite=overwrite)
    expected, requests = contents(bucket), list(asked)
    assert len(requests) > 25 and requests[0] == "+.lock" and "+checkpoints/step-000006/state.json" in requests
    assert requests[-2:] == ["+training.json", "-.lock"]
    assert not any(name.startswith("model/checkpoints/step-000002") for name in expected)
    for number in range(1, len(requests) + 1, 5):
        shutil.rmtree(bucket)
        bucket.mkdir()
        for name, data in before.items():
            (bucket / name).parent.mkdir(parents=True, exist_ok=True)
            (bucket / name).write_bytes(data)
        asked.clear()
        asked.dies = number, number % 2 == 0
        with pytest.raises(Killed):
            session(tmp_path / "work", overwrite=overwrite)
        asked.dies = None
        assert_nothing_half_made(bucket / "model")
        if number % 3:  # on another machine
            shutil.rmtree(tmp_path / "work", ignore_errors=True)
        session(tmp_path / "work", overwrite=overwrite)
        assert contents(bucket) == expected, requests[number - 1]
        shutil.rmtree(tmp_path / "work")


def lines(folder):
    """Losses and metrics of a run, without times and speeds."""
    found = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return [
        {name: value for name, value in line.items() if not name.endswith("_per_second")}
        for line in found
        if "summary" not in line
    ]


def assert_same_model(one, two):
    first, second = contents(one), contents(two)
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name] and not name.endswith(TIMED)] == []
    assert lines(one) == lines(two)


@pytest.fixture
def shards(bucket, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    write_shards(bucket / "shards", [random_rows(100, seed=1), random_rows(90, seed=2)], [random_rows(20, seed=7)])
    return [str(bucket / "shards")]


def test_a_run_in_a_store_is_that_on_a_disk_and_resumes_there(bucket, shards, tmp_path, monkeypatch):
    places = {"here": str(tmp_path / "here"), "there": MODEL}
    for output in places.values():
        with monkeypatch.context() as patched:
            before_step(patched, 3, interrupt)
            with pytest.raises(KeyboardInterrupt):
                train(shards, output, SETTINGS, quiet=True)
        shutil.rmtree(tmp_path / "home", ignore_errors=True)  # on another machine
        assert train(shards, output, SETTINGS, dry_run=True)["steps"] == 5
        summary = train(shards, output, SETTINGS, quiet=True)
        assert summary["finished"] and summary["damaged"] == []
    assert_same_model(tmp_path / "here", bucket / "model")
    assert not list((tmp_path / "home" / "bertprep" / "models").iterdir())  # all is in the store
    assert train(shards, MODEL, SETTINGS, quiet=True)["made"] is False
    with pytest.raises(StoreError, match=r"s3://bucket/model: was made with other settings: seed 0 -> 1"):
        train(shards, MODEL, TrainSettings(**{**SETTINGS.as_dict(), "seed": 1}), quiet=True)
    with pytest.raises(StoreError, match=r"s3://bucket/shards: contains files, but no run"):
        train(shards, "s3://bucket/shards", SETTINGS, quiet=True)
    # it is read through local copies, which are verified
    copy = local_copy(MODEL)
    assert changed_files(bucket / "model", read_training(copy)["files"]) == []
    checkpoint = local_checkpoint(f"{MODEL}/checkpoints/step-000004")
    assert states.read_state(Path(checkpoint)).step == 4
    with pytest.raises(InputError, match="no checkpoint of a run"):
        local_checkpoint(f"{MODEL}/checkpoints/step-000003")
    weights = bucket / "model" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    (Path(copy) / "model.safetensors").unlink()
    with pytest.raises(
        StoreError, match=r"s3://bucket/model/model.safetensors: its content has changed.*or give another model"
    ):
        local_copy(MODEL)
    state = sorted((bucket / "model" / "checkpoints").iterdir())[-1] / "optimizer.safetensors"
    state.write_bytes(b"?" * 9)
    with pytest.raises(
        StoreError, match=r"s3://bucket/model/checkpoints/step-000005/?: a damaged checkpoint.*from step-000004"
    ):
        train(shards, MODEL, SETTINGS, quiet=True)
    train(shards, MODEL, SETTINGS, quiet=True, overwrite=True)
    assert_same_model(tmp_path / "here", bucket / "model")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(1, 40)), max_size=25),
    st.integers(40, 90),
    st.integers(1, 3),
)
def test_copies_stay_below_their_limit_and_the_one_used_longest_ago_goes_first(uses, most, held):
    sizes, expected = {}, []  # expected: the names that are there, the one used last at the end
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patched:
        patched.setattr(kept_copies, "_in_use", {})
        patched.setattr(kept_copies, "MOST_IN_USE", held)
        cache = CacheSettings(place, most / 1e9)
        for time, (name, size) in enumerate(uses):
            with patched.context() as clock:
                clock.setattr(
                    kept_copies.os, "utime", lambda path, time=time, utime=os.utime: utime(path, ns=(time, time))
                )
                copy = kept_copies.folder_for(name, sizes.setdefault(name, size), cache)
            (copy / "model").write_bytes(bytes(sizes[name]))
            expected = [*(each for each in expected if each != name), name]
            for old in expected[:-held]:
                if sum(map(sizes.get, expected)) > most:
                    expected.remove(old)
            assert {path.parent.name for path in Path(place).glob("copies/*/model")} == set(expected)
            assert (copy / "model").stat().st_size == sizes[name]
        kept = kept_copies.folder_for("here", 1, CacheSettings(place))  # of another size than asked for: 20 GB
        assert kept.is_dir() and {path.parent.name for path in Path(place).glob("copies/*/model")} == set(expected)
        with pytest.raises(
            UsageError, match=r"--cache-gb 1e-08: the model takes 2e-08 GB; give at least --cache-gb 2e-08"
        ):
            kept_copies.folder_for("large", 20, CacheSettings(place, 1e-8))
        for handle in kept_copies._in_use.values():
            os.close(handle)


class HoldingWriter:
    """Like the writer of TensorBoard, which may buffer events until it is flushed or closed."""

    def __init__(self, folder, purge_step):
        self.steps, self.path = [], Path(folder) / "events"
        self.path.parent.mkdir(exist_ok=True)

    def add_scalar(self, name, value, step):
        self.steps.append(step)

    def flush(self):
        self.path.write_text(json.dumps(self.steps))

    close = flush


def test_the_curves_in_the_store_reach_its_newest_checkpoint(bucket, shards, monkeypatch):
    upload, seen = StoredOutput.upload, []

    def and_look(self):
        upload(self)
        step = max((int(path.name[5:]) for path in states.saved(bucket / "model")), default=0)
        seen.append((step, json.loads((bucket / "model" / "tensorboard" / "events").read_text())[-1] if step else 0))

    monkeypatch.setattr(StoredOutput, "upload", and_look)
    for module in (log, training):
        monkeypatch.setattr(module, "summary_writer", lambda: HoldingWriter)
    train(shards, MODEL, TrainSettings(**{**SETTINGS.as_dict(), "tensorboard": True}), quiet=True)
    assert [step for step, _ in seen[-4:]] == [2, 4, 5, 5] and all(step == drawn for step, drawn in seen), seen


def test_failed_uploads_are_kept_and_another_writer_is_detected(bucket, shards, tmp_path, monkeypatch):
    train(shards, str(tmp_path / "here"), SETTINGS, quiet=True)
    write, refused = ObjectFolder.write, []

    def fails(self, name, data):
        if name.startswith("checkpoints/step-000004"):
            refused.append(name)
            raise StageError("told elsewhere") from OSError("AWS Error NETWORK_CONNECTION")
        write(self, name, data)

    with monkeypatch.context() as patched:
        patched.setattr(ObjectFolder, "write", fails)
        with pytest.raises(
            StageError, match=r"model/checkpoints/.*writing failed 5 times .*NETWORK.*kept in .*home"
        ) as told:
            train(shards, MODEL, SETTINGS, quiet=True)
    kept = Path(str(told.value).split("kept in ")[1].split(";")[0])
    assert len(refused) == 5 and [state.name for state in states.saved(kept)] == ["step-000002", "step-000004"]
    with monkeypatch.context() as patched:
        before_step(patched, 3, lambda _: pytest.fail("step 4 is kept here"))
        train(shards, MODEL, SETTINGS, quiet=True)
    assert_same_model(tmp_path / "here", bucket / "model")
    with monkeypatch.context() as patched:
        after_step(patched, 2, lambda _: (bucket / "model" / ".lock").write_text("process 7 on other, 1f\n"))
        with pytest.raises(StoreError, match=r"another command has begun to write there \(process 7 on other\)"):
            train(shards, MODEL, SETTINGS, quiet=True, overwrite=True)
    assert (bucket / "model" / ".lock").read_text().startswith("process 7") and not states.saved(bucket / "model")[1:]
