"""The model gives the results of `transformers.BertForPreTraining`, up to rounding errors."""

import dataclasses
import math
import types

import numpy as np
import pytest
import torch
from train_samples import dictionaries, random_rows
from transformers import BertConfig, BertForPreTraining

from bertprep.train import optimizer
from bertprep.train.bert import attention, model
from bertprep.train.bert.folder import hugging_face_names, to_hugging_face
from bertprep.train.bert.model import Bert, ModelConfig
from bertprep.train.data import collate
from bertprep.train.data.loader import RowBatch
from bertprep.train.settings import TrainSettings

SHAPE = ModelConfig(100, 32, 2, 4, 64, max_position_embeddings=32, dropout=0.0)


def twins(dtype: torch.dtype, shape: ModelConfig = SHAPE) -> tuple[BertForPreTraining, Bert]:
    """The model of transformers and ours, with the same weights, perturbed so that none is 0 or 1."""
    names = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
    config = {name: getattr(shape, name) for name in (*names, "max_position_embeddings")}
    theirs = BertForPreTraining(BertConfig(**config, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)).to(
        dtype
    )
    draw = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter += 0.1 * torch.randn(parameter.shape, generator=draw, dtype=dtype)
    ours = Bert(shape).to(dtype)
    tensors = theirs.state_dict()
    with torch.no_grad():
        for name, parameter in ours.named_parameters():
            parameter.copy_(torch.cat([tensors[each] for each in hugging_face_names(name)]))
    return theirs, ours


def our_loss(ours: Bert, *parts: collate.Batch) -> torch.Tensor:
    masked, labelled = sum(part.masked for part in parts), sum(part.labelled for part in parts)
    losses = [ours(part) for part in parts]
    return sum(loss.mlm for loss in losses) / masked + sum(loss.nsp for loss in losses) / max(1, labelled)


def gradient_errors(theirs: BertForPreTraining, ours: Bert) -> dict[str, float]:
    """Relative error of every gradient of ours."""
    right = {name: parameter.grad for name, parameter in theirs.named_parameters()}
    errors = {}
    for name, parameter in ours.named_parameters():
        expected = torch.cat([right[each] for each in hugging_face_names(name)])
        errors[name] = float((parameter.grad - expected).norm() / expected.norm())
    return errors


@pytest.mark.parametrize("jagged", [False, True])
@pytest.mark.parametrize(
    ("dtype", "loss_error", "gradient_error"), [(torch.float64, 1e-9, 1e-9), (torch.float32, 2e-6, 1e-5)]
)
def test_loss_and_every_gradient_equal_those_of_transformers(jagged, dtype, loss_error, gradient_error):
    theirs, ours = twins(dtype)
    rows = random_rows(70, length=32)  # more masked tokens than a chunk of logits
    expected, found = theirs(**collate.pad(dictionaries(rows))).loss, our_loss(ours, collate.pack(rows, jagged))
    expected.backward()
    found.backward()
    assert abs(found.item() - expected.item()) <= loss_error
    assert max(gradient_errors(theirs, ours).values()) <= gradient_error


MUTANTS = [
    "tanh gelu",
    "eps",
    "rows see each other",
    "flipped labels",
    "no head norm",
    "no segments",
    "running positions",
    "no own bias",
]


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mistake_in_the_model_would_be_seen(mutant, monkeypatch):
    theirs, ours = twins(torch.float64)
    rows = random_rows(20, length=32)
    expected, batch = theirs(**collate.pad(dictionaries(rows))).loss, collate.pack(rows, jagged=True)
    if mutant == "tanh gelu":
        wrong = types.SimpleNamespace(**vars(torch.nn.functional))
        wrong.gelu = lambda x: torch.nn.functional.gelu(x, approximate="tanh")
        monkeypatch.setattr(model, "F", wrong)
    elif mutant == "eps":
        for module in ours.modules():
            if isinstance(module, torch.nn.LayerNorm):
                module.eps = 1e-5
    elif mutant == "rows see each other":
        whole = torch.tensor([0, batch.tokens])
        batch.groups = [collate.Group(1, batch.tokens, batch.tokens, batch.tokens, whole)]
    elif mutant == "flipped labels":
        batch.labels_R = 1 - batch.labels_R
    elif mutant == "no head norm":
        ours.mlm_norm = torch.nn.Identity()
    elif mutant == "no segments":
        batch.segments_T = torch.zeros_like(batch.segments_T)
    elif mutant == "running positions":
        batch.positions_T = torch.arange(batch.tokens) % SHAPE.max_position_embeddings
    elif mutant == "no own bias":
        torch.nn.init.zeros_(ours.mlm_bias)
    assert abs(our_loss(ours, batch).item() - expected.item()) >= 1e-7


@pytest.mark.parametrize("jagged", [False, True])
def test_a_token_reaches_every_output_of_its_sentence_and_of_no_other(jagged):
    _, ours = twins(torch.float64)
    batch = collate.pack(random_rows(6, length=16), jagged)
    batch.read_P = torch.arange(batch.tokens)  # the output of every token, not only of those that the losses need
    rows_T = torch.cumsum(batch.positions_T == 0, 0)
    with torch.no_grad():
        before_TH = ours.encode(batch)
        for token in range(batch.tokens):
            kept = batch.ids_T[token].item()
            batch.ids_T[token] = (kept + 1) % SHAPE.vocab_size
            changed_T = (ours.encode(batch) - before_TH).abs().amax(
                -1
            ) > 1e-9  # 0.026 and more where it reaches, else 0.0
            batch.ids_T[token] = kept
            assert changed_T.equal(rows_T == rows_T[token]), token


def test_rows_without_labels_give_only_the_masked_loss():
    theirs, ours = twins(torch.float64)
    rows = random_rows(9, length=32, labels=False)
    batch = collate.pad(dictionaries(rows))
    labels = batch.pop("labels")
    logits = theirs(**batch).prediction_logits
    expected = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten())
    found = our_loss(ours, collate.pack(rows))
    found.backward()
    assert abs(found.item() - expected.item()) <= 1e-9
    assert ours.nsp.weight.grad is None


def test_parts_of_a_batch_add_up_to_the_batch():
    _, ours = twins(torch.float64)
    rows = random_rows(30, length=32)
    our_loss(ours, collate.pack(rows)).backward()
    whole = {name: parameter.grad.clone() for name, parameter in ours.named_parameters()}
    ours.zero_grad()
    parts = [collate.pack(rows.take(np.arange(low, high))) for low, high in ((0, 3), (3, 22), (22, 30))]
    our_loss(ours, *parts).backward()
    for name, parameter in ours.named_parameters():
        assert torch.allclose(parameter.grad, whole[name], rtol=1e-10, atol=1e-12), name


@pytest.mark.parametrize(("name", "millions"), [("tiny", 4.4), ("base", 110), ("large", 335)])
def test_published_sizes(name, millions):
    with torch.device("meta"):
        count = sum(parameter.numel() for parameter in Bert(model.preset(name, 30522)).parameters())
    assert count / 1e6 == pytest.approx(millions, rel=0.015)


def test_twenty_updates_equal_those_on_the_reference():
    theirs, ours = twins(torch.float32)
    schedule = optimizer.Schedule(1e-4, warmup_share=0.25, steps=20)
    our_adamw = optimizer.adamw(ours, TrainSettings())
    plain = [parameter for parameter in theirs.parameters() if parameter.dim() <= 1]
    matrices = [parameter for parameter in theirs.parameters() if parameter.dim() > 1]
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    their_adamw = torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.999), eps=1e-6, foreach=False)
    for step in range(20):
        rows = random_rows(16, length=32, seed=step)
        for loss, parameters, adamw in (
            (theirs(**collate.pad(dictionaries(rows))).loss, theirs.parameters(), their_adamw),
            (our_loss(ours, collate.pack(rows)), ours.parameters(), our_adamw),
        ):
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            for group in adamw.param_groups:
                group["lr"] = schedule.rate(step)
            adamw.step()
            adamw.zero_grad()
    expected, found = theirs.state_dict(), to_hugging_face(ours)
    assert max(float((found[name] - expected[name]).abs().max()) for name in found) <= 1e-6


@pytest.mark.parametrize("spread, off", [(0.02, (0.1, 0.02)), (None, (0.3, 0.2))])
def test_first_losses_are_those_of_guessing(spread, off):
    shape = model.preset("tiny", 30522)
    fresh = Bert(dataclasses.replace(shape, initializer_range=spread or shape.initializer_range)).eval()
    model.initialise(fresh, torch.Generator().manual_seed(0))
    batch = collate.pack(random_rows(64, size=30522, length=128))
    with torch.no_grad():
        losses = fresh(batch)
    assert float(losses.mlm) / batch.masked == pytest.approx(math.log(30522), abs=off[0])
    assert float(losses.nsp) / batch.labelled == pytest.approx(math.log(2), abs=off[1])


def test_presets_scale_their_first_weights_to_their_width():
    ranges = {name: model.preset(name, 100).initializer_range for name in model.PRESETS}
    assert ranges["base"] == 0.02 and ranges["tiny"] == pytest.approx(0.049, abs=0.0001)
    assert ranges["tiny"] > ranges["mini"] > ranges["small"] == ranges["medium"] > ranges["base"] > ranges["large"]


def test_one_batch_can_be_memorised():
    shape = ModelConfig(100, 64, 2, 2, 256, max_position_embeddings=32, dropout=0.0)
    ours, batch = Bert(shape), collate.pack(random_rows(32))
    model.initialise(ours, torch.Generator().manual_seed(0))
    optimizer = torch.optim.AdamW(ours.parameters(), lr=2e-3)
    for step in range(200):
        loss = our_loss(ours, batch)
        if loss < 0.05:
            break
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["lr"] = 2e-3 * min(1.0, (step + 1) / 20)
        optimizer.step()
    assert loss.item() < 0.05


def test_the_loss_without_gradients_is_the_same():
    _, ours = twins(torch.float64)
    batch = collate.pack(random_rows(70, length=32))
    with torch.no_grad():
        without = our_loss(ours, batch)
    assert without.item() == our_loss(ours, batch).item()


def test_bfloat16_computes_the_same_loss_roughly():
    theirs, ours = twins(torch.float32)
    rows = random_rows(30, length=32)
    expected = theirs(**collate.pad(dictionaries(rows))).loss
    with torch.autocast("cpu", torch.bfloat16):
        found = our_loss(ours, collate.pack(rows))
    found.backward()
    assert found.dtype == torch.float32
    assert found.item() == pytest.approx(expected.item(), rel=0.02)  # 8 bits of mantissa


def test_the_example_that_the_model_opens_with_is_true():
    """Two rows, and the tensors that `pack` makes from them."""
    lines = {line.split()[0]: line for line in model.__doc__.splitlines() if line.strip()}
    rows = RowBatch(
        ids=np.array([2, 8, 9, 4, 3, 7, 4, 3, 2, 5, 6, 3, 4, 10, 11, 3]),
        offsets=np.array([0, 8, 16]),
        positions=np.array([3, 6, 4]),
        true_ids=np.array([12, 13, 14]),
        mask_offsets=np.array([0, 2, 3]),
        segment_b_start=np.array([5, 4]),
        labels=np.array([0, 1]),
        pairs=np.array([0, 1]),
    )
    batch = collate.pack(rows)
    for name in ("ids_T", "segments_T", "positions_T", "read_P"):
        told = [int(word) for word in lines[name].split()[1:] if word.isdecimal()]
        assert told[: len(getattr(batch, name))] == getattr(batch, name).tolist(), name


@pytest.mark.parametrize("kernel", ["flash", "memory_efficient"])
def test_attention_calls_operators_as_this_version_of_pytorch_declares_them(kernel, monkeypatch):
    """Without a GPU: on the device `meta`, PyTorch computes the shapes of the operators, and differentiates them."""
    monkeypatch.setattr(attention, "kernel_for", lambda *_: kernel)
    group = collate.pack(random_rows(5, length=16), jagged=True).groups[0]
    assert group.offsets_R1.dtype == torch.int32  # the only dtype that the kernels accept
    group = dataclasses.replace(group, offsets_R1=group.offsets_R1.to("meta"))
    qkv_TH3 = torch.empty(group.tokens, 3 * 64, dtype=torch.bfloat16, device="meta", requires_grad=True)
    attended_TH = attention.attend_jagged(qkv_TH3, group, 2, 0.1)
    assert attended_TH.shape == (group.tokens, 64) and attended_TH.dtype == torch.bfloat16
    attended_TH.sum().backward()
    assert qkv_TH3.grad.shape == qkv_TH3.shape


@pytest.mark.parametrize("kernel", ["flash", "memory_efficient"])
def test_attention_gives_operators_each_row_by_itself(kernel, monkeypatch):
    def reference(query, key, value, *others, **_):
        offsets_q, offsets_k, longest_q, longest_k, dropout, causal = others[-6:]
        assert (dropout, causal, longest_q) == (0.0, False, max(offsets_q.diff())) and longest_q == longest_k
        rows = [slice(*ends) for ends in zip(offsets_q.tolist(), offsets_k[1:].tolist(), strict=False)]
        sides = [[side[..., row, :, :].transpose(-2, -3) for side in (query, key, value)] for row in rows]
        attended = [(q @ k.mT / math.sqrt(q.shape[-1])).softmax(-1) @ v for q, k, v in sides]
        return torch.cat(attended, -2).transpose(-2, -3), None

    ours, batch = twins(torch.float64)[1], collate.pack(random_rows(9, length=16), jagged=True)
    expected = our_loss(ours, batch)
    monkeypatch.setattr(attention, "kernel_for", lambda *_: kernel)
    name = {"flash": "_flash_attention_forward", "memory_efficient": "_efficient_attention_forward"}[kernel]
    monkeypatch.setattr(torch.ops.aten, name, reference)
    torch.testing.assert_close(our_loss(ours, batch), expected)


def test_attention_uses_the_fastest_kernel_of_the_gpu(monkeypatch):
    monkeypatch.setattr(torch.backends.cuda, "is_flash_attention_available", lambda: True)
    half, single, double = torch.bfloat16, torch.float32, torch.float64
    for capability, dtype, size, kernel in [
        ((9, 0), half, 64, "flash"),
        ((8, 0), torch.float16, 192, "flash"),
        ((8, 6), half, 256, "memory_efficient"),
        ((9, 0), single, 64, "memory_efficient"),
        ((7, 5), torch.float16, 64, "memory_efficient"),
        ((7, 5), half, 64, "nested"),  # --precision bf16: no kernel supports it there
        ((7, 0), single, 64, "memory_efficient"),
        ((9, 0), half, 26, "nested"),
        ((9, 0), double, 64, "nested"),
    ]:
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device, capability=capability: capability)
        assert attention.kernel_for.__wrapped__(torch.device("cuda"), dtype, size) == kernel
    assert attention.kernel_for(torch.device("cpu"), half, 64) == "nested"
