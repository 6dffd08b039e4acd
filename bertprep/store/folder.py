"""The interface of output folders, and the choice of its implementation for a location.

    LocalFolder    a file is written to a temporary name, synced and renamed; one command at a time holds the lock
    ObjectFolder   an object is uploaded in one request, and visible only once that completes; there is no lock

Names within a folder are relative.
"""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa

from ..core.errors import UsageError
from ..core.places import Location, is_uri, refuse_secrets
from .local_folder import LocalFolder
from .object_folder import ObjectFolder


class OutputFolder(Protocol):
    """The operations that the store needs of a folder; names are relative, with `/` as separator."""

    location: str

    def names(self) -> list[str]:
        """All files at any depth, sorted."""

    def exists(self) -> bool:
        """Whether the folder exists."""

    def size(self, name: str) -> int | None:
        """Bytes of a file; None if it does not exist."""

    def sizes(self) -> dict[str, int]:
        """File name -> bytes, sorted; for many files faster than `size` for each."""

    def path(self, name: str) -> Location:
        """The location of a file, to be passed to a task."""

    def create(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """Open a new file that is either complete or absent."""

    def write(self, name: str, data: bytes | pa.Buffer) -> None:
        """Write a file with these bytes that is either complete or absent."""

    def delete(self, name: str) -> None:
        """Delete a file, if it exists."""

    def delete_empty(self, name: str) -> None:
        """Delete a subfolder if it is empty."""

    def stored_name(self, name: str, digest: str) -> str:
        """The name under which a part of a run with this digest is stored."""

    def belongs(self, name: str, digests: Sequence[str]) -> bool:
        """Whether a file may have been made by a run with one of these digests."""

    def log(self, line: str) -> None:
        """Append a line to the log of runs."""

    def log_lines(self) -> list[str]:
        """The lines of the log, oldest first."""

    def temporary(self, name: str) -> contextlib.AbstractContextManager[str]:
        """The path of a new local file that is deleted at the end of the context; in the folder itself, if that is local."""

    def held(self) -> contextlib.AbstractContextManager[None]:
        """Hold the folder's lock, if it has one."""


def folder_at(location: Location) -> OutputFolder:
    """The folder at a location; it need not exist."""
    text = str(location)
    if text.startswith("hf://"):
        raise UsageError(f"{text}: only a corpus is read from the Hub; give a folder here, and upload it afterwards")
    if text.startswith("file://"):
        return LocalFolder(Path(text.removeprefix("file://")))
    return ObjectFolder(text) if is_uri(text) else LocalFolder(Path(location))


def parent_of(location: Location) -> tuple[OutputFolder, str]:
    """The folder of a file, and the file's name in it."""
    if is_uri(str(location)):
        refuse_secrets(str(location))
        head, _, name = str(location).rpartition("/")
        return folder_at(head), name
    return LocalFolder(Path(location).parent), Path(location).name
