"""An output folder, wherever it is: what the store needs of a place, and which kind a location is.

    LocalFolder    a file is written to a temporary name, synced and renamed; one command at a time holds the lock
    ObjectFolder   an object is uploaded in one go, and appears only when its upload completes; there is no lock

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
    """What the store needs of a place; names are relative, with `/` between their parts."""

    location: str

    def names(self) -> list[str]:
        """All files at any depth, in order."""

    def exists(self) -> bool:
        """Whether the folder is there at all."""

    def size(self, name: str) -> int | None:
        """Bytes of a file, None where there is none."""

    def sizes(self) -> dict[str, int]:
        """Bytes of all files by name, in order; for many files, quicker than to ask for each."""

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

    def temporary(self, name: str) -> contextlib.AbstractContextManager[str]:
        """The path of a new file of this machine, for as long as the context lasts: within the folder, if that is local."""

    def held(self) -> contextlib.AbstractContextManager[None]:
        """Hold the folder for this process, where there are locks."""


def folder_at(location: Location) -> OutputFolder:
    """The folder at a location; it need not exist."""
    text = str(location)
    if text.startswith("hf://"):
        raise UsageError(f"{text}: only a corpus is read from the Hub; give a folder here, and upload it afterwards")
    if text.startswith("file://"):
        return LocalFolder(Path(text.removeprefix("file://")))
    return ObjectFolder(text) if is_uri(text) else LocalFolder(Path(location))


def parent_of(location: Location) -> tuple[OutputFolder, str]:
    """The folder that a file lies in, and the file's name in it."""
    if is_uri(str(location)):
        refuse_secrets(str(location))
        head, _, name = str(location).rpartition("/")
        return folder_at(head), name
    return LocalFolder(Path(location).parent), Path(location).name
