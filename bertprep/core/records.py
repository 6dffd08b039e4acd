"""Read JSON from files that cannot be trusted, within limits, and check it before use.

    local_bytes   the bytes of a small local file
    parsed        bytes -> values, with a limit on nesting and digits
    wrong         the first missing name or value of a wrong type, as text, or None
    shown         a value, short enough for a message

Every manifest, log, config and training state is read through this module, so their readers need no checks of their own.
"""

import errno
import json
import math
import os
import re
import reprlib
import stat
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .errors import InputError, cut

MOST_BYTES = 1 << 28  # of a file that is read as a whole; the manifest of a million parts has 150 MB
MOST_LEVELS = 50
MOST_SHOWN = 200  # characters of a value in a message
MOST = 2**63 - 1
DIGEST = re.compile(r"[0-9a-f]{32}")


def local_bytes(path: str | os.PathLike[str], most: int = MOST_BYTES) -> bytes:
    """Read a whole local file; `OSError` if it is larger than `most` or not a regular file, which could be endless."""
    # O_NONBLOCK: opening a pipe would block
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        found = os.fstat(file.fileno())
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a plain file", str(path))
        check_size(found.st_size, path, most)
        return file.read()


def check_size(size: int, place: object, most: int = MOST_BYTES) -> None:
    """Raise `OSError` for a file larger than `most` bytes."""
    if size > most:
        raise OSError(errno.EFBIG, f"{size:,} bytes, where at most {most:,} were expected", str(place))


def reason(error: Exception) -> object:
    """The cause of a failed read, without the error number and path that the system adds."""
    return getattr(error, "strerror", None) or error


def local_text(path: str, most: int, expected: str) -> str:
    """Read a user's whole local file as UTF-8; `InputError` names the cause and what was expected."""
    try:
        return local_bytes(path, most).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({reason(error)}); expected {expected}") from None


def parsed(data: bytes | str) -> Any:
    """Parse JSON. `ValueError` if it is invalid or unusual: NaN, lone surrogates, deep nesting, huge numbers."""
    text = data if isinstance(data, str) else data.decode("utf-8-sig")
    try:
        content = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("brackets nested too deeply") from None
    if text.count("[") + text.count("{") > MOST_LEVELS and _is_deeper(content, MOST_LEVELS):
        raise ValueError(f"more than {MOST_LEVELS} levels of brackets")
    if "\\u" in text:  # the only way to write a lone surrogate in JSON, which can be neither printed nor stored
        json.dumps(content, ensure_ascii=False).encode()
    return content


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not a JSON number")


def _is_deeper(content: Any, levels: int) -> bool:
    inside = [content]
    for _ in range(levels + 1):
        containers = [one.values() if isinstance(one, dict) else one for one in inside if isinstance(one, dict | list)]
        inside = [value for values in containers for value in values if isinstance(value, dict | list)]
    return bool(inside)


class ValueKind(NamedTuple):
    """The type that a value must have: in words, and as a test."""

    words: str
    fits: Callable[[Any], bool]


def is_number(value: Any) -> bool:
    """Whether a value is a finite number of at most 300 digits, and not a boolean."""
    return abs(value) < 10**300 if type(value) is int else type(value) is float and math.isfinite(value)


COUNT = ValueKind("a whole number from 0", lambda value: type(value) is int and 0 <= value <= MOST)
NUMBER = ValueKind("a number", is_number)
TEXT = ValueKind("text", lambda value: isinstance(value, str))
HEX = ValueKind("a digest of 32 digits", lambda value: isinstance(value, str) and bool(DIGEST.fullmatch(value)))
LIST = ValueKind("a list", lambda value: isinstance(value, list))
TABLE = ValueKind("an object", lambda value: isinstance(value, dict))


def optional(kind: ValueKind) -> ValueKind:
    """This kind, or null."""
    return ValueKind(f"{kind.words}, or null", lambda value: value is None or kind.fits(value))


def table_of(kind: ValueKind) -> ValueKind:
    """An object whose values are all of this kind."""
    return ValueKind(
        f"an object, each {kind.words}", lambda value: TABLE.fits(value) and all(map(kind.fits, value.values()))
    )


def each(kind: ValueKind) -> ValueKind:
    """A list whose items are all of this kind."""
    return ValueKind(f"a list, each {kind.words}", lambda value: isinstance(value, list) and all(map(kind.fits, value)))


def wrong(content: Any, kinds: Mapping[str, ValueKind], needed: tuple[str, ...] = (), where: str = "") -> str | None:
    """The first name that is missing or has a value of a wrong kind, such as `rows is 'x'; expected a whole number from 0`.

    `where` is put in front of the names; names not in `kinds` may have any value.
    """
    if not isinstance(content, dict):
        return f"{where.rstrip('.') or 'it'} is {shown(content)}; expected an object"
    for name in needed:
        if name not in content:
            return f"{where}{name} is missing"
    for name, kind in kinds.items():
        if name in content and not kind.fits(content[name]):
            return f"{where}{name} is {shown(content[name])}; expected {kind.words}"
    return None


def shown(value: Any) -> str:
    """A value's repr, cut to the length that fits a message."""
    try:
        return cut(_SHORT.repr(value), MOST_SHOWN)
    except ValueError:  # a number with more digits than Python prints
        return f"of thousands of digits ({type(value).__name__})"


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60
_SHORT.maxlevel = 2
