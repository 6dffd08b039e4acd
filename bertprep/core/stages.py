"""The one table of stages: what each is called, where its output goes, and what a reader may rely on in its manifest.

    segment ──▶ sentences ──train-vocab──▶ vocab
                    └──build-pairs──▶ pairs ──mask──▶ shards ──train──▶ model

`clean` makes sentences of sentences, and its folder is read wherever that of `segment` is.

Everything that depends on the stage asks here; a new stage is a package of its own and an entry. Standard library only:
the settings and the schema are named, and imported when they are first asked for.
"""

import dataclasses
import importlib
from collections.abc import Callable
from typing import Any

from .fields import Settings

UNKNOWN = "tokens_unknown_"  # begins the counters of `build-pairs` that tell how many tokens of a script are [UNK]
MOST_UNKNOWN = 0.01  # the share of [UNK] above which a vocabulary probably does not fit the text


@dataclasses.dataclass(frozen=True)
class Stage:
    """One command of the road, and the folder that it makes."""

    name: str  # the command
    folder: str  # what its folder is called within a run
    settings_class: str  # where its settings are: "package.module:Class"
    version: int = 0  # of its data: raise it when the same input and settings give other bytes
    inputs: tuple[tuple[str, str | None], ...] = ()  # what it is made from, and by which stage; the first is the data
    vocabulary: str | None = None  # where its folder keeps a vocabulary: "" (it is one), "vocab/", or nowhere
    schema: str | None = None  # the function of `core.schema` that gives its columns by vocabulary size; None: no rows
    needed_settings: tuple[str, ...] = ()  # what readers ask a manifest for; older and newer ones may hold more
    counters: tuple[str, ...] = ()  # likewise
    unit: str = ""  # the counter in which its speed is told
    stands_for: str | None = None  # the stage in whose place its folder is read

    @property
    def settings(self) -> type[Settings]:
        """The settings that a folder of this stage was made with."""
        module, name = self.settings_class.split(":")
        return getattr(importlib.import_module(f"...{module}", __name__), name)

    @property
    def columns(self) -> Callable[[int], Any] | None:
        """Vocabulary size -> Arrow schema of its parts; None where it makes no rows."""
        return getattr(importlib.import_module("..schema", __name__), self.schema) if self.schema else None

    @property
    def input_names(self) -> tuple[str, ...]:
        """Under which names its manifest keeps the digests of what it was made from."""
        return tuple(name for name, _ in self.inputs)


SEGMENT = Stage(
    name="segment",
    folder="sentences",
    settings_class="sentences.settings:SegmentSettings",
    version=17,
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
