"""`--compile`: the same losses, and weights of the same names, or a clear error. Uses the real compiler."""

import contextlib
import copy
import json
import math

import pytest
import safetensors
import torch
from train_samples import random_rows, write_shards

from bertprep.core.errors import UsageError
from bertprep.train import compiled, train
from bertprep.train.bert import attention, model
from bertprep.train.bert.model import Bert, ModelConfig
from bertprep.train.data import collate
from bertprep.train.data.batches import Batches
from bertprep.train.settings import TrainSettings

TINY = {"batch_size": 8, "steps": 8, "save_every": 4, "log_every": 1, "threads": 1, "device": "cpu"}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A smaller preset `tiny`, and no compiled code of other tests."""
    monkeypatch.setitem(model.PRESETS, "tiny", (2, 64))
    torch.compiler.reset()
    torch._dynamo.utils.counters.clear()


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    return write_shards(tmp_path_factory.mktemp("data") / "shards", [random_rows(50)], [random_rows(20, seed=2)])


def losses(output):
    lines = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    return [line[name] for line in lines if "gradient" in line for name in ("mlm_loss", "nsp_loss", "gradient")]


def tensors(folder):
    with safetensors.safe_open(folder / "model.safetensors", "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  no mapping


@pytest.mark.slow
@pytest.mark.parametrize("checkpointing", [False, True])
def test_a_compiled_run_has_the_losses_and_names_of_a_plain_one_and_resumes(
    checkpointing, shards, tmp_path, monkeypatch
):
    plain, whole, halted = (tmp_path / name for name in ("plain", "whole", "halted"))
    train([shards], str(plain), TrainSettings(**TINY), quiet=True)
    settings = TrainSettings(**TINY, compile=True, gradient_checkpointing=checkpointing)
    summary = train([shards], str(whole), settings, quiet=True)
    assert losses(whole) == pytest.approx(losses(plain), rel=1e-5, abs=1e-5)
    assert tensors(whole).keys() == tensors(plain).keys()
    assert max(float((tensors(whole)[name] - each).abs().max()) for name, each in tensors(plain).items()) < 1e-4
    assert summary["validation"]["mlm_loss"] > 0
    real_read = Batches.read
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(Batches, "read", lambda batches, step: real_read(batches, step if step < 6 else 1 // 0))
        train([shards], str(halted), settings, quiet=True)
    train([shards], str(halted), settings, quiet=True)
    assert losses(halted) == losses(whole)  # bit for bit
    assert json.loads((halted / "training.json").read_text())["settings"]["compile"] is True
    train([shards], str(plain), settings, quiet=True)  # --compile may change when a run is resumed


@pytest.mark.slow
@pytest.mark.parametrize("layers", [2, 12])
@pytest.mark.parametrize("dropout", [0.0, 0.1])
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_one_compilation_serves_all_layers_layouts_and_lengths(layers, dropout, precision):
    shape = ModelConfig(100, 32, layers, 4, 64, max_position_embeddings=32, dropout=dropout)
    plain, faster = Bert(shape), Bert(shape)
    model.initialise(plain, torch.Generator().manual_seed(0))
    faster.load_state_dict(plain.state_dict())
    compiled.compile_parts(faster)
    made = []
    for seed in range(4):
        for jagged in (False, True):
            batch = collate.pack(random_rows(8 + 5 * seed, length=24 + 2 * seed, seed=seed), jagged)
            found = [loss_and_gradients(each, batch, seed, precision) for each in (plain, faster)]
            tolerance = 1e-5 if precision == torch.float32 else 2e-2
            assert found[1][0] == pytest.approx(found[0][0], rel=tolerance)
            for one, other in zip(found[0][1], found[1][1], strict=True):
                assert float((one - other).norm()) <= 5 * tolerance * float(one.norm()) + 1e-6
        made.append(torch._dynamo.utils.counters["stats"]["unique_graphs"])
    assert made[1:] == made[:-1]  # none after the first batches
    assert made[0] <= 12  # with and without dropout, which for CPUs draws its numbers between compiled parts


@pytest.mark.slow
def test_whole_layers_are_compiled_once_where_attention_is_one_call(monkeypatch):
    """The operator of GPUs, with a plain implementation for CPUs."""
    monkeypatch.setattr(attention, "kernel_for", lambda *_: "flash")
    monkeypatch.setattr(compiled, "kernel_for", lambda *_: "flash")
    plain = Bert(ModelConfig(100, 32, 3, 4, 64, max_position_embeddings=32, dropout=0.0))
    model.initialise(plain, torch.Generator().manual_seed(0))
    faster, made = copy.deepcopy(plain), []
    compiled.compile_parts(faster)
    with flash_attention_on_cpus():
        for seed in range(4):
            batch = collate.pack(random_rows(8 + 5 * seed, length=24 + 2 * seed, seed=seed), jagged=True)
            grouped = collate.pack(random_rows(8 + 5 * seed, length=24 + 2 * seed, seed=seed))
            expected, found = (
                loss_and_gradients(each, on, seed, torch.float32) for each, on in ((plain, grouped), (faster, batch))
            )
            assert found[0] == pytest.approx(expected[0], rel=1e-5)
            for one, other in zip(expected[1], found[1], strict=True):
                assert float((one - other).norm()) <= 5e-5 * float(one.norm()) + 1e-6
            made.append(torch._dynamo.utils.counters["stats"]["unique_graphs"])
    assert made == [4] * 4  # a layer, the last layer, the transform, and the addition that shows that anything compiles


@contextlib.contextmanager
def flash_attention_on_cpus():
    def by_row(sides, offsets, compute):
        """Apply `compute` to the sides [N, L, D] of each row, and concatenate the results as [T, N, D]."""
        rows = [slice(*ends) for ends in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)]
        made = [compute(*(side[row].transpose(0, 1) for side in sides)) for row in rows]
        return [torch.cat(column, 1).transpose(0, 1).contiguous() for column in zip(*made, strict=True)]

    def weights(query, key):
        return (query @ key.mT / math.sqrt(query.shape[-1])).softmax(-1)

    def slopes(query, key, value, slope):
        shares, scale = weights(query, key), 1 / math.sqrt(query.shape[-1])
        slope_shares = slope @ value.mT
        slope_scores = scale * shares * (slope_shares - (slope_shares * shares).sum(-1, keepdim=True))
        return slope_scores @ key, slope_scores.mT @ query, shares.mT @ slope

    def forward(query, key, value, offsets, *_, **__):
        (out,) = by_row((query, key, value), offsets, lambda q, k, v: (weights(q, k) @ v,))
        logsumexp, seed = query.new_zeros(query.shape[1], len(query)), torch.zeros(2, dtype=torch.uint64)
        return out, logsumexp, seed, seed[0].clone(), query.new_empty(0)

    def backward(slope, query, key, value, out, logsumexp, offsets, *_, **__):
        return tuple(by_row((query, key, value, slope), offsets, slopes))

    with torch.library._scoped_library("aten", "IMPL") as library:
        library.impl("_flash_attention_forward", forward, "CPU")
        library.impl("_flash_attention_backward", backward, "CPU")
        yield


def loss_and_gradients(bert, batch, seed, precision):
    torch.manual_seed(seed)
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == torch.bfloat16):
        found = bert(batch)
    loss = found.mlm / batch.masked + found.nsp / batch.rows
    bert.zero_grad()
    loss.backward()
    return loss.item(), [each.grad.to_dense().clone() for each in bert.parameters()]


def test_without_a_compiler_the_message_says_what_to_install(shards, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("No working C++ compiler found\nand a long trace")

    monkeypatch.setattr(torch, "compile", lambda *_, **__: broken)
    with pytest.raises(UsageError, match=r"g\+\+.*or omit --compile.*says: No working C\+\+ compiler found$"):
        train([shards], str(tmp_path / "model"), TrainSettings(**TINY, compile=True), quiet=True)
    assert not (tmp_path / "model").exists()


def test_nothing_is_compiled_unless_asked_for(shards, tmp_path, monkeypatch):
    monkeypatch.setattr(torch, "compile", lambda *_, **__: pytest.fail("compiled"))
    train([shards], str(tmp_path / "model"), TrainSettings(**{**TINY, "steps": 1}), quiet=True)
