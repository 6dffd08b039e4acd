"""Extract the bytes of a page from an archived HTTP response.

Chunks are joined, and gzip, deflate, Brotli and Zstandard are decompressed. Crawlers often do this themselves but keep the
headers: a body that does not match its header is used as it is. From a truncated body, the available part is kept. Headers
never become text: without an end of headers there is no page.
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
LONGEST_BYTES = 1 << 26  # of a page; anything longer is not a page, or a decompression bomb
STEP_BYTES, PART_BYTES = 1 << 16, 1 << 20  # input and output of a decompression step


@dataclasses.dataclass(frozen=True)
class Response:
    """A server's response; `damage` is the counter for why there is no body, or None."""

    status: int
    is_html: bool
    charset: str | None
    body: bytes
    is_whole: bool = True
    damage: str | None = None


class TooLongError(Exception):
    """More bytes than a page can have."""


def parse(block: bytes) -> Response:
    """The response in a record's block."""
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
    """Whether a body begins like a page."""
    return HTML.match(body[:4096].lstrip()) is not None


def fields(head: bytes) -> dict[str, str]:
    """Header names in lower case -> values; for duplicates the last."""
    lines = FOLD.sub(" ", head.decode("utf-8", "replace")).splitlines()
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs if value}


def _decoded(body: bytes, headers: dict[str, str]) -> tuple[bytes, bool]:
    """The decoded body, and whether it is complete."""
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
    """The content of a chunked body, and whether its last chunk is present; the body itself if it is not chunked."""
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
            return body, True  # text that begins with a number
    return (b"".join(parts), False) if parts else (body, True)


def _unpacked(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """The parts joined, and whether they were complete; `EOFError` and similar errors mean that they were not."""
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
    for at in range(0, len(data), STEP_BYTES):  # in steps, so that everything before damage is kept
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
        while part := stream.read(STEP_BYTES):  # small reads: Arrow returns nothing from one that it cannot complete
            yield part


def _zlib_bits(data: bytes) -> int:
    """The window parameter for zlib: "deflate" may be a zlib stream or a raw one."""
    return 15 if data[:1] == b"\x78" and int.from_bytes(data[:2]) % 31 == 0 else -15


# content encoding -> first bytes of its data, if it has typical ones, and the function that decompresses it
UNPACKERS: dict[str, tuple[bytes, Callable[[bytes], Iterator[bytes]]]] = {
    "gzip": (b"\x1f\x8b", lambda data: _inflated(data, 31)),
    "x-gzip": (b"\x1f\x8b", lambda data: _inflated(data, 31)),
    "deflate": (b"", lambda data: _inflated(data, _zlib_bits(data))),
    "br": (b"", _unbrotlied),
    "zstd": (b"\x28\xb5\x2f\xfd", _unzstd),
}
