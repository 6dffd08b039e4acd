"""An output folder on a local disk: a file is written to a temporary name, synced and renamed; one command holds the lock."""

import contextlib
import errno
import os
import re
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from ..core.errors import StoreError
from ..core.places import LOCK, LOG, refused, temporary_name
from ..core.records import MOST_BYTES

MOST_DEPTH = 8  # of nested folders; no stage's are as deep
HOLDER = re.compile(rb"process \d+ on [^\n]*\n")  # content of a lock file


class LocalFolder:
    """A folder of a file system with rename, fsync and locks."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.location = str(root)

    def names(self) -> list[str]:
        """All files, sorted. If the root is a file, its name is "."; a folder nested too deeply counts as one file."""
        if self.root.exists() and not self.root.is_dir():
            return ["."]
        return sorted(self._below("", MOST_DEPTH))

    def _below(self, folder: str, depth: int) -> Iterator[str]:
        with contextlib.suppress(OSError), os.scandir(self.root / folder) as found:
            for entry in found:
                # a link to a folder counts as a file, so that nothing outside is written or deleted through it
                if entry.is_dir(follow_symlinks=False) and depth > 1:
                    yield from self._below(f"{folder}{entry.name}/", depth - 1)
                else:
                    yield folder + entry.name

    def exists(self) -> bool:
        """Whether the folder exists."""
        return self.root.is_dir()

    def size(self, name: str) -> int | None:
        """Bytes of a file; None if it does not exist."""
        path = self.root / name
        return path.stat().st_size if path.is_file() else None

    def sizes(self) -> dict[str, int]:
        """File name -> bytes, sorted."""
        sizes = {name: self.size(name) for name in self.names()}
        return {name: size for name, size in sizes.items() if size is not None}

    def path(self, name: str) -> Path:
        """The path of a file."""
        return self.root / name

    @contextlib.contextmanager
    def create(self, name: str) -> Iterator[BinaryIO]:
        """A new file, complete or absent, by temporary name, sync and rename. `StageError` if it cannot be written."""
        path = self.root / name
        temporary = path.with_name(temporary_name(path.name))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(temporary, "xb") as file:  # "x": must be new, so it is never an existing link
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
            _sync_folder(path.parent)
        except BaseException as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            if not isinstance(error, OSError):
                raise
            raise refused(path, error) from error

    def write(self, name: str, data: bytes | pa.Buffer) -> None:
        """Write a file with these bytes that is either complete or absent."""
        with self.create(name) as file:
            file.write(data)

    def delete(self, name: str) -> None:
        """Delete a file, if it exists."""
        (self.root / name).unlink(missing_ok=True)

    def delete_empty(self, name: str) -> None:
        """Delete a subfolder if it is empty."""
        with contextlib.suppress(OSError):
            (self.root / name).rmdir()

    def stored_name(self, name: str, digest: str) -> str:
        """The name unchanged: the lock excludes other runs."""
        return name

    def belongs(self, name: str, digests: Sequence[str]) -> bool:
        """Always true: the lock excludes other runs."""
        return True

    def log(self, line: str) -> None:
        """Append a line to `run.jsonl`."""
        path = self.root / LOG
        try:
            with open(path, "a+b", opener=_open_no_link) as file:
                # a crash may have left the last line incomplete
                ended = file.tell() == 0 or os.pread(file.fileno(), 1, file.tell() - 1) == b"\n"
                file.write((b"" if ended else b"\n") + line.encode() + b"\n")
        except OSError as error:
            raise refused(path, error) from error

    def log_lines(self) -> list[str]:
        """The lines of `run.jsonl`, which may not exist; only the last `MOST_BYTES` of a very long one."""
        path = self.root / LOG
        if not path.is_file():
            return []
        with open(path, "rb") as file:
            file.seek(max(0, path.stat().st_size - MOST_BYTES))
            return file.read(MOST_BYTES).decode("utf-8", "replace").split("\n")

    @contextlib.contextmanager
    def temporary(self, name: str) -> Iterator[str]:
        """The path of a new file in the folder; if the process is killed, it is deleted with other temporary files."""
        path = self.root / temporary_name(name)
        try:
            yield str(path)
        finally:
            path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock. `StoreError` names the process that holds it; a dead holder does not block."""
        path = self.root / LOCK
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            handle = _locked(path)
        except (FileExistsError, NotADirectoryError):
            what = "is a link to a missing file" if self.root.is_symlink() else "is a file, or is inside one"
            raise StoreError(f"{self.root}: {what}; -o must be a folder") from None
        except BlockingIOError:
            raise StoreError(
                f"{self.root}: in use by {_holder(path)}; wait for it, or give another folder to -o"
            ) from None
        except OSError as error:
            if error.errno == errno.ELOOP and path.is_symlink():
                raise StoreError(f"{path}: is a symbolic link, which is not followed; choose another -o") from None
            raise refused(self.root, error) from error
        try:
            yield
        finally:
            try:
                path.unlink(missing_ok=True)
            finally:
                os.close(handle)


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip() or "another process"
    except OSError:  # released meanwhile
        return "another process"


def _open_no_link(path: str, flags: int) -> int:
    """Open a file without following a link, since folders from others may contain links to the user's files."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o644)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # Windows cannot open a folder, and its renames are durable
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _locked(path: Path) -> int:
    while True:
        handle = _open_no_link(str(path), os.O_RDWR | os.O_CREAT)
        try:
            _lock_handle(handle)
            if (there := os.pread(handle, 500, 0)) and not HOLDER.fullmatch(there):
                raise StoreError(f"{path}: is the lock of another program; choose another -o")
            # the previous holder may have deleted the file between our open and our lock
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                os.truncate(handle, 0)
                os.write(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
                return handle
        except (OSError, StoreError):
            os.close(handle)
            raise
        os.close(handle)


def _lock_handle(handle: int) -> None:
    if os.name == "posix":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
