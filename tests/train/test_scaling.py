"""Laws of training in float16: small gradients survive, overflows change no weight, and a resumed run is the same run."""

import itertools
import json

import pytest
import torch
from train_samples import before_step, interrupt, random_rows, vocabulary, write_shards

from bertprep.core.errors import StageError
from bertprep.train import scaling, world
from bertprep.train.settings import TrainSettings
from bertprep.train.states import Counters
from bertprep.train.training import train

SETTINGS = {"model": "tiny", "steps": 6, "batch_size": 8, "log_every": 1, "save_every": 100, "device": "cpu"}


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    folder = tmp_path_factory.mktemp("half")
    return str(
        write_shards(folder / "shards", [random_rows(64)], validation=[random_rows(16, seed=1)], words=vocabulary())
    )


def made(shards, output, precision="fp16", **changes):
    return train([shards], str(output), TrainSettings(**{**SETTINGS, "precision": precision, **changes}), quiet=True)


def lines(output):
    return [line for line in map(json.loads, (output / "metrics.jsonl").read_text().splitlines()) if "mlm_loss" in line]


def test_losses_in_float16_follow_those_in_float32(shards, tmp_path):
    half, whole = made(shards, tmp_path / "half"), made(shards, tmp_path / "whole", "float32")
    assert half["validation"]["mlm_loss"] == pytest.approx(whole["validation"]["mlm_loss"], rel=5e-3)
    found = [[line["mlm_loss"] + line["nsp_loss"] for line in lines(tmp_path / name)] for name in ("half", "whole")]
    assert found[0] == pytest.approx(found[1], rel=1e-2) and found[0] != found[1]
    assert half["skipped_steps"] == 0 and "skipped_steps" not in whole
    assert "in float16" in (tmp_path / "half" / "README.md").read_text()
    assert all(line["loss_scale"] == scaling.FIRST_SCALE for line in lines(tmp_path / "half"))
    assert not any("loss_scale" in line for line in lines(tmp_path / "whole"))


def test_a_gradient_that_float16_would_lose_survives_scaling():
    weight = torch.nn.Parameter(torch.tensor(0.0, dtype=torch.float16))
    ((weight * 1e-3).float() * 1e-6).backward()
    assert weight.grad == 0
    weight.grad = None
    scaling.LossScale(torch.device("cpu"), torch.float16).backward((weight * 1e-3).float() * 1e-6)
    assert weight.grad.item() / scaling.FIRST_SCALE == pytest.approx(1e-9, rel=0.01)


def test_a_step_that_overflows_changes_no_weight_and_a_resumed_run_is_the_same(shards, tmp_path, monkeypatch):
    monkeypatch.setattr(scaling, "FIRST_SCALE", 2.0**28)
    monkeypatch.setattr(scaling, "GROWTH_STEPS", 2)
    weights = []
    with monkeypatch.context() as watched:
        for number in range(3):
            before_step(
                watched, number, lambda learner: weights.append(learner.model.state_dict()["pooler.weight"].clone())
            )
        summary = made(shards, tmp_path / "whole", steps=16)
    assert torch.equal(weights[0], weights[1]) and torch.equal(weights[1], weights[2])
    assert 2 <= summary["skipped_steps"] < 16
    scales = [line["loss_scale"] for line in lines(tmp_path / "whole")]
    assert scales[0] == 2.0**27 and any(after > before for before, after in itertools.pairwise(scales))
    assert lines(tmp_path / "whole")[-1]["skipped_steps"] == summary["skipped_steps"]
    assert "gradient" not in lines(tmp_path / "whole")[0] and lines(tmp_path / "whole")[-1]["mlm_loss"] > 0
    for stop in (1, 13):  # while it overflows, and later
        output = tmp_path / f"resumed-{stop}"
        with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
            before_step(killed, stop, interrupt)
            made(shards, output, steps=16, save_every=1)
        again = made(shards, output, steps=16, save_every=1)
        assert again["skipped_steps"] == summary["skipped_steps"]
        assert [line["mlm_loss"] for line in lines(output)] == [line["mlm_loss"] for line in lines(tmp_path / "whole")]
        assert (output / "model.safetensors").read_bytes() == (tmp_path / "whole" / "model.safetensors").read_bytes()


def test_a_gradient_that_no_scale_mends_ends_the_run(shards, tmp_path, monkeypatch):
    monkeypatch.setattr(scaling, "MOST_SKIPPED", 3)
    monkeypatch.setattr("bertprep.train.loop.MOST_SKIPPED", 3)
    real = scaling.LossScale.update

    def update(self, model, *others):
        next(model.parameters()).grad.mul_(float("inf"))
        return real(self, model, *others)

    monkeypatch.setattr(scaling.LossScale, "update", update)
    with pytest.raises(StageError, match=r"step 4: .*NaN or infinite .*--precision float32 has none"):
        made(shards, tmp_path / "model")


def test_a_scale_is_restored_only_where_it_is_needed():
    half, whole = (scaling.LossScale(torch.device("cpu"), dtype) for dtype in (torch.float16, torch.float32))
    counters = Counters(loss_scale=8.0, loss_scale_steps=5)
    for each in (half, whole):
        each.restore(counters)
    whole.record(counters)
    assert (counters.loss_scale, counters.loss_scale_steps) == (None, 0)
    half.record(counters)
    assert (counters.loss_scale, counters.loss_scale_steps) == (8.0, 5)


@pytest.mark.parametrize(
    ("capability", "has_bf16", "dtype"),
    [
        ((9, 0), True, torch.bfloat16),
        ((7, 5), False, torch.float16),
        ((7, 0), False, torch.float16),
        ((6, 1), False, torch.float32),
    ],
)
def test_auto_takes_what_the_gpu_computes_fastest(monkeypatch, capability, has_bf16, dtype):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: including_emulation or has_bf16)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert world.dtype_for("auto", torch.device("cuda")) == dtype
    assert world.dtype_for("fp16", torch.device("cuda")) == torch.float16
    assert world.dtype_for("auto", torch.device("cpu")) == torch.float32
