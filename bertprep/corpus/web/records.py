"""Split web archives (WARC, ISO 28500) into records.

    WARC/1.0                                    a header: version, fields, a blank line
    WARC-Type: response
    WARC-Target-URI: http://mill.example/
    Content-Length: 4711

    HTTP/1.1 200 OK ...                         a block of exactly this length, with any content
                                                two line ends, then the next record

Only the length determines the end of a record, so nothing within a block is ever taken for a record. Unwanted blocks are skipped
without being kept in memory. Raises `InputError` for invalid and truncated records.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator

from ...core.errors import InputError
from . import http

VERSION = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n")
LONGEST_HEADER = 1 << 16
LINE_ENDS = b"\r\n"


class TruncatedError(InputError):
    """A truncated record, or no record where one should begin."""


@dataclasses.dataclass(frozen=True)
class Record:
    """A record; `block` is empty if it was not wanted."""

    fields: dict[str, str]
    length: int
    block: bytes = b""

    @property
    def kind(self) -> str:
        return self.fields.get("warc-type", "").lower()

    @property
    def uri(self) -> str | None:
        """The address of the record; some programs put it in angle brackets."""
        return self.fields.get("warc-target-uri", "").strip("<>") or None


def records(blocks: Iterator[bytes], wanted: Callable[[Record], bool], place: str) -> Iterator[Record]:
    """The records in some bytes; `place` describes their location in messages."""
    feed = _Feed(blocks)
    count = 0
    while feed.skip_line_ends():
        count += 1
        where = f"{place}, record {count}"
        head = feed.header()
        if head is None:
            raise (InputError if count == 1 else TruncatedError)(
                f"{where}: no WARC header where a record should begin; the file may be damaged or in another format"
            )
        record = _record(head, where)
        block = feed.take(record.length) if wanted(record) else None
        missing = record.length - (feed.skip(record.length) if block is None else len(block))
        if missing:
            raise TruncatedError(
                f"{where} ({record.uri or record.kind or 'of no kind'}): {missing} of its {record.length} bytes are "
                "missing; download or create the file again"
            )
        yield dataclasses.replace(record, block=block or b"")


def _record(head: bytes, where: str) -> Record:
    found = http.fields(head)
    length = found.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        raise InputError(f"{where}: Content-Length is {length[:40]!r}; expected a number of bytes")
    return Record(found, int(length))


class _Feed:
    """Consumes bytes from a sequence of blocks."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._held = b""
        self._at = 0

    def _more(self) -> bool:
        block = next(self._blocks, b"")
        self._held = self._held[self._at :] + block
        self._at = 0
        return bool(block)

    def skip_line_ends(self) -> bool:
        """Skip line ends; returns whether anything follows."""
        while True:
            while self._at < len(self._held):
                if self._held[self._at] not in LINE_ENDS:
                    return True
                self._at += 1
            if not self._more():
                return False

    def header(self) -> bytes | None:
        """The fields of a header without its version, or None if there is no header."""
        while True:
            end = http.END_OF_HEADERS.search(self._held, self._at, self._at + LONGEST_HEADER)
            if end or len(self._held) - self._at > LONGEST_HEADER or not self._more():
                break
        version = VERSION.match(self._held, self._at)
        if version is None or end is None:
            return None
        self._at = end.end()
        return self._held[version.end() : max(end.start(), version.end())]

    def take(self, count: int) -> bytes:
        """`count` bytes, fewer at the end."""
        parts = [self._held[self._at : self._at + count]]
        size = len(parts[0])
        self._at += size
        while size < count and self._more():
            parts.append(self._held[: count - size])
            self._at = len(parts[-1])
            size += self._at
        return b"".join(parts)

    def skip(self, count: int) -> int:
        """Skip `count` bytes; returns how many were skipped, fewer at the end."""
        left = count
        while True:
            step = min(left, len(self._held) - self._at)
            self._at += step
            left -= step
            if not left or not self._more():
                return count - left
