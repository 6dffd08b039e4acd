"""Decompress gzip, zstd and xz files (for bz2 see `bzip2`), with the same rules for all.

A file holds one or more streams (members in gzip, frames in zstd); all are read. Zeros after the last one are padding and
ignored (xz allows them between streams too); anything else raises an error with its position.

    [stream][stream]000000   content of both
    [stream][stream]<html>   corrupt gzip data, near byte 4711 of 5000

Raises `CorruptError` for this, for damage, and for a truncated stream.
"""

import lzma
import zlib
from collections.abc import Callable, Iterator

import pyarrow as pa

from .raw_bytes import CorruptError, Cursor, Reader, only_zeros
from .sources import BLOCK_BYTES

FEED_BYTES = 1 << 16  # input at a time: zlib copies what it does not consume
MOST_XZ_BYTES = 1 << 30  # memory limit for xz, whatever a file asks for; `xz -9` takes 65 MB
SKIPPABLE = [bytes([low]) + b"\x2a\x4d\x18" for low in range(0x50, 0x60)]  # zstd frames without content
FIRST_BYTES = {"gzip": (b"\x1f\x8b",), "xz": (b"\xfd7zXZ\0",), "zstd": (b"\x28\xb5\x2f\xfd", *SKIPPABLE)}


def pass_padding(reader: Reader, cursor: Cursor) -> None:
    """After the end of a stream: stop at the start of another one, or skip zeros to the end of the file."""
    source = reader.piece.source
    firsts = FIRST_BYTES[source.compression or ""]
    if cursor.at == cursor.size or cursor.peek(len(firsts[0])).startswith(firsts):
        return
    if not only_zeros(reader, cursor.at):
        raise CorruptError(
            source,
            cursor.at,
            "the bytes after the end of the compressed data are neither more compressed data nor zeros",
        )
    cursor.at = cursor.size


class GzipMembers:
    """The gzip members of a source, one after another; `at` is the start of the next one, or the end of the file."""

    def __init__(self, reader: Reader, at: int) -> None:
        self._reader = reader
        self._cursor = Cursor(reader, at)

    @property
    def at(self) -> int:
        return self._cursor.at

    def blocks(self, most: int = BLOCK_BYTES) -> Iterator[bytes]:
        """The content of the next member in blocks of at most `most` bytes; a block with damage is not returned."""
        stream, cursor, begin = zlib.decompressobj(31), self._cursor, self.at
        while not stream.eof:
            raw = cursor.ahead(FEED_BYTES)
            try:
                if not raw:
                    raise EOFError("truncated")
                block = stream.decompress(raw, most)
            except (zlib.error, EOFError) as error:
                what = f"{error}, in the member that begins at byte {begin}"
                raise CorruptError(self._reader.piece.source, self.at, what) from error
            cursor.at += len(raw) - len(stream.unused_data if stream.eof else stream.unconsumed_tail)
            if block:
                yield block
        pass_padding(self._reader, cursor)


def gzip_content(reader: Reader, most: int) -> Iterator[bytes]:
    """The content of all members of a gzip file, in blocks of at most `most` bytes."""
    members = GzipMembers(reader, 0)
    while members.at < reader.piece.source.size:
        yield from members.blocks(most)


def xz_content(reader: Reader, most: int) -> Iterator[bytes]:
    """The content of all streams of an xz file, each of which declares the memory that it needs."""
    cursor = Cursor(reader, 0)
    while cursor.at < cursor.size:
        stream = lzma.LZMADecompressor(memlimit=MOST_XZ_BYTES)
        while not stream.eof:
            raw = cursor.ahead(FEED_BYTES) if stream.needs_input else b""
            try:
                if stream.needs_input and not raw:
                    raise EOFError("truncated")
                block = stream.decompress(raw, most)
            except (OSError, EOFError, lzma.LZMAError) as error:
                raise CorruptError(reader.piece.source, cursor.at, error) from error
            cursor.at += len(raw)
            if block:
                yield block
        cursor.at -= len(stream.unused_data)
        while cursor.peek(4) == bytes(4):  # padding between streams, in units of four bytes
            zeros = cursor.ahead(FEED_BYTES)
            cursor.at += max(4, (len(zeros) - len(zeros.lstrip(b"\0"))) // 4 * 4)
        pass_padding(reader, cursor)


def zstd_content(reader: Reader, most: int) -> Iterator[bytes]:
    """The content of all zstd frames, by Arrow, which gets only their bytes, since it does not find the end of a frame."""
    frames = _ZstdFrames(reader)
    source = reader.piece.source
    try:
        with pa.CompressedInputStream(pa.PythonFile(frames, mode="r"), "zstd") as stream:
            while data := stream.read(most):
                yield data
    except OSError as error:
        raise CorruptError(source, frames.cursor.at, error) from error
    if frames.problem:
        raise frames.problem


class _ZstdFrames:
    """The frames of a source as a file that Arrow reads once, sequentially; `problem` is set if something else follows.

    A frame is a header, blocks that begin with their size, and perhaps a checksum: RFC 8878, section 3.1.1.
    """

    closed = False

    def __init__(self, reader: Reader) -> None:
        self.cursor = Cursor(reader, 0)
        self.problem: CorruptError | None = None
        self._reader = reader
        self._parts = self._frames()
        self._rest = b""

    def _frames(self) -> Iterator[bytes]:
        try:
            while self.cursor.at < self.cursor.size:
                if self.cursor.peek(4) in SKIPPABLE:
                    self._skip()
                else:
                    yield from self._frame()
                pass_padding(self._reader, self.cursor)
        except CorruptError as error:  # raised after everything before it has been read
            self.problem = error

    def _skip(self) -> None:
        """Skip a frame without content."""
        left = int.from_bytes(self.cursor.take(8)[4:], "little")
        while left:
            data = self.cursor.take(min(left, BLOCK_BYTES))
            if not data:
                raise CorruptError(self._reader.piece.source, self.cursor.at, "truncated")
            left -= len(data)

    def _frame(self) -> Iterator[bytes]:
        """The next frame in blocks; for a damaged one some bytes, in which Arrow finds the damage."""
        head = self.cursor.take(5)
        flags = head[4] if len(head) == 5 else 0
        single, checksum = flags >> 5 & 1, flags >> 2 & 1
        yield head + self.cursor.take(1 - single + (0, 1, 2, 4)[flags & 3] + (single, 2, 4, 8)[flags >> 6])
        last = False
        while not last:
            header = self.cursor.take(3)
            value = int.from_bytes(header, "little")
            last, repeats, size = bool(value & 1) or len(header) < 3, value >> 1 & 3 == 1, value >> 3
            yield header + self.cursor.take(1 if repeats else size)
        yield self.cursor.take(4 * checksum)

    def read(self, count: int) -> bytes:
        while not self._rest and (part := next(self._parts, None)) is not None:
            self._rest = part
        data, self._rest = self._rest[:count], self._rest[count:]
        return data

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True


CONTENT: dict[str, Callable[[Reader, int], Iterator[bytes]]] = {
    "gzip": gzip_content,
    "xz": xz_content,
    "zstd": zstd_content,
}
