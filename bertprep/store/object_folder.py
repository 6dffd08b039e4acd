"""An output folder under a prefix of an object store: an object is visible only once its upload completes; there is no lock.

Object stores have neither rename nor locks, so the names of parts include the digest of their identity (`stored_name`):
runs with different settings write different objects, and runs with the same settings write the same bytes. Readers follow
the manifest, which names the objects. Objects cannot be appended to, so each line of the log is an object.
"""

import contextlib
import mmap
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import BinaryIO

import pyarrow as pa
import pyarrow.fs

from ..core.errors import LATER, StoreError
from ..core.places import LOG_OBJECTS, STORE_ERRORS, filesystem, read_bytes, refused
from ..core.records import MOST_BYTES


class ObjectFolder:
    """A prefix of an object store, accessed through Arrow's file systems."""

    def __init__(self, location: str) -> None:
        self.location = location.rstrip("/")
        self._system, self._root = filesystem(self.location)

    def names(self) -> list[str]:
        """All objects below the prefix, sorted."""
        return list(self.sizes())

    def sizes(self) -> dict[str, int]:
        """Object name -> bytes, sorted; one request per thousand objects."""
        selector = pyarrow.fs.FileSelector(self._root, recursive=True, allow_not_found=True)
        with _store_errors(self.location):
            infos = self._system.get_file_info(selector)
        found = [info for info in infos if info.type == pyarrow.fs.FileType.File]
        return dict(sorted((info.path[len(self._root) :].lstrip("/"), info.size) for info in found))

    def exists(self) -> bool:
        """Whether there is any object below the prefix."""
        return bool(self.names())

    def size(self, name: str) -> int | None:
        """Bytes of an object; None if it does not exist."""
        with _store_errors(self.path(name)):
            info = self._system.get_file_info(f"{self._root}/{name}")
        return info.size if info.type == pyarrow.fs.FileType.File else None

    def path(self, name: str) -> str:
        """The URI of an object."""
        return f"{self.location}/{name}"

    @contextlib.contextmanager
    def create(self, name: str) -> Iterator[BinaryIO]:
        """A new object, complete or absent: collected in an unnamed local file, then uploaded."""
        try:
            with tempfile.TemporaryFile() as file:
                yield file
                file.flush()
                size = file.tell()
                self.write(name, pa.py_buffer(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)) if size else b"")
        except OSError as error:
            raise refused(tempfile.gettempdir(), error) from error

    def write(self, name: str, data: bytes | pa.Buffer) -> None:
        """Upload an object. `StageError` if the store refuses it.

        This is a single write: Arrow completes an upload even if its stream is abandoned halfway.
        """
        try:
            with self._system.open_output_stream(f"{self._root}/{name}") as stream:
                stream.write(data)
        except OSError as error:
            raise refused(self.path(name), error) from error

    def delete(self, name: str) -> None:
        """Delete an object, if it exists."""
        with _store_errors(self.path(name)), contextlib.suppress(FileNotFoundError):
            self._system.delete_file(f"{self._root}/{name}")

    def delete_empty(self, name: str) -> None:
        """Do nothing: Arrow marks an emptied prefix by an empty object, which is not listed as a file."""

    def stored_name(self, name: str, digest: str) -> str:
        """The name with the first twelve digits of the digest: `train-00000-of-00016-3f2a91c05be7.arrow`."""
        path = PurePosixPath(name)
        return str(path.with_name(f"{path.stem}-{digest[:12]}{path.suffix}"))

    def belongs(self, name: str, digests: Sequence[str]) -> bool:
        """Whether the name contains one of the digests."""
        return any(f"-{digest[:12]}." in name for digest in digests)

    def log(self, line: str) -> None:
        """Add a line to the log, as an object whose name sorts by time."""
        self.write(f"{LOG_OBJECTS}/{time.time_ns():020d}-{os.urandom(4).hex()}.json", line.encode())

    def log_lines(self) -> list[str]:
        """The lines of the log, oldest first."""
        names = [name for name in self.names() if name.startswith(LOG_OBJECTS + "/")]
        return [read_bytes(self.path(name), MOST_BYTES).decode("utf-8", "replace") for name in names]

    @contextlib.contextmanager
    def temporary(self, name: str) -> Iterator[str]:
        """The path of a new file in a temporary folder of this machine."""
        with tempfile.TemporaryDirectory(prefix="bertprep-") as private:
            yield os.path.join(private, name)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Do nothing: object stores have no locks."""
        yield


@contextlib.contextmanager
def _store_errors(location: str) -> Iterator[None]:
    """Turn errors of an object store into `StoreError`."""
    try:
        yield
    except STORE_ERRORS as error:
        raise StoreError(f"{location}: the object store did not answer ({error})", again=LATER) from error
