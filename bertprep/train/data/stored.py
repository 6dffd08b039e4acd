"""Shard folders in an object store: which files they hold, how much of them must be on this machine, and where it is kept.

The rows of a slab (loader.py) are read in random order, so all its parts must be here at once, and those of every source of a
mixture; beside them one part more, for what evaluation reads in between. With twice that the next slab is downloaded while one
is read.
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
SHARE_OF_DISK = 0.9  # of what is free, at most


@dataclasses.dataclass(frozen=True)
class Needs:
    """Bytes of shards that must be on this machine at once, and with which more are of no use; how many there are in all."""

    least: int
    enough: int
    total: int


def stored_files(folder: str, split: str) -> list[tuple[StoredFile, int]]:
    """The files of a split of a finished shard folder, and the rows of each."""
    manifest = store.read_manifest(folder, "mask")
    return [
        (StoredFile(str(manifest.location(part)), part["bytes"], part["checksum"]), part["rows"])
        for part in manifest.entries(split)
    ]


def needs(pools: list[list[str]], slab_rows: int) -> Needs:
    """What the training and validation parts need, of folders that share an order pool by pool; of local ones nothing."""
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
    """A shelf for those of the folders that are in an object store; None where all are local."""
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
    """How many bytes the folder may hold; `UsageError` where that is too few."""
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
