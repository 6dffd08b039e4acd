"""`--log-file`: append the events of a command to a file, one JSON object per line.

    {"time": "2026-01-31T09:30:00.123+00:00", "pid": 4711, "event": "warning", "message": "..."}

Events: start, message, warning, progress (every half minute), retry, waiting, stage (at its end), finish and failure. Each line
is written with a single call in append mode, so several commands, or the processes of torchrun, may share a file.
"""

import contextlib
import datetime
import json
import os
import sys
from typing import Any

import bertprep
from bertprep.core import events
from bertprep.core.errors import UsageError, without_secrets

from .streams import STEERING


class LogFile:
    """A listener that appends events to a file; it opens the file for each line, so that log rotation works."""

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path)  # the command may change the current folder
        try:
            self._append(b"")
        except OSError as error:
            raise UsageError(f"--log-file {path}: cannot be written ({error.strerror}); name another file") from error

    def __call__(self, event: dict[str, Any]) -> None:
        """Write a line; a full disk must not stop the command."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        text = json.dumps({"time": now, "pid": os.getpid(), **event}, ensure_ascii=False, default=str)
        line = STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", without_secrets(text)) + "\n"
        with contextlib.suppress(OSError):
            self._append(line.encode())

    def _append(self, line: bytes) -> None:
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o666)
        try:
            os.write(file, line)
        finally:
            os.close(file)


def open_log(path: str | None) -> None:
    """Write events to this file, if one is given."""
    if path:
        events.listen(LogFile(path))
        events.tell("start", arguments=[without_secrets(word) for word in sys.argv[1:]], version=bertprep.__version__)


def is_log_open() -> bool:
    """Whether the running command has a log file."""
    return any(isinstance(listener, LogFile) for listener in events.listeners())
