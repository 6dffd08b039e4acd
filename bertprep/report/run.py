"""The folders that a report is about, and what is counted in them, once."""

import dataclasses
import json
from functools import cached_property
from pathlib import Path
from typing import Any

from .. import samples, store
from ..errors import StoreError
from ..pipeline.vocabularies import load_vocabulary
from ..store import Manifest
from ..vocabulary import Vocabulary
from . import look

STAGES = {"segment": "sentences", "train-vocab": "vocab", "build-pairs": "pairs", "mask": "shards"}


@dataclasses.dataclass(frozen=True)
class Run:
    """The folders that a report is about, by name: sentences, vocab, pairs, shards, model; not all need be there."""

    folders: dict[str, str]

    @classmethod
    def of(cls, folder: str) -> "Run":
        """The folders of a whole run, or the one folder given. `StoreError` where there is neither."""
        if (Path(folder) / "training.json").is_file():
            return cls({"model": folder})
        below = samples.folders_of(folder)
        if below and not (Path(folder) / store.MANIFEST).is_file():
            return cls(below)
        return cls({STAGES[store.read_manifest(folder).content["stage"]]: folder})

    @cached_property
    def manifests(self) -> dict[str, Manifest]:
        return {name: store.read_manifest(path) for name, path in self.folders.items() if name != "model"}

    @cached_property
    def vocabulary(self) -> Vocabulary | None:
        below = {"shards": "vocab/", "pairs": "vocab/", "vocab": "", "model": ""}
        places = [(self.folders[name], folder) for name, folder in below.items() if name in self.folders]
        return load_vocabulary(*places[0]) if places else None

    @cached_property
    def pair_counts(self) -> look.PairCounts | None:
        if "pairs" not in self.manifests or self.vocabulary is None:
            return None
        return look.look_at_pairs(self.manifests["pairs"], self.vocabulary)

    @cached_property
    def mask_counts(self) -> look.MaskCounts | None:
        if "shards" not in self.manifests or self.vocabulary is None:
            return None
        return look.look_at_shards(self.manifests["shards"], self.vocabulary)

    @cached_property
    def metrics(self) -> list[dict[str, Any]]:
        """The lines of the model's metrics.jsonl."""
        if "model" not in self.folders:
            return []
        path = Path(self.folders["model"]) / "metrics.jsonl"
        try:
            return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        except (OSError, ValueError) as error:
            raise StoreError(f"{path}: cannot be read ({error}); train again with --overwrite") from error
