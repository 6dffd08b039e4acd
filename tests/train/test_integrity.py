"""Changes of a model folder, its checkpoints and the shards of a run are detected."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from train_samples import after_step, before_step, interrupt, random_rows, write_shards

from bertprep.core.errors import StageError, StoreError
from bertprep.train import history, states, train
from bertprep.train.checksums import to_json
from bertprep.train.output import append_line
from bertprep.train.settings import TrainSettings

SHAPE = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
TINY = {"model_config": SHAPE, "batch_size": 8, "steps": 6, "save_every": 2, "log_every": 1, "threads": 1}
SETTINGS = TrainSettings(**TINY)


def flip(path, place=0.5):
    """Flip one bit of a file."""
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 0x20
    path.write_bytes(data)


# -- checkpoints --------------------------------------------------------------------------------------------------------

FILES = (
    *("config.json", "model.safetensors", "optimizer.safetensors", "state.json"),
    *("tokenizer.json", "tokenizer_config.json", "vocab.txt"),
)


def test_a_checkpoint_has_these_files(made):
    newest = states.saved(made / "model")[-1]
    assert sorted(path.name for path in newest.iterdir()) == sorted(FILES)


@pytest.mark.parametrize("place", [0.3, 0.5, 0.9])
@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_in_a_checkpoint_is_detected_on_resume(name, place, folders, command):
    newest = states.saved(folders / "model")[-1]
    flip(newest / name, place)
    with pytest.raises(StoreError, match=r"a damaged checkpoint .* resumes from step-000004"):
        train([str(folders / "shards")], str(folders / "model"), SETTINGS, quiet=True)
    code, out, _ = command("verify", folders / "model", "--json")
    promises = {each["promise"]: each["ok"] for each in json.loads(out)["folders"][0]["promises"]}
    assert code == 4 and promises == {
        "files are whole": True,
        "checkpoint step-000004 is intact": True,
        "checkpoint step-000006 is intact": False,
    }


def test_with_the_damaged_checkpoint_deleted_the_run_ends_as_it_would_have(folders):
    before = (folders / "model" / "model.safetensors").read_bytes()
    shutil.rmtree(states.saved(folders / "model")[-1])
    train([str(folders / "shards")], str(folders / "model"), SETTINGS, quiet=True)
    assert (folders / "model" / "model.safetensors").read_bytes() == before


def test_no_earlier_checkpoint_is_suggested_if_there_is_none(folders):
    for folder in states.saved(folders / "model")[:-1]:
        shutil.rmtree(folder)
    flip(states.saved(folders / "model")[0] / "model.safetensors")
    with pytest.raises(StoreError, match="there is no other; start with --overwrite"):
        train([str(folders / "shards")], str(folders / "model"), SETTINGS, quiet=True)


# -- the model ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*FILES[:2], *FILES[4:], "README.md", "metrics.jsonl", "training.json"])
def test_verify_detects_a_flipped_bit_in_a_model(name, folders, command):
    assert command("verify", folders / "model")[0] == 0
    flip(folders / "model" / name)
    code, out, _ = command("verify", folders / "model")
    assert code == 4 and f"BROKEN: files are whole: {folders / 'model' / name}" in out


def test_verify_of_a_whole_run_checks_its_model(road, command, tmp_path):
    shutil.copytree(road, tmp_path / "run")
    train([str(tmp_path / "run" / "shards")], str(tmp_path / "run" / "model"), SETTINGS, quiet=True)
    assert command("verify", tmp_path / "run")[0] == 0
    flip(tmp_path / "run" / "model" / "model.safetensors")
    code, out, _ = command("verify", tmp_path / "run")
    assert code == 4 and "model.safetensors: its content has changed" in out


def test_files_of_an_unfinished_run_are_not_checked(folders, command, monkeypatch):
    before_step(monkeypatch, 4, interrupt)
    shutil.rmtree(states.saved(folders / "model")[-1])
    with pytest.raises(KeyboardInterrupt):
        train([str(folders / "shards")], str(folders / "model"), SETTINGS, quiet=True)
    code, out, _ = command("verify", folders / "model")
    assert code == 0 and "its training has not finished" in " ".join(out.split())
    assert command("verify", folders / "model", "--against", folders / "shards")[0] == 2


def test_damage_during_a_run_is_reported_at_its_end(made, command, tmp_path, monkeypatch):
    before_step(monkeypatch, 5, lambda _: flip(states.saved(tmp_path / "model")[-1] / "optimizer.safetensors"))
    (tmp_path / "shape.json").write_text(json.dumps(SHAPE))
    options = (
        "--model-config",
        tmp_path / "shape.json",
        "--steps",
        "6",
        "--save-every",
        "2",
        "--batch-size",
        "8",
        "-q",
    )
    code, _, err = command("train", made / "shards", "-o", tmp_path / "model", *options)
    state = tmp_path / "model" / "checkpoints" / "step-000004"
    assert code == 0 and f"warning: {state / 'optimizer.safetensors'}: its content has changed" in err


# -- NaN and infinity -----------------------------------------------------------------------------------------------------


def spoilt_after(monkeypatch, steps):
    """Make the weights of a run infinite after a step with finite losses."""
    after_step(
        monkeypatch, steps - 1, lambda learner: torch.nn.init.constant_(learner.model.mlm_transform.bias, float("inf"))
    )


@pytest.mark.parametrize(
    "step, every, problem, kept",
    [
        (6, {"save_every": 4}, "step 6: a weight is NaN or infinite; the last good checkpoint is ", ["step-000004"]),
        (5, {"save_every": 5}, "step 5: a weight is NaN or infinite; there is no checkpoint before it", []),
        (
            5,
            {"save_every": 4, "eval_every": 5},
            "step 5: the loss on the held-out rows is NaN or infinite",
            ["step-000004"],
        ),
    ],
)
def test_nan_weights_are_never_saved_or_recorded(step, every, problem, kept, made, tmp_path, monkeypatch):
    """A NaN validation loss once made metrics.jsonl unreadable, and its checkpoint was called the last good one."""
    spoilt_after(monkeypatch, step)
    with pytest.raises(StageError, match=problem):
        train([str(made / "shards")], str(tmp_path / "model"), TrainSettings(**{**TINY, **every}), quiet=True)
    assert len(history.read_metrics(str(tmp_path / "model"))) == step
    assert [folder.name for folder in states.saved(tmp_path / "model")] == kept


def test_a_damaged_checkpoint_is_not_called_the_last_good_one(made, tmp_path, monkeypatch):
    def damage(learner):
        flip(states.saved(tmp_path / "model")[-1] / "model.safetensors")
        torch.nn.init.constant_(learner.model.nsp.bias, float("nan"))

    before_step(monkeypatch, 5, damage)
    with pytest.raises(StageError, match=r"the last good checkpoint is .*step-000002 \(step-000004: damaged\)"):
        train([str(made / "shards")], str(tmp_path / "model"), SETTINGS, quiet=True)


numbers = st.floats() | st.integers() | st.none() | st.text(max_size=3)


@given(
    st.dictionaries(st.text(max_size=3), numbers | st.lists(numbers) | st.dictionaries(st.text(max_size=2), numbers))
)
def test_a_record_that_is_written_can_be_read_again(tmp_path_factory, record):
    path = tmp_path_factory.mktemp("records") / "metrics.jsonl"
    try:
        to_json(record)
        append_line(path, record)
    except (ValueError, UnicodeEncodeError):
        assert not path.exists()
    else:
        from bertprep.core.records import parsed

        assert parsed(path.read_bytes()) == parsed(to_json(record)) == record


# -- shards ---------------------------------------------------------------------------------------------------------------


def rewritten(path):
    """Overwrite the file in place."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    path.write_bytes(data)


def replaced(path):
    """Replace the file by another of the same name; the memory map still shows the old one."""
    other = path.with_suffix(".new")
    shutil.copy(path, other)
    rewritten(other)
    os.replace(other, path)


def trained_while(change, made, tmp_path, monkeypatch, split="train"):
    """Train on shards that are changed before the third step."""
    shards = shutil.copytree(made / "shards", tmp_path / "shards")
    before_step(monkeypatch, 2, lambda _: change(next(shards.glob(f"{split}-*"))))
    return train([str(shards)], str(tmp_path / "model"), SETTINGS, quiet=True)


@pytest.mark.parametrize("split", ["train", "validation"])
@pytest.mark.parametrize("change", [rewritten, replaced, os.unlink])
def test_shards_that_change_while_training_are_noticed(change, split, made, tmp_path, monkeypatch):
    """The run once trained on the overwritten rows, measured the loss of other validation rows, and ended with exit code 0."""
    with pytest.raises(StoreError, match=rf"{split}-00000-of-00001.arrow: was (changed|deleted) while it was in use"):
        trained_while(change, made, tmp_path, monkeypatch, split)


@pytest.mark.parametrize("change", [os.utime, lambda path: path.write_bytes(path.read_bytes())])
def test_shards_that_were_touched_or_copied_back_are_the_same(change, made, tmp_path, monkeypatch):
    expected = json.loads((made / "model" / "metrics.jsonl").read_text().splitlines()[-1])["summary"]["last_loss"]
    assert trained_while(change, made, tmp_path, monkeypatch)["last_loss"] == expected


CUT = """
import os, sys
from bertprep_cli.main import run
from bertprep.train.step import Learner
real_update = Learner.update
def update(self, step, number):
    if number == 2:
        os.truncate(part, size)
    return real_update(self, step, number)
Learner.update = update
for part, size in zip(sys.argv[1:3], (0, 4096)):
    line = ["train", os.path.dirname(part), "-o", part + "-model", *sys.argv[3:], "--steps", "6", "--batch-size", "8"]
    print(run([*line, "--threads", "1", "--quiet"]))
"""


def test_shards_that_are_cut_short_end_training_with_a_message(made, tmp_path):
    """In its own process, which reading further would kill with SIGBUS."""
    folders = [write_shards(tmp_path / name, [random_rows(300)]) for name in ("emptied", "cut")]
    parts = [next(Path(folder).glob("train-*")) for folder in folders]
    (tmp_path / "shape.json").write_text(json.dumps(SHAPE))
    line = [*parts, "--model-config", tmp_path / "shape.json"]
    done = subprocess.run([sys.executable, "-c", CUT, *map(str, line)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "4\n4\n"), done.stderr
    for part, told in zip(parts, done.stderr.splitlines(), strict=True):
        assert f"{part}: was changed while it was in use; put back the file" in told
