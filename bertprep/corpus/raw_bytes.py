"""The interface through which decompressors read raw bytes, and their error for corrupt data."""

from typing import Protocol

from ..core.errors import InputError
from .sources import BLOCK_BYTES, Source


class Range(Protocol):
    """A byte range of a source: a `Piece`."""

    @property
    def source(self) -> Source: ...
    @property
    def start(self) -> int: ...
    @property
    def stop(self) -> int: ...


class Reader(Protocol):
    """Reads the raw bytes of a range and around it: a `PieceReader`."""

    @property
    def piece(self) -> Range: ...
    def read_at(self, offset: int, count: int) -> bytes: ...


class CorruptError(InputError):
    """Compressed data that are damaged, truncated, or followed by something else."""

    def __init__(self, source: Source, byte: int, what: object) -> None:
        super().__init__(
            f"{source.path}: corrupt {source.compression} data, near byte {byte} of {source.size} ({what}); "
            "download or create the file again"
        )


def only_zeros(reader: Reader, start: int) -> bool:
    """Whether a file has only zeros from a byte on: padding left by tapes, some tools and broken downloads."""
    size = reader.piece.source.size
    offsets = range(start, size, BLOCK_BYTES)
    return all(not reader.read_at(offset, min(BLOCK_BYTES, size - offset)).strip(b"\0") for offset in offsets)


class Cursor:
    """Raw bytes of a source from `at` on, read in blocks of 1 MiB."""

    def __init__(self, reader: Reader, at: int) -> None:
        self._reader = reader
        self._held, self._begin = b"", at
        self.size = reader.piece.source.size
        self.at = at

    def peek(self, count: int) -> bytes:
        """`count` bytes from `at` on, at most a block, fewer at the end."""
        missing = self.at + count - self._begin - len(self._held)
        if missing > 0:
            self._begin, self._held = self.at, self._held[self.at - self._begin :]
            end = self._begin + len(self._held)
            self._held += self._reader.read_at(end, min(max(missing, BLOCK_BYTES), self.size - end))
        return self._held[self.at - self._begin :][:count]

    def ahead(self, count: int) -> bytes:
        """At most `count` bytes from `at` on, without reading more than necessary; empty at the end."""
        held = self._begin + len(self._held) - self.at
        return self.peek(min(count, held) if held > 0 else count)

    def take(self, count: int) -> bytes:
        """`count` bytes, fewer at the end; moves `at` past them."""
        data = self.peek(count)
        self.at += len(data)
        return data
