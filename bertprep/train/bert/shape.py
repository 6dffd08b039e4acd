"""Convert `config.json` of a Hugging Face folder to our `ModelConfig` and back; `InputError` if it is not a BERT."""

import difflib
import os
from collections.abc import Mapping
from typing import Any

from ...core.counts import quantity
from ...core.errors import InputError, UsageError
from ...core.records import shown
from ...vocab.vocabulary import Vocabulary
from .model import ACTIVATIONS, ModelConfig

# the defaults of `BertConfig`
BERT_BASE = {
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "attention_probs_dropout_prob": 0.1,
    "max_position_embeddings": 512,
    "type_vocab_size": 2,
    "initializer_range": 0.02,
    "layer_norm_eps": 1e-12,
    "pad_token_id": 0,
}
OURS = {"hidden_dropout_prob": "dropout", "attention_probs_dropout_prob": "attention_dropout"}
ONLY: dict[str, tuple[Any, str]] = {
    "model_type": ("bert", "the model, its losses and its weights' names are BERT's"),
    "position_embedding_type": ("absolute", "positions are added to the words, as published; nothing else is computed"),
    "is_decoder": (False, "both pre-training tasks look at the words on both sides"),
    "add_cross_attention": (False, "there is no second text to attend to"),
    "tie_word_embeddings": (True, "the output projection is the word embeddings, as published"),
    "chunk_size_feed_forward": (0, "the feed-forward layer takes all tokens at once"),
}
# name -> maximum; far above any BERT, but low enough to detect mistakes and malicious values
MOST = {
    "vocab_size": 1 << 24, "hidden_size": 1 << 16, "num_hidden_layers": 1000, "num_attention_heads": 1 << 12,
    "intermediate_size": 1 << 18, "max_position_embeddings": 1 << 20, "type_vocab_size": 1 << 10,
}  # fmt: skip


def shape_of(content: Mapping[str, Any], where: str, dropout: float | None = None) -> ModelConfig:
    """The shape in a config; `dropout` replaces both of its dropout values. `where` is for error messages."""
    for name, (value, reason) in ONLY.items():
        if content.get(name, value) != value:
            raise InputError(f"{where}: {name} is {shown(content[name])}; only {value!r} is supported: {reason}")
    values = {**BERT_BASE, **{name: content[name] for name in ("vocab_size", *BERT_BASE) if name in content}}
    refuse_values(values, where)
    if dropout is not None:
        values |= {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    if values["attention_probs_dropout_prob"] == values["hidden_dropout_prob"]:
        values["attention_probs_dropout_prob"] = None
    return ModelConfig(**{OURS.get(name, name): value for name, value in values.items()})


def refuse_values(values: dict[str, Any], where: str) -> None:
    """Raise `InputError` for a value with which the model cannot be built or trained."""
    for name, most in MOST.items():
        if type(values[name]) is not int or not 1 <= values[name] <= most:
            raise InputError(f"{where}: {name} is {shown(values[name])}; expected a whole number from 1 to {most:,}")
    for name, highest in (("hidden_dropout_prob", 0.99), ("attention_probs_dropout_prob", 0.99)):
        if type(values[name]) not in (int, float) or not 0 <= values[name] <= highest:
            raise InputError(f"{where}: {name} is {shown(values[name])}; expected a number from 0 to {highest}")
    for name in ("initializer_range", "layer_norm_eps"):
        if type(values[name]) is not float or not 0 < values[name] < 1:
            raise InputError(f"{where}: {name} is {shown(values[name])}; expected a number between 0 and 1")
    if values["hidden_act"] not in tuple(ACTIVATIONS):
        raise InputError(
            f"{where}: hidden_act is {shown(values['hidden_act'])}; only {', '.join(ACTIVATIONS)} are supported: "
            "an activation needs its own line in train/bert/model.py"
        )
    hidden, heads = values["hidden_size"], values["num_attention_heads"]
    if hidden % heads:
        raise InputError(f"{where}: hidden_size {hidden} is not divisible by num_attention_heads {heads}")
    if values["type_vocab_size"] < 2:
        raise InputError(
            f"{where}: type_vocab_size is 1; two are needed to tell the first sentence from the second; set "
            "it to 2, and if there are weights, repeat their row of bert.embeddings.token_type_embeddings"
        )
    pad = values["pad_token_id"]
    if pad is not None and type(pad) is not int:
        raise InputError(f"{where}: pad_token_id is {shown(pad)}; expected a whole number")
    if pad is not None and not 0 <= pad < values["vocab_size"]:
        raise InputError(
            f"{where}: pad_token_id is {shown(pad)}, the vocabulary has {quantity(values['vocab_size'], 'entry')}"
        )
    refuse_more_than_memory(values, where)


def parameter_count(values: Mapping[str, int]) -> int:
    """Number of parameters of a BERT with both heads, from the values of a config.json."""
    hidden, wide = values["hidden_size"], values["intermediate_size"]
    rows = values["vocab_size"] + values["max_position_embeddings"] + values["type_vocab_size"]
    layer = 4 * hidden * (hidden + 1) + hidden * (wide + 1) + wide * (hidden + 1) + 4 * hidden
    heads = 2 * hidden * (hidden + 1) + 2 * (hidden + 1) + 2 * hidden + values["vocab_size"]
    return rows * hidden + 2 * hidden + values["num_hidden_layers"] * layer + heads


def refuse_more_than_memory(values: dict[str, Any], where: str) -> None:
    """Raise `InputError` if the weights alone would not fit into the memory of this machine."""
    count, memory = parameter_count(values), memory_bytes()
    if memory is not None and 4 * count > memory:
        sizes = ", ".join(f"{name} {values[name]:,}" for name in MOST)
        raise InputError(
            f"{where}: {sizes} give {quantity(count, 'parameter')}, {4 * count / 1e9:,.0f} GB of weights, and this machine has "
            f"{memory / 1e9:,.0f} GB of memory; lower one of them"
        )


def memory_bytes() -> int | None:
    """Memory of this machine in bytes; None if unknown."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def own_shape(content: Mapping[str, Any], vocabulary: Vocabulary, dropout: float | None) -> ModelConfig:
    """The shape of --model-config, completed with the vocabulary of the shards.

    A larger vocab_size gives spare rows of embeddings, for speed or for later use.
    """
    for name in content:
        near = difflib.get_close_matches(name, [*BERT_BASE, *ONLY, "vocab_size"], 1, cutoff=0.85)
        if near and near[0] != name:
            raise UsageError(f"--model-config: {name!r} is not a field of a BERT config; did you mean {near[0]!r}?")
    size = content.get("vocab_size", vocabulary.size)
    if type(size) is int and size < vocabulary.size:
        raise InputError(
            f"--model-config: vocab_size is {shown(size)}, the vocabulary of the shards has "
            f"{quantity(vocabulary.size, 'entry')}; leave it out, or build the pairs with another --vocab"
        )
    if content.get("pad_token_id", vocabulary.pad_id) != vocabulary.pad_id:
        raise InputError(
            f"--model-config: pad_token_id is {shown(content['pad_token_id'])}, {vocabulary.special_tokens['pad']} of the "
            f"vocabulary has id {vocabulary.pad_id}; leave it out"
        )
    own = {"vocab_size": size, "pad_token_id": vocabulary.pad_id}
    return shape_of({**content, **own}, "--model-config", dropout)


def config_of(config: ModelConfig) -> dict[str, Any]:
    """The content of config.json."""
    values = vars(config).copy()
    dropout, attention = values.pop("dropout"), values.pop("attention_dropout")
    return {
        "architectures": ["BertForPreTraining"],
        "model_type": "bert",
        "hidden_dropout_prob": dropout,
        "attention_probs_dropout_prob": dropout if attention is None else attention,
        "dtype": "float32",
        **values,
    }
