"""The default learning rate depends on the model."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from train_samples import random_rows, write_shards

from bertprep.core.errors import StoreError, UsageError
from bertprep.train import train
from bertprep.train.bert.model import PRESETS, preset
from bertprep.train.checksums import sealed
from bertprep.train.optimizer import LEARNING_RATES, Schedule, default_rate
from bertprep.train.settings import TrainSettings

SHAPE = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
SHORT = {"batch_size": 8, "steps": 4, "log_every": 1, "threads": 1, "warmup_share": 0.25}


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    return write_shards(tmp_path_factory.mktemp("data") / "shards", [random_rows(40)])


@pytest.fixture(scope="module")
def scratch(shards, tmp_path_factory):
    """A model trained from scratch at the default rate of its shape."""
    output = tmp_path_factory.mktemp("scratch") / "model"
    train([shards], str(output), TrainSettings(model_config=SHAPE, **SHORT), quiet=True)
    return output


def highest(output):
    lines = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    return max(line["learning_rate"] for line in lines if "learning_rate" in line)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_have_their_rates_and_trained_weights_a_fifth_of_them(name):
    assert default_rate(preset(name, 100), continued=False) == LEARNING_RATES[name]
    assert default_rate(preset(name, 100), continued=True) == pytest.approx(LEARNING_RATES[name] / 5)
    assert LEARNING_RATES["base"] / 5 == pytest.approx(2e-5)  # the recommendation of the BERT release for its weights


@given(st.integers(1, 48), st.integers(1, 24), st.integers(1, 48), st.integers(1, 24), st.booleans())
def test_a_larger_model_never_has_a_higher_rate(layers, heads, more_layers, more_heads, continued):
    small = dataclasses.replace(preset("tiny", 100), num_hidden_layers=layers, hidden_size=64 * heads)
    large = dataclasses.replace(small, num_hidden_layers=layers + more_layers, hidden_size=64 * (heads + more_heads))
    assert 2e-5 <= default_rate(large, continued) <= default_rate(small, continued) <= 2e-3


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 300))
def test_the_rate_of_every_step_is_within_the_highest(rate, warmup_share, steps):
    rates = [Schedule(rate, warmup_share, steps).rate(step) for step in range(steps)]
    assert max(rates) == rate and min(rates) >= 0


@given(st.floats(0, 1), st.integers(1, 300), st.integers(0, 400))
def test_the_rate_is_constant_until_the_last_steps_that_decay(warmup_share, steps, decay):
    """If there are more decay steps than the warm-up leaves, the schedule is BERT's."""
    schedule, original = Schedule(1e-3, warmup_share, steps, decay), Schedule(1e-3, warmup_share, steps)
    rates, warmup = [schedule.rate(step) for step in range(steps)], schedule.warmup
    if decay >= steps - warmup:
        assert rates == [original.rate(step) for step in range(steps)] or decay == 0
    else:
        assert rates[:warmup] == [original.rate(step) for step in range(warmup)]
        assert set(rates[warmup : steps - decay]) == {1e-3}
        assert rates[steps - decay :] == pytest.approx([1e-3 * left / decay for left in range(decay, 0, -1)])


def test_a_custom_shape_is_trained_at_the_rate_of_its_size(scratch):
    assert highest(scratch) == pytest.approx(2e-3)


def test_continued_training_has_a_lower_rate_and_the_card_says_so(shards, scratch, tmp_path):
    """It once used the rate of the preset `tiny`, which destroys a base model in 8 steps."""
    train([shards], str(tmp_path / "model"), TrainSettings(**SHORT), init_from=str(scratch), quiet=True)
    assert highest(tmp_path / "model") == pytest.approx(4e-4)
    assert "peak learning rate 0.0004" in (tmp_path / "model" / "README.md").read_text()
    asked = TrainSettings(learning_rate=1e-3, **SHORT)
    train([shards], str(tmp_path / "asked"), asked, init_from=str(scratch), quiet=True)
    assert highest(tmp_path / "asked") == pytest.approx(1e-3)


def test_a_run_is_not_resumed_at_another_rate_than_it_began_with(shards, scratch, tmp_path):
    output = tmp_path / "model"
    train([shards], str(output), TrainSettings(**SHORT), init_from=str(scratch), quiet=True)
    told = json.loads((output / "training.json").read_text())
    (output / "training.json").write_text(json.dumps(sealed({**told, "learning_rate": 0.002})))
    with pytest.raises(StoreError, match=r"learning_rate 0\.002 -> 0\.0004"):
        train([shards], str(output), TrainSettings(**SHORT), init_from=str(scratch), quiet=True)


@pytest.mark.parametrize("option", [("--model", "tiny"), ("--model-config", "shape.json")])
def test_a_shape_with_trained_weights_is_refused(option, shards, scratch, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shape.json").write_text("{}")
    code, _, err = command("train", shards, "-o", "model", "--init-from", scratch, *option)
    assert code == 2 and f"{option[0]} and --init-from exclude each other" in err
    assert not (tmp_path / "model").exists()


def test_two_shapes_are_refused():
    with pytest.raises(UsageError, match="--model and --model-config: both give the shape"):
        TrainSettings(model="tiny", model_config={})


def test_an_empty_config_is_bert_base_and_not_the_preset_tiny(shards, result, tmp_path):
    (tmp_path / "shape.json").write_text("{}")
    told = result(
        "train",
        shards,
        "-o",
        tmp_path / "m",
        "--model-config",
        tmp_path / "shape.json",
        "--dry-run",
        "--steps",
        "1",
        "--batch-size",
        "1",
    )
    assert told["parameters"] > 85_000_000
