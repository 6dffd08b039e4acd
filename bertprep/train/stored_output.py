"""Where a run writes: a folder of this machine, or one in an object store by way of a working folder.

What a run in an object store writes goes to the working folder first, as it would locally, and from there to the store, each
time that a checkpoint is saved and at the end. An object appears when its upload is complete, and the order of the uploads does
what renaming does on a disk:

    training.json            at the beginning: it says that a run has begun here, and names no finished file
    metrics.jsonl, at-words/, tensorboard/
    checkpoints/step-N/      its state.json last: without it the files beside it are no checkpoint
    (checkpoints that are too many are deleted, their state.json first)
    config.json, ..., model.safetensors
    training.json            at the end: with the checksums of all files beside it

A command that is killed leaves a state from which the same command resumes, on this machine or another. There is no lock in an
object store: the command that began last writes its name to `.lock`, and the one before it ends when it sees that.
"""

import contextlib
import hashlib
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from .. import store
from ..core.errors import BertprepError, StageError, StoreError
from ..core.places import is_uri
from . import states
from .data.download import fetch, retried
from .history import METRICS, MODEL, read_training
from .output import AT_WORDS, RUN_FILES, RUN_FOLDERS, LocalOutput, clear, refuse_other_files, what_matters
from .settings import CacheSettings
from .states import STATE

if TYPE_CHECKING:
    from .world import World

T = TypeVar("T")
Stamp = tuple[int, int]
CHECKPOINT = re.compile(r"checkpoints/(step-\d+)/[^/]+")


class UploadError(StageError):
    """What could not be brought to the store, and where on this machine it is kept."""


class StoredOutput:
    """The output folder of a run in an object store, and the working folder from which it is brought there."""

    def __init__(self, location: str, folder: Path, keep: int) -> None:
        self.location, self.folder, self.keep = location.rstrip("/"), folder, keep
        self.store = store.folder_at(self.location)
        self.holder = f"process {os.getpid()} on {socket.gethostname()}, {os.urandom(8).hex()}\n"
        self.is_held = False
        self._sent: dict[str, Stamp] = {}  # how each file was when it was brought to the store, or from there

    # -- before the first step ----------------------------------------------------------------------------------------

    def begin(self, overwrite: bool) -> None:
        """Bring to the working folder what the run is resumed from; what it holds itself stays if that is further."""
        names = self.store.names()  # not tried again: a name that is wrong is told at once
        if MODEL not in names:
            refuse_other_files(self.location, names)
        if overwrite or not self._is_ahead(names):
            wipe(self.folder)
            if not overwrite:
                self._bring(names)

    def _is_ahead(self, names: list[str]) -> bool:
        """Whether the working folder holds a checkpoint of this run that is newer than those in the store."""
        mine = states.newest_good(self.folder)
        if mine is None or MODEL not in names or not (self.folder / MODEL).is_file():
            return False
        here, there = (what_matters(read_training(place)) for place in (str(self.folder), self.location))
        return here == there and number_of(mine.name) > max(map(number_of, whole_steps(names)), default=-1)

    def _bring(self, names: list[str]) -> None:
        steps = whole_steps(names)
        below = f"checkpoints/{steps[-1]}/" if steps else ""
        wanted = [name for name in names if name in (MODEL, METRICS) or (steps and name.startswith(below))]
        for name in sorted(wanted, key=is_state):
            fetch(self.location, name, self.folder / name)
            self._sent[name] = self._stamp(name)
        if steps and (problem := states.problem_of(self.folder / below)):
            then = (
                f"delete it, and the same command resumes from {steps[-2]}"
                if len(steps) > 1
                else "there is no other; start with --overwrite"
            )
            raise StoreError(f"{self.folder / below}: a damaged checkpoint ({problem}); {then}")

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Write to the store for as long as no other command does; what is not there at the end stays in the working folder."""
        self._retried(store.LOCK, lambda: self.store.write(store.LOCK, self.holder.encode()))
        self.is_held = True
        try:
            yield
        except UploadError:
            raise
        except BertprepError:
            with contextlib.suppress(BertprepError):  # the losses up to here
                self.upload()
            raise
        finally:
            with contextlib.suppress(BertprepError, OSError):
                if self._holder() == self.holder:
                    self.store.delete(store.LOCK)

    def clear(self) -> None:
        """Delete what another run left in the store, but for its training.json, which is then written over."""
        clear(self.folder)
        names = self._retried("", self.store.names)
        parts = {name: PurePosixPath(name).parts for name in names}
        mine = [name for name in names if parts[name][0] in RUN_FOLDERS or (name in RUN_FILES and name != MODEL)]
        for name in sorted(mine, key=is_state, reverse=True):
            self._delete(name)

    # -- as it goes ---------------------------------------------------------------------------------------------------

    def upload(self) -> None:
        """Bring what is new to the store. `UploadError` names the working folder where that fails."""
        self._refuse_other_writer()
        there = set(self._retried("", self.store.names))
        is_finished = "files" in read_training(str(self.folder))
        for name in sorted(self.pending(), key=lambda name: turn(name, is_finished)):
            if CHECKPOINT.fullmatch(name) and (state := str(PurePosixPath(name).with_name(STATE))) in there:
                self._delete(state)  # it must not speak for files that change
                there.discard(state)
            self._send(name)
            there.add(name)
        kept = whole_steps(there)[-self.keep :]
        old = [name for name in there if (found := CHECKPOINT.fullmatch(name)) and found[1] not in kept]
        for name in sorted(old, key=is_state, reverse=True):
            self._delete(name)

    def pending(self) -> list[str]:
        """The files of the working folder that are not in the store as they are now."""
        names = store.folder_at(self.folder).names() if self.folder.is_dir() else []
        own = [name for name in names if not any(part.startswith(".") for part in PurePosixPath(name).parts)]
        return [name for name in own if self._sent.get(name) != self._stamp(name)]

    def as_stored(self, text: str) -> str:
        """A text with the place in the store instead of the working folder."""
        return text.replace(str(self.folder), self.location)

    @contextlib.contextmanager
    def told_as_stored(self) -> Iterator[None]:
        """Let errors name the place in the store, but for those about the working folder itself."""
        try:
            yield
        except UploadError:
            raise
        except BertprepError as error:
            raise type(error)(self.as_stored(str(error))) from error

    def _stamp(self, name: str) -> Stamp:
        stat = (self.folder / name).stat()
        return stat.st_size, stat.st_mtime_ns

    def _send(self, name: str) -> None:
        stamp, path = self._stamp(name), self.folder / name
        with pa.OSFile(str(path)) if not stamp[0] else pa.memory_map(str(path)) as file:
            data = file.read_buffer() if stamp[0] else b""
            self._retried(name, lambda: self.store.write(name, data))
        self._sent[name] = stamp

    def _delete(self, name: str) -> None:
        self._retried(name, lambda: self.store.delete(name))

    def _retried(self, name: str, action: Callable[[], T]) -> T:
        advice = ""
        if self.pending():
            advice = f"all of it is kept in {self.folder}; once the store answers, run the same command on this machine to resume"
        try:
            return retried(
                f"{self.location}/{name}", action, doing="writing", advice=advice, lost=(StageError, StoreError)
            )
        except StageError as error:
            raise UploadError(str(error)) from error

    def _holder(self) -> str:
        try:
            return store.read_bytes(f"{self.location}/{store.LOCK}", 1 << 10).decode("utf-8", "replace")
        except FileNotFoundError:
            return "another process, which has ended\n"

    def _refuse_other_writer(self) -> None:
        holder = retried(f"{self.location}/{store.LOCK}", self._holder)
        if holder != self.holder:
            raise StoreError(
                f"{self.location}: another command has begun to write there ({holder.partition(',')[0].strip()}), so this one "
                "ends; choose another -o, or let one of them run alone"
            )


@contextlib.contextmanager
def output_at(
    location: str, cache: CacheSettings, here: "World", keep: int, *, overwrite: bool, dry_run: bool
) -> Iterator[LocalOutput | StoredOutput]:
    """The output folder of a run, with what it is resumed from; all processes of a run call this together."""
    if not is_uri(location) or location.startswith("file://"):
        yield LocalOutput(Path(location.removeprefix("file://")))
        return
    node = int(os.environ.get("GROUP_RANK", "0"))  # of torchrun: each machine has a working folder of its own
    folder = cache.models / f"{name_of(location)}-{node}"
    if dry_run:
        with tempfile.TemporaryDirectory(prefix="bertprep-") as private:
            place = StoredOutput(location, Path(private), keep)
            with place.told_as_stored():
                place.begin(overwrite)
                yield place
        return
    place = StoredOutput(location, folder, keep)
    is_first, is_first_of_node = here.rank == 0, os.environ.get("LOCAL_RANK", "0") == "0"
    with place.told_as_stored(), store.lock(folder) if is_first else contextlib.nullcontext():
        if is_first:
            place.begin(overwrite)
            if place.pending():  # other machines are to resume from the same checkpoint
                with place.held():
                    place.upload()
        here.wait()
        if not is_first and node and is_first_of_node:
            folder.mkdir(parents=True, exist_ok=True)
            place.begin(overwrite)
        here.wait()
        try:
            yield place
        finally:
            if (is_first and not place.pending()) or (node and is_first_of_node):
                wipe(folder)
    with contextlib.suppress(OSError):
        folder.rmdir()


def name_of(location: str) -> str:
    """The name of the folder that stands for a place in a store: `model-3f2a91c05be7`."""
    last = re.sub(r"[^\w.-]", "-", location.rstrip("/").rpartition("/")[2])[:60]
    return f"{last}-{hashlib.blake2b(location.rstrip('/').encode(), digest_size=6).hexdigest()}"


def wipe(folder: Path) -> None:
    """Delete all that is in a working folder but its lock."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != store.LOCK:
            path.unlink()


def number_of(step: str) -> int:
    """`step-000500` -> 500."""
    return int(step.removeprefix("step-"))


def whole_steps(names: Iterable[str]) -> list[str]:
    """The folders of the checkpoints that are complete, by the names of all files, oldest first."""
    found = {match[1] for name in names if (match := CHECKPOINT.fullmatch(name)) and name.endswith(f"/{STATE}")}
    return sorted(found, key=number_of)


def is_state(name: str) -> bool:
    """Whether a file says that the checkpoint beside it is complete: it comes last, and goes first."""
    return PurePosixPath(name).name == STATE


def turn(name: str, is_finished: bool) -> tuple[int, str, bool, str]:
    """When a file is uploaded, to sort by: whatever tells that others are there comes after them."""
    path = PurePosixPath(name)
    if name == MODEL:
        return (4 if is_finished else 0), "", False, name
    if path.parts[0] == "checkpoints":
        return 2, str(path.parent), is_state(name), name
    along = name == METRICS or path.parts[0] in (AT_WORDS, "tensorboard")
    return (1 if along else 3), str(path.parent), path.name == "model.safetensors", name
