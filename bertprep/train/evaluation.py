"""Evaluate a model on held-out rows: the metrics of `metrics.METRICS`, with baselines (baselines.py)."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from ..core.errors import InputError, StageError
from ..core.stages import MOST_UNKNOWN
from ..vocab.vocabulary import Vocabulary
from .baselines import Baselines
from .bert.folder import read_model
from .bert.model import Bert
from .data.collate import Batch, pack
from .data.dataset import (
    check_lengths,
    check_vocabulary,
    common_vocabulary,
    oddities,
    own_vocabulary,
    why_no_validation,
)
from .data.examples import Examples
from .data.loader import RowBatch
from .data.mixture import shelf_of, sources_of
from .data.shelf import Shelf
from .memory import steady_memory
from .metrics import Sums, computed
from .settings import CacheSettings
from .world import World, world

EVALUATION_ROWS = 64
ROWS_LOOKED_AT = 4096  # rows read at once to count tokens, without a model


def evaluate(
    model_dir: str, shards: list[str], device: str = "auto", cache: CacheSettings | None = None
) -> dict[str, Any]:
    """Evaluate the model of any Hugging Face BERT folder on the validation parts of shard folders.

    Folders may be given with names and weights as for training, but the weights have no effect. Folders in an object store are
    read part by part; `cache` says where parts are kept.

    Returns the metrics of `metrics.METRICS` by name, with NAME_interval if they have a 95% interval (None without masked tokens,
    or without labels or that head), and their baselines (None without training parts); rows, masked_tokens, and unknown_share,
    the share of [UNK] among the tokens of the text; warnings, in words.
    """
    with shelf_of(shards, cache, slab_rows=0) as shelf:
        return _measured(model_dir, [source.folder for source in sources_of(shards)], device, shelf)


def _measured(model_dir: str, shards: list[str], device: str, shelf: Shelf[RowBatch] | None) -> dict[str, Any]:
    vocabulary = common_vocabulary(shards)
    training, validation = (Examples(shards, split, vocabulary, shelf) for split in ("train", "validation"))
    if not len(validation):
        raise InputError(f"{', '.join(shards)}: no validation rows: {why_no_validation(shards)}")
    model, lacking = model_to_measure(model_dir, vocabulary, validation)
    baselines = Baselines(training, validation, vocabulary)
    with world(device) as here, steady_memory(here):
        try:
            measured = evaluate_model(model.to(here.device), here, baselines, "nsp" not in lacking)
        except StageError as error:
            raise StageError(f"{model_dir}: {error.told(resumes=False)}; its weights overflow float32") from None
    unknown, warnings = unknown_share(validation, vocabulary), oddities(model, vocabulary)
    if "nsp" in lacking and validation.has_labels():
        warnings.append(f"{model_dir} has no trained next-sentence head, so only masked words are evaluated")
    if unknown > MOST_UNKNOWN:
        warnings.append(
            f"{unknown:.1%} of the tokens are {vocabulary.special_tokens['unk']}: the vocabulary does not fit this text, and the "
            "figures mean little"
        )
    return {**measured, "unknown_share": unknown, "warnings": warnings}


def model_to_measure(model_dir: str, vocabulary: Vocabulary, *splits: Examples) -> tuple[Bert, set[str]]:
    """Read a model and check that it fits these rows; also returns the heads that it lacks (at most "nsp")."""
    model, lacking = read_model(model_dir)
    if "mlm" in lacking:
        raise InputError(
            f"{model_dir}: has no masked-language-model head; expected BertForPreTraining or BertForMaskedLM"
        )
    check_vocabulary(model_dir, model, own_vocabulary(model_dir), vocabulary)
    model.tokens = vocabulary.size
    check_lengths(model, *splits)
    return model, lacking


def evaluate_model(
    model: Bert, here: World, baselines: Baselines, with_nsp: bool = True, rows_N: np.ndarray | None = None
) -> dict[str, Any]:
    """Evaluate a model in memory on the held-out rows of the baselines, or on those at `rows_N`.

    The rows are divided among the processes. `StageError` if a loss is NaN or infinite.
    """
    examples, was_training = baselines.validation, model.training
    rows_N = np.arange(len(examples)) if rows_N is None else rows_N
    model.eval()
    waiting, counts = list[torch.Tensor](), np.zeros(3)  # results stay on the GPU until the last batch is submitted
    for batch in batches(examples, rows_N, here):
        with torch.no_grad(), here.precision():
            waiting.append(torch.stack([value.float() for value in model(batch.to(here.device))]))
        counts += (batch.masked, batch.labelled, baselines.characters_V[batch.targets_M.numpy()].sum())
    model.train(was_training)
    losses = sum((each.double().numpy() for each in map(torch.Tensor.cpu, waiting)), np.zeros(4))
    added = Sums(*here.add_up(torch.from_numpy(np.concatenate([losses, counts]))).tolist())
    added = added if with_nsp else added._replace(labelled=0)
    if not math.isfinite(added.mlm) or (added.labelled and not math.isfinite(added.nsp)):
        raise StageError("the loss on the held-out rows is NaN or infinite")
    return {
        **computed(added),
        **baselines.figures,
        "rows": len(rows_N),
        "masked_tokens": int(added.masked),
    }


def batches(examples: Examples, rows_N: np.ndarray, here: World) -> Iterator[Batch]:
    """Yield this process's share of the rows, in order."""
    for start in range(here.rank * EVALUATION_ROWS, len(rows_N), here.size * EVALUATION_ROWS):
        yield pack(examples.take(rows_N[start : start + EVALUATION_ROWS]), here.device.type == "cuda")


def unknown_share(examples: Examples, vocabulary: Vocabulary) -> float:
    """The share of [UNK] among the tokens of the text."""
    unknown, total = 0, 0
    for start in range(0, len(examples), ROWS_LOOKED_AT):
        ids = examples.take(np.arange(start, min(start + ROWS_LOOKED_AT, len(examples)))).ids
        unknown += int((ids == vocabulary.unk_id).sum())
        total += len(ids) - int(np.isin(ids, vocabulary.layout.ids).sum())
    return unknown / max(total, 1)
