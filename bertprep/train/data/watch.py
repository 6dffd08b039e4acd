"""Files that are read through a map of memory, and must stay as they are for as long as that goes on.

A map shows what others write to the file, and reading beyond the end of a file that was cut short ends the process (SIGBUS).
So size, time and inode are compared before and after each read: a look that costs microseconds, where a checksum would
read everything again. A file that was merely touched, or copied back, has the checksum of its manifest and is let pass.

What is left is the time of a read itself: a file cut short within the millisecond in which a batch is gathered from it.
"""

import os
from pathlib import Path

from ... import store
from ...core.errors import StoreError


class Watched:
    """A file whose bytes are those of a checksum; make it before the file is mapped."""

    def __init__(self, path: Path, checksum: str) -> None:
        self.path, self.checksum = path, checksum
        self.stamp = stamp_of(path)

    def check(self) -> None:
        """`StoreError` if the file is not what it was."""
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
    """Size, time and inode of a file, None where there is none."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
