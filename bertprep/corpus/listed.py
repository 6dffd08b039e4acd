"""A list of inputs in a file: one path or URI per line, as on the command line; may be compressed by gzip.

Relative paths start from the current folder. Empty lines are skipped. Errors name the line.
"""

import contextlib
import glob
import gzip
import io
import os
import zlib
from collections.abc import Iterator

from ..core.errors import InputError
from ..core.places import is_uri, read_bytes, unreadable

MOST_BYTES = 1 << 28  # of a list, decompressed; 3 million paths of Common Crawl
GZIP = b"\x1f\x8b"


def listed_inputs(path: str) -> dict[str, int]:
    """Listed input -> its line, in order; `InputError` for an empty list, and for a path that does not exist."""
    lines: dict[str, int] = {}
    for number, line in enumerate(_content(path).split(b"\n"), 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            raise InputError(f"{path}, line {number}: not UTF-8; expected a path or URI in each line") from None
        if not text:
            continue
        if problem := _problem(text):
            raise InputError(f"{path}, line {number}: {problem}")
        lines.setdefault(text, number)
    if not lines:
        raise InputError(f"{path}: lists nothing; expected a path or URI in each line")
    return lines


@contextlib.contextmanager
def lines_named(path: str, lines: dict[str, int]) -> Iterator[None]:
    """Add the line number to errors that begin with a listed input."""
    try:
        yield
    except InputError as error:
        number = lines.get(str(error).partition(": ")[0])
        if number is None:
            raise
        raise InputError(f"{path}, line {number}: {error}") from error


def _problem(text: str) -> str | None:
    if text == "-":
        return "standard input cannot be listed; give - on the command line"
    if "\0" in text:
        return "holds a null character; expected a path or URI"
    if is_uri(text) or os.path.lexists(text) or glob.has_magic(text):
        return None
    return f"{text}: no such file or folder; relative paths start from the current folder, URIs begin with s3:// or the like"


def _content(path: str) -> bytes:
    try:
        data = read_bytes(path, MOST_BYTES)
    except OSError as error:
        raise unreadable(path, error) from error
    if not data.startswith(GZIP):
        return data
    try:
        data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be unpacked ({error}); download it again") from error
    if len(data) > MOST_BYTES:
        raise InputError(f"{path}: over {MOST_BYTES:,} bytes unpacked; split the list into several")
    return data
