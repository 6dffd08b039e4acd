"""A file of an object store to an open file of this machine, its checksum looked at; a lost connection is tried again."""

import errno
import hashlib
import os
import threading

from ...core.counts import quantity
from ...core.errors import StageError, StoreError
from ...core.places import STORE_ERRORS, open_input
from .cache_folder import StoredFile

TRIES = 5
FIRST_WAIT_SECONDS = 1.0  # before the second try; doubled for each one more
BLOCK_BYTES = 1 << 24  # of a request


def download(file: StoredFile, handle: int, ending: threading.Event) -> None:
    """Write the file to the handle. `StoreError` where it is missing or another, `StageError` where the connection fails.

    `ending` says that it is no longer wanted, which is a `StageError` too.
    """
    for number in range(1, TRIES + 1):
        try:
            found = _copied(file, handle, ending)
            break
        except FileNotFoundError as error:
            raise StoreError(
                f"{file.location}: in the manifest but not there; copy it back or run `bertprep mask` again"
            ) from error
        except STORE_ERRORS as error:
            if number == TRIES:
                raise StageError(
                    f"{file.location}: reading failed {TRIES} times ({error}); run the same command to resume"
                ) from error
            ending.wait(FIRST_WAIT_SECONDS * 2 ** (number - 1))
    if found != file.checksum:
        raise StoreError(
            f"{file.location}: its content has changed: checksum {found}, {file.checksum} expected; copy it back or "
            "create the folder again with --overwrite"
        )


def _copied(file: StoredFile, handle: int, ending: threading.Event) -> str:
    """The checksum of what came; `OSError` where that is less or more than the manifest says."""
    total, came = hashlib.blake2b(digest_size=16), 0
    os.lseek(handle, 0, os.SEEK_SET)
    with open_input(file.location) as source:
        while came <= file.bytes and (block := source.read(BLOCK_BYTES)):
            if ending.is_set():
                raise StageError(f"{file.location}: the run ended while it was being downloaded")
            came += len(block)
            total.update(block)
            if came <= file.bytes:
                _write(handle, block)
    if came != file.bytes:  # Arrow says nothing when a connection ends early
        raise OSError(errno.EIO, f"{quantity(came, 'byte')} came, {file.bytes:,} expected")
    return total.hexdigest()


def _write(handle: int, block: bytes) -> None:
    view = memoryview(block)
    try:
        while view:
            view = view[os.write(handle, view) :]
    except OSError as error:
        raise StageError(
            f"the cache of shards cannot be written ({error.strerror}); make room, or give --cache-dir on a larger disk"
        ) from error
