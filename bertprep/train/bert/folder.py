"""A BERT as a Hugging Face folder: config.json, model.safetensors and tokenizer files.

Folders written here load with `AutoModelForPreTraining`. Any BERT folder with safetensors can be read; `pytorch_model.bin` is
refused, because a pickle can run code.
"""

import dataclasses
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from ... import store
from ...core.errors import InputError
from ...core.records import COUNT
from ...vocab.vocabulary import Vocabulary
from ..checksums import to_json
from ..states import read_json
from .model import Bert, ModelConfig, initialise
from .shape import config_of, shape_of
from .weights import heads_of, read_tensors, weight_files

# our module -> Hugging Face's; {n} is the number of a layer
MODULES = {
    "word_embeddings": "bert.embeddings.word_embeddings",
    "position_embeddings": "bert.embeddings.position_embeddings",
    "segment_embeddings": "bert.embeddings.token_type_embeddings",
    "embedding_norm": "bert.embeddings.LayerNorm",
    "layers.{n}.attention_out": "bert.encoder.layer.{n}.attention.output.dense",
    "layers.{n}.attention_norm": "bert.encoder.layer.{n}.attention.output.LayerNorm",
    "layers.{n}.feed_in": "bert.encoder.layer.{n}.intermediate.dense",
    "layers.{n}.feed_out": "bert.encoder.layer.{n}.output.dense",
    "layers.{n}.feed_norm": "bert.encoder.layer.{n}.output.LayerNorm",
    "pooler": "bert.pooler.dense",
    "nsp": "cls.seq_relationship",
    "mlm_transform": "cls.predictions.transform.dense",
    "mlm_norm": "cls.predictions.transform.LayerNorm",
}
ATTENTION_PARTS = ("query", "key", "value")  # one matrix in our model, three in Hugging Face's
TOKENIZER_CONFIG = "tokenizer_config.json"
HEADS = {"nsp": ("pooler", "nsp"), "mlm": ("mlm_transform", "mlm_norm", "mlm_bias")}


def hugging_face_names(name: str) -> list[str]:
    """The Hugging Face names of one of our parameters: one, or three to concatenate along the first axis."""
    if name == "mlm_bias":
        return ["cls.predictions.bias"]
    module, kind = name.rsplit(".", 1)
    number = re.search(r"\d+", module)
    n = number.group() if number else ""
    if module.endswith("query_key_value"):
        return [f"bert.encoder.layer.{n}.attention.self.{part}.{kind}" for part in ATTENTION_PARTS]
    return [MODULES[module.replace(f".{n}.", ".{n}.") if n else module].replace("{n}", n) + f".{kind}"]


def to_hugging_face(model: Bert) -> dict[str, Tensor]:
    """The parameters under their Hugging Face names, on the CPU; without the tied projection, as in transformers."""
    tensors = {}
    for name, parameter in model.named_parameters():
        names = hugging_face_names(name)
        for theirs, part in zip(names, parameter.detach().cpu().chunk(len(names)), strict=True):
            tensors[theirs] = part.clone()
    return tensors


@dataclasses.dataclass(frozen=True)
class About:
    """What a model folder records besides config and weights."""

    next_sentence_trained: bool = True
    max_length: int | None = None  # maximum length of its tokenizer (model_max_length); None: all positions


def write_model(
    folder: Path,
    model: Bert,
    vocabulary: Vocabulary,
    about: About = About(),
) -> dict[str, str]:
    """Write a Hugging Face model folder; each file is written atomically, the weights last.

    Returns the checksums of the files by name.
    """
    files = vocabulary.files()
    longest = {"model_max_length": about.max_length or model.config.max_position_embeddings}
    files[TOKENIZER_CONFIG] = to_json({**json.loads(files[TOKENIZER_CONFIG]), **longest})
    files["config.json"] = to_json({"next_sentence_trained": about.next_sentence_trained, **config_of(model.config)})
    checksums: dict[str, str] = {}
    for name, data in files.items():
        checksums |= write_file(folder, name, data)
    return checksums | write_tensors(folder, "model.safetensors", to_hugging_face(model))


def write_file(folder: Path, name: str, data: bytes) -> dict[str, str]:
    """Write a file atomically; returns its name and checksum."""
    store.write_file(folder / name, data)
    return {name: store.checksum(data)}


def write_tensors(folder: Path, name: str, tensors: dict[str, Tensor]) -> dict[str, str]:
    """Write tensors as safetensors; returns the file's name and checksum."""
    return write_file(folder, name, safetensors.torch.save(tensors, {"format": "pt"}))


def read_model(folder: str | os.PathLike[str], dropout: float | None = None) -> tuple[Bert, set[str]]:
    """Read a model from any Hugging Face BERT folder; also returns the heads ("mlm", "nsp") that it lacks.

    Missing heads have random weights; a head that was saved but never trained counts as missing. `dropout` replaces that of the
    folder. The model is in float32, on the CPU and in training mode.
    """
    folder = Path(folder)
    config, paths = read_config(folder, dropout), weight_files(folder)
    lacking = refuse_other_shapes(folder, config, heads_of(paths))
    model = Bert(config)
    initialise(model, torch.Generator().manual_seed(0))
    tensors = read_tensors(paths)
    tied = tensors.pop("cls.predictions.decoder.weight", None)
    words = tensors.get("bert.embeddings.word_embeddings.weight")
    if tied is not None and words is not None and not torch.equal(tied, words):
        raise InputError(
            f"{folder}: its output projection is not tied to its word embeddings; such a BERT is not supported"
        )
    for name, parameter in model.state_dict().items():
        if name.split(".")[0] not in modules_of(lacking):
            parameter.copy_(torch.cat([tensors[theirs] for theirs in hugging_face_names(name)]))
            if not torch.isfinite(parameter).all():
                raise InputError(
                    f"{folder}: {hugging_face_names(name)[0]} contains NaN or infinite values; use other weights"
                )
    if not read_json(folder / "config.json").get("next_sentence_trained", True):
        lacking.add("nsp")  # saved, but with its initial weights
    return model, lacking


def refuse_other_shapes(folder: Path, config: ModelConfig, heads: dict[str, list[int]]) -> set[str]:
    """The heads that are missing from weights of these shapes; `InputError` if the shapes do not match `config`.

    Called before memory is allocated, since a wrong config could require any amount.
    """
    lacking = {head for head, modules in HEADS.items() if not has_modules(heads, modules)}
    with torch.device("meta"):
        wanted = Bert(config).state_dict()
    for name, parameter in wanted.items():
        if name.split(".")[0] in modules_of(lacking):
            continue
        names = hugging_face_names(name)
        for theirs in names:
            expected = [parameter.shape[0] // len(names), *parameter.shape[1:]]
            if theirs not in heads:
                raise InputError(
                    f"{folder}: the weights lack {theirs}; expected those of a BERT as config.json describes it"
                )
            if heads[theirs] != expected:
                raise InputError(f"{folder}: {theirs} is {heads[theirs]}, config.json makes it {expected}")
    return lacking


def modules_of(heads: set[str]) -> set[str]:
    return {module for head in heads for module in HEADS[head]}


def has_modules(heads: dict[str, list[int]], modules: tuple[str, ...]) -> bool:
    names = ["mlm_bias" if module == "mlm_bias" else f"{module}.weight" for module in modules]
    return all(hugging_face_names(name)[0] in heads for name in names)


def read_config(folder: Path, dropout: float | None) -> ModelConfig:
    """Read the model config of a folder; `InputError` if it is not a BERT as published."""
    content = read_json(folder / "config.json")
    if "vocab_size" not in content:
        raise InputError(f"{folder / 'config.json'}: lacks 'vocab_size'; expected the config of a BERT")
    return shape_of(content, str(folder / "config.json"), dropout)


def max_length_of(folder: Path, positions: int) -> int:
    """The maximum length of a folder's tokenizer (model_max_length), but at most `positions`."""
    if not (folder / TOKENIZER_CONFIG).is_file():
        return positions
    # `transformers` writes 1e30 for no limit
    length: Any = read_json(folder / TOKENIZER_CONFIG).get("model_max_length")
    return length if COUNT.fits(length) and 0 < length < positions else positions


def weights_digest(folder: str) -> str:
    """A digest of the weights of a Hugging Face folder, independent of its path."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(folder).glob("model*.safetensors")):
        with open(path, "rb") as file:
            while block := file.read(1 << 24):
                digest.update(block)
    return digest.hexdigest()
