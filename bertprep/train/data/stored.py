"""Shard folders in an object store: their files, how much of them must be on this machine, and the cache for them.

The rows of a slab (loader.py) are read in random order, so all its parts must be on this machine at once, for every source of a
mixture, and one more part for evaluation in between. With twice that space, the next slab is downloaded while one is read.
"""

import contextlib
import dataclasses
import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from ... import store
from ...core.errors import UsageError
from ...core.places import is_uri
from ..settings import CacheSettings
from .cache_folder import CacheFolder, StoredFile
from .shelf import Shelf

T = TypeVar("T")
SHARE_OF_DISK = 0.9  # maximum share of the free disk space


@dataclasses.dataclass(frozen=True)
class Needs:
    """Bytes of shards: required on this machine at once, beyond which more are of no use, and in total."""

    least: int
    enough: int
    total: int


def stored_files(folder: str, split: str) -> list[tuple[StoredFile, int]]:
    """The files of a split of a complete shard folder, and the number of rows of each."""
    manifest = store.read_manifest(folder, "mask")
    return [
        (StoredFile(str(manifest.location(part)), part["bytes"], part["checksum"]), part["rows"])
        for part in manifest.entries(split)
    ]


def needs(pools: list[list[str]], slab_rows: int) -> Needs:
    """The bytes needed for pools of folders, each of which shares one order; local folders count as 0."""
    slabs, total, held_out, largest = 0, 0, 0, 0
    for pool in pools:
        stored = [folder for folder in pool if is_uri(folder)]
        training = [file for folder in stored for file in stored_files(folder, "train")]
        sizes = [file.bytes for file, _ in training]
        per_row = max((file.bytes / rows for file, rows in training), default=0.0)
        slabs += min(sum(sizes), max([math.ceil(slab_rows * per_row), *sizes]))
        validation = [file.bytes for folder in stored for file, _ in stored_files(folder, "validation")]
        total, held_out = total + sum(sizes), held_out + sum(validation)
        largest = max([largest, *sizes, *validation])
    everything = total + held_out
    return Needs(min(slabs + largest, everything), min(2 * slabs + held_out + largest, everything), everything)


@contextlib.contextmanager
def shelf_for(
    pools: list[list[str]], slab_rows: int, cache: CacheSettings, opened: Callable[[Path], T]
) -> Iterator[Shelf[T] | None]:
    """A shelf for the folders in an object store, for the duration of the context; None if all are local."""
    if not any(is_uri(folder) for pool in pools for folder in pool):
        yield None
        return
    needed = needs(pools, slab_rows)
    folder = CacheFolder(cache.path, 0)
    folder.most = room(folder, needed, cache)
    shelf = Shelf(folder, opened, emptied=cache.folder is None)
    try:
        yield shelf
    finally:
        shelf.close()


def room(folder: CacheFolder, needed: Needs, cache: CacheSettings) -> int:
    """The maximum size of the cache folder in bytes; `UsageError` if that is too little."""
    free = shutil.disk_usage(folder.folder).free + folder.used()
    least, enough = (f"{math.ceil(count / 1e4) / 1e5:g}" for count in (needed.least, needed.enough))
    asked = cache.gigabytes
    if asked is None and SHARE_OF_DISK * free < needed.least:
        raise UsageError(
            f"{folder.folder}: {free / 1e9:.3g} GB are free, but {least} GB of shards must be there at once, as their rows are "
            "read in random order; give --cache-dir on a larger disk"
        )
    if asked is not None and asked * 1e9 < needed.least:
        raise UsageError(
            f"--cache-gb {asked:g}: {least} GB of shards must be there at once, as their rows are read in random order; give at "
            f"least --cache-gb {least}, or {enough} to download the next shards while these are read"
        )
    return int(asked * 1e9) if asked is not None else min(needed.enough, int(SHARE_OF_DISK * free))
