"""The local cache of models from object stores, with a limit on its total size (least recently used first out).

    copies/model-3f2a91c05be7/        the copy of one location
        .lock                         locked by the processes that use the copy; its mtime is the last use
    copies/.lock                      locked while space is made for a copy

Copies in use are never deleted, so they may exceed the limit.
"""

import os
import shutil
from pathlib import Path

from ..core.errors import UsageError
from ..core.places import LOCK
from .data.cache_folder import alone, locked, make_room, open_lock, problems_told
from .settings import CacheSettings

MOST_BYTES = 20 * 10**9  # limit without --cache-gb; BERT large has 1.3 GB
MOST_IN_USE = 4  # copies that a process keeps locked; no call reads more than two
_in_use: dict[Path, int] = {}  # file descriptors of locks, most recently used last; released when the process ends


def folder_for(name: str, bytes: int, cache: CacheSettings) -> Path:
    """The folder for a copy of `bytes` bytes, locked by this process; deletes other copies if space is needed.

    `UsageError` if the copy alone exceeds --cache-gb.
    """
    most = MOST_BYTES if cache.gigabytes is None else int(cache.gigabytes * 1e9)
    if cache.gigabytes is not None and bytes > most:
        raise UsageError(
            f"--cache-gb {cache.gigabytes:g}: the model takes {bytes / 1e9:.3g} GB; give at least --cache-gb {bytes / 1e9:.3g}"
        )
    copies, folder = cache.copies, cache.copies / name
    with problems_told(copies):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(copies):
        _use(folder)
        _make_room(copies, folder, most - bytes)
    return folder


def _use(folder: Path) -> None:
    """Lock a copy, and release the least recently used one if this process has more than MOST_IN_USE."""
    handle = _in_use.pop(folder) if folder in _in_use else open_lock(folder)
    locked(handle, exclusive=False)
    os.utime(folder / LOCK)
    _in_use[folder] = handle
    for old in list(_in_use)[:-MOST_IN_USE]:
        os.close(_in_use.pop(old))


def _make_room(copies: Path, mine: Path, most: int) -> None:
    """Delete other copies, least recently used first, until they have at most `most` bytes."""
    others = [folder for folder in copies.iterdir() if (folder / LOCK).is_file() and folder != mine]
    held = [((folder / LOCK).stat().st_mtime_ns, _bytes_of(folder), folder) for folder in others]
    make_room(held, most, open_lock, shutil.rmtree)


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
