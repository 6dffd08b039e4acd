"""An output folder under a prefix of an object store: an object appears only when its upload completes; there is no lock.

An object store has neither rename nor lock, so the names of parts carry the digest of what they were made from
(`stored_name`): runs with other settings write other objects, and runs with the same write the same bytes. Readers go by
the manifest, which names the objects. A line of the log is an object of its own, since objects cannot be added to.
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
    """A prefix of an object store, through Arrow's file systems."""

    def __init__(self, location: str) -> None:
        self.location = location.rstrip("/")
        self._system, self._root = filesystem(self.location)

    def names(self) -> list[str]:
        """All objects below the prefix, in order."""
        return list(self.sizes())

    def sizes(self) -> dict[str, int]:
        """Bytes of all objects below the prefix by name, in order; one request for a thousand of them."""
        selector = pyarrow.fs.FileSelector(self._root, recursive=True, allow_not_found=True)
        with _asking(self.location):
            infos = self._system.get_file_info(selector)
        found = [info for info in infos if info.type == pyarrow.fs.FileType.File]
        return dict(sorted((info.path[len(self._root) :].lstrip("/"), info.size) for info in found))

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
    def temporary(self, name: str) -> Iterator[str]:
        """The path of a new file in a private folder of this machine."""
        with tempfile.TemporaryDirectory(prefix="bertprep-") as private:
            yield os.path.join(private, name)

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
        raise StoreError(f"{location}: the object store did not answer ({error})", again=LATER) from error
