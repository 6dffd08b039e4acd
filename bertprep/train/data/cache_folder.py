"""A folder of downloaded files that never holds more than so many bytes, and that processes of one machine may share.

    0f3a...c1.arrow      whole, and of the checksum that is its name when it was downloaded
    77d0...9e.partial    being downloaded; it takes up all its bytes from the start
    .lock                held while files are looked for, begun, finished or deleted

A file in use is held by a shared lock of the operating system, one that is being downloaded by an exclusive one. Both end
with their process, so what a killed one left behind is deleted when room is needed. The oldest file that nobody holds goes
first.
"""

import contextlib
import dataclasses
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ...core.errors import StageError
from ...core.places import LOCK

OWN = re.compile(r"[0-9a-f]{32}\.(arrow|partial)")


@dataclasses.dataclass(frozen=True)
class StoredFile:
    """A file in an object store, as its manifest describes it."""

    location: str
    bytes: int
    checksum: str


class BusyError(Exception):
    """Another process is at it."""


class CacheFolder:
    """At most `most` bytes of files in a folder."""

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self.most = folder, most
        with problems_told(self.folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, file: StoredFile) -> Path:
        """Where a file is when it is whole."""
        return self.folder / f"{file.checksum}.arrow"

    def taken(self, file: StoredFile) -> int | None:
        """A handle that holds a whole file until it is closed; None where there is none of its size."""
        with alone(self.folder):
            try:
                handle = os.open(self.path(file), os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
            except FileNotFoundError:
                return None
            if os.fstat(handle).st_size == file.bytes:
                locked(handle, exclusive=False)
                return handle
            os.close(handle)
            self.path(file).unlink()
            return None

    def begun(self, file: StoredFile) -> int | None:
        """A handle to write a new file to, with room for all of it; None where there is no room.

        `BusyError` where another process has begun it.
        """
        partial = self._partial(file)
        with alone(self.folder):
            handle = os.open(partial, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
            if not locked(handle, exclusive=True):
                os.close(handle)
                raise BusyError
            os.truncate(handle, 0)
            if self._has_room(file.bytes):
                os.truncate(handle, file.bytes)
                return handle
            partial.unlink()
            os.close(handle)
            return None

    def finish(self, file: StoredFile, handle: int) -> None:
        """Give a file that is whole its name; the handle then holds it as that of `taken` does."""
        with alone(self.folder):
            os.replace(self._partial(file), self.path(file))
            locked(handle, exclusive=False)

    def give_up(self, file: StoredFile, handle: int) -> None:
        """Delete what was begun."""
        with alone(self.folder):
            self._partial(file).unlink(missing_ok=True)
            os.close(handle)

    def discard(self, file: StoredFile, handle: int) -> None:
        """Delete a file whose content is not what it should be."""
        with alone(self.folder):
            self.path(file).unlink(missing_ok=True)
            os.close(handle)

    def clear(self) -> None:
        """Delete all files that nobody holds."""
        with alone(self.folder):
            self._has_room(self.most)

    def used(self) -> int:
        """Bytes of all files, whole or begun."""
        with alone(self.folder):
            return sum(size for _, size, _ in self._files())

    def _partial(self, file: StoredFile) -> Path:
        return self.folder / f"{file.checksum}.partial"

    def _files(self) -> list[tuple[int, int, Path]]:
        """Time, bytes and path of each."""
        found = []
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if OWN.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    stat = entry.stat(follow_symlinks=False)
                    found.append((stat.st_mtime_ns, stat.st_size, Path(entry.path)))
        return found

    def _has_room(self, size: int) -> bool:
        """Whether there is room for so many bytes, after files that nobody holds have been deleted for it."""
        return make_room(self._files(), self.most - size, _open, Path.unlink) + size <= self.most


def make_room(
    held: Iterable[tuple[int, int, Path]], most: int, opened: Callable[[Path], int], delete: Callable[[Path], object]
) -> int:
    """Delete what nobody holds, the oldest first, until all of it has at most so many bytes; how many it has then.

    `held` has time, bytes and path of each; `opened` gives a handle of the file whose lock holds one.
    """
    ordered = sorted(held)
    used = sum(size for _, size, _ in ordered)
    for _, size, path in ordered:
        if used <= most:
            break
        handle = opened(path)
        if locked(handle, exclusive=True):
            delete(path)
            used -= size
        os.close(handle)
    return used


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock of a cache folder, as short as can be; `StageError` for a disk that is full or does not allow it."""
    with problems_told(folder):
        handle = open_lock(folder)
        try:
            locked(handle, exclusive=True, wait=True)
            yield
        finally:
            os.close(handle)


def open_lock(folder: Path) -> int:
    """A handle of the lock in a folder."""
    return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)


@contextlib.contextmanager
def problems_told(folder: Path) -> Iterator[None]:
    """`StageError` for a disk that is full or does not allow it."""
    try:
        yield
    except OSError as error:
        raise StageError(
            f"{folder}: cannot be written ({error.strerror or error}); make room or change the permissions, or give "
            "another --cache-dir"
        ) from error


def locked(handle: int, *, exclusive: bool, wait: bool = False) -> bool:
    """Lock an open file, or say that another holds it; elsewhere than on POSIX one process has a folder to itself."""
    if os.name != "posix":
        return True
    import fcntl

    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    try:
        fcntl.flock(handle, kind if wait else kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
