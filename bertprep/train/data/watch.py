"""Detect changes of files that are read through a memory map.

A map shows changes by other processes, and reading beyond the end of a truncated file kills the process (SIGBUS). So size,
modification time and inode are compared before and after each read, which takes microseconds, while a checksum would read
everything again. A file that was merely touched, or copied back, still has the checksum of its manifest and is accepted. Not
covered: a file that is truncated within the millisecond in which a batch is read from it.
"""

import os
from pathlib import Path

from ... import store
from ...core.errors import StoreError


class Watched:
    """A file with a known checksum; create it before the file is mapped."""

    def __init__(self, path: Path, checksum: str) -> None:
        self.path, self.checksum = path, checksum
        self.stamp = stamp_of(path)

    def check(self) -> None:
        """Raise `StoreError` if the file has changed."""
        stamp = stamp_of(self.path)
        if stamp == self.stamp:
            return
        if stamp is None or self.stamp is None or stamp[0] != self.stamp[0] or self.has_changed():
            how = "deleted" if stamp is None else "changed"
            raise StoreError(
                f"{self.path}: was {how} while it was in use; put back the file that bertprep mask wrote, and resume"
            )
        self.stamp = stamp

    def has_changed(self) -> bool:
        return store.file_checksum(self.path) != self.checksum


def stamp_of(path: Path) -> tuple[int, int, int] | None:
    """Size, modification time and inode of a file; None if it does not exist."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
