"""Which files of a folder a store wrote, how a folder is recognized as ours, and the lock against concurrent commands."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ..core.places import LOCK, LOG, LOG_OBJECTS, Location, is_temporary, join, open_input, read_bytes
from ..core.records import MOST_BYTES, parsed
from .folder import OutputFolder, folder_at
from .manifest import FILE_NAME, MANIFEST
from .parts import read_record
from .run_log import runs_in

TRAINING = "training.json"  # marks a folder as a model
HEAD_BYTES = 200
SCRATCH = ".scratch"  # subfolder for files between a stage's steps; deleted when the folder is finished


def own_files(folder: OutputFolder) -> list[str]:
    """Names of the files in a folder that have names of a store's files."""
    return [name for name in folder.names() if _is_own_name(name)]


def _is_own_name(name: str) -> bool:
    path = PurePosixPath(name)
    if is_temporary(path.name):
        return str(path.parent) in (".", SCRATCH, "vocab")
    return name in (MANIFEST, LOG, LOCK) or str(path.parent) == LOG_OBJECTS or bool(FILE_NAME.fullmatch(name))


def _is_temporary(name: str) -> bool:
    return _is_own_name(name) and is_temporary(PurePosixPath(name).name)


def foreign_files(folder: OutputFolder) -> list[str]:
    """Files that no store wrote: those with other names; and all, if nothing else shows that the folder is ours."""
    names = [name for name in folder.names() if name != LOCK and not _is_temporary(name)]
    strange = [name for name in names if not _is_own_name(name)]
    if strange or not names or _is_ours(folder):
        return strange
    # other programs use such names too; our parts carry a record
    return [name for name in names if not name.endswith(".arrow") or read_record(folder.path(name)) is None]


def _is_ours(folder: OutputFolder) -> bool:
    """Whether the manifest or the log of runs was written by a store."""
    if any({"event", "stage"} <= run.keys() for run in runs_in(folder)):
        return True
    try:
        content = parsed(read_bytes(folder.path(MANIFEST), MOST_BYTES))
        return {"format_version", "stage", "inputs", "parts"} <= content.keys()
    except (FileNotFoundError, NotADirectoryError, ValueError, AttributeError):
        return False


# first bytes of the files that identify a folder as ours, finished or not: manifest, log, model
BEGINNINGS = {
    MANIFEST: re.compile(rb'{\n "format_version": \d+,\n "stage": "'),
    LOG: re.compile(rb'{"event": "\w+", "time": "[^"]+", "stage": "'),
    TRAINING: re.compile(rb'{\n  "settings": {\n'),
}


def is_made_here(location: Location) -> bool:
    """Whether this toolkit made or began a folder; reads only the first bytes of files."""
    return any(beginning.match(_head(location, name)) for name, beginning in BEGINNINGS.items())


def _head(location: Location, name: str) -> bytes:
    """The first bytes of a file in a folder; empty if it does not exist."""
    try:
        with open_input(join(location, name), mapped=False) as file:
            return file.read(HEAD_BYTES)
    except (OSError, ValueError):
        return b""


def clear(folder: OutputFolder) -> None:
    """Delete a store's files, the manifest first, so that a crash leaves an unfinished folder; the log of runs is kept.

    Temporary files are left to `lock`, since they may hold input that is still to be read.
    """
    folder.delete(MANIFEST)
    for name in own_files(folder):
        if name not in (LOG, LOCK) and not name.startswith(LOG_OBJECTS + "/") and not _is_temporary(name):
            folder.delete(name)


def discard(location: Location) -> None:
    """Delete a store's files, and the folder too if it is empty then."""
    folder = folder_at(location)
    for name in [MANIFEST, *own_files(folder)]:
        folder.delete(name)
    for empty in (SCRATCH, "vocab", "."):
        folder.delete_empty(empty)


@contextlib.contextmanager
def lock(location: Location) -> Iterator[None]:
    """Hold a folder's lock, and delete temporary files in it. `StoreError` names the process that holds it."""
    folder = folder_at(location)
    with folder.held():
        _sweep(folder)
        try:
            yield
        finally:
            _sweep(folder)


def _sweep(folder: OutputFolder) -> None:
    """Delete the temporary files of killed processes; only while holding the lock."""
    for name in own_files(folder):
        if _is_temporary(name):
            folder.delete(name)
