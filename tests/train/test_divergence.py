"""A run that does not learn warns of it while it continues, and a run that learns does not."""

import json
import re

import numpy as np
import pytest
from train_samples import random_rows, write_shards

from bertprep.train import divergence, log, train
from bertprep.train.settings import TrainSettings

SHAPE = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 64}
SHORT = {
    "model_config": SHAPE,
    "batch_size": 16,
    "threads": 1,
    "warmup_share": 0.1,
    "dropout": 0.0,
    "save_every": 10_000,
    "dynamic": False,  # with new masks in every epoch, 96 steps would be too few
}


def rows_with_frequent_words():
    """400 rows in which half of the words are one frequent word, and all others in a row are the same word."""
    rows, draw = random_rows(400, seed=1), np.random.default_rng(0)
    true_ids = np.where(draw.random(len(rows.ids)) < 0.5, 5, 6 + np.repeat(np.arange(400), np.diff(rows.offsets)) % 90)
    is_word = rows.ids >= 5
    rows.ids[is_word] = true_ids[is_word]
    rows.true_ids[:] = true_ids[rows.positions + np.repeat(rows.offsets[:-1], np.diff(rows.mask_offsets))]
    return rows


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    return write_shards(tmp_path_factory.mktemp("data") / "shards", [rows_with_frequent_words()])


def trained(shards, output, rate, capsys, **settings):
    """The warnings of a run, as shown and as in its summary."""
    settings = {**SHORT, "steps": 96, "learning_rate": rate, **settings}
    summary = train([shards], str(output), TrainSettings(**settings), quiet=True)
    said = capsys.readouterr().err
    assert summary["finished"] and summary["steps"] == settings["steps"]
    assert said.splitlines() == [f"warning: {told}" for told in summary["warnings"]]
    return said


def test_a_run_that_learns_nothing_or_diverges_warns_once_and_continues(shards, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(divergence, "LEAST_STEPS", 80)
    monkeypatch.setattr(divergence, "WINDOW", 20)
    assert trained(shards, tmp_path / "good", 1e-2, capsys) == ""
    diverges, nothing = trained(shards, tmp_path / "bad", 0.5, capsys).splitlines()
    advice = r".* try --learning-rate 0\.25 or lower, or a longer warm-up \(--warmup-share\); the run continues"
    assert re.fullmatch(
        r"warning: step 30: the loss of the last 20 steps is \d\.\d\d; the run began at 5\.\d\d: it is diverging"
        + advice,
        diverges,
    )
    assert re.fullmatch(
        r"warning: step 80: the MLM loss of the last 20 steps is \d\.\d\d, and guessing by frequency gives 2\.9\d: the "
        r"model has learnt only how frequent words are" + advice,
        nothing,
    )
    warming_up = trained(shards, tmp_path / "slow", 1e-9, capsys, warmup_share=0.9)
    assert warming_up == "", "nothing can be said of a rate before it is reached"


def test_without_masks_there_is_nothing_to_compare_with(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(divergence, "LEAST_STEPS", 20)
    monkeypatch.setattr(divergence, "WINDOW", 10)
    shards = write_shards(tmp_path / "shards", [random_rows(40, masked=False)])
    assert trained(shards, tmp_path / "model", 1e-3, capsys, steps=30) == ""


def test_the_command_shows_it_like_other_warnings(shards, tmp_path, monkeypatch, capsys):
    cli = pytest.importorskip("bertprep_cli.main")
    monkeypatch.setattr(divergence, "WINDOW", 20)
    monkeypatch.setattr(log, "SECONDS_BETWEEN_EVENTS", 0)
    events = tmp_path / "events.jsonl"
    line = [
        "train",
        str(shards),
        "-o",
        str(tmp_path / "bad"),
        "--steps",
        "96",
        "--learning-rate",
        "0.5",
        "--model",
        "tiny",
    ]
    line += [
        "--batch-size",
        "8",
        "--log-every",
        "10",
        "--threads",
        "1",
        "--static",
        "--json",
        "--log-file",
        str(events),
    ]
    assert cli.run(line) == 0
    told = json.loads(capsys.readouterr().out)["warnings"]
    logged = [json.loads(each) for each in events.read_text().splitlines()]
    assert any("it is diverging" in warning for warning in told)
    assert [each["message"] for each in logged if each["event"] == "warning"] == told
    assert [each["done"] for each in logged if each["event"] == "progress"][:2] == [10, 20]
