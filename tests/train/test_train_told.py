"""What training says of itself is true: in its summary, its card and its model folder."""

import pytest
from train_samples import random_rows, write_shards

from bertprep.train import train
from bertprep.train.settings import TrainSettings

SHAPE = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
TINY = {"model_config": SHAPE, "batch_size": 8, "steps": 4, "save_every": 2, "log_every": 1, "threads": 1}


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    return write_shards(tmp_path_factory.mktemp("data") / "shards", [random_rows(50)], [random_rows(20, seed=2)])


@pytest.fixture
def config(tmp_path):
    """The shape as a file, and the options for a short run."""
    import json

    (tmp_path / "shape.json").write_text(json.dumps(SHAPE))
    return ("--model-config", tmp_path / "shape.json", "--steps", "4", "--batch-size", "8", "--threads", "1", "--quiet")


# -- validation -------------------------------------------------------------------------------------------------------


def test_a_run_that_stopped_early_does_not_say_that_nothing_was_held_out(shards, command, tmp_path, config):
    code, out, _ = command("train", shards, "-o", tmp_path / "model", *config, "--max-minutes", "0")
    assert code == 0
    assert "validation: none, not measured, since the run has not reached its last step" in out
    assert "held out" not in out and "not reached its last step" in (tmp_path / "model" / "README.md").read_text()


def test_held_out_rows_without_a_masked_token_are_no_reason_to_crash(command, tmp_path, config):
    shards = write_shards(tmp_path / "shards", [random_rows(30)], [random_rows(9, seed=1, masked=False)])
    code, out, err = command("train", shards, "-o", tmp_path / "model", *config)
    assert code == 0, err
    assert "validation (9 rows): no token is masked in them, so there is no MLM loss" in out and "NSP loss" in out
    code, out, err = command("evaluate", tmp_path / "model", shards, "--device", "cpu")
    assert code == 0 and "no token is masked" in out, err


def test_evaluate_computes_where_it_is_told_to(shards, command, tmp_path, monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    train([shards], str(tmp_path / "model"), TrainSettings(**TINY), quiet=True)
    code, _, err = command("evaluate", tmp_path / "model", shards, "--device", "cuda")
    assert code == 2 and "PyTorch finds no GPU here" in err
