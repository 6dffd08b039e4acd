"""Check the results of the GPU against the CPU in float64, or against other results of the GPU."""

import contextlib
import json
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from candidates import CANDIDATES, attending
from card import Card, fresh, loss_of
from train_samples import before_step, dictionaries, interrupt, random_rows, vocabulary, write_shards
from transformers import BertConfig, BertForPreTraining

from bertprep.train.bert.folder import hugging_face_names
from bertprep.train.bert.model import Bert, ModelConfig
from bertprep.train.compiled import compile_parts
from bertprep.train.data import collate
from bertprep.train.optimizer import Schedule
from bertprep.train.scaling import FIRST_SCALE
from bertprep.train.settings import TrainSettings
from bertprep.train.step import Learner
from bertprep.train.training import train
from bertprep.train.world import World

MOST_FLOAT32 = 1e-4  # relative, of a loss or a gradient
MOST_HALF = 3e-2  # relative, of a gradient in bfloat16, whose products are accurate to 1e-2
MOST_DRIFT = 1e-3  # mean relative difference of the losses of 50 steps in 16 bits and in float32


def measured(card: Card) -> dict[str, Any]:
    """All checks: what was compared, the largest relative difference, and its limit."""
    shape = card.shape("tiny" if card.quick else "small", dropout=0.0)
    rows = random_rows(24, shape.vocab_size, 64)
    grouped, jagged = collate.pack(rows), collate.pack(rows, jagged=True)
    right = gradients_of(fresh(shape, "cpu").double(), grouped)
    name = card.device.type
    made: dict[str, Callable[[], tuple[float, float]]] = {
        f"float32 on {name}, groups, against float64": lambda: single(card, shape, grouped, right),
        f"float32 on {name}, jagged, against float64": lambda: single(card, shape, jagged, right),
        f"transformers, padded, float32 on {name}, against float64": lambda: padded(card, shape, rows, right),
    }
    for kernel in CANDIDATES if card.is_gpu else ["nested"]:
        what = f"{text(card.half)} on {name}, jagged by {kernel}, against float64"
        made[what] = lambda kernel=kernel: half(card, shape, jagged, right, kernel)
    for dtype in {card.half: None, torch.float16: None}:
        made[f"losses of steps in {text(dtype)} against float32, mean"] = lambda dtype=dtype: drift(card, shape, dtype)
    for dtype in (torch.float32, card.half):
        what = f"losses of steps with --compile against without, {text(dtype)}"
        made[what] = lambda dtype=dtype: compiled(card, shape, dtype)
    made["a resumed run's losses against an uninterrupted run's"] = lambda: resumed(card)
    checks = [check(what, make) for what, make in made.items()]
    return {"checks": checks, "wrong": sum(not check["right"] for check in checks)}


def check(what: str, make: Callable[[], tuple[float, float]]) -> dict[str, Any]:
    """Run a check; `make` returns the difference and its limit. A check that raises an error counts as failed."""
    try:
        difference, most = make()
    except Exception as error:
        traceback.print_exc()
        return {
            "what": f"{what}: {type(error).__name__}: {str(error)[:200]}",
            "difference": 1.0,
            "most": 0.0,
            "right": False,
        }
    return {"what": what, "difference": difference, "most": most, "right": bool(difference <= most)}


def text(dtype: torch.dtype) -> str:
    """The name of a dtype: bfloat16."""
    return str(dtype).removeprefix("torch.")


def gradients_of(model: Bert, batch: collate.Batch, dtype: torch.dtype = torch.float32) -> dict[str, torch.Tensor]:
    """The loss, and the gradient of every weight, as float64 on the CPU."""
    model.zero_grad()
    device = next(model.parameters()).device
    half = dtype in (torch.bfloat16, torch.float16)
    with torch.autocast(device.type, dtype if half else None, enabled=half):
        loss = loss_of(model, batch.to(device))
    scale = FIRST_SCALE if dtype == torch.float16 else 1.0
    (loss * scale).backward()
    found = {name: each.grad.to_dense().double().cpu() / scale for name, each in model.named_parameters()}
    return {"loss": loss.detach().double().cpu(), **found}


def furthest(found: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> float:
    """The largest relative difference between two sets of tensors."""
    return max(float((found[name] - right[name]).norm() / right[name].norm().clamp_min(1e-30)) for name in right)


def single(card: Card, shape: ModelConfig, batch: collate.Batch, right: dict[str, torch.Tensor]) -> tuple[float, float]:
    """Check loss and gradients in float32."""
    return furthest(gradients_of(fresh(shape, card.device), batch), right), MOST_FLOAT32


def half(card: Card, shape: ModelConfig, batch: collate.Batch, right: Any, kernel: str) -> tuple[float, float]:
    """The same in 16 bits, with this implementation of attention."""
    with attending(kernel):
        return furthest(gradients_of(fresh(shape, card.device), batch, card.half), right), MOST_HALF


def padded(card: Card, shape: ModelConfig, rows: Any, right: dict[str, torch.Tensor]) -> tuple[float, float]:
    """Check against `transformers` with the same weights and padded rows."""
    ours = fresh(shape, "cpu")
    theirs = transformers_twin(shape)
    tensors = dict(theirs.named_parameters())
    with torch.no_grad():
        for name, parameter in ours.named_parameters():
            parts = parameter.chunk(len(hugging_face_names(name)))
            for each, part in zip(hugging_face_names(name), parts, strict=True):
                tensors[each].copy_(part)
    theirs = theirs.to(card.device)
    batch = {name: each.to(card.device) for name, each in collate.pad(dictionaries(rows)).items()}
    loss = theirs(**batch).loss
    loss.backward()
    found = {"loss": loss.detach().double().cpu()}
    for name, _ in ours.named_parameters():
        found[name] = torch.cat([tensors[each].grad for each in hugging_face_names(name)]).double().cpu()
    return furthest(found, right), MOST_FLOAT32


def transformers_twin(shape: ModelConfig) -> BertForPreTraining:
    """A model of that shape, with SDPA."""
    names = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
    config = BertConfig(
        **{name: getattr(shape, name) for name in names},
        hidden_dropout_prob=shape.dropout,
        attention_probs_dropout_prob=shape.dropout,
        attn_implementation="sdpa",
    )
    return BertForPreTraining(config)


def losses(
    card: Card, shape: ModelConfig, steps: int, dtype: torch.dtype = torch.float32, compiled: bool = False
) -> np.ndarray:
    """The losses of `steps` updates of a new model, always on the same rows."""
    here = World(0, 1, card.device, dtype)
    model = fresh(shape, card.device)
    if compiled:
        compile_parts(model, dtype)
    learner = Learner(model, TrainSettings(), Schedule(5e-4, 0.1, steps), here)
    batches = [collate.pack(card.rows(32, 64, seed), jagged=card.is_gpu) for seed in range(5)]
    done = [learner.update(learner.step_of([batches[step % 5]], stop=False), step) for step in range(steps)]
    return torch.stack(done)[:, :2].sum(1).double().cpu().numpy()


def drift(card: Card, shape: ModelConfig, dtype: torch.dtype) -> tuple[float, float]:
    """Compare fifty steps in 16 bits and in float32."""
    steps = 5 if card.quick else 50
    whole, half = losses(card, shape, steps), losses(card, shape, steps, dtype)
    far = float(np.mean(abs(half - whole) / whole))
    return far, MOST_DRIFT


def compiled(card: Card, shape: ModelConfig, dtype: torch.dtype) -> tuple[float, float]:
    """Compare steps with and without `--compile`."""
    steps = 2 if card.quick else 20
    plain, faster = losses(card, shape, steps, dtype), losses(card, shape, steps, dtype, compiled=True)
    return float(np.max(abs(faster - plain) / plain)), MOST_FLOAT32 if dtype == torch.float32 else MOST_HALF


def resumed(card: Card) -> tuple[float, float]:
    """Compare a run that was stopped and resumed with one that was not: the losses are bitwise the same."""
    folder = card.folder / "resumed"
    shards = write_shards(folder / "shards", [random_rows(256)], words=vocabulary())
    settings = TrainSettings(steps=12, batch_size=16, log_every=1, save_every=6, device=card.device.type)
    train([shards], str(folder / "whole"), settings, overwrite=True, quiet=True)
    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        before_step(patch, 8, interrupt)
        train([shards], str(folder / "halves"), settings, overwrite=True, quiet=True)
    train([shards], str(folder / "halves"), settings, quiet=True)
    whole, resumed_ = (logged(folder / name / "metrics.jsonl") for name in ("whole", "halves"))
    far = max(abs(resumed_.get(step, np.inf) - loss) for step, loss in whole.items())
    return float(far), 0.0


def logged(path: Any) -> dict[int, float]:
    """The loss of each step."""
    lines = map(json.loads, path.read_text().splitlines())
    return {line["step"]: line["mlm_loss"] + line["nsp_loss"] for line in lines if "mlm_loss" in line}
