"""Finding what a user gives to read: files, folders, globs, URIs that Arrow's file systems know, standard input.

`find` turns arguments into sources in a fixed order, each file once under whatever names it is reached; what is in them is
read by `pieces`, and folders of this machine are looked through by `walk`.

Refuses, with `InputError`: paths that do not exist, empty arguments, folders without a file. `UsageError`: standard
input where there is none. `StageError`: a disk or a connection that fails while it is read.
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
MOST_FILES_APART = 16  # so many files of a folder, named one by one, are a source each; a shell expands *.txt to more


@dataclasses.dataclass(frozen=True)
class Spool:
    """A local file that holds what came from standard input."""

    file: str
    ending: str  # that of its compression, told by its first bytes
    stamp: tuple[int, ...]  # that of the file, as it was written


@dataclasses.dataclass(frozen=True)
class Source:
    """One input file. `name` is what the data remember of it: the path relative to the argument that named it."""

    path: str
    name: str
    size: int
    stamp: tuple[int, ...] = ()  # another one whenever the file is another or has changed; never written into data
    named: bool = True  # by an argument, rather than found in a folder that one named
    identity: tuple[int, int] | None = None  # device and inode of a file of this machine
    spool: Spool | None = None
    format: str = ""  # one of `formats.FORMATS`, once `detection` has told
    is_said: bool = False  # the format, by the user
    encoding: str | None = None  # what the user says that it is in
    holds_html: bool = False  # as the user says, where it is text
    skips_bad: bool = False  # what is wrong in it is left out and counted, where its format can
    group: int = 1  # number of the argument that named it; of files named one by one, see `_grouped`

    @property
    def file(self) -> str:
        """Where the bytes are; `path` is what messages call it."""
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
        """The file's ending without that of the compression: `.jsonl` of `a.jsonl.gz`."""
        stem = self._called if self.compression is None else os.path.splitext(self._called)[0]
        return os.path.splitext(stem)[1].lower()


class LeftOut(NamedTuple):
    """What lies in a folder and is not read: under which counter it goes, and why, where that is to be told."""

    path: str
    name: str  # relative to the argument
    counter: str
    reason: str


@dataclasses.dataclass
class Listing:
    """The files that arguments name, in order, and what is in their folders but is not read, with the reasons."""

    sources: list[Source]
    left_out: list[LeftOut]


def find(
    arguments: Sequence[str],
    spooled: Source | None = None,
    why_left_out: Callable[[Source], LeftOut | None] = lambda source: None,
    excluded: ExcludedFolders | None = None,
    first_group: int = 1,
) -> Listing:
    """All files that the arguments name but those left out, in a fixed order; `InputError` for what is not there.

    Folders are walked in order of names, without hidden files and the folders that are `excluded`; a glob is sorted. A file
    that is reached twice is read once, under the first name. The argument `-` stands for what `spool` made.
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
                passed_over.setdefault(key, left_out)  # it may have another name by which it is read
            else:
                known.add(key)
                found.append(dataclasses.replace(source, group=group))
    left_out_for_good = [left_out for key, left_out in passed_over.items() if key not in known]
    return Listing(_grouped(found), list(dict.fromkeys([*search.left_out, *left_out_for_good])))


def _grouped(sources: list[Source]) -> list[Source]:
    """The sources, where many files of one folder are named one by one, as `books/*.txt` by a shell, in one group."""
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
    """The words of a small text file with one space between; what follows a # in a line is a comment."""
    try:
        lines = read_bytes(path, MOST_BYTES).decode().removeprefix("\ufeff").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as a list of words ({reason(error)})") from error
    return " ".join(" ".join(line.split("#")[0] for line in lines).split())


# -- what one argument names ------------------------------------------------------------------------------------------


class _Search:
    """Looks for the files of arguments, one after the other; notes what it leaves out."""

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
        """The files of all that a pattern matches, in order."""
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
    """Times and inode. No program can set the time of the last change, so other content of the same size and age shows."""
    return info.st_mtime_ns, info.st_ctime_ns, info.st_ino


def _object(path: str, name: str, info: pyarrow.fs.FileInfo) -> Source:
    return Source(path, name, info.size, (info.mtime_ns or 0,))
