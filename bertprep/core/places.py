"""Local paths and URIs of Arrow's file systems, such as `s3://bucket/prefix`, and the errors of reading them."""

import errno
import functools
import os
import re
import stat
from pathlib import Path

import pyarrow as pa
import pyarrow.fs

from . import hub
from .errors import AGAIN, InputError, StageError, UsageError, without_secrets
from .records import check_size, local_bytes

Location = str | os.PathLike[str]
LOCK = ".lock"
LOG = "run.jsonl"
LOG_OBJECTS = "runs"  # prefix of the log's objects in an object store, which has no `run.jsonl`
TEMPORARY = re.compile(r"\..+\.\d+-[0-9a-f]{16}\.tmp")  # names made by `temporary_name`

SCHEMES = ("s3", "gs", "file", hub.SCHEME)
FAILURES = (errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ECONNRESET, errno.ENODEV, errno.ENOMEM)
STORE_ERRORS = (OSError, pa.ArrowException)  # what Arrow raises for a store; not all of them are OSErrors


def temporary_name(name: str) -> str:
    """A hidden, unpredictable temporary name for the file `name`; random because two machines may use the same process id."""
    return f".{name}.{os.getpid()}-{os.urandom(8).hex()}.tmp"


def is_temporary(name: str) -> bool:
    """Whether a file's base name was made by `temporary_name`.

    >>> is_temporary(temporary_name("a.arrow")), is_temporary(".a.tmp")
    (True, False)
    """
    return bool(TEMPORARY.fullmatch(name))


def join(location: Location, name: str) -> Location:
    """Join a location and a name below it."""
    return f"{str(location).rstrip('/')}/{name}" if is_uri(str(location)) else Path(location) / name


def folders_beside(location: Location) -> list[Location]:
    """All folders in the parent of a folder, itself included, in order."""
    uri = is_uri(str(location))
    place = str(location).rstrip("/").rpartition("/")[0] if uri else str(Path(location).resolve().parent)
    system, root = filesystem(place)
    try:
        found = system.get_file_info(pyarrow.fs.FileSelector(root, allow_not_found=True))
    except OSError:  # a user who may read the folder is not always allowed to list its parent
        return []
    return [join(place, name) for name in sorted(info.base_name for info in found if not info.is_file)]


def open_input(location: Location, *, mapped: bool = True) -> pa.NativeFile:
    """Open a file for reading, local or remote; mapped into memory if local and `mapped`. `OSError` if it does not exist."""
    if not is_uri(str(location)):
        if stat.S_ISFIFO(os.stat(location).st_mode):  # opening one would block
            raise OSError(errno.EINVAL, "not a plain file", str(location))
        return pa.memory_map(str(location)) if mapped else pa.OSFile(str(location))
    system, path = filesystem(str(location))
    return system.open_input_file(path)


def read_bytes(location: Location, most: int = 1 << 62) -> bytes:
    """Read a whole file. `FileNotFoundError` if it does not exist, `OSError` if it is over `most` bytes or arrives incomplete."""
    if not is_uri(str(location)):
        return local_bytes(location, most)
    with open_input(location) as file:
        size = file.size()
        check_size(size, location, most)
        data = file.read()
    if len(data) != size:  # Arrow raises no error when a connection ends early
        raise OSError(errno.EIO, f"only {len(data):,} of {size:,} bytes were received", str(location))
    return data


def refused(location: Location, error: OSError) -> StageError:
    """The error for a file that cannot be written."""
    return StageError(
        f"{location}: cannot be written ({error.strerror or error})",
        kept=True,
        advice="make room or change the permissions, then",
        again=AGAIN,
    )


def is_uri(path: str) -> bool:
    """Whether this is a URI (`s3://...`) and not a local path."""
    return "://" in path


def refuse_secrets(uri: str) -> None:
    """Raise `UsageError` if a URI carries a key or a password."""
    if without_secrets(uri) != uri:
        raise UsageError(
            f"{without_secrets(uri)}: contains a key or password, which would be visible to others; pass it by "
            "environment variables such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )


def filesystem(path: str) -> tuple[pyarrow.fs.FileSystem, str]:
    """The Arrow file system for a local path or URI, and the path within it."""
    if not is_uri(path):
        return pyarrow.fs.LocalFileSystem(), os.path.abspath(path)
    refuse_secrets(path)
    scheme, _, rest = path.partition("://")
    if scheme == hub.SCHEME:
        return _hub(), hub.path_of(path)
    if scheme not in ("s3", "gs") or "?" in path:
        return _from_uri(path)
    bucket, _, name = rest.partition("/")
    system, root = _from_uri(f"{scheme}://{bucket}")
    return system, f"{root}/{name}".rstrip("/")


def is_local(system: pyarrow.fs.FileSystem) -> bool:
    """Whether this is the local file system."""
    return isinstance(system, pyarrow.fs.LocalFileSystem)


@functools.lru_cache(maxsize=1)
def _hub() -> pyarrow.fs.FileSystem:
    return hub.file_system()


@functools.lru_cache(maxsize=64)  # one connection per bucket, not per file
def _from_uri(uri: str) -> tuple[pyarrow.fs.FileSystem, str]:
    try:
        return pyarrow.fs.FileSystem.from_uri(uri)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(f"{uri}: cannot be opened ({error}); {_advice(uri)}") from error


def _advice(uri: str) -> str:
    scheme = uri.partition("://")[0]
    if scheme not in SCHEMES:
        return f"give a path, or a URI that begins with {', '.join(f'{one}://' for one in SCHEMES)}; download other files first"
    return "check the name, the network, and the credentials, region and endpoint in the environment"


def unreadable(place: str, error: OSError) -> InputError | StageError:
    """The error for a failed read: `InputError` if the file is missing or access is denied, else `StageError`."""
    if isinstance(error, FileNotFoundError | PermissionError):
        return InputError(f"{place}: cannot be read ({error.strerror or error})")
    return StageError(
        f"{place}: reading failed ({error.strerror or error})",
        kept=True,
        advice="once this can be read,",
        again=AGAIN,
    )


def is_failed_read(error: BaseException) -> bool:
    """Whether an error means that the disk or connection failed, and not that the data are damaged or missing.

    System errors have an errno; Arrow's errors for object stores and memory maps have none and are recognized by their text.
    """
    words = ("AWS Error", "Memory mapping file failed")
    return isinstance(error, OSError) and (error.errno in FAILURES or any(each in str(error) for each in words))


def unsound(place: str, problem: str, error: Exception) -> InputError | StageError:
    """The error for data that cannot be decoded: `StageError` if reading them failed, `InputError` if they are damaged."""
    if isinstance(error, OSError) and is_failed_read(error):
        return unreadable(place, error)
    return InputError(f"{place}: {problem} ({error})")
