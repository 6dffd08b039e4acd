"""Where a file or folder of ours is: a path, or a URI that Arrow's file systems know, such as `s3://bucket/prefix`."""

import errno
import os
import stat
from pathlib import Path

import pyarrow as pa
import pyarrow.fs

from .errors import StageError
from .files import filesystem, is_uri
from .records import check_size, local_bytes

Location = str | os.PathLike[str]
LOCK = ".lock"
LOG = "run.jsonl"
LOG_OBJECTS = "runs"  # where an object store keeps what is `run.jsonl` elsewhere
TEMPORARY = ".tmp"


def join(location: Location, name: str) -> Location:
    """The location of a name below another location."""
    return f"{str(location).rstrip('/')}/{name}" if is_uri(str(location)) else Path(location) / name


def folders_beside(location: Location) -> list[Location]:
    """The folders that lie in the same place as a folder, in order; itself is one of them."""
    uri = is_uri(str(location))
    place = str(location).rstrip("/").rpartition("/")[0] if uri else str(Path(location).resolve().parent)
    system, root = filesystem(place)
    try:
        found = system.get_file_info(pyarrow.fs.FileSelector(root, allow_not_found=True))
    except OSError:  # who may read the folder need not be allowed to list what is beside it
        return []
    return [join(place, name) for name in sorted(info.base_name for info in found if not info.is_file)]


def open_input(location: Location, *, mapped: bool = True) -> pa.NativeFile:
    """A file to read from at any place: mapped into memory if it is local and may be; `OSError` if it is not there."""
    if not is_uri(str(location)):
        if stat.S_ISFIFO(os.stat(location).st_mode):  # would be waited for
            raise OSError(errno.EINVAL, "not a plain file", str(location))
        return pa.memory_map(str(location)) if mapped else pa.OSFile(str(location))
    system, path = filesystem(str(location))
    return system.open_input_file(path)


def read_bytes(location: Location, most: int = 1 << 62) -> bytes:
    """All of a file; `FileNotFoundError` if there is none, `OSError` if it is over `most` or less came than it has."""
    if not is_uri(str(location)):
        return local_bytes(location, most)
    with open_input(location) as file:
        size = file.size()
        check_size(size, location, most)
        data = file.read()
    if len(data) != size:  # Arrow says nothing when a connection ends early
        raise OSError(errno.EIO, f"only {len(data):,} of {size:,} bytes came", str(location))
    return data


def refused(location: Location, error: OSError) -> StageError:
    """The error for what could not be written."""
    return StageError(
        f"{location}: could not be written ({error.strerror or error}); what was finished is kept, "
        "and the same command goes on from it once there is room and permission"
    )
