"""A cache folder for downloaded files, with a maximum size, that processes of one machine may share.

    0f3a...c1.arrow      complete; its name is its checksum
    77d0...9e.partial    being downloaded; has its full size from the start
    .lock                locked while files are looked up, begun, finished or deleted

A file in use has a shared lock of the operating system, a file being downloaded an exclusive one. Locks end with their process,
so files of a killed process are deleted when space is needed. Unlocked files are deleted oldest first.
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
    """Another process is downloading the file."""


class CacheFolder:
    """A folder with at most `most` bytes of files."""

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self.most = folder, most
        with problems_told(self.folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, file: StoredFile) -> Path:
        """The path of a complete file."""
        return self.folder / f"{file.checksum}.arrow"

    def taken(self, file: StoredFile) -> int | None:
        """Open and lock a complete file; returns a file descriptor, or None if there is no file of its size."""
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
        """Begin a new file, and reserve its size; returns a file descriptor to write to, or None if there is no space.

        `BusyError` if another process is downloading it.
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
        """Rename a complete file to its final name; `handle` then locks it like that of `taken`."""
        with alone(self.folder):
            os.replace(self._partial(file), self.path(file))
            locked(handle, exclusive=False)

    def give_up(self, file: StoredFile, handle: int) -> None:
        """Delete a file that was begun."""
        with alone(self.folder):
            self._partial(file).unlink(missing_ok=True)
            os.close(handle)

    def discard(self, file: StoredFile, handle: int) -> None:
        """Delete a file with wrong content."""
        with alone(self.folder):
            self.path(file).unlink(missing_ok=True)
            os.close(handle)

    def clear(self) -> None:
        """Delete all files that are not locked."""
        with alone(self.folder):
            self._has_room(self.most)

    def used(self) -> int:
        """Total bytes of all files, complete or begun."""
        with alone(self.folder):
            return sum(size for _, size, _ in self._files())

    def _partial(self, file: StoredFile) -> Path:
        return self.folder / f"{file.checksum}.partial"

    def _files(self) -> list[tuple[int, int, Path]]:
        """Modification time, bytes and path of each file."""
        found = []
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if OWN.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    stat = entry.stat(follow_symlinks=False)
                    found.append((stat.st_mtime_ns, stat.st_size, Path(entry.path)))
        return found

    def _has_room(self, size: int) -> bool:
        """Delete unlocked files if needed, and return whether there is space for `size` bytes."""
        return make_room(self._files(), self.most - size, _open, Path.unlink) + size <= self.most


def make_room(
    held: Iterable[tuple[int, int, Path]], most: int, opened: Callable[[Path], int], delete: Callable[[Path], object]
) -> int:
    """Delete unlocked entries, oldest first, until the total is at most `most` bytes; returns the total.

    `held` has modification time, bytes and path of each entry; `opened` opens the file whose lock protects an entry.
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
    """Hold the lock of a cache folder (for a short time only); `StageError` if the disk is full or not writable."""
    with problems_told(folder):
        handle = open_lock(folder)
        try:
            locked(handle, exclusive=True, wait=True)
            yield
        finally:
            os.close(handle)


def open_lock(folder: Path) -> int:
    """Open the lock file of a folder; returns a file descriptor."""
    return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)


@contextlib.contextmanager
def problems_told(folder: Path) -> Iterator[None]:
    """Convert `OSError` to a `StageError` about a disk that is full or not writable."""
    try:
        yield
    except OSError as error:
        raise StageError(
            f"{folder}: cannot be written ({error.strerror or error}); make room or change the permissions, or give "
            "another --cache-dir"
        ) from error


def locked(handle: int, *, exclusive: bool, wait: bool = False) -> bool:
    """Lock an open file; False if another process has locked it. Always True on systems other than POSIX."""
    if os.name != "posix":
        return True
    import fcntl

    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    try:
        fcntl.flock(handle, kind if wait else kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
