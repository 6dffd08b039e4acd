"""An HTTP response as archives keep it -> the bytes of its page.

Chunks are joined and gzip, deflate, Brotli and Zstandard are decompressed. Crawlers often do so themselves and leave the
headers as they were: a body that is not what its header says is taken as it is. Of a body that ends too early, what is
there is kept. Headers never become text: without an end of them there is no page.
"""

import dataclasses
import re
import zlib
from collections.abc import Callable, Iterator

import pyarrow as pa

from ..formats import HTML

STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b[^\n]*\n")
END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
FOLD = re.compile(r"\r?\n[ \t]+")
CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[^\r\n]{0,4096}\r?\n")
HTML_TYPES = ("text/html", "application/xhtml+xml")
LONGEST_BYTES = 1 << 26  # of a page; what is longer is no page, or packed to burst
STEP_BYTES, PART_BYTES = 1 << 16, 1 << 20  # in and out of what decompresses


@dataclasses.dataclass(frozen=True)
class Response:
    """What a server answered; `damage` is why there is no body, as a counter is called, or None."""

    status: int
    is_html: bool
    charset: str | None
    body: bytes
    is_whole: bool = True
    damage: str | None = None


class TooLongError(Exception):
    """More bytes than a page has."""


def parse(block: bytes) -> Response:
    """The response of a record's bytes."""
    status = STATUS.match(block)
    end = END_OF_HEADERS.search(block, status.end() - 2) if status else None
    if status is None or end is None:
        return Response(0, False, None, b"", damage="pages_damaged")
    headers = fields(block[status.end() : end.start()])
    body = block[end.end() :]
    kind = headers.get("content-type", "")
    code = int(status[1])
    if code != 200:
        return Response(code, False, None, b"")
    try:
        body, is_whole = _decoded(body, headers)
    except TooLongError:
        return Response(code, True, None, b"", damage="pages_too_long")
    charset = CHARSET.search(kind)
    is_html = kind.split(";")[0].strip().lower() in HTML_TYPES if kind else looks_like_html(body)
    return Response(code, is_html, charset[1] if charset else None, body, is_whole)


def looks_like_html(body: bytes) -> bool:
    """Whether a body begins as a page does."""
    return HTML.match(body[:4096].lstrip()) is not None


def fields(head: bytes) -> dict[str, str]:
    """The values of header lines by their names in small letters; the last of several with one name."""
    lines = FOLD.sub(" ", head.decode("utf-8", "replace")).splitlines()
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs if value}


def _decoded(body: bytes, headers: dict[str, str]) -> tuple[bytes, bool]:
    """The body as the server meant it, and whether all of it is there."""
    is_whole = True
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body, is_whole = joined_chunks(body)
    for name in reversed(headers.get("content-encoding", "").lower().split(",")):
        magic, unpack = UNPACKERS.get(name.strip(), (b"", None))
        if unpack and body.startswith(magic) and not looks_like_html(body):
            body, complete = _unpacked(unpack(body))
            is_whole = is_whole and complete
    if len(body) > LONGEST_BYTES:
        raise TooLongError
    return body, is_whole


def joined_chunks(body: bytes) -> tuple[bytes, bool]:
    """The content of a chunked body, and whether its last chunk is there; the body itself where it has no chunks."""
    parts: list[bytes] = []
    at = 0
    while head := CHUNK.match(body, at):
        size = int(head[1], 16)
        if size == 0:
            return b"".join(parts), True
        parts.append(body[head.end() : head.end() + size])
        at = head.end() + size
        if body[at : at + 2] == b"\r\n":
            at += 2
        elif body[at : at + 1] == b"\n":
            at += 1
        elif len(parts) == 1:
            return body, True  # a text that begins with a number
    return (b"".join(parts), False) if parts else (body, True)


def _unpacked(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """The parts joined, and whether they came to an end: `EOFError` and the like end them early."""
    held: list[bytes] = []
    size = 0
    try:
        for part in parts:
            held.append(part)
            size += len(part)
            if size > LONGEST_BYTES:
                raise TooLongError
    except (EOFError, OSError, zlib.error):
        return b"".join(held), False
    return b"".join(held), True


def _inflated(data: bytes, window_bits: int) -> Iterator[bytes]:
    stream = zlib.decompressobj(window_bits)
    for at in range(0, len(data), STEP_BYTES):  # so that what comes before damage is kept
        rest = data[at : at + STEP_BYTES]
        while rest and not stream.eof:
            yield stream.decompress(rest, PART_BYTES)
            rest = stream.unconsumed_tail
    if not stream.eof:
        raise EOFError


def _unbrotlied(data: bytes) -> Iterator[bytes]:
    import brotli

    stream = brotli.Decompressor()
    try:
        for at in range(0, len(data), STEP_BYTES):
            rest = data[at : at + STEP_BYTES]
            while (part := stream.process(rest, output_buffer_limit=PART_BYTES)) or not stream.can_accept_more_data():
                yield part
                rest = b""
            if stream.is_finished():
                return
    except brotli.error as error:
        raise EOFError from error
    raise EOFError


def _unzstd(data: bytes) -> Iterator[bytes]:
    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
        while part := stream.read(STEP_BYTES):  # little at a time: of what Arrow cannot fill it gives nothing
            yield part


def _zlib_bits(data: bytes) -> int:
    """Servers send both a zlib stream and a bare one as "deflate"."""
    return 15 if data[:1] == b"\x78" and int.from_bytes(data[:2]) % 31 == 0 else -15


# how a content encoding is unpacked, and what its data begin with, where that tells anything
UNPACKERS: dict[str, tuple[bytes, Callable[[bytes], Iterator[bytes]]]] = {
    "gzip": (b"\x1f\x8b", lambda data: _inflated(data, 31)),
    "x-gzip": (b"\x1f\x8b", lambda data: _inflated(data, 31)),
    "deflate": (b"", lambda data: _inflated(data, _zlib_bits(data))),
    "br": (b"", _unbrotlied),
    "zstd": (b"\x28\xb5\x2f\xfd", _unzstd),
}
