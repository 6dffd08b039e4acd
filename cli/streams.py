"""stdout and stderr made to bear what becomes of them: a full disk, a closed terminal, an old encoding."""

import codecs
import io
import sys


class Talk(io.FileIO):
    """A stream whose words may be lost: what is said while a command works must not stop its work."""

    def write(self, data: object) -> int:
        try:
            return super().write(data) or 0  # type: ignore[arg-type]
        except OSError:
            return memoryview(data).nbytes  # type: ignore[arg-type]


def make_sturdy() -> None:
    """Let talk on stderr be lost where it cannot be written, and stdout show in escapes what its encoding has not."""
    if isinstance(sys.stderr, io.TextIOWrapper):
        encoding = sys.stderr.encoding
        raw = Talk(sys.stderr.fileno(), "w", closefd=False)
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(raw), encoding, errors="backslashreplace", line_buffering=True, write_through=True
        )
    if isinstance(sys.stdout, io.TextIOWrapper) and not is_unicode(sys.stdout):
        sys.stdout.reconfigure(errors="backslashreplace")


def is_unicode(stream: object) -> bool:
    """Whether a stream can take any character."""
    try:
        return codecs.lookup(getattr(stream, "encoding", None) or "utf-8").name.startswith("utf")
    except LookupError:
        return False
