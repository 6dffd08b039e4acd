"""The model that a run begins with: fresh, of a Hugging Face folder, or of the run's own newest training state."""

import dataclasses
from pathlib import Path
from typing import Any

import torch

from ..core import randomness
from ..core.errors import StoreError, UsageError
from ..vocab.compare import words_added
from ..vocab.vocabulary import Vocabulary
from . import checkpoint, states
from .bert.folder import max_length_of, read_model, weights_digest
from .bert.mimetic import begin_with_likeness
from .bert.model import Bert, ModelConfig, initialise, preset
from .bert.new_words import begin_with_pieces
from .bert.shape import own_shape
from .branch import Branch
from .data.dataset import check_vocabulary, own_vocabulary
from .settings import DEFAULT_MODEL, TrainSettings
from .states import Counters


@dataclasses.dataclass
class Start:
    """A model before it is trained, and what is known of its weights."""

    model: Bert
    max_length: int  # what its tokenizer cuts texts to, if it is to cut them
    preset: str | None = None  # the size by name, of fresh weights
    origin: str | None = None  # the digest of the weights of another folder that it began with
    saved: Path | None = None  # the training state to resume from; its weights are taken by `restore`
    new_words: int = 0  # how many of its embeddings begin as the mean of others
    oddity: str | None = None  # what of the folder that it began with is probably not as meant
    lacking: set[str] = dataclasses.field(default_factory=lambda: {"mlm", "nsp"})  # heads that had no training

    def restore(self, optimizer: torch.optim.Optimizer) -> Counters:
        """Take weights and averages from the training state, if there is one; how far it had come."""
        if self.saved is None:
            return Counters()
        counters, self.lacking, self.max_length = checkpoint.read_checkpoint(self.saved, self.model, optimizer)
        return counters


def start_of(
    settings: TrainSettings,
    vocabulary: Vocabulary,
    output: Path,
    init_from: str | None = None,
    resumed: dict[str, Any] | None = None,
    branch: Branch | None = None,
) -> Start:
    """The model for these settings; `resumed` is what training.json says of the run that is resumed."""
    if init_from is not None:
        refuse_two_shapes(settings)
    saved = states.saved(output)[-1] if resumed and states.saved(output) else None
    if branch and saved is None:
        saved, resumed = branch.checkpoint, branch.training
    origin = weights_digest(init_from) if init_from else (resumed or {}).get("init_from")
    if saved is not None:
        return resumed_start(settings, saved, origin)
    if init_from is not None:
        model, lacking = read_model(init_from, settings.dropout)
        own = own_vocabulary(init_from)
        new_words = fit_vocabulary(init_from, model, own, vocabulary)
        max_length = max_length_of(Path(init_from), model.config.max_position_embeddings)
        return Start(
            model,
            max_length,
            origin=origin,
            new_words=new_words,
            oddity=None if own else unchecked(init_from),
            lacking=lacking,
        )
    if origin is not None:
        raise StoreError(
            f"{output}: its run ended before its first checkpoint, so the initial weights are needed; give them "
            "with --init-from, or start again with --overwrite"
        )
    return fresh_start(settings, vocabulary)


def fit_vocabulary(init_from: str, model: Bert, own: Vocabulary | None, vocabulary: Vocabulary) -> int:
    """Give the model rows for the words that the vocabulary of the shards has more than its own, and say how many."""
    new = words_added(own, vocabulary) if own else None
    if not own or not new:
        check_vocabulary(init_from, model, own, vocabulary)
        return 0
    check_vocabulary(init_from, model, own, own)
    begin_with_pieces(model, own, vocabulary, new)
    return len(new)


def unchecked(init_from: str) -> str:
    """What is not known of a folder that has weights and no tokenizer."""
    return (
        f"{init_from} has no tokenizer.json or vocab.txt, so its ids cannot be compared with those of the shards; words that "
        "were added to its vocabulary start with the embeddings of the [unusedN] entries; put the files of its published "
        "vocabulary there, and they start as the mean of their pieces"
    )


def refuse_two_shapes(settings: TrainSettings) -> None:
    """`UsageError` for a shape beside weights, which have theirs."""
    for option, given in (("--model-config", settings.model_config), ("--model", settings.model)):
        if given is not None:
            raise UsageError(f"--init-from and {option}: both give the shape of the model; leave out {option}")
    if settings.initialization is not None:
        raise UsageError("--init-from and --initialization: both give the initial weights; leave out --initialization")


def fresh_start(settings: TrainSettings, vocabulary: Vocabulary) -> Start:
    """A model of random weights, of the shape asked for."""
    name = preset_of(settings)
    model = Bert(fresh_shape(settings, name, vocabulary))
    generator = torch.Generator().manual_seed(randomness.key("init", settings.seed))
    initialise(model, generator)
    if settings.initialization == "mimetic":
        begin_with_likeness(model, generator)
    return Start(model, model.config.max_position_embeddings, name)


def resumed_start(settings: TrainSettings, saved: Path, origin: str | None) -> Start:
    """A model of the shape of a training state, to be filled by `restore`."""
    model = Bert(checkpoint.saved_config(saved, settings.dropout))
    name = preset_of(settings) if origin is None else None
    return Start(model, model.config.max_position_embeddings, name, origin, saved)


def preset_of(settings: TrainSettings) -> str | None:
    """The size by name, or None for a shape of its own."""
    return None if settings.model_config is not None else settings.model or DEFAULT_MODEL


def fresh_shape(settings: TrainSettings, name: str | None, vocabulary: Vocabulary) -> ModelConfig:
    """That of --model or --model-config."""
    if name is None:
        return own_shape(settings.model_config or {}, vocabulary, settings.dropout)
    dropout = 0.1 if settings.dropout is None else settings.dropout
    return preset(name, vocabulary.size, vocabulary.pad_id, dropout)
