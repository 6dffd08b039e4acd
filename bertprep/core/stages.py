"""The table of stages: their names, their output folders, and what a reader can rely on in their manifests.

    segment ──▶ sentences ──train-vocab──▶ vocab
                    └──build-pairs──▶ pairs ──mask──▶ shards ──train──▶ model

`clean` reads and writes sentences; its folder is accepted wherever that of `segment` is.

All code that depends on the stage uses this table; a new stage is one package and one entry. Standard library only: the
settings class and the schema are given by name, and imported when first used.
"""

import dataclasses
import importlib
from collections.abc import Callable
from typing import Any

from .fields import Settings

UNKNOWN = "tokens_unknown_"  # prefix of the counters of `build-pairs`: the number of [UNK] per script
MOST_UNKNOWN = 0.01  # the share of [UNK] above which a vocabulary probably does not fit the text


@dataclasses.dataclass(frozen=True)
class Stage:
    """A command of the pipeline and the folder that it makes."""

    name: str  # the command
    folder: str  # its folder's name within a `run`
    settings_class: str  # where its settings are: "package.module:Class"
    version: int = 0  # of its data: raise it when the same input and settings give different bytes
    inputs: tuple[tuple[str, str | None], ...] = ()  # (name, stage that makes it) of each input; the first is the data
    vocabulary: str | None = None  # the vocabulary's place in its folder: "" (the folder itself), "vocab/", or None
    schema: str | None = None  # the function of `core.schema` that maps vocabulary size to columns; None: no rows
    needed_settings: tuple[str, ...] = ()  # settings that readers look up in its manifest; other versions may have more
    counters: tuple[str, ...] = ()  # likewise for counters
    unit: str = ""  # the counter in which its speed is reported
    stands_for: str | None = None  # the stage whose folder it can replace as an input

    @property
    def settings(self) -> type[Settings]:
        """The class of this stage's settings."""
        module, name = self.settings_class.split(":")
        return getattr(importlib.import_module(f"...{module}", __name__), name)

    @property
    def columns(self) -> Callable[[int], Any] | None:
        """Vocabulary size -> Arrow schema of its parts; None for a stage that makes no rows."""
        return getattr(importlib.import_module("..schema", __name__), self.schema) if self.schema else None

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names under which its manifest keeps the digests of its inputs."""
        return tuple(name for name, _ in self.inputs)


SEGMENT = Stage(
    name="segment",
    folder="sentences",
    settings_class="sentences.settings:SegmentSettings",
    version=19,
    inputs=(("corpus", None),),
    schema="sentences",
    needed_settings=("lang", "validation_share"),
    counters=("documents", "documents_of_one_sentence", "sentences", "words"),
    unit="words",
)
CLEAN = Stage(
    name="clean",
    folder="clean",
    settings_class="clean.settings:CleanSettings",
    version=2,
    inputs=(("sentences", "segment"),),
    schema="cleaned",
    needed_settings=("rules", "keep_languages", "repeated_sentences", "near_duplicates"),
    counters=("input_documents", "input_sentences", "input_words", *SEGMENT.counters),
    unit="words",
    stands_for="segment",
)
TRAIN_VOCAB = Stage(
    name="train-vocab",
    folder="vocab",
    settings_class="vocab.settings:VocabSettings",
    version=4,
    inputs=(("sentences", "segment"),),
    vocabulary="",
    needed_settings=("size",),
    counters=("words", "distinct_words", "letters_stripped", "entries"),
    unit="words",
)
BUILD_PAIRS = Stage(
    name="build-pairs",
    folder="pairs",
    settings_class="pairs.settings:PairSettings",
    version=4,
    inputs=(("sentences", "segment"), ("vocabulary", "train-vocab")),
    vocabulary="vocab/",
    schema="pairs",
    needed_settings=("max_length", "pairing", "passes", "seed"),
    counters=(
        "documents_without_pair",
        "tokens",
        "tokens_left_over",
        "tokens_trimmed",
        "tokens_dropped",
        "tokens_in_pairs",
        "pairs",
        "pairs_random",
    ),
    unit="tokens",
)
MASK = Stage(
    name="mask",
    folder="shards",
    settings_class="shards.settings:MaskSettings",
    version=1,
    inputs=(("pairs", "build-pairs"),),
    vocabulary="vocab/",
    schema="examples",
    needed_settings=(
        "strategy",
        "mask_prob",
        "mask_replace_prob",
        "random_replace_prob",
        "max_predictions",
        "copies",
        "seed",
    ),
    counters=(
        "rows",
        "tokens",
        "tokens_ordinary",
        "masked",
        "masked_as_mask",
        "masked_as_random",
        "masked_as_itself",
    ),
    unit="tokens",
)
TRAIN = Stage(
    name="train",
    folder="model",
    settings_class="train.settings:TrainSettings",
    inputs=(("shards", "mask"),),
    vocabulary="",
    unit="tokens",
)

DATA_STAGES = {
    stage.name: stage for stage in (SEGMENT, CLEAN, TRAIN_VOCAB, BUILD_PAIRS, MASK)
}  # those whose folders have a manifest
STAGES = {**DATA_STAGES, TRAIN.name: TRAIN}
