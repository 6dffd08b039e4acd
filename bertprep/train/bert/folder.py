"""A BERT as a Hugging Face folder: config.json, model.safetensors and the files of its tokenizer.

What is written loads with `AutoModelForPreTraining`. Any folder of a BERT with safetensors is read; `pytorch_model.bin` is
refused, because reading pickles runs code found in them.
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
ATTENTION_PARTS = ("query", "key", "value")  # one matrix here, three there
TOKENIZER_CONFIG = "tokenizer_config.json"
HEADS = {"nsp": ("pooler", "nsp"), "mlm": ("mlm_transform", "mlm_norm", "mlm_bias")}


def hugging_face_names(name: str) -> list[str]:
    """The Hugging Face names of a parameter of ours: one, or three to be joined along the first axis."""
    if name == "mlm_bias":
        return ["cls.predictions.bias"]
    module, kind = name.rsplit(".", 1)
    number = re.search(r"\d+", module)
    n = number.group() if number else ""
    if module.endswith("query_key_value"):
        return [f"bert.encoder.layer.{n}.attention.self.{part}.{kind}" for part in ATTENTION_PARTS]
    return [MODULES[module.replace(f".{n}.", ".{n}.") if n else module].replace("{n}", n) + f".{kind}"]


def to_hugging_face(model: Bert) -> dict[str, Tensor]:
    """The parameters under their Hugging Face names, on the CPU; the tied projection is left out, as they do."""
    tensors = {}
    for name, parameter in model.named_parameters():
        names = hugging_face_names(name)
        for theirs, part in zip(names, parameter.detach().cpu().chunk(len(names)), strict=True):
            tensors[theirs] = part.clone()
    return tensors


@dataclasses.dataclass(frozen=True)
class About:
    """What a model folder tells besides the shape and the weights."""

    next_sentence_trained: bool = True
    max_length: int | None = None  # what its tokenizer cuts texts to, if it is to cut them; None: all positions


def write_model(
    folder: Path,
    model: Bert,
    vocabulary: Vocabulary,
    about: About = About(),
) -> dict[str, str]:
    """Make `folder` a Hugging Face model folder; the weights come last, each file is whole or not there.

    Returns the checksum of each file by its name.
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
    """Write a file, whole or not there; its name and checksum."""
    store.write_file(folder / name, data)
    return {name: store.checksum(data)}


def write_tensors(folder: Path, name: str, tensors: dict[str, Tensor]) -> dict[str, str]:
    """Write tensors; the file's name and checksum."""
    return write_file(folder, name, safetensors.torch.save(tensors, {"format": "pt"}))


def read_model(folder: str | os.PathLike[str], dropout: float | None = None) -> tuple[Bert, set[str]]:
    """A model from any Hugging Face folder of a BERT, and which heads ("mlm", "nsp") it lacks; those are fresh.

    A head that was saved but never trained counts as lacking. `dropout` replaces what the folder says. The model is in
    float32, on the CPU and in training mode.
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
        lacking.add("nsp")  # there, but as it was drawn
    return model, lacking


def refuse_other_shapes(folder: Path, config: ModelConfig, heads: dict[str, list[int]]) -> set[str]:
    """Which heads of the model weights of these shapes lack; `InputError` for weights of another model than `config`'s.

    It comes before any memory is taken: a config alone may ask for any amount.
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
    """The shape of the model in the folder; refuses what is not a BERT as published."""
    content = read_json(folder / "config.json")
    if "vocab_size" not in content:
        raise InputError(f"{folder / 'config.json'}: lacks 'vocab_size'; expected the config of a BERT")
    return shape_of(content, str(folder / "config.json"), dropout)


def max_length_of(folder: Path, positions: int) -> int:
    """The most tokens that the tokenizer of a folder says the model takes; `positions` where it says none or more."""
    if not (folder / TOKENIZER_CONFIG).is_file():
        return positions
    told: Any = read_json(folder / TOKENIZER_CONFIG).get("model_max_length")  # `transformers` writes 1e30 for none
    return told if COUNT.fits(told) and 0 < told < positions else positions


def weights_digest(folder: str) -> str:
    """Names the weights of a Hugging Face folder, wherever it lies."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(folder).glob("model*.safetensors")):
        with open(path, "rb") as file:
            while block := file.read(1 << 24):
                digest.update(block)
    return digest.hexdigest()
