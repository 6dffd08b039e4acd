"""Finding what a user gives to read: files, folders, globs, URIs that Arrow's file systems know, standard input.

`expand` turns arguments into sources in a fixed order; what is in them is read by `pieces`. The errors for what cannot
be read are here too.

Refuses, with `InputError`: paths that do not exist, empty arguments, folders without a file. `StageError`: a disk or a
connection that fails while it is read.
"""

import contextlib
import dataclasses
import glob
import hashlib
import os
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import pyarrow.fs

from ..core.errors import InputError, StageError, UsageError
from ..core.places import STORE_ERRORS, filesystem, is_uri, unreadable

COMPRESSIONS = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd"}
MAGICS = {b"\x1f\x8b": ".gz", b"BZh": ".bz2", b"\x28\xb5\x2f\xfd": ".zst"}
STANDARD_INPUT = "-"
BLOCK_BYTES = 1 << 20
NOT_UTF8 = "the name is not UTF-8, so it cannot be kept with the documents; rename it, for example with convmv"


@dataclasses.dataclass(frozen=True)
class Source:
    """One input file. `name` is what the data remember of it: the path relative to the argument that named it."""

    path: str
    name: str
    size: int
    modified: int  # nanoseconds since 1970, for telling a changed file at a glance; never written into data
    named: bool = True  # by an argument, rather than found in a folder that one named
    spool: str | None = None  # the local file that holds what came from standard input

    @property
    def file(self) -> str:
        """Where the bytes are; `path` is what messages call it."""
        return self.spool or self.path

    @property
    def compression(self) -> str | None:
        """gzip, bz2, zstd or None, by the file's name."""
        return COMPRESSIONS.get(os.path.splitext(self.file)[1].lower())

    @property
    def kind(self) -> str:
        """The file's ending without that of the compression: `.jsonl` of `a.jsonl.gz`."""
        stem = self.file if self.compression is None else os.path.splitext(self.file)[0]
        return os.path.splitext(stem)[1].lower()


def expand(arguments: Sequence[str], spooled: Source | None = None) -> list[Source]:
    """All files that the arguments name, in a fixed order; `InputError` for what is not there.

    Folders are walked in order of names, hidden files left out; a glob is sorted. The same file named twice is read once.
    The argument `-` stands for what `spool` made.
    """
    if not arguments:
        raise InputError("no corpus given; name a file, a folder or a glob")
    sources: dict[str, Source] = {}
    for argument in arguments:
        if argument == STANDARD_INPUT and spooled is None:
            raise UsageError("standard input (-) can be read only once, so there is no plan for it")
        found = [spooled] if argument == STANDARD_INPUT and spooled else _expand_one(argument)
        for source in found:
            sources.setdefault(source.path if is_uri(source.path) else os.path.abspath(source.path), source)
    return list(sources.values())


def read_words(path: str) -> str:
    """The words of a small text file with one space between; what follows a # in a line is a comment."""
    system, place = filesystem(path)
    try:
        with system.open_input_file(place) as file:
            lines = file.read().decode().removeprefix("\ufeff").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as a list of words ({error})") from error
    return " ".join(" ".join(line.split("#")[0] for line in lines).split())


@contextlib.contextmanager
def spool(stream: BinaryIO, path: str) -> Iterator[Source]:
    """Copy what a stream gives to `path` for as long as the context lasts: it can then be cut, and read by many.

    What was compressed stays so, and is told by its first bytes. Its digest stands for the time of modification, so that
    the same input is known again. `InputError` when there is none.
    """
    if stream.isatty():
        raise InputError("- is standard input, and nothing is piped into it")
    digest, size, name = hashlib.blake2b(digest_size=7), 0, path
    try:
        with open(path, "wb") as file:
            while block := stream.read(BLOCK_BYTES):
                if size == 0:
                    name += next((ending for magic, ending in MAGICS.items() if block.startswith(magic)), "")
                digest.update(block)
                size += file.write(block)
        os.replace(path, name)
        yield Source("standard input", STANDARD_INPUT, size, int.from_bytes(digest.digest(), "little"), spool=name)
    except OSError as error:
        raise StageError(f"{path}: standard input could not be kept there ({error.strerror or error})") from error
    finally:
        for left in (path, name):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(left)


def _expand_one(argument: str) -> list[Source]:
    if not is_uri(argument) and not _exists(argument):
        matches = sorted(glob.glob(argument, recursive=True))
        if matches:
            return [source for match in matches for source in _expand_one(match)]
        raise InputError(f"{argument}: no such file or folder, and no file matches it as a pattern")
    system, path = filesystem(argument)
    try:
        info = system.get_file_info(path)
        if info.type == pyarrow.fs.FileType.NotFound:
            raise InputError(f"{argument}: no such file or folder")
        if info.type == pyarrow.fs.FileType.File:
            return [_source(argument, os.path.basename(path), info)]
        if info.type != pyarrow.fs.FileType.Directory:
            raise InputError(f"{argument}: neither a file nor a folder; a pipe can be read as - only")
        found = system.get_file_info(pyarrow.fs.FileSelector(path, recursive=True))
    except STORE_ERRORS as error:
        raise unreadable(argument, error) from error
    except UnicodeEncodeError:  # of a glob, for one
        raise InputError(f"{os.fsencode(argument)!r}: {NOT_UTF8}") from None
    try:
        return _folder_sources(argument, path, found)
    except UnicodeDecodeError as error:
        raise InputError(f"{argument}: in it {error.object!r}: {NOT_UTF8}") from None


def _exists(path: str) -> bool:
    """Whether there is a file or folder; `InputError` where that cannot be told."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        raise unreadable(path, error) from error
    return True


def _folder_sources(argument: str, path: str, found: list) -> list[Source]:
    sources = []
    for info in sorted(found, key=lambda info: info.path):
        name = info.path[len(path) :].lstrip("/")
        hidden = any(part.startswith(".") for part in name.split("/"))
        if info.type == pyarrow.fs.FileType.File and not hidden:
            found_in = _source(argument.rstrip("/") + "/" + name, name, info)
            sources.append(dataclasses.replace(found_in, named=False))
    if not sources:
        raise InputError(f"{argument}: the folder holds no files")
    return sources


def _source(path: str, name: str, info: Any) -> Source:
    return Source(path, name, info.size, info.mtime_ns or 0)
