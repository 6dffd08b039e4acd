"""Download files from an object store, with retries, and verify their checksums."""

import errno
import hashlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ... import store
from ...core.counts import quantity
from ...core.errors import AGAIN, StageError, StoreError
from ...core.places import STORE_ERRORS, open_input, temporary_name
from .cache_folder import StoredFile

T = TypeVar("T")

TRIES = 5
FIRST_WAIT_SECONDS = 1.0  # before the second try; doubled before each further one
BLOCK_BYTES = 1 << 24  # per request


def retried(
    location: str,
    action: Callable[[], T],
    *,
    doing: str = "reading",
    advice: str = "",
    lost: tuple[type[Exception], ...] = STORE_ERRORS,
    wait: Callable[[float], object] = time.sleep,
) -> T:
    """Return `action()`, retried if it raises one of `lost`; `StageError` after the last try."""
    for number in range(1, TRIES):
        try:
            return action()
        except lost:
            wait(FIRST_WAIT_SECONDS * 2 ** (number - 1))
    try:
        return action()
    except lost as error:
        message = f"{location}: {doing} failed {TRIES} times ({error.__cause__ or error})"
        raise StageError(message, advice=advice, again=("", "") if advice else AGAIN) from error


def fetch(location: str, name: str, path: Path, checksum: str = "") -> None:
    """Download a file of a folder in a store to `path`, atomically; verifies its checksum if one is given."""
    size = retried(f"{location}/{name}", lambda: store.folder_at(location).size(name), lost=(StoreError,))
    if size is None:
        raise StoreError(f"{location}/{name}: is no longer there; copy it back, or give another folder")
    partial = path.with_name(temporary_name(path.name))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            file = StoredFile(f"{location}/{name}", size, checksum)
            download(file, handle, threading.Event(), again="give another model")
        finally:
            os.close(handle)
        os.replace(partial, path)
    except OSError as error:
        raise StageError(
            f"{path}: cannot be written ({error.strerror or error}); make room, or give --cache-dir"
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def download(
    file: StoredFile, handle: int, ending: threading.Event, *, again: str = "run `bertprep mask` again"
) -> None:
    """Download a file to an open file. `StoreError` if it is missing or has changed, `StageError` if the connection fails.

    If `ending` is set, the download stops with a `StageError`. `again` tells the user how to make a lost file again.
    """

    def copied() -> str:
        try:
            return _copied(file, handle, ending)
        except FileNotFoundError as error:
            raise StoreError(f"{file.location}: recorded but not there; copy it back, or {again}") from error

    found = retried(file.location, copied, wait=ending.wait)
    if file.checksum and found != file.checksum:
        raise StoreError(
            f"{file.location}: its content has changed: checksum {found}, {file.checksum} expected; copy it back, or {again}"
        )


def _copied(file: StoredFile, handle: int, ending: threading.Event) -> str:
    """Download a file and return its checksum; `OSError` if its size is not that of the manifest."""
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
    if came != file.bytes:  # Arrow raises no error if a connection ends early
        raise OSError(errno.EIO, f"{quantity(came, 'byte')} came, {file.bytes:,} expected")
    return total.hexdigest()


def _write(handle: int, block: bytes) -> None:
    view = memoryview(block)
    try:
        while view:
            view = view[os.write(handle, view) :]
    except OSError as error:
        raise StageError(
            f"the cache cannot be written ({error.strerror}); make room, or give --cache-dir on a larger disk"
        ) from error
