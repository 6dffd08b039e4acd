"""Which files of a folder a store wrote, what shows a folder to be ours at all, and the lock that keeps two commands apart."""

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

TRAINING = "training.json"  # shows a folder to be a model
HEAD_BYTES = 200
SCRATCH = ".scratch"  # what a stage needs between its own steps; gone when the folder is finished


def own_files(folder: OutputFolder) -> list[str]:
    """Names of the files in a folder that a store wrote, if the folder is one of ours at all."""
    return [name for name in folder.names() if _is_own_name(name)]


def _is_own_name(name: str) -> bool:
    path = PurePosixPath(name)
    if is_temporary(path.name):
        return str(path.parent) in (".", SCRATCH, "vocab")
    return name in (MANIFEST, LOG, LOCK) or str(path.parent) == LOG_OBJECTS or bool(FILE_NAME.fullmatch(name))


def _is_temporary(name: str) -> bool:
    return _is_own_name(name) and is_temporary(PurePosixPath(name).name)


def foreign_files(folder: OutputFolder) -> list[str]:
    """Files in a folder that no store wrote: by their names, and where nothing else shows the folder to be ours, all."""
    names = [name for name in folder.names() if name != LOCK and not _is_temporary(name)]
    strange = [name for name in names if not _is_own_name(name)]
    if strange or not names or _is_ours(folder):
        return strange
    # others name their files like this too; ours carry a record
    return [name for name in names if not name.endswith(".arrow") or read_record(folder.path(name)) is None]


def _is_ours(folder: OutputFolder) -> bool:
    """Whether the manifest or the log of runs is one that a store wrote."""
    if any({"event", "stage"} <= run.keys() for run in runs_in(folder)):
        return True
    try:
        content = parsed(read_bytes(folder.path(MANIFEST), MOST_BYTES))
        return {"format_version", "stage", "inputs", "parts"} <= content.keys()
    except (FileNotFoundError, NotADirectoryError, ValueError, AttributeError):
        return False


# how the files begin that show a folder to be ours, whether it is finished or not: of a stage, its log, a model
BEGINNINGS = {
    MANIFEST: re.compile(rb'{\n "format_version": \d+,\n "stage": "'),
    LOG: re.compile(rb'{"event": "\w+", "time": "[^"]+", "stage": "'),
    TRAINING: re.compile(rb'{\n  "settings": {\n'),
}


def is_made_here(location: Location) -> bool:
    """Whether a folder is one that this toolkit made or began; reads no more than the beginnings of files."""
    return any(beginning.match(_head(location, name)) for name, beginning in BEGINNINGS.items())


def _head(location: Location, name: str) -> bytes:
    """The first bytes of a file in a folder, none where there is no such file."""
    try:
        with open_input(join(location, name), mapped=False) as file:
            return file.read(HEAD_BYTES)
    except (OSError, ValueError):
        return b""


def clear(folder: OutputFolder) -> None:
    """Delete what a store wrote, the manifest first, so that a crash leaves an unfinished folder; the log of runs stays.

    Temporary files are left to `lock`: one of them may hold what is still to be read.
    """
    folder.delete(MANIFEST)
    for name in own_files(folder):
        if name not in (LOG, LOCK) and not name.startswith(LOG_OBJECTS + "/") and not _is_temporary(name):
            folder.delete(name)


def discard(location: Location) -> None:
    """Delete what a store wrote, and the folder with it unless something else is in it."""
    folder = folder_at(location)
    for name in [MANIFEST, *own_files(folder)]:
        folder.delete(name)
    for empty in (SCRATCH, "vocab", "."):
        folder.delete_empty(empty)


@contextlib.contextmanager
def lock(location: Location) -> Iterator[None]:
    """Hold a folder for this process, and leave no temporary file in it. `StoreError` names who else holds it."""
    folder = folder_at(location)
    with folder.held():
        _sweep(folder)
        try:
            yield
        finally:
            _sweep(folder)


def _sweep(folder: OutputFolder) -> None:
    """Delete the temporary files that killed processes left behind; only the holder of the lock may."""
    for name in own_files(folder):
        if _is_temporary(name):
            folder.delete(name)
