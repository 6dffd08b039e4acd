"""The folders of a report, and their counts, computed once."""

import dataclasses
from functools import cached_property
from typing import Any

from .. import store
from ..core.stages import CLEAN, DATA_STAGES, SEGMENT, STAGES
from ..store import Manifest
from ..train.history import MODEL, read_metrics, read_training, summary_of
from ..vocab.loading import load_vocabulary
from ..vocab.vocabulary import Vocabulary
from . import decoding, distributions


@dataclasses.dataclass(frozen=True)
class RunFolders:
    """The folders of a report, by name: sentences, clean, vocab, pairs, shards, model; some may be missing."""

    folders: dict[str, str]

    @classmethod
    def of(cls, folder: str) -> "RunFolders":
        """The folders of a whole run, or the one folder given. `StoreError` if it is neither."""
        if decoding.holds(folder, MODEL):
            return cls({"model": folder})
        if decoding.is_whole_run(folder):
            return cls(decoding.folders_of(folder))
        return cls({DATA_STAGES[store.read_manifest(folder).stage].folder: folder})

    @cached_property
    def manifests(self) -> dict[str, Manifest]:
        return {name: store.read_manifest(path) for name, path in self.folders.items() if name != "model"}

    @property
    def text(self) -> str:
        """The name of the folder from whose sentences the vocabulary and the pairs are made."""
        return CLEAN.folder if CLEAN.folder in self.folders else SEGMENT.folder

    @cached_property
    def vocabulary(self) -> Vocabulary | None:
        below = {stage.folder: stage.vocabulary for stage in STAGES.values()}
        nearest = [name for name in ("shards", "pairs", "vocab", "model") if name in self.folders]
        places = [(self.folders[name], below[name] or "") for name in nearest]
        return load_vocabulary(*places[0]) if places else None

    @cached_property
    def pair_counts(self) -> distributions.PairCounts | None:
        if "pairs" not in self.manifests or self.vocabulary is None:
            return None
        return distributions.look_at_pairs(self.manifests["pairs"], self.vocabulary)

    @cached_property
    def mask_counts(self) -> distributions.MaskCounts | None:
        if "shards" not in self.manifests or self.vocabulary is None:
            return None
        return distributions.look_at_shards(self.manifests["shards"], self.vocabulary)

    @cached_property
    def metrics(self) -> list[dict[str, Any]]:
        """The lines of the model's metrics.jsonl."""
        return read_metrics(self.folders["model"]) if "model" in self.folders else []

    @property
    def summary(self) -> dict[str, Any]:
        """The summary of the last training; empty if it has not finished."""
        return summary_of(self.metrics)

    @cached_property
    def training(self) -> dict[str, Any]:
        """The content of the model's training.json: settings and data."""
        return read_training(self.folders["model"])
