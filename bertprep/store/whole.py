"""A local folder for other programs that one command writes: it is either complete or left as it was.

It is written in a temporary folder within it, under the lock, so that concurrent commands exclude each other, and the next
command deletes what a killed one left.
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
    """A temporary folder to write to; its content moves into `folder` when the context ends without an error.

    `StoreError` if the folder is not empty, or another command is writing to it.
    """
    is_new = not os.path.lexists(folder)
    _refuse_contents(folder)  # before the lock file is created
    try:
        with lock(folder):
            _refuse_contents(folder)
            for left in filter(_is_leftover, folder.iterdir()):
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
    found = [name for name in inside if not _is_leftover(folder / name)]
    if found and len(found) < len(inside):  # killed while moving the content
        raise StoreError(
            f"{folder}: contains part of the output of an interrupted command; delete it, or give a new folder to -o"
        )
    if found:
        raise StoreError(f"{folder}: is not empty ({', '.join(found[:3])}); choose a new folder for -o")


def _is_leftover(path: Path) -> bool:
    """Whether this is the temporary folder of a killed command."""
    return is_temporary(path.name) and path.is_dir() and not path.is_symlink()
