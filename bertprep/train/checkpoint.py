"""Models as Hugging Face folders, and training states that a killed run goes on from.

    MODEL/                       config.json, model.safetensors, tokenizer files: `AutoModelForPreTraining` loads it
    MODEL/training.json          settings, vocabulary and data of the run; `--resume` refuses another
    MODEL/metrics.jsonl          losses
    MODEL/README.md              the model card
    MODEL/checkpoints/step-N/    the same files as above, and optimizer.safetensors, state.json

A checkpoint is written under a temporary name, synced and renamed, so it is whole or not there. It holds no state of a
random generator and no position in the data: both are functions of the step (loop.py). Any Hugging Face folder of a
BERT with safetensors is read; `pytorch_model.bin` is refused, because reading pickles runs code found in them.
"""

import hashlib
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from .. import store
from ..core.errors import InputError, StoreError
from ..core.records import COUNT, NUMBER, TABLE, local_bytes, optional, parsed, wrong
from ..vocab.vocabulary import Vocabulary
from .bert.model import Bert, ModelConfig, initialise
from .bert.shape import config_of, shape_of
from .bert.weights import heads_of, read_tensors, reading, weight_files
from .history import wrong_figures

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


def write_model(folder: Path, model: Bert, vocabulary: Vocabulary, next_sentence_trained: bool = True) -> None:
    """Make `folder` a Hugging Face model folder; the weights come last, each file is whole or not there."""
    for file_name, data in vocabulary.files().items():
        store.write_file(folder / file_name, data)
    config = {"next_sentence_trained": next_sentence_trained, **config_of(model.config)}
    write_json(folder / "config.json", config)
    write_tensors(folder / "model.safetensors", to_hugging_face(model))


def write_json(path: Path, content: dict[str, Any]) -> None:
    store.write_file(path, (json.dumps(content, indent=2) + "\n").encode())


def write_tensors(path: Path, tensors: dict[str, Tensor]) -> None:
    store.write_file(path, safetensors.torch.save(tensors, {"format": "pt"}))


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
                raise InputError(f"{folder}: {hugging_face_names(name)[0]} holds what is no number; take other weights")
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


def weights_digest(folder: str) -> str:
    """Names the weights of a Hugging Face folder, wherever it lies."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(folder).glob("model*.safetensors")):
        with open(path, "rb") as file:
            while block := file.read(1 << 24):
                digest.update(block)
    return digest.hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    try:
        content = parsed(local_bytes(path))
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{path}: no such file; expected a Hugging Face model folder") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    except ValueError as error:
        raise InputError(f"{path}: not JSON ({error})") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: expected a JSON object, found {type(content).__name__}")
    return content


def write_checkpoint(
    output: Path,
    state: dict[str, Any],
    model: Bert,
    optimizer: torch.optim.Optimizer,
    vocabulary: Vocabulary,
    keep: int,
) -> None:
    """Save everything that step `state["step"]` ended with, then `tidy`."""
    name = name_of(state["step"])
    temporary, final = output / "checkpoints" / f".{name}.partial", output / "checkpoints" / name
    tidy(output, keep)
    temporary.mkdir(parents=True)
    write_model(temporary, model, vocabulary, state["labelled"] > 0)
    write_tensors(temporary / "optimizer.safetensors", optimizer_tensors(model, optimizer))
    write_json(temporary / "state.json", state)
    if final.exists():
        shutil.rmtree(final)
    os.replace(temporary, final)
    tidy(output, keep)


def tidy(output: Path, keep: int) -> None:
    """Delete all checkpoints but the newest `keep`, and what a crash left of others, be it in writing or in deleting."""
    kept = checkpoints(output)[-keep:]
    for folder in [*output.glob("checkpoints/.*.partial"), *output.glob("checkpoints/step-*")]:
        if folder not in kept:
            shutil.rmtree(folder)


def name_of(step: int) -> str:
    """Of the folder of a step."""
    return f"step-{step:06d}"


def checkpoints(output: Path) -> list[Path]:
    """The saved training states, oldest first."""
    found = [path.parent for path in output.glob("checkpoints/step-*/state.json")]
    found = [folder for folder in found if folder.name.removeprefix("step-").isdecimal()]
    return sorted(found, key=lambda folder: int(folder.name.removeprefix("step-")))


def last_saved(output: Path) -> str:
    """What an error can point at."""
    found = checkpoints(output)
    return f"the last good state is {found[-1]}" if found else "nothing was saved before it (--save-every)"


def optimizer_tensors(model: Bert, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """AdamW's two averages by parameter; a parameter that never had a gradient has none."""
    return {
        f"{kind}.{name}": optimizer.state[parameter][kind].detach().cpu()
        for name, parameter in model.named_parameters()
        if parameter in optimizer.state
        for kind in ("exp_avg", "exp_avg_sq")
    }


STATE = {
    **dict.fromkeys(("step", "rows", "tokens", "masked", "labelled"), COUNT),
    **dict.fromkeys(("words", "flops", "seconds"), NUMBER),
    **dict.fromkeys(("first_loss", "last_loss"), optional(NUMBER)),
    "validation_before": optional(TABLE),
}


def read_state(path: Path) -> dict[str, Any]:
    """state.json of a checkpoint; `InputError` when a count in it is none, or it is of another step than its folder."""
    state = read_json(path)
    problem = wrong(state, STATE, ("step", "rows", "tokens", "masked", "labelled"))
    problem = problem or wrong_figures(state.get("validation_before"), "validation_before.")
    if not problem and name_of(state["step"]) != path.parent.name:
        problem = f"step is {state['step']}, and the folder is {path.parent.name}"
    if problem:
        raise InputError(f"{path}: {problem}")
    return state


def check_averages(averages: dict[str, Tensor], model: Bert) -> None:
    """Refuse averages that are not of the shape of their parameter."""
    for name, parameter in model.named_parameters():
        for kind in ("exp_avg", "exp_avg_sq") if f"exp_avg.{name}" in averages else ():
            found = averages.get(f"{kind}.{name}")
            if found is None or found.shape != parameter.shape or not found.is_floating_point():
                raise InputError(f"optimizer.safetensors lacks {kind}.{name} in the shape {list(parameter.shape)}")


def read_checkpoint(folder: Path, model: Bert, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Put a saved training state into the model and the optimizer, where they are; returns its state.json."""
    try:
        state = read_state(folder / "state.json")
        model.load_state_dict(read_model(folder)[0].state_dict())
        with reading(folder / "optimizer.safetensors"):
            averages = safetensors.torch.load_file(folder / "optimizer.safetensors")
        check_averages(averages, model)
    except (InputError, OSError, ValueError, RuntimeError, MemoryError, safetensors.SafetensorError) as error:
        raise StoreError(
            f"{folder}: a damaged training state ({error}); delete it, and --resume goes on from the one before"
        ) from None
    for name, parameter in model.named_parameters():
        if f"exp_avg.{name}" in averages:
            optimizer.state[parameter] = {
                "step": torch.tensor(float(state["step"]), device=parameter.device),
                "exp_avg": averages[f"exp_avg.{name}"].to(parameter.device),
                "exp_avg_sq": averages[f"exp_avg_sq.{name}"].to(parameter.device),
            }
    return state
