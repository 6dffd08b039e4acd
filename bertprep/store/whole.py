"""A local folder that one command makes in one go, for others: empty before, whole afterwards, or as it was.

It is written in a private folder within it, under the lock, so that nothing beside it is touched, two commands at once do
not meet, and what a killed one left is swept by the next.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ..core.errors import StoreError
from ..core.places import LOCK, is_temporary, temporary_name
from .ownership import lock


@contextlib.contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """A private folder to write to; all that is in it moves into `folder` when the context ends well.

    `StoreError` when the folder holds something already, or another command is at work in it.
    """
    is_new = not os.path.lexists(folder)
    _refuse_contents(folder)  # before the lock writes anything
    try:
        with lock(folder):
            _refuse_contents(folder)
            for left in filter(_is_left, folder.iterdir()):
                shutil.rmtree(left)
            private = folder / temporary_name("new")
            private.mkdir()
            try:
                yield private
                for path in sorted(private.iterdir()):
                    path.rename(folder / path.name)
            finally:
                shutil.rmtree(private, ignore_errors=True)
    except BaseException:
        if is_new:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _refuse_contents(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder}: is a file; choose a new folder for -o")
    inside = sorted(path.name for path in folder.iterdir() if path.name != LOCK) if folder.exists() else []
    found = [name for name in inside if not _is_left(folder / name)]
    if found and len(found) < len(inside):  # killed in the moment of moving
        raise StoreError(
            f"{folder}: contains part of the output of an interrupted command; delete it, or give a new folder to -o"
        )
    if found:
        raise StoreError(f"{folder}: is not empty ({', '.join(found[:3])}); choose a new folder for -o")


def _is_left(path: Path) -> bool:
    """Whether this is the private folder of a command that was killed."""
    return is_temporary(path.name) and path.is_dir() and not path.is_symlink()
