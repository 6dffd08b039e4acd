"""Checkpoints: everything that a run needs to resume.

    MODEL/                       config.json, model.safetensors, tokenizer files (bert/folder.py)
    MODEL/training.json          settings, vocabulary and data of the run; other settings cannot resume it
    MODEL/metrics.jsonl          losses
    MODEL/README.md              the model card
    MODEL/at-words/words-N/      a model folder for each number of --save-at-words
    MODEL/checkpoints/step-N/    the files of a model, and optimizer.safetensors, state.json (states.py)

A checkpoint contains no state of a random generator and no position in the data: both are functions of the step (loop.py).
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from ..core.errors import InputError
from ..vocab.vocabulary import Vocabulary
from .bert.folder import About, max_length_of, read_config, read_model, write_model, write_tensors
from .bert.model import Bert, ModelConfig
from .bert.weights import reading
from .output import AT_WORDS
from .states import Counters, damaged, name_of, read_state, tidy, write_state


def write_checkpoint(
    output: Path,
    counters: Counters,
    model: Bert,
    optimizer: torch.optim.Optimizer,
    vocabulary: Vocabulary,
    about: About,
    keep: int,
) -> None:
    """Save a checkpoint of the last step, then delete old ones (`tidy`)."""
    name = name_of(counters.step)
    temporary, final = output / "checkpoints" / f".{name}.partial", output / "checkpoints" / name
    tidy(output, keep)
    temporary.mkdir(parents=True)
    checksums = write_model(temporary, model, vocabulary, about)
    checksums |= write_tensors(temporary, "optimizer.safetensors", optimizer_tensors(model, optimizer))
    write_state(temporary, counters, checksums)
    if final.exists():
        shutil.rmtree(final)
    os.replace(temporary, final)
    tidy(output, keep)


def write_model_at_words(output: Path, count: int, model: Bert, vocabulary: Vocabulary, about: About) -> None:
    """Write a model folder for a number of training words; appears only when complete."""
    final = output / AT_WORDS / f"words-{count}"
    temporary = final.with_name(f".{final.name}.partial")
    for folder in (temporary, final):
        shutil.rmtree(folder, ignore_errors=True)
    temporary.mkdir(parents=True)
    write_model(temporary, model, vocabulary, about)
    os.replace(temporary, final)


def optimizer_tensors(model: Bert, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """AdamW's two moving averages by parameter; a parameter that never had a gradient has none."""
    return {
        f"{kind}.{name}": optimizer.state[parameter][kind].detach().cpu()
        for name, parameter in model.named_parameters()
        if parameter in optimizer.state
        for kind in ("exp_avg", "exp_avg_sq")
    }


def check_averages(averages: dict[str, Tensor], model: Bert) -> None:
    """Raise `InputError` for averages whose shape differs from their parameter's."""
    for name, parameter in model.named_parameters():
        for kind in ("exp_avg", "exp_avg_sq") if f"exp_avg.{name}" in averages else ():
            found = averages.get(f"{kind}.{name}")
            if found is None or found.shape != parameter.shape or not found.is_floating_point():
                raise InputError(f"optimizer.safetensors lacks {kind}.{name} in the shape {list(parameter.shape)}")


@contextlib.contextmanager
def damage_as_error(folder: Path) -> Iterator[None]:
    """Convert the errors of reading a damaged checkpoint to `StoreError`."""
    try:
        yield
    except (InputError, OSError, ValueError, RuntimeError, MemoryError, safetensors.SafetensorError) as error:
        raise damaged(folder, error) from None


def saved_config(folder: Path, dropout: float | None) -> ModelConfig:
    """The model config of a checkpoint."""
    with damage_as_error(folder):
        return read_config(folder, dropout)


def read_checkpoint(folder: Path, model: Bert, optimizer: torch.optim.Optimizer) -> tuple[Counters, set[str], int]:
    """Load a checkpoint into the model and the optimizer, on their devices.

    Returns its counters, the heads without training (`read_model`), and the maximum length of its tokenizer.
    """
    with damage_as_error(folder):
        counters = read_state(folder)
        read, lacking = read_model(folder)
        model.load_state_dict(read.state_dict())
        with reading(folder / "optimizer.safetensors"):
            averages = safetensors.torch.load_file(folder / "optimizer.safetensors")
        check_averages(averages, model)
        max_length = max_length_of(folder, model.config.max_position_embeddings)
    for name, parameter in model.named_parameters():
        if f"exp_avg.{name}" in averages:
            optimizer.state[parameter] = {
                "step": torch.tensor(float(counters.step - counters.skipped_steps), device=parameter.device),
                "exp_avg": averages[f"exp_avg.{name}"].to(parameter.device),
                "exp_avg_sq": averages[f"exp_avg_sq.{name}"].to(parameter.device),
            }
    return counters, lacking, max_length
