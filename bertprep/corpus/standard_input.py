"""Copy standard input to a file, so that it can be cut and read by several tasks.

Raises `InputError` for a terminal, and `StageError` if the file cannot be written.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from typing import BinaryIO

from ..core.errors import InputError, StageError
from .sources import BLOCK_BYTES, MAGICS, STANDARD_INPUT, Source, Spool, stamp_of

SPOOL_DIGEST_BYTES = 7  # as an integer below 2^63


@contextlib.contextmanager
def spool(stream: BinaryIO, path: str) -> Iterator[Source]:
    """Copy a stream to `path` for the time of the context, so that it can be cut and read by several tasks.

    The file must not exist yet, not even as a link. Compressed data are kept compressed, and recognized by their first bytes.
    The digest of the content is the stamp, so that equal input is recognized. `InputError` for a terminal.
    """
    if stream.isatty():
        raise InputError("- is standard input, and nothing is piped to it")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # fails if a file or link exists
    except OSError as error:
        raise _not_kept(path, error) from error
    try:
        yield _copied(stream, handle, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def _copied(stream: BinaryIO, handle: int, path: str) -> Source:
    digest, size, ending = hashlib.blake2b(digest_size=SPOOL_DIGEST_BYTES), 0, ""
    try:
        with open(handle, "wb") as file:
            while block := stream.read(BLOCK_BYTES):
                if size == 0:
                    ending = next((name for magic, name in MAGICS.items() if block.startswith(magic)), "")
                digest.update(block)
                size += file.write(block)
            file.flush()
            spooled = Spool(path, ending, stamp_of(os.fstat(file.fileno())))
    except OSError as error:
        raise _not_kept(path, error) from error
    return Source("standard input", STANDARD_INPUT, size, spool_stamp(digest), spool=spooled)


def spool_stamp(digest: "hashlib.blake2b") -> tuple[int]:
    return (int.from_bytes(digest.digest(), "little"),)


def _not_kept(path: str, error: OSError) -> StageError:
    return StageError(f"{path}: standard input could not be kept there ({error.strerror or error})")
