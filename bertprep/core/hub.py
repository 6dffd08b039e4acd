"""The Hugging Face Hub as a read-only file system: `hf://datasets/user/name/...`, by huggingface_hub (extra `hf`).

    hf://datasets/user/name/data            the newest state of a data set
    hf://datasets/user/name@v1.0/data       a branch, tag or commit, which stays the same

huggingface_hub finds the token: HF_TOKEN, or the one stored by `hf auth login`. HF_ENDPOINT names another server.
Changes of a file are detected by its hash, which takes the place of its modification time.
"""

import errno
import os
from collections.abc import Callable
from typing import Any

import pyarrow
import pyarrow.fs

from .errors import InputError, UsageError, missing_extra

SCHEME = "hf"
READ_BYTES = 8 << 20  # per request
STAMP_DIGITS = 15  # of a hash: as a number they are below 2^63


def path_of(uri: str) -> str:
    """The path on the Hub of a data set or of a file in one; `UsageError` if the URI is not of a data set."""
    path = uri.removeprefix(f"{SCHEME}://").rstrip("/")
    if not path.startswith("datasets/") or path.count("/") < 2:
        raise UsageError(f"{uri}: not a data set; expected hf://datasets/USER/NAME or a path in one")
    return path


VOCABULARY_FILES = ("*.json", "*.txt")
MODEL_FILES = (*VOCABULARY_FILES, "*.safetensors")  # never pickles, which may run code
SUBFOLDERS = ("*/*",)  # hold weights in other formats; `*.json` alone would match files in them too


def downloaded_model(uri: str, weights: bool = True) -> str:
    """Download a model of the Hub, `hf://USER/NAME` or `hf://NAME@REVISION`; returns its folder in huggingface_hub's cache."""
    name, _, revision = uri.removeprefix(f"{SCHEME}://").rstrip("/").partition("@")
    if not name or name.count("/") > 1 or name.startswith("datasets/"):
        raise UsageError(f"{uri}: not a model; expected hf://USER/NAME, such as hf://google-bert/bert-base-uncased")
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise missing_extra("huggingface_hub", "hf") from None
    download = _with_os_errors(snapshot_download)
    try:
        where = {"revision": revision or None, "endpoint": os.environ.get("HF_ENDPOINT")}
        files = MODEL_FILES if weights else VOCABULARY_FILES
        return str(download(name, allow_patterns=list(files), ignore_patterns=list(SUBFOLDERS), **where))
    except OSError as error:
        raise InputError(
            f"{uri}: cannot be downloaded ({error.strerror or error}); check the name and the connection"
        ) from error


def file_system() -> pyarrow.fs.FileSystem:
    """The Hub as an Arrow file system; `UsageError` if huggingface_hub is missing."""
    try:
        from huggingface_hub import HfFileSystem
    except ImportError:
        raise missing_extra("huggingface_hub", "hf") from None
    hub = HfFileSystem(endpoint=os.environ.get("HF_ENDPOINT"), block_size=READ_BYTES)
    return pyarrow.fs.PyFileSystem(_Handler(hub))


def _with_os_errors(call: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a call so that the library's errors become OSErrors: file not found, permission denied, or else EIO."""

    def asked(*arguments: Any, **options: Any) -> Any:
        try:
            return call(*arguments, **options)
        except (FileNotFoundError, PermissionError, NotImplementedError):
            raise
        except Exception as error:  # of huggingface_hub, or of its HTTP client, which depends on the version
            status = getattr(getattr(error, "response", None), "status_code", None)
            if status in (401, 403):
                raise PermissionError(
                    errno.EACCES, "the Hub does not allow it; set HF_TOKEN, and accept its terms"
                ) from error
            if status == 404:
                raise FileNotFoundError(errno.ENOENT, "the Hub has no such data set or file") from error
            raise OSError(errno.EIO, f"the Hub did not answer ({type(error).__name__}: {error})") from error

    return asked


class _File:
    """An open file of the Hub that raises OSErrors (see `_with_os_errors`)."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.read, self.seek = _with_os_errors(file.read), _with_os_errors(file.seek)
        self.tell, self.close = file.tell, file.close

    @property
    def closed(self) -> bool:
        return bool(self._file.closed)


class _Handler(pyarrow.fs.FSSpecHandler):
    """Arrow's fsspec adapter, with hashes for modification times and the errors of `_with_os_errors`, and without writing."""

    def __init__(self, hub: Any) -> None:
        super().__init__(hub)

    def get_file_info(self, paths: list[str]) -> list[pyarrow.fs.FileInfo]:
        """The current state of these paths; the library's cache is cleared first."""
        for path in paths:
            _with_os_errors(self.fs.invalidate_cache)(path)
        return _with_os_errors(super().get_file_info)(paths)

    def get_file_info_selector(self, selector: pyarrow.fs.FileSelector) -> list[pyarrow.fs.FileInfo]:
        return _with_os_errors(super().get_file_info_selector)(selector)

    def open_input_stream(self, path: str) -> pyarrow.NativeFile:
        return self.open_input_file(path)

    def open_input_file(self, path: str) -> pyarrow.NativeFile:
        return pyarrow.PythonFile(_File(_with_os_errors(self.fs.open)(path, "rb")), mode="r")

    @staticmethod
    def _create_file_info(path: str, info: dict[str, Any]) -> pyarrow.fs.FileInfo:
        if info["type"] != "file":
            return pyarrow.fs.FileInfo(path, pyarrow.fs.FileType.Directory)
        stamp = int(str(info.get("blob_id") or "0")[:STAMP_DIGITS], 16)
        return pyarrow.fs.FileInfo(path, pyarrow.fs.FileType.File, size=info["size"], mtime_ns=stamp)

    def open_output_stream(self, path: str, metadata: Any) -> Any:
        raise NotImplementedError("nothing is written to the Hub")
