"""The stages by name, and where the settings of each are."""

import importlib

from .fields import Settings

SETTINGS = {
    "segment": "sentences.settings:SegmentSettings",
    "train-vocab": "vocab.settings:VocabSettings",
    "build-pairs": "pairs.settings:PairSettings",
    "mask": "shards.settings:MaskSettings",
    "train": "train.settings:TrainSettings",
}


def settings_of(stage: str) -> type[Settings]:
    """The settings that a folder of this stage was made with."""
    module, name = SETTINGS[stage].split(":")
    return getattr(importlib.import_module(f"...{module}", __name__), name)
