"""Detect sources that have changed since they were found, so that the error names this as the cause."""

import hashlib
import os

import pyarrow.fs

from ..core.errors import InputError
from ..core.places import STORE_ERRORS, filesystem, is_local
from .sources import BLOCK_BYTES, Source, stamp_of
from .standard_input import SPOOL_DIGEST_BYTES, spool_stamp
from .walk import encoded


def has_changed(source: Source) -> bool:
    """Whether a source has another size or time than when it was found, or is gone, which then explains any error."""
    now, expected = _current(source), _expected(source)
    return now is None or now[0] != expected[0] or now[1][:1] != expected[1][:1]


def is_untouched(source: Source) -> bool:
    """Whether size and stamp of a source are as they were when it was found.

    Some file systems give the same file another inode occasionally, so callers then compare the content.
    """
    return _current(source) == _expected(source)


def has_other_spool(source: Source) -> bool:
    """Whether the copy of standard input is no longer the one that was made."""
    if source.spool is None:
        return False
    digest = hashlib.blake2b(digest_size=SPOOL_DIGEST_BYTES)
    with open(source.file, "rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return spool_stamp(digest) != source.stamp


def _expected(source: Source) -> tuple[int, tuple[int, ...]]:
    return source.size, source.spool.stamp if source.spool else source.stamp


def _current(source: Source) -> tuple[int, tuple[int, ...]] | None:
    """Current size and stamp of a source's file; None if it is gone."""
    system, path = filesystem(source.file)
    try:
        if is_local(system):
            info = os.stat(encoded(path))
            return info.st_size, stamp_of(info)
        remote = system.get_file_info(path)
        is_file = remote.type == pyarrow.fs.FileType.File
        return (remote.size, (remote.mtime_ns or 0,)) if is_file else None
    except FileNotFoundError:
        return None
    except STORE_ERRORS:  # a failing disk or connection says nothing about the file
        return _expected(source)


def changed(source: Source) -> InputError:
    """The error for a source that has changed since the run began."""
    if source.spool:
        return InputError("standard input: the copy of it was changed by another program while it was read; run again")
    return InputError(f"{source.path}: changed while it was read; run again with --overwrite when it no longer changes")
