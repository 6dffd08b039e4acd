"""Where an output folder lives: on a local disk, or under a prefix of an object store. Names within it are relative.

    LocalFolder    a file is written to a temporary name, synced and renamed; one command at a time holds the lock
    ObjectFolder   an object is uploaded in one go, and appears only when its upload completes; there is no lock

An object store has neither rename nor lock, so there the names of parts carry the digest of what they were made from
(`stored_name`): runs with other settings write other objects, and runs with the same write the same bytes. Readers go by
the manifest, which names the objects. A line of the log is an object of its own, since objects cannot be added to.

A location is a path or a URI that Arrow's file systems know, such as `s3://bucket/prefix`.
"""

import contextlib
import errno
import mmap
import os
import socket
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.fs

from .errors import StageError, StoreError
from .files import STORE_ERRORS, filesystem, is_uri, refuse_secrets
from .metadata import MOST_BYTES, check_size, local_bytes

Location = str | os.PathLike[str]
LOCK = ".lock"
LOG = "run.jsonl"
LOG_OBJECTS = "runs"  # where an object store keeps what is `run.jsonl` elsewhere
TEMPORARY = ".tmp"


class Folder(Protocol):
    """What the store needs of a place; names are relative, with `/` between their parts."""

    location: str

    def names(self) -> list[str]:
        """All files at any depth, in order."""

    def exists(self) -> bool:
        """Whether the folder is there at all."""

    def size(self, name: str) -> int | None:
        """Bytes of a file, None where there is none."""

    def path(self, name: str) -> Location:
        """The location of a file, to be given to a task."""

    def create(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """A file that is whole or absent."""

    def write(self, name: str, data: bytes | pa.Buffer) -> None:
        """Make a file of these bytes, whole or absent."""

    def delete(self, name: str) -> None:
        """Remove a file, if it is there."""

    def delete_empty(self, name: str) -> None:
        """Remove a folder within this one if nothing is in it."""

    def stored_name(self, name: str, digest: str) -> str:
        """Under which name a part of a run with this digest is kept."""

    def belongs(self, name: str, digests: Sequence[str]) -> bool:
        """Whether a file may be one that runs with these digests have made."""

    def log(self, line: str) -> None:
        """Add a line to the log of runs."""

    def log_lines(self) -> list[str]:
        """The lines of the log, oldest first."""

    def held(self) -> contextlib.AbstractContextManager[None]:
        """Hold the folder for this process, where there are locks."""


def folder_at(location: Location) -> Folder:
    """The folder at a location; it need not exist."""
    text = str(location)
    if text.startswith("file://"):
        return LocalFolder(Path(text.removeprefix("file://")))
    return ObjectFolder(text) if is_uri(text) else LocalFolder(Path(location))


def parent_of(location: Location) -> tuple[Folder, str]:
    """The folder that a file lies in, and the file's name in it."""
    if is_uri(str(location)):
        refuse_secrets(str(location))
        head, _, name = str(location).rpartition("/")
        return folder_at(head), name
    return LocalFolder(Path(location).parent), Path(location).name


def join(location: Location, name: str) -> Location:
    """The location of a name below another location."""
    return f"{str(location).rstrip('/')}/{name}" if is_uri(str(location)) else Path(location) / name


def folders_beside(location: Location) -> list[Location]:
    """The folders that lie in the same place as a folder, in order; itself is one of them."""
    uri = is_uri(str(location))
    place = str(location).rstrip("/").rpartition("/")[0] if uri else str(Path(location).resolve().parent)
    system, root = filesystem(place)
    try:
        found = system.get_file_info(pyarrow.fs.FileSelector(root, allow_not_found=True))
    except OSError:  # who may read the folder need not be allowed to list what is beside it
        return []
    return [join(place, name) for name in sorted(info.base_name for info in found if not info.is_file)]


def open_input(location: Location, *, mapped: bool = True) -> pa.NativeFile:
    """A file to read from at any place: mapped into memory if it is local and may be; `OSError` if it is not there."""
    if not is_uri(str(location)):
        if stat.S_ISFIFO(os.stat(location).st_mode):  # would be waited for
            raise OSError(errno.EINVAL, "not a plain file", str(location))
        return pa.memory_map(str(location)) if mapped else pa.OSFile(str(location))
    system, path = filesystem(str(location))
    return system.open_input_file(path)


def read_bytes(location: Location, most: int = 1 << 62) -> bytes:
    """All of a file; `FileNotFoundError` if there is none, `OSError` if it is over `most` or less came than it has."""
    if not is_uri(str(location)):
        return local_bytes(location, most)
    with open_input(location) as file:
        size = file.size()
        check_size(size, location, most)
        data = file.read()
    if len(data) != size:  # Arrow says nothing when a connection ends early
        raise OSError(errno.EIO, f"only {len(data):,} of {size:,} bytes came", str(location))
    return data


def refused(location: Location, error: OSError) -> StageError:
    """The error for what could not be written."""
    return StageError(
        f"{location}: could not be written ({error.strerror or error}); what was finished is kept, "
        "and the same command goes on from it once there is room and permission"
    )


# -- local ------------------------------------------------------------------------------------------------------------


class LocalFolder:
    """A folder of a file system with rename, fsync and locks."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.location = str(root)

    def names(self) -> list[str]:
        """All files at any depth, in order; a file in the folder's place counts as one without a name."""
        if self.root.exists() and not self.root.is_dir():
            return ["."]
        # a link to a folder elsewhere is named like a file, so that nothing is written or deleted behind it
        below = self.root.rglob("*") if self.root.is_dir() else []
        found = [path for path in below if path.is_symlink() or not path.is_dir()]
        return sorted(path.relative_to(self.root).as_posix() for path in found)

    def exists(self) -> bool:
        """Whether the folder is there."""
        return self.root.is_dir()

    def size(self, name: str) -> int | None:
        """Bytes of a file, None where there is none."""
        path = self.root / name
        return path.stat().st_size if path.is_file() else None

    def path(self, name: str) -> Path:
        """The path of a file."""
        return self.root / name

    @contextlib.contextmanager
    def create(self, name: str) -> Iterator[BinaryIO]:
        """A file that is whole or absent: temporary name, sync, rename. `StageError` when it cannot be written."""
        path = self.root / name
        # two workers may have the same number on two machines
        temporary = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}{TEMPORARY}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(temporary, "wb") as file:
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
        """Make a file of these bytes, whole or absent."""
        with self.create(name) as file:
            file.write(data)

    def delete(self, name: str) -> None:
        """Remove a file, if it is there."""
        (self.root / name).unlink(missing_ok=True)

    def delete_empty(self, name: str) -> None:
        """Remove a folder within this one if nothing is in it."""
        with contextlib.suppress(OSError):
            (self.root / name).rmdir()

    def stored_name(self, name: str, digest: str) -> str:
        """The name itself: the lock keeps other runs away."""
        return name

    def belongs(self, name: str, digests: Sequence[str]) -> bool:
        """Always: the lock keeps other runs away."""
        return True

    def log(self, line: str) -> None:
        """Add a line to `run.jsonl`."""
        path = self.root / LOG
        try:
            with open(path, "a+b", opener=_open_no_link) as file:
                # a crash may have cut the last line short
                ended = file.tell() == 0 or os.pread(file.fileno(), 1, file.tell() - 1) == b"\n"
                file.write((b"" if ended else b"\n") + line.encode() + b"\n")
        except OSError as error:
            raise refused(path, error) from error

    def log_lines(self) -> list[str]:
        """The lines of `run.jsonl`, of a very long one the last; there may be none."""
        path = self.root / LOG
        if not path.is_file():
            return []
        with open(path, "rb") as file:
            file.seek(max(0, path.stat().st_size - MOST_BYTES))
            return file.read(MOST_BYTES).decode("utf-8", "replace").split("\n")

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock. `StoreError` names who holds it; a holder that died does not block."""
        path = self.root / LOCK
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            handle = _locked(path)
        except (FileExistsError, NotADirectoryError):
            raise StoreError(f"{self.root}: is a file, or lies below one; give a folder to -o") from None
        except BlockingIOError:
            holder = path.read_text(encoding="utf-8", errors="replace").strip() or "another process"
            raise StoreError(f"{self.root}: in use by {holder}; wait for it, or give another folder to -o") from None
        except OSError as error:
            raise refused(self.root, error) from error
        try:
            yield
        finally:
            try:
                path.unlink(missing_ok=True)
            finally:
                os.close(handle)


def _open_no_link(path: str, flags: int) -> int:
    """Open a file that is in the folder itself: a folder from elsewhere may hold links to files of its user."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o644)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened, and a rename is durable by itself
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
            # the holder before may have removed the file between our open and our lock
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                os.truncate(handle, 0)
                os.write(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
                return handle
        except OSError:
            os.close(handle)
            raise
        os.close(handle)


def _lock_handle(handle: int) -> None:
    if os.name == "posix":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


# -- object stores ----------------------------------------------------------------------------------------------------


class ObjectFolder:
    """A prefix of an object store, through Arrow's file systems."""

    def __init__(self, location: str) -> None:
        self.location = location.rstrip("/")
        self._system, self._root = filesystem(self.location)

    def names(self) -> list[str]:
        """All objects below the prefix, in order."""
        selector = pyarrow.fs.FileSelector(self._root, recursive=True, allow_not_found=True)
        with _asking(self.location):
            infos = self._system.get_file_info(selector)
        found = [info.path for info in infos if info.type == pyarrow.fs.FileType.File]
        return sorted(path[len(self._root) :].lstrip("/") for path in found)

    def exists(self) -> bool:
        """Whether there is an object below the prefix."""
        return bool(self.names())

    def size(self, name: str) -> int | None:
        """Bytes of an object, None where there is none."""
        with _asking(self.path(name)):
            info = self._system.get_file_info(f"{self._root}/{name}")
        return info.size if info.type == pyarrow.fs.FileType.File else None

    def path(self, name: str) -> str:
        """The URI of an object."""
        return f"{self.location}/{name}"

    @contextlib.contextmanager
    def create(self, name: str) -> Iterator[BinaryIO]:
        """An object that is whole or absent: gathered in a local file without a name, then uploaded."""
        try:
            with tempfile.TemporaryFile() as file:
                yield file
                file.flush()
                size = file.tell()
                self.write(name, pa.py_buffer(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)) if size else b"")
        except OSError as error:
            raise refused(tempfile.gettempdir(), error) from error

    def write(self, name: str, data: bytes | pa.Buffer) -> None:
        """Upload an object. `StageError` when the store refuses.

        It is one write: Arrow completes an upload even when its stream is given up half-way, so there must be no half-way.
        """
        try:
            with self._system.open_output_stream(f"{self._root}/{name}") as stream:
                stream.write(data)
        except OSError as error:
            raise refused(self.path(name), error) from error

    def delete(self, name: str) -> None:
        """Remove an object, if it is there."""
        with _asking(self.path(name)), contextlib.suppress(FileNotFoundError):
            self._system.delete_file(f"{self._root}/{name}")

    def delete_empty(self, name: str) -> None:
        """Nothing: Arrow marks an emptied prefix by an object of no bytes, and no one lists that as a file."""

    def stored_name(self, name: str, digest: str) -> str:
        """The name with the digest's first twelve digits: `train-00000-of-00016-3f2a91c05be7.arrow`."""
        path = PurePosixPath(name)
        return str(path.with_name(f"{path.stem}-{digest[:12]}{path.suffix}"))

    def belongs(self, name: str, digests: Sequence[str]) -> bool:
        """Whether the name carries one of the digests."""
        return any(f"-{digest[:12]}." in name for digest in digests)

    def log(self, line: str) -> None:
        """Add a line to the log, as an object whose name sorts by time."""
        self.write(f"{LOG_OBJECTS}/{time.time_ns():020d}-{os.urandom(4).hex()}.json", line.encode())

    def log_lines(self) -> list[str]:
        """The lines of the log, oldest first."""
        names = [name for name in self.names() if name.startswith(LOG_OBJECTS + "/")]
        return [read_bytes(self.path(name), MOST_BYTES).decode("utf-8", "replace") for name in names]

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Nothing holds an object store."""
        yield


@contextlib.contextmanager
def _asking(location: str) -> Iterator[None]:
    """`StoreError` when an object store does not answer as it should."""
    try:
        yield
    except STORE_ERRORS as error:
        raise StoreError(
            f"{location}: the store could not be asked ({error}); the same command goes on later"
        ) from error
