"""A disk that fails at random: loaded by every Python process that has this folder on its PYTHONPATH.

    FAULTS_BELOW   only what lies below this folder fails
    FAULTS_RATE    how probably one operation does
    FAULTS_LOG     a line is added to this file for every failure: operation, error, path

The functions through which Python and Arrow reach files are replaced by ones that fail now and then as a system does: with
EIO, or where something is written, with ENOSPC. Arrow's own reads of a file that it has opened are covered where they go
through a file system of Arrow; what is read from a mapped file cannot fail but by a signal.
"""

import builtins
import errno
import io
import os
import random
import sys

BELOW, RATE, LOG = os.environ.get("FAULTS_BELOW"), float(os.environ.get("FAULTS_RATE", 0)), os.environ.get("FAULTS_LOG")
_draw = random.Random(os.urandom(8))
_open = os.open


def fail_now_and_then(operation, path, *errors):
    """Raise one of the errors, or do nothing, which is likelier."""
    if isinstance(path, int):
        path = os.readlink(f"/proc/self/fd/{path}")
    path = os.path.abspath(os.fsdecode(path))
    if not path.startswith(BELOW) or _draw.random() >= RATE:
        return
    number = _draw.choice(errors)
    handle = _open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{operation} {errno.errorcode[number]} {path}\n".encode())
    os.close(handle)
    raise OSError(number, os.strerror(number), path)


def failing(operation, function, *errors):
    """A function whose first argument is a path or a handle, failing now and then."""

    def call(path=".", *arguments, **options):
        if isinstance(path, (str, bytes, os.PathLike)) or (isinstance(path, int) and operation == "fsync"):
            fail_now_and_then(operation, path, *errors)
        return function(path, *arguments, **options)

    return call


class FailingFile:
    """A file that fails while it is read or written."""

    def __init__(self, file, path):
        self._file, self._path = file, path

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        self._file.__enter__()
        return self

    def __exit__(self, *error):
        return self._file.__exit__(*error)

    def __iter__(self):
        return iter(self._file)

    def read(self, *arguments):
        fail_now_and_then("read", self._path, errno.EIO)
        return self._file.read(*arguments)

    def read_at(self, *arguments):
        fail_now_and_then("read", self._path, errno.EIO)
        return self._file.read_at(*arguments)

    def write(self, data):
        fail_now_and_then("write", self._path, errno.ENOSPC, errno.EIO)
        return self._file.write(data)


def open_failing(file, mode="r", *arguments, **options):
    """`open`, which fails now and then, or gives a file that does."""
    if isinstance(file, int):
        return _builtin_open(file, mode, *arguments, **options)
    writes = not set("wax+").isdisjoint(mode)
    fail_now_and_then("open to write" if writes else "open", file, *((errno.ENOSPC,) if writes else ()), errno.EIO)
    opened = _builtin_open(file, mode, *arguments, **options)
    below = os.path.abspath(os.fsdecode(file)).startswith(BELOW)
    return FailingFile(opened, os.fsdecode(file)) if below else opened


def make_arrow_fail(pa, fs):
    """The functions of Arrow that open files, and its file system of the local disk."""

    class FailingSystem:
        """Arrow's local file system."""

        def __init__(self):
            self._system = _local()

        def __getattr__(self, name):
            return getattr(self._system, name)

        def open_input_file(self, path):
            fail_now_and_then("open", path, errno.EIO)
            return FailingFile(self._system.open_input_file(path), path)

        def get_file_info(self, what):
            fail_now_and_then("stat", getattr(what, "base_dir", what), errno.EIO)
            return self._system.get_file_info(what)

    _local, fs.LocalFileSystem = fs.LocalFileSystem, FailingSystem
    pa.memory_map = failing("map", pa.memory_map, errno.EIO, errno.ENOMEM)
    pa.OSFile = failing("open", pa.OSFile, errno.EIO)


class _AfterArrow:
    """Waits for Arrow to be imported."""

    def find_spec(self, name, path=None, target=None):
        if name == "bertprep.folder":
            sys.meta_path.remove(self)
            import pyarrow
            import pyarrow.fs

            make_arrow_fail(pyarrow, pyarrow.fs)


if BELOW:
    _builtin_open = builtins.open
    builtins.open = io.open = open_failing
    for _name, _errors in {
        "replace": (errno.EIO, errno.ENOSPC),
        "fsync": (errno.EIO, errno.ENOSPC),
        "mkdir": (errno.EIO, errno.ENOSPC),
        "open": (errno.EIO,),
        "stat": (errno.EIO,),
        "unlink": (errno.EIO,),
        "rmdir": (errno.EIO,),
        "scandir": (errno.EIO,),
        "listdir": (errno.EIO,),
    }.items():
        setattr(os, _name, failing(_name, getattr(os, _name), *_errors))
    sys.meta_path.insert(0, _AfterArrow())
