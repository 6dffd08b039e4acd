"""A run: what it writes, that it resumes after being killed, and what it refuses."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from train_samples import before_step, random_rows, vocabulary, write_shards

from bertprep import store
from bertprep.core.errors import InputError, StageError, StoreError, UsageError
from bertprep.train import evaluate, log, states, train, world
from bertprep.train.bert import model
from bertprep.train.bert.weights import read_tensors, weight_files
from bertprep.train.data.dataset import Data
from bertprep.train.settings import TrainSettings

TINY = {"batch_size": 8, "steps": 12, "save_every": 4, "log_every": 1, "threads": 1, "dynamic": False}


@pytest.fixture(autouse=True)
def tiny_preset(monkeypatch):
    """A smaller preset `tiny`."""
    monkeypatch.setitem(model.PRESETS, "tiny", (2, 64))


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    rows = [random_rows(50), random_rows(31, seed=1)]
    return write_shards(tmp_path_factory.mktemp("data") / "shards", rows, [random_rows(40, seed=2)])


def losses(output: Path) -> dict[int, str]:
    """Step -> its losses and gradient norm, exactly."""
    lines = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    return {
        line["step"]: json.dumps([line[name].hex() for name in ("mlm_loss", "nsp_loss", "gradient")])
        for line in lines
        if "loss" in line
    }


def weights(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


@pytest.fixture(scope="module")
def whole_run(shards, tmp_path_factory):
    """A run without interruption."""
    output = tmp_path_factory.mktemp("whole") / "model"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(model.PRESETS, "tiny", (2, 64))
        summary = train([shards], str(output), TrainSettings(**TINY), quiet=True)
    return output, summary


def test_summary_and_folder(whole_run):
    output, summary = whole_run
    assert (summary["steps"], summary["rows"], summary["finished"]) == (12, 96, True)
    assert summary["epochs"] == pytest.approx(96 / 81)
    assert summary["last_loss"] < summary["first_loss"]
    validation = summary["validation"]
    assert validation["rows"] == 40 and validation["unigram_loss"] == pytest.approx(np.log(95), abs=0.5)
    assert {"config.json", "model.safetensors", "tokenizer.json", "vocab.txt"} <= {
        path.name for path in output.iterdir()
    }
    assert [path.name for path in states.saved(output)] == ["step-000008", "step-000012"]
    assert len(losses(output)) == 12


def test_a_run_that_is_stopped_and_resumed_gives_the_same_losses(shards, whole_run, tmp_path, monkeypatch):
    output = tmp_path / "model"
    before_step(monkeypatch, 6, lambda _: signal.raise_signal(signal.SIGTERM))
    summary = train([shards], str(output), TrainSettings(**TINY), quiet=True)
    assert (summary["finished"], summary["steps"], summary["validation"]) == (False, 7, None)
    assert states.saved(output)[-1].name == "step-000007"
    monkeypatch.undo()
    monkeypatch.setitem(model.PRESETS, "tiny", (2, 64))
    summary = train([shards], str(output), TrainSettings(**TINY, keep=1), quiet=True)
    assert summary["finished"] and summary["rows"] == 96
    assert losses(output) == losses(whole_run[0])
    assert weights(output) == weights(whole_run[0])
    assert len(states.saved(output)) == 1


KILLED = """
import sys, time
sys.path.insert(0, {tests!r})
from bertprep.train.settings import TrainSettings
from bertprep.train import train
from bertprep.train.bert import model
from bertprep.train.step import Learner
model.PRESETS["tiny"] = (2, 64)
real_update = Learner.update
def update(self, step, number):
    if number == 9:
        print("there", flush=True)
        time.sleep(600)
    return real_update(self, step, number)
Learner.update = update
train([{shards!r}], {output!r}, TrainSettings(**{settings!r}), quiet=True)
"""


def test_kill_and_resume_gives_bitwise_the_same_losses(shards, tmp_path):
    """With dynamic masks, the default; the test above stops and resumes a run with those of the shards."""
    settings = {**TINY, "dynamic": None, "gradient_accumulation": 2}
    expected, output = tmp_path / "expected", tmp_path / "model"
    train([shards], str(expected), TrainSettings(**settings), quiet=True)
    code = KILLED.format(tests=str(Path(__file__).parents[1]), shards=shards, output=str(output), settings=settings)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"there\n"
        os.kill(process.pid, signal.SIGKILL)
    assert states.saved(output)[-1].name == "step-000008"
    (output / "checkpoints" / ".step-000009.partial").mkdir()  # as if killed while saving
    with open(output / "metrics.jsonl", "a") as file:
        file.write('{"step": 10, "lo')
    train([shards], str(output), TrainSettings(**settings), quiet=True)
    assert losses(output) == losses(expected)
    assert weights(output) == weights(expected)


def test_masks_are_dynamic_by_default_except_for_held_out_rows_and_several_copies(shards, tmp_path):
    def mask_setting(folder, **asked):
        settings = {**TINY, "steps": 1, "dynamic": None, **asked}
        measured = train([folder], str(tmp_path / "model"), TrainSettings(**settings), overwrite=True, quiet=True)[
            "validation"
        ]
        return json.loads((tmp_path / "model" / "training.json").read_text())["settings"]["dynamic"], measured

    copies = write_shards(tmp_path / "copies", [random_rows(9)], [random_rows(9)], copies=3)
    (by_default, first), (stored, second) = mask_setting(shards), mask_setting(shards, dynamic=False)
    assert by_default is True and stored is False and mask_setting(copies)[0] is False
    assert (first["masked_tokens"], first["rows"]) == (second["masked_tokens"], second["rows"])
    data, rows = (Data([shards], TrainSettings(dynamic=None)), np.arange(4))
    drawn = [data.batch(np.full(4, epoch), rows, False).targets_M.tolist() for epoch in (0, 1, 0)]
    assert drawn[0] == drawn[2] != drawn[1]


def test_accumulation_changes_nothing_but_rounding(shards, tmp_path):
    settings = {**TINY, "dropout": 0.0, "steps": 5}
    train([shards], str(tmp_path / "one"), TrainSettings(**settings), quiet=True)
    train([shards], str(tmp_path / "three"), TrainSettings(**settings, gradient_accumulation=3), quiet=True)
    first, second = (read_tensors(weight_files(tmp_path / name)) for name in ("one", "three"))
    assert max(float((first[name] - second[name]).abs().max()) for name in first) <= 1e-5


# two processes with the environment of torchrun, but PyTorch is imported only once, since that takes most of the time
TWO = """
import os, sys
from bertprep.train.settings import TrainSettings
from bertprep.train import gradients, train
from bertprep.train.bert import model
model.PRESETS["tiny"] = (2, 64)
gradients.BUCKET_BYTES = 5000
child = os.fork()
os.environ["RANK"] = os.environ["LOCAL_RANK"] = "0" if child else "1"
train([{shards!r}], {output!r}, TrainSettings(**{settings!r}), quiet=True)
sys.exit(child and os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_processes_give_the_losses_of_one(tmp_path):
    """Also if one has no rows in the last step, or none with a label, and if gradients fill many buckets."""
    shards = write_shards(
        tmp_path / "shards", [random_rows(50), random_rows(31, seed=1, labels=False)], [random_rows(40)]
    )
    settings = {**TINY, "dropout": 0.0, "steps": None, "epochs": 2, "batch_size": 10, "gradient_accumulation": 1}
    train([shards], str(tmp_path / "one"), TrainSettings(**settings), quiet=True)
    code = TWO.format(shards=shards, output=str(tmp_path / "two"), settings=settings)
    # they join an open store, as under torchrun: a port that was free a moment ago could be taken
    meeting = torch.distributed.TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
    rendezvous = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(meeting.port)}
    environment = {**os.environ, **rendezvous, "TORCHELASTIC_USE_AGENT_STORE": "True"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)
    assert done.returncode == 0, done.stderr
    one_by_one, together = ((tmp_path / name / "metrics.jsonl").read_text().splitlines() for name in ("one", "two"))
    for one, two in zip(map(json.loads, one_by_one), map(json.loads, together), strict=True):
        if "loss" in one:
            assert two["loss"] == pytest.approx(one["loss"], abs=2e-6)
        else:
            assert two["summary"]["validation"]["mlm_loss"] == pytest.approx(
                one["summary"]["validation"]["mlm_loss"], abs=1e-5
            )
            assert two["summary"]["tokens"] == one["summary"]["tokens"]


def test_every_row_is_seen_once_per_epoch(shards, tmp_path, monkeypatch):
    seen, real_batch = [], Data.batch

    def batch(self, epochs_B, rows_B, jagged):
        seen.extend(rows_B.tolist())
        return real_batch(self, epochs_B, rows_B, jagged)

    monkeypatch.setattr(Data, "batch", batch)
    summary = train([shards], str(tmp_path / "model"), TrainSettings(batch_size=16, epochs=2, threads=1), quiet=True)
    assert (summary["steps"], summary["epochs"]) == (11, 2.0)  # 81 rows twice, the last batch has what is left
    assert sorted(seen) == sorted([*range(81)] * 2)
    assert seen[:81] != seen[81:]


def test_without_validation_and_labels(tmp_path):
    folder = write_shards(tmp_path / "shards", [random_rows(40, labels=False)])
    summary = train([folder], str(tmp_path / "model"), TrainSettings(**TINY), quiet=True)
    assert summary["validation"] is None and summary["finished"]
    with pytest.raises(InputError, match="no validation rows"):
        evaluate(str(tmp_path / "model"), [folder])


def test_max_minutes_and_validation_on_the_way(shards, tmp_path):
    settings = {**TINY, "eval_every": 4}
    summary = train([shards], str(tmp_path / "model"), TrainSettings(**settings, max_minutes=0.0), quiet=True)
    assert (summary["steps"], summary["finished"]) == (0, False)
    train([shards], str(tmp_path / "model"), TrainSettings(**settings), quiet=True)
    lines = [json.loads(line) for line in (tmp_path / "model" / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines if "validation" in line] == [4, 8]


def test_a_nan_loss_stops_the_run_and_keeps_the_last_good_checkpoint(shards, tmp_path, monkeypatch):
    before_step(monkeypatch, 5, lambda learner: torch.nn.init.constant_(learner.model.nsp.bias, float("inf")))
    settings = {**TINY, "log_every": 4}
    with pytest.raises(
        StageError,
        match=r"step 6: the loss .*\(samples 40 to 47 of the run\); the last good checkpoint is .*step-000004",
    ):
        train([shards], str(tmp_path / "model"), TrainSettings(**settings), quiet=True)
    assert [path.name for path in states.saved(tmp_path / "model")] == ["step-000004"]


def test_an_output_folder_is_never_lost_by_accident(shards, whole_run, tmp_path):
    settings = TrainSettings(**TINY)
    before = weights(whole_run[0])
    assert not train([shards], str(whole_run[0]), settings, quiet=True)["made"]
    with pytest.raises(StoreError, match=r"other settings: batch_size 8 -> 9\. .*--resume.*--overwrite replaces it"):
        train([shards], str(whole_run[0]), TrainSettings(**{**TINY, "batch_size": 9}), quiet=True)
    (tmp_path / "thesis.tex").write_text("years of work")
    assert weights(whole_run[0]) == before
    for how in ({"overwrite": True}, {}):
        with pytest.raises(StoreError, match="contains files, but no run of"):
            train([shards], str(tmp_path), settings, quiet=True, **how)
    with store.lock(tmp_path / "busy"), pytest.raises(StoreError, match="busy: in use by process"):
        train([shards], str(tmp_path / "busy"), settings, quiet=True)


def test_overwrite_starts_again(shards, whole_run, tmp_path):
    settings = TrainSettings(**{**TINY, "steps": 2})
    train([shards], str(tmp_path / "model"), settings, quiet=True)
    train([shards], str(tmp_path / "model"), TrainSettings(**TINY), overwrite=True, quiet=True)
    assert losses(tmp_path / "model") == losses(whole_run[0])


def test_a_finished_run_is_not_made_again(shards, tmp_path):
    train([shards], str(tmp_path / "model"), TrainSettings(**TINY), quiet=True)
    before = weights(tmp_path / "model")
    summary = train([shards], str(tmp_path / "model"), TrainSettings(**TINY), quiet=True)
    assert summary["finished"] and summary["tokens_per_second"] == 0
    assert weights(tmp_path / "model") == before


def test_a_damaged_checkpoint_is_named(shards, tmp_path):
    train([shards], str(tmp_path / "model"), TrainSettings(**TINY), quiet=True)
    (states.saved(tmp_path / "model")[-1] / "optimizer.safetensors").write_bytes(b"short")
    with pytest.raises(StoreError, match="step-000012: a damaged checkpoint"):
        train([shards], str(tmp_path / "model"), TrainSettings(**TINY), quiet=True)


def test_refusals_say_what_to_do(shards, tmp_path, whole_run):
    output, settings = str(tmp_path / "model"), TrainSettings(**TINY)
    with pytest.raises(UsageError, match="no shard folder given"):
        train([], output, settings)
    with pytest.raises(StoreError, match=r"not made by bertprep mask: it has no manifest.json"):
        train([str(tmp_path)], output, settings)
    other = write_shards(tmp_path / "other", [random_rows(9)], words=vocabulary(prefix="x"))
    with pytest.raises(InputError, match="other: made with another vocabulary"):
        train([shards, other], output, settings)
    with pytest.raises(InputError, match="is not that of the shards"):
        train([other], output, settings, init_from=str(whole_run[0]))
    long = write_shards(tmp_path / "long", [random_rows(9, length=1500)])
    with pytest.raises(InputError, match=r"the model 512 positions; build the pairs with --max-length 512 or less"):
        train([long], output, settings)
    empty = write_shards(tmp_path / "empty", [], [random_rows(9)])
    with pytest.raises(InputError, match="no training rows"):
        train([empty], output, settings)
    with pytest.raises(UsageError, match="too few rows for 1 process with"):
        train([shards], output, TrainSettings(batch_size=2, gradient_accumulation=3))
    copies = write_shards(tmp_path / "copies", [random_rows(9)], copies=3)
    with pytest.raises(UsageError, match="holds 3 masked copies"):
        train([copies], output, TrainSettings(**{**TINY, "dynamic": True}))
    next(Path(other).glob("train-*")).unlink()
    with pytest.raises(StoreError, match=r"train-00000-of-00001.arrow: in the manifest but not there"):
        train([other], output, settings)
    if not torch.cuda.is_available():
        with pytest.raises(UsageError, match="finds no GPU"):
            train([shards], output, TrainSettings(device="cuda"))
    assert not Path(output).exists()


def test_a_later_run_starts_from_the_weights_of_another_and_reports_what_it_gained(shards, whole_run, tmp_path):
    output, settings = tmp_path / "model", TrainSettings(**TINY)
    summary = train([shards], str(output), settings, init_from=str(whole_run[0]), quiet=True)
    assert summary["first_loss"] < whole_run[1]["first_loss"]
    measured = evaluate(str(whole_run[0]), [shards], device="cpu")
    assert measured.pop("unknown_share") == 0 and measured.pop("warnings") == []
    assert summary["validation_before"] == measured
    assert summary["validation"]["mlm_loss"] != summary["validation_before"]["mlm_loss"]
    first = json.loads((output / "metrics.jsonl").read_text().splitlines()[0])
    assert first == {"step": 0, "words": 0, "validation": summary["validation_before"]}
    moved = tmp_path / "elsewhere"
    shutil.copytree(whole_run[0], moved)  # identified by its weights, not by its path
    again = train([shards], str(output), settings, init_from=str(moved), quiet=True)
    assert again["validation_before"] == summary["validation_before"]
    shutil.rmtree(moved)  # no longer needed
    assert train([shards], str(output), settings, quiet=True)["validation_before"] == again["validation_before"]


def test_progress_lines_if_stderr_is_not_a_terminal(shards, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(log, "SECONDS_BETWEEN_LINES", 0)
    train([shards], str(tmp_path / "model"), TrainSettings(**TINY))
    printed = capsys.readouterr()
    assert printed.out == ""
    last = printed.err.splitlines()[-1]
    assert re.fullmatch(r"step 12/12  loss [\d.]+, [\d,]+ tokens/s, \S+ GFLOP/s, 0.0 min left", last), last


def test_the_gpu_of_a_mac_is_used_when_asked_for_and_refused_where_there_is_none(monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    with world.world("mps") as here:
        assert here.device.type == "mps" and not here.half
    assert world.device_for("auto").type != "mps"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(UsageError, match=r"--device mps: PyTorch finds no Apple GPU; use --device cpu"):
        world.device_for("mps")


def test_a_bar_with_loss_speed_and_time_left_on_a_terminal(shards, tmp_path, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    train([shards], str(tmp_path / "model"), TrainSettings(**TINY))
    last = sys.stderr.getvalue().split("\r")[-1]
    assert re.search(r"step 12/12  loss [\d.]+  \d\d:\d\d left  \|.*\|  [\d,]+ tokens/s, \S+ GFLOP/s", last), last
