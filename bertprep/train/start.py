"""The initial model of a run: random weights, a Hugging Face folder, or the newest checkpoint of the run itself."""

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

HEADS = {"mlm": "masked-language-model head", "nsp": "next-sentence head"}


@dataclasses.dataclass
class Start:
    """A model before training, and the origin of its weights."""

    model: Bert
    max_length: int  # maximum length of its tokenizer (model_max_length)
    preset: str | None = None  # name of the size, for random weights
    origin: str | None = None  # digest of the weights of --init-from
    saved: Path | None = None  # the checkpoint to resume from; `restore` loads its weights
    new_words: int = 0  # number of embeddings initialized with the mean of others
    oddity: str | None = None  # a warning about the folder of --init-from
    lacking: set[str] = dataclasses.field(default_factory=lambda: {"mlm", "nsp"})  # heads without training

    def restore(self, optimizer: torch.optim.Optimizer) -> Counters:
        """Load weights and optimizer state from the checkpoint, if there is one; returns its counters."""
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
    """The initial model for these settings; `resumed` is the training.json of a run to resume."""
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
    """Add embeddings for the words that the vocabulary of the shards has in addition to the model's; returns their number."""
    new = words_added(own, vocabulary) if own else None
    if not own or not new:
        check_vocabulary(init_from, model, own, vocabulary)
        return 0
    check_vocabulary(init_from, model, own, own)
    begin_with_pieces(model, own, vocabulary, new)
    return len(new)


def unchecked(init_from: str) -> str:
    """A warning for a folder that has weights but no tokenizer."""
    return (
        f"{init_from} has no tokenizer.json or vocab.txt, so its ids cannot be compared with those of the shards; words that "
        "were added to its vocabulary start with the embeddings of the [unusedN] entries; put the files of its published "
        "vocabulary there, and they start as the mean of their pieces"
    )


def untrained_heads(init_from: str, lacking: set[str], with_labels: bool) -> list[str]:
    """Which heads that these rows train begin at random, where the weights of a folder are without them."""
    heads = [HEADS[head] for head in sorted(lacking) if head == "mlm" or with_labels]
    if not heads:
        return []
    told = f"{init_from} has no trained {' and no trained '.join(heads)}: "
    return [told + f"{'it begins' if len(heads) == 1 else 'they begin'} with random weights"]


def refuse_two_shapes(settings: TrainSettings) -> None:
    """Raise `UsageError` if a shape is given together with --init-from, which determines it."""
    for option, given in (("--model-config", settings.model_config), ("--model", settings.model)):
        if given is not None:
            raise UsageError(f"--init-from and {option}: both give the shape of the model; leave out {option}")
    if settings.initialization is not None:
        raise UsageError("--init-from and --initialization: both give the initial weights; leave out --initialization")


def fresh_start(settings: TrainSettings, vocabulary: Vocabulary) -> Start:
    """A model with random weights, of the shape in the settings."""
    name = preset_of(settings)
    model = Bert(fresh_shape(settings, name, vocabulary))
    generator = torch.Generator().manual_seed(randomness.key("init", settings.seed))
    initialise(model, generator)
    if settings.initialization == "mimetic":
        begin_with_likeness(model, generator)
    return Start(model, model.config.max_position_embeddings, name)


def resumed_start(settings: TrainSettings, saved: Path, origin: str | None) -> Start:
    """A model of the shape of a checkpoint, whose weights `restore` loads."""
    model = Bert(checkpoint.saved_config(saved, settings.dropout))
    name = preset_of(settings) if origin is None else None
    return Start(model, model.config.max_position_embeddings, name, origin, saved)


def preset_of(settings: TrainSettings) -> str | None:
    """The name of the size, or None with --model-config."""
    return None if settings.model_config is not None else settings.model or DEFAULT_MODEL


def fresh_shape(settings: TrainSettings, name: str | None, vocabulary: Vocabulary) -> ModelConfig:
    """The shape of --model or --model-config."""
    if name is None:
        return own_shape(settings.model_config or {}, vocabulary, settings.dropout)
    dropout = 0.1 if settings.dropout is None else settings.dropout
    return preset(name, vocabulary.size, vocabulary.pad_id, dropout)
