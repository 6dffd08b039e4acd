"""The safetensors of a Hugging Face folder: their shapes from their heads alone, then the tensors themselves.

A head may say anything, so what it says is looked at before memory is taken for it. `pytorch_model.bin` is refused,
because reading pickles runs code found in them.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import safetensors
import safetensors.torch
from torch import Tensor

from ...core.errors import InputError

FLOATS = ("F16", "BF16", "F32", "F64")


def weight_files(folder: Path) -> list[Path]:
    """The safetensors of the folder; `InputError` where there are none."""
    paths = sorted(folder.glob("model*.safetensors"))
    if not paths:
        pickles = sorted(folder.glob("pytorch_model*.bin"))
        why = (
            f"{pickles[0].name} is a pickle, and loading one can run code; save it again in transformers with "
            "model.save_pretrained(folder, safe_serialization=True)"
            if pickles
            else "expected a Hugging Face model folder; the models of an unfinished run are in checkpoints/"
        )
        raise InputError(f"{folder}: no model.safetensors; {why}")
    return paths


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """`InputError` where a file is no safetensors: its head says more or other than it holds, or unexpected end."""
    try:
        if not path.is_file():  # a pipe would be waited for
            raise FileNotFoundError("not a plain file")
        yield
    except (safetensors.SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{path}: damaged or not safetensors ({error}); copy or download it again") from None


def heads_of(paths: list[Path]) -> dict[str, list[int]]:
    """The shapes of all weights, under today's names, from the heads of the files alone; what is no float is no weight."""
    shapes: dict[str, list[int]] = {}
    for path in paths:
        with reading(path), safetensors.safe_open(path, "pt") as file:
            parts = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118  it has no other iterator
            shapes |= {todays_name(name): one.get_shape() for name, one in parts.items() if one.get_dtype() in FLOATS}
    return shapes


def read_tensors(paths: list[Path]) -> dict[str, Tensor]:
    """All weights, float32, under today's Hugging Face names."""
    tensors: dict[str, Tensor] = {}
    for path in paths:
        with reading(path):
            tensors.update(safetensors.torch.load_file(path))
    return {todays_name(name): tensor.float() for name, tensor in tensors.items()}


def todays_name(name: str) -> str:
    """Old folders say gamma and beta, and those of a bare BertModel leave out `bert.`."""
    name = name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")
    return f"bert.{name}" if name.startswith(("embeddings.", "encoder.", "pooler.")) else name
