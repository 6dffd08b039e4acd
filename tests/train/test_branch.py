"""A run that branches off another at a checkpoint equals a run that was planned that way from the start."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
from train_samples import before_step, interrupt, random_rows, write_shards

from bertprep.train import states, train
from bertprep.train.settings import TrainSettings

SHAPE = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
TRUNK = TrainSettings(
    model_config=SHAPE, batch_size=8, steps=20, warmup_share=0.15, decay_steps=0, save_every=4, log_every=1, keep=9,
    dynamic=True, threads=1,
)  # fmt: skip


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    return write_shards(tmp_path_factory.mktemp("data") / "shards", [random_rows(50)], [random_rows(20, seed=1)])


@pytest.fixture(scope="module")
def trunk(shards, tmp_path_factory):
    output = tmp_path_factory.mktemp("trunk") / "model"
    train([shards], str(output), TRUNK, quiet=True)
    return output


def told(output: Path) -> list[list[object]]:
    """Step, learning rate, losses and held-out metrics of every line, and the weights."""
    lines = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    names = ("step", "learning_rate", "mlm_loss", "nsp_loss", "gradient", "tokens", "words", "validation")
    return [[line.get(name) for name in names] for line in lines] + [[(output / "model.safetensors").read_bytes()]]


def run_json(output: Path) -> dict:
    content = json.loads((output / "training.json").read_text())
    return {name: value for name, value in content.items() if name not in ("files", "digest")}


def test_a_branch_equals_the_planned_run_also_when_it_is_resumed(shards, trunk, tmp_path, result, monkeypatch):
    planned, branch, resumed = (tmp_path / name for name in ("planned", "branch", "resumed"))
    whole = dataclasses.replace(TRUNK, steps=12, decay_steps=4, warmup_share=3 / 12)
    train([shards], str(planned), whole, quiet=True)
    checkpoint = trunk / "checkpoints" / "step-000008"
    summary = result("train", shards, "-o", branch, "--decay-from", checkpoint, "--decay-steps", "4")
    assert summary["steps"] == 12 and summary["finished"]
    assert told(branch) == told(planned) and run_json(branch) == run_json(planned)
    with monkeypatch.context() as patch:
        before_step(patch, 8, interrupt)  # killed at its first step
        with pytest.raises(KeyboardInterrupt):
            train([shards], str(resumed), whole, decay_from=str(checkpoint), quiet=True)
    result("train", shards, "-o", resumed, "--resume")
    assert told(resumed) == told(planned)
    assert [each.name for each in states.saved(trunk)][:3] == ["step-000004", "step-000008", "step-000012"]


def test_an_invalid_branch_is_refused_and_leaves_nothing(shards, trunk, tmp_path, command):
    decayed = tmp_path / "decayed"
    other = write_shards(tmp_path / "other", [random_rows(50, seed=7)], [random_rows(20, seed=1)])
    train([shards], str(decayed), TrainSettings(**{**TRUNK.as_dict(), "steps": 8, "decay_steps": None}), quiet=True)
    at = {each.name: each for each in states.saved(trunk)}
    shutil.copytree(at["step-000008"], tmp_path / "alone" / "checkpoints" / "step-000008")
    warming = tmp_path / "warming"
    train([shards], str(warming), TrainSettings(**{**TRUNK.as_dict(), "steps": 8, "warmup_share": 0.9}), quiet=True)
    four = ("--decay-steps", "4")
    for folder, options, source, code, message in [
        (
            decayed / "checkpoints" / "step-000004",
            four,
            shards,
            2,
            "the learning rate of its run decays from step 1 on, of 8",
        ),
        (warming / "checkpoints" / "step-000004", four, shards, 2, "warms up until step 7, of 8"),
        (at["step-000008"], (), shards, 2, "--decay-from needs --decay-steps N"),
        (at["step-000008"], (*four, "--batch-size", "16"), shards, 2, "other settings (batch_size 8 -> 16)"),
        (at["step-000008"], (*four, "--steps", "9"), shards, 2, "--steps and --decay-from exclude each other"),
        (at["step-000008"], four, other, 2, "its run has other settings (data "),
        (trunk, four, shards, 3, "expected MODEL/checkpoints/step-N"),
        (tmp_path / "alone" / "checkpoints" / "step-000008", four, shards, 3, "no checkpoint of a run"),
    ]:
        found, _, err = command("train", source, "-o", tmp_path / "model", "--decay-from", folder, *options)
        assert found == code and message in err, (folder, options, err)
        assert not (tmp_path / "model").exists()
    last = trunk / "checkpoints" / "step-000020"  # its run has no decay, not even at its end
    assert command("train", shards, "-o", tmp_path / "model", "--decay-from", last, *four)[0] == 0
    code, _, err = command("train", shards, "-o", trunk, "--overwrite", "--decay-from", at["step-000008"], *four)
    assert code == 2 and "name another output folder" in err and at["step-000008"].is_dir()
