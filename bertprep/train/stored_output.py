"""The output of a run: a local folder, or a folder in an object store through a local working folder.

A run with output in an object store writes to the working folder, and uploads new files whenever a checkpoint is saved and at the
end. An object appears when its upload is complete, so the order of uploads replaces the atomic renames of a local folder:

    training.json            at the beginning: a run has begun here; contains no checksums yet
    metrics.jsonl, at-words/, tensorboard/
    checkpoints/step-N/      with state.json last: without it, the other files are not a checkpoint
    (old checkpoints are deleted, their state.json first)
    config.json, ..., model.safetensors
    training.json            at the end: with the checksums of all other files

If a command is killed, the same command resumes, on this machine or another. An object store has no locks: the command that
began last writes its name to `.lock`, and an earlier one stops when it sees that.
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
    """A failed upload; the message says where the files are kept on this machine."""


class StoredOutput:
    """The output folder of a run in an object store, and the working folder from which it is uploaded."""

    def __init__(self, location: str, folder: Path, keep: int) -> None:
        self.location, self.folder, self.keep = location.rstrip("/"), folder, keep
        self.store = store.folder_at(self.location)
        self.holder = f"process {os.getpid()} on {socket.gethostname()}, {os.urandom(8).hex()}\n"
        self.is_held = False
        self._sent: dict[str, Stamp] = {}  # size and mtime of each file when it was uploaded or downloaded

    # -- before the first step ----------------------------------------------------------------------------------------

    def begin(self, overwrite: bool) -> None:
        """Download what is needed to resume into the working folder, unless that has a newer checkpoint of the run."""
        names = self.store.names()  # without retries: a wrong name is reported at once
        if MODEL not in names:
            refuse_other_files(self.location, names)
        if overwrite or not self._is_ahead(names):
            wipe(self.folder)
            if not overwrite:
                self._bring(names)

    def _is_ahead(self, names: list[str]) -> bool:
        """Whether the working folder has a newer checkpoint of this run than the store."""
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
        """Claim the output in the store for this command; if an upload fails, its files stay in the working folder."""
        self._retried(store.LOCK, lambda: self.store.write(store.LOCK, self.holder.encode()))
        self.is_held = True
        try:
            yield
        except UploadError:
            raise
        except BertprepError:
            with contextlib.suppress(BertprepError):  # upload the losses up to the error
                self.upload()
            raise
        finally:
            with contextlib.suppress(BertprepError, OSError):
                if self._holder() == self.holder:
                    self.store.delete(store.LOCK)

    def clear(self) -> None:
        """Delete the files of an earlier run in the store, except training.json, which will be overwritten."""
        clear(self.folder)
        names = self._retried("", self.store.names)
        parts = {name: PurePosixPath(name).parts for name in names}
        mine = [name for name in names if parts[name][0] in RUN_FOLDERS or (name in RUN_FILES and name != MODEL)]
        for name in sorted(mine, key=is_state, reverse=True):
            self._delete(name)

    # -- as it goes ---------------------------------------------------------------------------------------------------

    def upload(self) -> None:
        """Upload new and changed files. `UploadError` names the working folder."""
        self._refuse_other_writer()
        there = set(self._retried("", self.store.names))
        is_finished = "files" in read_training(str(self.folder))
        for name in sorted(self.pending(), key=lambda name: turn(name, is_finished)):
            if CHECKPOINT.fullmatch(name) and (state := str(PurePosixPath(name).with_name(STATE))) in there:
                self._delete(state)  # while its files change, the checkpoint must not count as complete
                there.discard(state)
            self._send(name)
            there.add(name)
        kept = whole_steps(there)[-self.keep :]
        old = [name for name in there if (found := CHECKPOINT.fullmatch(name)) and found[1] not in kept]
        for name in sorted(old, key=is_state, reverse=True):
            self._delete(name)

    def pending(self) -> list[str]:
        """The files of the working folder that are new or changed since their upload."""
        names = store.folder_at(self.folder).names() if self.folder.is_dir() else []
        own = [name for name in names if not any(part.startswith(".") for part in PurePosixPath(name).parts)]
        return [name for name in own if self._sent.get(name) != self._stamp(name)]

    def as_stored(self, text: str) -> str:
        """Replace the working folder in a text by the location in the store."""
        return text.replace(str(self.folder), self.location)

    @contextlib.contextmanager
    def told_as_stored(self) -> Iterator[None]:
        """Make errors name the location in the store, except those about the working folder itself."""
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
    """The output folder of a run, with everything needed to resume; all processes of a run must call this together."""
    if not is_uri(location) or location.startswith("file://"):
        yield LocalOutput(Path(location.removeprefix("file://")))
        return
    node = int(os.environ.get("GROUP_RANK", "0"))  # set by torchrun: each machine has its own working folder
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
            if place.pending():  # other machines must resume from the same checkpoint
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
    """The name of the local folder for a location in a store, such as `model-3f2a91c05be7`."""
    last = re.sub(r"[^\w.-]", "-", location.rstrip("/").rpartition("/")[2])[:60]
    return f"{last}-{hashlib.blake2b(location.rstrip('/').encode(), digest_size=6).hexdigest()}"


def wipe(folder: Path) -> None:
    """Delete everything in a working folder except its lock."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != store.LOCK:
            path.unlink()


def number_of(step: str) -> int:
    """The step of a checkpoint folder: 500 for `step-000500`."""
    return int(step.removeprefix("step-"))


def whole_steps(names: Iterable[str]) -> list[str]:
    """The folders of complete checkpoints among the names of all files, oldest first."""
    found = {match[1] for name in names if (match := CHECKPOINT.fullmatch(name)) and name.endswith(f"/{STATE}")}
    return sorted(found, key=number_of)


def is_state(name: str) -> bool:
    """Whether a file marks a checkpoint as complete; it is uploaded last and deleted first."""
    return PurePosixPath(name).name == STATE


def turn(name: str, is_finished: bool) -> tuple[int, str, bool, str]:
    """Sort key for the order of uploads: a file that marks others as complete comes after them."""
    path = PurePosixPath(name)
    if name == MODEL:
        return (4 if is_finished else 0), "", False, name
    if path.parts[0] == "checkpoints":
        return 2, str(path.parent), is_state(name), name
    along = name == METRICS or path.parts[0] in (AT_WORDS, "tensorboard")
    return (1 if along else 3), str(path.parent), path.name == "model.safetensors", name
