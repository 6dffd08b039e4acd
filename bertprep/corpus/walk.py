"""List all files of a local folder at any depth, ordered by name, following links.

Shared data often consist of links: a Hugging Face cache, DVC, git-annex. So links are followed, and folders identified by device
and inode: each is entered once, under the first of its names, and a link to a parent folder is skipped. Hidden names are left
out. Entries that are not files (a pipe, a broken link) are returned with the reason.

Paths are bytes here, since names in the file system are bytes, whatever encoding the locale says.
"""

import dataclasses
import errno
import os
import stat
from collections.abc import Callable, Iterator

from ..core.errors import InputError
from ..core.places import unreadable

NOT_UTF8 = "the name is not UTF-8, so it cannot be recorded; rename it, for example with convmv"


@dataclasses.dataclass(frozen=True)
class Entry:
    """An entry of a folder: a file, or the reason why it cannot be read."""

    name: str  # relative to the folder that is listed
    info: os.stat_result | None
    problem: str = ""


Identity = tuple[int, int]
LeaveOut = Callable[[bytes, os.stat_result], str | None]


def identity(info: os.stat_result) -> Identity:
    """Device and inode, which identify a local file or folder under any name."""
    return info.st_dev, info.st_ino


def walk(top: bytes, leave_out: LeaveOut = lambda path, info: None) -> Iterator[Entry]:
    """All entries below a folder, ordered by name; `InputError` for folders that cannot be read.

    `leave_out(path, status)` returns why a folder is not entered, empty if that is not worth reporting; None to enter it.
    """
    entered: set[Identity] = set()
    waiting = [b""]  # names below `top`, in reverse order; those of folders end with a slash
    while waiting:
        name = waiting.pop()
        if name and not name.endswith(b"/"):
            yield _entry(top, name)
            continue
        path = os.path.join(top, name).rstrip(b"/") or b"/"
        info = _status(path)
        if identity(info) in entered:
            continue
        entered.add(identity(info))
        reason = leave_out(path, info) if name else None
        if reason is None:
            waiting.extend(sorted(_names(top, name), reverse=True))
        elif reason:
            yield Entry(decoded(name), None, reason)


def _names(top: bytes, folder: bytes) -> Iterator[bytes]:
    """The names in a folder, with a slash after those of folders: sorted like this, all names of a walk are in order."""
    try:
        with os.scandir(os.path.join(top, folder)) as found:
            for entry in found:
                if not entry.name.startswith(b"."):
                    yield folder + entry.name + (b"/" if _is_folder(entry) else b"")
    except OSError as error:
        raise _refused(os.path.join(top, folder), error) from error


def _is_folder(entry: "os.DirEntry[bytes]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a broken link; `_entry` reports it
        return False


def _entry(top: bytes, name: bytes) -> Entry:
    path, text = os.path.join(top, name), decoded(name)
    try:
        info = os.stat(path)
    except OSError as error:
        if problem := broken_link(path):
            return Entry(text, None, problem)
        raise _refused(path, error) from error
    return Entry(text, info) if stat.S_ISREG(info.st_mode) else Entry(text, None, kind(info))


def broken_link(path: bytes) -> str | None:
    """Why a link cannot be followed; None if it is not a link or not broken."""
    try:
        target = os.readlink(path)
    except OSError:
        return None
    try:
        os.stat(path)
    except FileNotFoundError:
        return f"a link to {os.fsdecode(target)}, which does not exist"
    except OSError as error:
        return "a link to itself, or a chain of too many links" if error.errno == errno.ELOOP else None
    return None


def kind(info: os.stat_result) -> str:
    """The kind of something that is neither a file nor a folder."""
    kinds = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((words for fits, words in kinds if fits(info.st_mode)), "a device")


def _status(path: bytes) -> os.stat_result:
    try:
        return os.stat(path)
    except OSError as error:
        raise _refused(path, error) from error


def decoded(name: bytes) -> str:
    """A name as text; `InputError` if it is not UTF-8."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        raise InputError(f"{name!r}: {NOT_UTF8}") from None


def encoded(path: str) -> bytes:
    """The bytes of a path, whatever encoding the locale says; `InputError` if they are not UTF-8 or contain a null."""
    try:
        place = path.encode()
    except UnicodeEncodeError:
        raise InputError(f"{os.fsencode(path)!r}: {NOT_UTF8}") from None
    if b"\0" in place:
        raise InputError(f"{path}: no such file; names cannot contain a null character")
    return place


def _refused(path: bytes, error: OSError) -> Exception:
    """The error for a path that cannot be read."""
    text = path.decode("utf-8", "replace")
    if error.errno == errno.ENAMETOOLONG:
        return InputError(f"{text[:200]}...: the path is too long for this system; use a folder with a shorter path")
    return unreadable(text, error)
