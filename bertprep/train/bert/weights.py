"""Read the safetensors of a Hugging Face folder: first the shapes from the headers, then the tensors.

A header may contain anything, so it is checked before memory is allocated. `pytorch_model.bin` is refused, because a pickle can
run code.
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
    """The safetensors files of a folder; `InputError` if there are none."""
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
    """Convert the errors of reading a damaged safetensors file to `InputError`."""
    try:
        if not path.is_file():  # opening a pipe would block
            raise FileNotFoundError("not a plain file")
        yield
    except (safetensors.SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{path}: damaged or not safetensors ({error}); copy or download it again") from None


def heads_of(paths: list[Path]) -> dict[str, list[int]]:
    """The shapes of all weights by current name, from the headers of the files; tensors that are not floats are ignored."""
    shapes: dict[str, list[int]] = {}
    for path in paths:
        with reading(path), safetensors.safe_open(path, "pt") as file:
            parts = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118  it has no other iterator
            shapes |= {todays_name(name): one.get_shape() for name, one in parts.items() if one.get_dtype() in FLOATS}
    return shapes


def read_tensors(paths: list[Path]) -> dict[str, Tensor]:
    """All weights, float32, by current Hugging Face name."""
    tensors: dict[str, Tensor] = {}
    for path in paths:
        with reading(path):
            tensors.update(safetensors.torch.load_file(path))
    return {todays_name(name): tensor.float() for name, tensor in tensors.items()}


def todays_name(name: str) -> str:
    """The current name of a tensor: old folders use gamma and beta, and folders of a bare BertModel omit `bert.`."""
    name = name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")
    return f"bert.{name}" if name.startswith(("embeddings.", "encoder.", "pooler.")) else name
