"""List the outputs in a folder, such as that of a run: each folder, whether it is complete, and what it was made from."""

import dataclasses
from typing import Any

from .. import store
from ..core.counts import quantity
from ..core.errors import BertprepError, StoreError
from ..core.places import folders_beside
from ..core.stages import DATA_STAGES, STAGES, TRAIN_VOCAB
from ..store import Manifest
from ..train.history import METRICS, MODEL, read_metrics, read_training, summary_of
from ..vocab.loading import load_vocabulary
from . import decoding

ORDER = list(STAGES)
RUN = "run"  # used as the stage of a folder that contains the folders of a run


@dataclasses.dataclass(frozen=True)
class Held:
    """One output folder."""

    name: str
    path: str
    stage: str  # the command that made it, or "run"
    state: str  # "finished", or why not
    rows: int | None = None
    bytes: int | None = None
    made_from: str = ""

    @property
    def finished(self) -> bool:
        return self.state == "finished"


def outputs_in(folder: str) -> list[Held]:
    """The outputs directly in a folder, in the order of the stages; empty if there are none.

    The unfinished output of a stage, without a manifest, is listed itself, not the vocabulary in it.
    """
    if not decoding.holds(folder, store.MANIFEST) and (stage := stage_of(folder, "")):
        return [Held(name_of(folder), folder, stage, "not finished")]
    paths = [str(path) for path in folders_beside(store.join(folder, "any"))]
    manifests = {path: manifest for path in paths if (manifest := _manifest(path))}
    names = {manifest.digest: name_of(path) for path, manifest in manifests.items()}
    vocabularies = [path for path, manifest in manifests.items() if manifest.stage == TRAIN_VOCAB.name]
    names |= {load_vocabulary(path).digest: name_of(path) for path in vocabularies}  # pairs record this digest
    found = [held for path in paths if (held := _held(path, manifests.get(path), names))]
    return sorted(found, key=lambda held: (ORDER.index(held.stage) if held.stage in ORDER else -1, held.name))


def name_of(path: str) -> str:
    """The last part of a path or a URI."""
    return path.rstrip("/").rpartition("/")[2]


def _manifest(path: str) -> Manifest | None:
    try:
        return store.read_manifest(path)
    except BertprepError:
        return None


def _held(path: str, manifest: Manifest | None, names: dict[str, str]) -> Held | None:
    name = name_of(path)
    if manifest:
        inputs = [names.get(digest, f"{what} {digest[:12]}") for what, digest in manifest.content["inputs"].items()]
        rows = sum(part.get("rows", 0) for part in manifest.content["parts"]) or None
        return Held(name, path, manifest.stage, "finished", rows, manifest.bytes, ", ".join(inputs))
    if decoding.holds(path, MODEL):
        return _model(name, path, names)
    if decoding.holds(path, store.MANIFEST):
        return Held(name, path, stage_of(path, name) or "unknown", f"damaged: {_problem(path)}")
    if below := decoding.folders_of(path):
        return Held(name, path, RUN, f"a run: {', '.join(below)}")
    stage = stage_of(path, name)
    return Held(name, path, stage, "not finished") if stage else None


def _problem(path: str) -> str:
    try:
        store.read_manifest(path)
    except StoreError as error:
        return str(error)
    return ""


def stage_of(path: str, name: str) -> str:
    """The stage of an incomplete folder: from its first part, else from its name if it contains files of bertprep."""
    files = store.own_files(store.folder_at(path))
    first = next((each for each in files if each.endswith(".arrow")), None)
    record = store.read_record(store.join(path, first)) if first else None
    stage = record.get("stage") if record else next((each.name for each in STAGES.values() if each.folder == name), "")
    return str(stage) if files and stage in DATA_STAGES else ""


def _model(name: str, path: str, names: dict[str, str]) -> Held:
    """The entry of a model folder; its state includes the steps if training has not finished."""
    try:
        training: dict[str, Any] = read_training(path)
        summary = summary_of(read_metrics(path)) if decoding.holds(path, METRICS) else {}
    except StoreError as error:
        return Held(name, path, "train", f"damaged: {error}")
    inputs = ", ".join(names.get(digest, f"shards {digest[:12]}") for digest in training["data"])
    folder = store.folder_at(path)
    size = folder.size("model.safetensors")
    done = bool(summary.get("finished", "files" in training))
    steps = f" after {quantity(summary['steps'], 'step')}" if summary and not done else ""
    return Held(name, path, "train", "finished" if done else f"not finished{steps}", None, size, inputs)
