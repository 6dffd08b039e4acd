"""Find input files: files, folders, globs, URIs of Arrow's file systems, standard input.

`find` turns arguments into sources in a fixed order, each file once, by whatever names it is reached; `pieces` reads their
content, and `walk` lists local folders.

Raises `InputError` for paths that do not exist, empty arguments and folders without a file, `UsageError` for standard input in a
plan and for paths in the output folder, and `StageError` if a disk or connection fails.
"""

import dataclasses
import glob
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pyarrow.fs

from ..core.errors import InputError, UsageError
from ..core.places import STORE_ERRORS, filesystem, is_local, is_uri, read_bytes, unreadable
from ..core.records import MOST_BYTES, reason
from .excluded import ExcludedFolders
from .walk import broken_link, decoded, encoded, identity, kind, walk

COMPRESSIONS = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd", ".xz": "xz"}
MAGICS = {b"\x1f\x8b": ".gz", b"BZh": ".bz2", b"\x28\xb5\x2f\xfd": ".zst", b"\xfd7zXZ\0": ".xz"}
STANDARD_INPUT = "-"
UNREADABLE = "files_not_readable"
BLOCK_BYTES = 1 << 20
MOST_FILES_APART = (
    16  # up to this many files of a folder named one by one are a source each; shells expand *.txt to more
)


@dataclasses.dataclass(frozen=True)
class Spool:
    """A local file with a copy of standard input."""

    file: str
    ending: str  # of its compression, determined by its first bytes
    stamp: tuple[int, ...]  # of the file after it was written


@dataclasses.dataclass(frozen=True)
class Source:
    """An input file. `name` identifies it in the data: its path relative to the argument that named it."""

    path: str
    name: str
    size: int
    stamp: tuple[int, ...] = ()  # differs if the file was replaced or changed; never written into data
    named: bool = True  # by an argument, and not found in a folder
    identity: tuple[int, int] | None = None  # device and inode of a local file
    spool: Spool | None = None
    format: str = ""  # one of `formats.FORMATS`, set by `detection`
    is_said: bool = False  # whether the user chose the format
    encoding: str | None = None  # chosen by the user
    holds_html: bool = False  # chosen by the user: its text is HTML
    skips_bad: bool = False  # skip and count bad input, if its format supports that
    group: int = 1  # number of the argument that named it; for files named one by one see `_grouped`

    @property
    def file(self) -> str:
        """The file with the bytes; `path` is its name in messages."""
        return self.spool.file if self.spool else self.path

    @property
    def _called(self) -> str:
        return STANDARD_INPUT + self.spool.ending if self.spool else self.path

    @property
    def compression(self) -> str | None:
        """gzip, bz2, zstd, xz or None, by the file's name."""
        return COMPRESSIONS.get(os.path.splitext(self._called)[1].lower())

    @property
    def kind(self) -> str:
        """The file name's extension without that of the compression: `.jsonl` of `a.jsonl.gz`."""
        stem = self._called if self.compression is None else os.path.splitext(self._called)[0]
        return os.path.splitext(stem)[1].lower()


class LeftOut(NamedTuple):
    """A file in a folder that is not read, with its counter, and the reason if it is worth reporting."""

    path: str
    name: str  # relative to the argument
    counter: str
    reason: str


@dataclasses.dataclass
class Listing:
    """The files that arguments name, in order, and the files in their folders that are not read."""

    sources: list[Source]
    left_out: list[LeftOut]


def find(
    arguments: Sequence[str],
    spooled: Source | None = None,
    why_left_out: Callable[[Source], LeftOut | None] = lambda source: None,
    excluded: ExcludedFolders | None = None,
    first_group: int = 1,
) -> Listing:
    """All files that the arguments name, without those left out, in a fixed order; `InputError` if one does not exist.

    Folders are listed by name, without hidden files and `excluded` folders; globs are sorted. A file that is reached twice is
    read once, under the first name. The argument `-` stands for the source made by `spool`.
    """
    if not arguments:
        raise InputError("no corpus given; name a file, a folder or a glob")
    search = _Search(excluded or ExcludedFolders())
    known: set[object] = set()
    passed_over: dict[object, LeftOut] = {}
    found = []
    for group, argument in enumerate(arguments, first_group):
        if argument == STANDARD_INPUT and spooled is None:
            raise UsageError("standard input (-) can be read only once, so it cannot be planned")
        for source in [spooled] if argument == STANDARD_INPUT and spooled else search.argument(argument):
            key = source.identity or source.path
            if key in known:
                continue
            if left_out := why_left_out(source):
                passed_over.setdefault(key, left_out)  # it may be read under another name
            else:
                known.add(key)
                found.append(dataclasses.replace(source, group=group))
    left_out_for_good = [left_out for key, left_out in passed_over.items() if key not in known]
    return Listing(_grouped(found), list(dict.fromkeys([*search.left_out, *left_out_for_good])))


def _grouped(sources: list[Source]) -> list[Source]:
    """Put many files of one folder that are named one by one, such as `books/*.txt` by a shell, into one group."""
    folders: dict[str, list[int]] = {}
    for source in sources:
        if source.named and source.group:
            folders.setdefault(os.path.dirname(source.path), []).append(source.group)
    first = {folder: min(groups) for folder, groups in folders.items() if len(groups) > MOST_FILES_APART}
    return [
        dataclasses.replace(source, group=first.get(os.path.dirname(source.path), source.group))
        if source.named and source.group
        else source
        for source in sources
    ]


def expand(arguments: Sequence[str]) -> list[Source]:
    """All files that the arguments name (`find`)."""
    return find(arguments).sources


def read_words(path: str) -> str:
    """The words of a small text file, separated by one space; the rest of a line after # is a comment."""
    try:
        lines = read_bytes(path, MOST_BYTES).decode().removeprefix("\ufeff").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as a list of words ({reason(error)})") from error
    return " ".join(" ".join(line.split("#")[0] for line in lines).split())


# -- the files of one argument ----------------------------------------------------------------------------------------


class _Search:
    """Finds the files of arguments, one after the other; collects what it leaves out."""

    def __init__(self, excluded: ExcludedFolders) -> None:
        self.excluded = excluded
        self.left_out: list[LeftOut] = []

    def argument(self, argument: str) -> Iterator[Source]:
        """The files of a path, a pattern or a URI."""
        system, path = filesystem(argument)
        if self.excluded.holds(encoded(path)) if is_local(system) else self.excluded.holds_object(path):
            raise UsageError(f"{argument}: is in the output folder, which is not read as input; change -o")
        return self._local(argument, path) if is_local(system) else self._remote(argument, system, path)

    def _local(self, argument: str, path: str) -> Iterator[Source]:
        place = encoded(path)
        try:
            info = os.stat(place)
        except OSError as error:
            if problem := broken_link(place):
                raise InputError(f"{argument}: is {problem}") from None
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                raise unreadable(argument, error) from error
            yield from self._matching(argument)
            return
        if stat.S_ISREG(info.st_mode):
            yield _file(argument, os.path.basename(path), info)
        elif stat.S_ISDIR(info.st_mode):
            yield from self._in_folder(argument, place)
        else:
            raise InputError(f"{argument}: neither a file nor a folder but {kind(info)}; a pipe can only be read as -")

    def _matching(self, pattern: str) -> Iterator[Source]:
        """The files of all paths that match a pattern, in order."""
        matches = [] if is_uri(pattern) else sorted(glob.glob(encoded(pattern), recursive=True))
        if not matches:
            raise InputError(f"{pattern}: no such file or folder, and no file matches this pattern")
        for match in matches:
            if not self.excluded.holds(match):
                name = decoded(match)
                yield from self._local(name, os.path.abspath(name))

    def _in_folder(self, argument: str, place: bytes) -> Iterator[Source]:
        base, empty, problems = argument.rstrip("/"), True, []
        for entry in walk(place, self.excluded.folder):
            path = f"{base}/{entry.name}"
            if entry.info is None:
                path, name = path.rstrip("/"), entry.name.rstrip("/")
                problems.append(LeftOut(path, name, UNREADABLE, entry.problem))
            else:
                empty = False
                yield dataclasses.replace(_file(path, entry.name, entry.info), named=False)
        self.left_out += problems
        if empty:
            only = ", ".join(f"{path} ({reason})" for path, _, _, reason in problems[:3])
            only = only and f", only {only}"
            raise InputError(f"{argument}: the folder contains no files{only}")

    def _remote(self, argument: str, system: pyarrow.fs.FileSystem, path: str) -> Iterator[Source]:
        """The files of an object store."""
        try:
            info = system.get_file_info(path)
            is_folder = info.type == pyarrow.fs.FileType.Directory
            inside = system.get_file_info(pyarrow.fs.FileSelector(path, recursive=True)) if is_folder else []
        except STORE_ERRORS as error:
            raise unreadable(argument, error) from error
        if info.type == pyarrow.fs.FileType.NotFound:
            raise InputError(f"{argument}: no such file or folder")
        if not is_folder:
            yield _object(argument, os.path.basename(path), info)
            return
        base = argument.rstrip("/")
        files = {one.path[len(path) :].lstrip("/"): one for one in inside if one.type == pyarrow.fs.FileType.File}
        files = {name: files[name] for name in sorted(files) if not self.excluded.holds_object(files[name].path)}
        if not files:
            raise InputError(f"{argument}: the folder contains no files")
        made = self.excluded.made_here(base, files)
        names = [folder.rstrip("/") for folder in made]
        self.left_out += [LeftOut(f"{base}/{name}", name, UNREADABLE, "made by bertprep") for name in names]
        for name, one in files.items():
            if not name.startswith(tuple(made)) and not any(part.startswith(".") for part in name.split("/")):
                yield dataclasses.replace(_object(f"{base}/{name}", name, one), named=False)


def _file(path: str, name: str, info: os.stat_result) -> Source:
    return Source(path, name, info.st_size, stamp_of(info), identity=identity(info))


def stamp_of(info: os.stat_result) -> tuple[int, ...]:
    """Times and inode. Programs cannot set ctime, so changed content of the same size and mtime is noticed."""
    return info.st_mtime_ns, info.st_ctime_ns, info.st_ino


def _object(path: str, name: str, info: pyarrow.fs.FileInfo) -> Source:
    return Source(path, name, info.size, (info.mtime_ns or 0,))
