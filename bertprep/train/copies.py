"""Local copies of models and checkpoints in object stores, verified with checksums.

A copy stays in the cache folder, in a folder for each location, until the space is needed (`kept_copies`). Files with a recorded
checksum are downloaded again only if they have changed. Of a run, the model is copied, but not its checkpoints.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from .. import store
from ..core.errors import InputError, StoreError, UsageError
from ..core.places import is_uri, read_bytes
from ..core.records import MOST_BYTES, parsed
from .checksums import CHECKSUMS
from .data.download import fetch
from .history import METRICS, MODEL, read_training
from .kept_copies import folder_for
from .settings import CacheSettings
from .states import STATE
from .stored_output import name_of

PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".h5", ".msgpack")


def local_copy(location: str, cache: CacheSettings | None = None) -> str:
    """The path of a local model folder unchanged; for one in a store, its local copy. `StoreError` if a checksum differs."""
    if not is_uri(location):
        return location
    location = location.rstrip("/")
    sizes = store.folder_at(location).sizes()
    top = [name for name in sizes if "/" not in name and not name.startswith(".") and not name.endswith(PICKLES)]
    if not {"config.json", STATE, MODEL} & set(top):
        raise InputError(f"{location}: no model there; expected the folder of a model or of one of its checkpoints")
    checksums: dict[str, str] = {}
    if MODEL in top:
        checksums = read_training(location).get("files", {})
    elif STATE in top:
        checksums = _recorded(location)
    if missing := sorted(set(checksums) - set(top)):
        raise StoreError(f"{location}/{missing[0]}: recorded but not there; copy it back, or train again")
    copy = folder_for(name_of(location), sum(sizes[name] for name in top), cache or CacheSettings())
    for left in copy.iterdir():
        if left.is_file() and left.name not in (*top, store.LOCK):
            left.unlink()
    for name in top:
        _copy(location, name, copy, checksums.get(name, ""))
    return str(copy)


def local_checkpoint(location: str, cache: CacheSettings | None = None) -> str:
    """Like `local_copy` for a checkpoint, MODEL/checkpoints/step-N, with training.json and metrics.jsonl of its run."""
    if not is_uri(location):
        return location
    path = PurePosixPath(location.rstrip("/"))
    run = location.rstrip("/").rsplit("/", 2)[0]
    sizes = store.folder_at(location).sizes()
    if path.parent.name != "checkpoints" or STATE not in sizes or store.folder_at(run).size(MODEL) is None:
        raise InputError(
            f"{location}: no checkpoint of a run; expected MODEL/checkpoints/step-N, as bertprep train saves it"
        )
    copy = folder_for(f"{name_of(run)}-{path.name}", sum(sizes.values()), cache or CacheSettings())
    for name in (MODEL, METRICS):
        if store.folder_at(run).size(name) is not None:
            _copy(run, name, copy, "")
    checksums = _recorded(location)
    for name in [*sorted(sizes.keys() - {STATE}), STATE]:
        _copy(location, name, copy / "checkpoints" / path.name, checksums.get(name, ""))
    return str(copy / "checkpoints" / path.name)


@contextlib.contextmanager
def whole_copy(location: str) -> Iterator[Path]:
    """A model folder with its checkpoints for the duration of the context; a remote one is downloaded, without any checks."""
    if not is_uri(location):
        yield Path(location)
        return
    with tempfile.TemporaryDirectory(prefix="bertprep-") as private:
        for name in store.folder_at(location).names():
            if "/" not in name or name.startswith("checkpoints/"):
                fetch(location.rstrip("/"), name, Path(private) / name)
        yield Path(private)


def refuse_own_checkpoint(decay_from: str, output: str) -> None:
    """Raise `UsageError` if a branch would be written into the folder of its own run in a store."""
    if is_uri(output) and decay_from.startswith(output.rstrip("/") + "/"):
        raise UsageError(f"--decay-from {decay_from}: is of the run in {output}; name another output folder")


def _recorded(location: str) -> dict[str, str]:
    """The checksums in a checkpoint's state.json; empty if it is damaged, which is reported when it is read."""
    try:
        content: Any = parsed(read_bytes(f"{location.rstrip('/')}/{STATE}", MOST_BYTES))
    except ValueError:
        return {}
    found: dict[str, str] = content.get("files", {}) if isinstance(content, dict) else {}
    return found if CHECKSUMS.fits(found) else {}


def _copy(location: str, name: str, folder: Path, checksum: str) -> None:
    target = folder / name
    if not (checksum and target.is_file() and store.file_checksum(target) == checksum):
        fetch(location, name, target, checksum)
