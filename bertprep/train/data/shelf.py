"""Files of an object store, downloaded ahead of their use by a thread, into a cache folder of limited size.

The reader announces the files that it needs, in the order of use (`plan`), then reads them (`reading`). The thread first
downloads files for which a reader waits, then those of the plan. To make space, it releases files outside the plan, then the
one that is needed last, but never one that is being read:

    plan A B C D, space for 3                holds A B C; D is downloaded when A is no longer in the plan
    A is read, then X is needed              C is released for X; C is downloaded again when there is space
"""

import contextlib
import dataclasses
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from ...core.errors import BertprepError, StageError
from .cache_folder import BusyError, CacheFolder, StoredFile
from .download import download
from .watch import Watched

T = TypeVar("T")
POLL_SECONDS = 0.2  # between checks whether other processes have released files
ROOM_SECONDS = 1800.0  # maximum time to wait for space that other processes use


@dataclasses.dataclass
class Held(Generic[T]):
    """A file that is on this machine and open."""

    handle: int
    watched: Watched
    content: T
    readers: int = 0


class Shelf(Generic[T]):
    """Files of an object store in a cache folder; `opened` opens a path for reading. Must be closed, to end its thread."""

    def __init__(self, folder: CacheFolder, opened: Callable[[Path], T], emptied: bool = False) -> None:
        """`emptied`: delete the files when the shelf is closed."""
        self.folder, self.emptied = folder, emptied
        self._opened = opened
        self._state = threading.Condition()
        self._plan: dict[StoredFile, int] = {}
        self._awaited: dict[StoredFile, int] = {}  # number of readers that wait for it
        self._held: dict[StoredFile, Held[T]] = {}
        self._failed: dict[StoredFile, Exception] = {}
        self._known: dict[StoredFile, Watched] = {}  # files whose checksum was verified
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True, name="bertprep-shards")
        self._thread.start()

    def plan(self, files: Sequence[StoredFile]) -> None:
        """Download these files in this order, and release all others."""
        with self._state:
            self._plan = {file: rank for rank, file in enumerate(dict.fromkeys(files))}
            for file in [file for file in self._held if file not in self._plan]:
                self._let_go(file)
            self._state.notify_all()

    @contextlib.contextmanager
    def reading(self, file: StoredFile) -> Iterator[T]:
        """The content of a file, which is kept for the duration of the context; waits for its download."""
        held = self._waited_for(file)
        try:
            held.watched.check()
            yield held.content
            held.watched.check()
        finally:
            with self._state:
                held.readers -= 1
                if file not in self._plan:
                    self._let_go(file)
                self._state.notify_all()

    def close(self) -> None:
        """End the thread and release all files."""
        self._closing.set()
        with self._state:
            self._state.notify_all()
        self._thread.join()
        with self._state:
            self._plan = {}
            for file in list(self._held):
                self._let_go(file)
        if self.emptied:
            self.folder.clear()

    def _waited_for(self, file: StoredFile) -> Held[T]:
        with self._state:
            self._failed.pop(file, None)  # a download ahead of use may have failed; try again
            self._awaited[file] = self._awaited.get(file, 0) + 1
            self._state.notify_all()
            try:
                self._state.wait_for(lambda: file in self._held or file in self._failed or self._closing.is_set())
                if error := self._failed.pop(file, None):
                    raise error
                if file not in self._held:
                    raise StageError("the run ended while shards were being downloaded")
                self._held[file].readers += 1
                return self._held[file]
            finally:
                self._awaited[file] -= 1
                if not self._awaited[file]:
                    del self._awaited[file]

    # -- the thread ---------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        waiting_since = time.monotonic()  # waiting for space, or for another process
        while (file := self._next()) is not None:
            held: Held[T] | None = None
            error: Exception | None = None
            try:
                held = self._fetched(file)
            except Exception as problem:  # raised in the reader that waits for the file
                error = problem
            with self._state:
                if held or error or file not in self._awaited:
                    waiting_since = time.monotonic()
                elif time.monotonic() - waiting_since > ROOM_SECONDS:
                    error = self._no_room(file)
                if held:
                    self._held[file] = held
                elif error:
                    self._failed[file] = error
                else:
                    self._state.wait(POLL_SECONDS)
                self._state.notify_all()

    def _next(self) -> StoredFile | None:
        """The file to download next; waits until there is one. None when the shelf is closed."""
        with self._state:
            while not self._closing.is_set():
                for file in [*self._awaited, *self._plan]:
                    if file not in self._held and file not in self._failed:
                        return file
                self._state.wait()
        return None

    def _fetched(self, file: StoredFile) -> Held[T] | None:
        """Download a file, or find it in the cache; None if there is no space yet, or another process is downloading it."""
        while (handle := self._taken(file)) is None:
            try:
                handle = self.folder.begun(file)
            except BusyError:
                return None
            if handle is not None:
                self._download(file, handle)
                break
            if not self._let_one_go(file):
                return None
        path = self.folder.path(file)
        try:
            return Held(handle, self._known[file], self._opened(path))
        except BaseException as error:
            os.close(handle)
            if isinstance(error, BertprepError):
                raise type(error)(str(error).replace(str(path), file.location)) from error
            raise

    def _taken(self, file: StoredFile) -> int | None:
        """A file descriptor of a cached file with the right checksum, or None; verifies it unless this process wrote it."""
        if (handle := self.folder.taken(file)) is None:
            return None
        found = Watched(self.folder.path(file), file.checksum)
        known = self._known.get(file)
        if (known is None or known.stamp != found.stamp) and found.has_changed():
            self.folder.discard(file, handle)
            return None
        self._known[file] = found
        return handle

    def _download(self, file: StoredFile, handle: int) -> None:
        try:
            download(file, handle, self._closing)
            self.folder.finish(file, handle)
        except BaseException:
            self.folder.give_up(file, handle)
            raise
        self._known[file] = Watched(self.folder.path(file), file.checksum)

    def _let_one_go(self, wanted: StoredFile) -> bool:
        """Release the file that is needed last, if that is later than the wanted one; returns whether one was released."""
        with self._state:
            last = len(self._plan)
            rank = -1 if wanted in self._awaited else self._plan.get(wanted, last)
            idle = [file for file, held in self._held.items() if not held.readers and file not in self._awaited]
            latest = max(idle, key=lambda file: self._plan.get(file, last), default=None)
            if latest is None or self._plan.get(latest, last) <= rank:
                return False
            self._let_go(latest)
            return True

    def _let_go(self, file: StoredFile) -> None:
        """Release a file, unless it is being read or waited for."""
        held = self._held.get(file)
        if held and not held.readers and file not in self._awaited:
            del self._held[file]
            os.close(held.handle)

    def _no_room(self, file: StoredFile) -> StageError:
        return StageError(
            f"{self.folder.folder}: other processes have kept all {self.folder.most / 1e9:.3g} GB for "
            f"{ROOM_SECONDS / 60:.0f} minutes, and {file.location} finds no room; give another --cache-dir, or more --cache-gb"
        )
