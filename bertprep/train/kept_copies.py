"""The copies of models from object stores on this machine: where each is, and that together they stay below a limit.

    copies/model-3f2a91c05be7/        the copy of what is in one place
        .lock                         held by the processes that use the copy; its time is that of the last use
    copies/.lock                      held while room is made for a copy

The copy that was not used for the longest time goes first. One in use is never deleted, so while many are, they may hold more.
"""

import os
import shutil
from pathlib import Path

from ..core.errors import UsageError
from ..core.places import LOCK
from .data.cache_folder import alone, locked, make_room, open_lock, problems_told
from .settings import CacheSettings

MOST_BYTES = 20 * 10**9  # without --cache-gb; that of BERT large is 1.3 GB
MOST_IN_USE = 4  # by a process at once: no call reads more than two
_in_use: dict[Path, int] = {}  # handles of locks, the last used last; they end with the process


def folder_for(name: str, bytes: int, cache: CacheSettings) -> Path:
    """The folder of a copy of so many bytes, held for this process, after others have been deleted for it where they must be.

    `UsageError` where the copy alone is more than --cache-gb.
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
    """Hold a copy, and let go of the one that this process used longest ago where it holds enough of them."""
    handle = _in_use.pop(folder) if folder in _in_use else open_lock(folder)
    locked(handle, exclusive=False)
    os.utime(folder / LOCK)
    _in_use[folder] = handle
    for old in list(_in_use)[:-MOST_IN_USE]:
        os.close(_in_use.pop(old))


def _make_room(copies: Path, mine: Path, most: int) -> None:
    """Delete other copies, the one that was used longest ago first, until they hold at most so many bytes."""
    others = [folder for folder in copies.iterdir() if (folder / LOCK).is_file() and folder != mine]
    held = [((folder / LOCK).stat().st_mtime_ns, _bytes_of(folder), folder) for folder in others]
    make_room(held, most, open_lock, shutil.rmtree)


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
