"""The blocks of bz2 files, so that several tasks can share one file: each block is decompressed without those before it.

A bz2 file is one or more streams; a stream has a header, blocks of at most 900 kB of content, and an end. A block begins with
48 bits that are the digits of pi, an end with those of its square root, and both may start at any bit. So the blocks in a range
of bytes are found by these marks, and each is decompressed as a separate stream, with a header before it and an end with the
block's checksum after it, as in `bzip2recover`. If the same bits occur within a block by chance (once in 35 TB), both parts
fail to decompress; then the next mark is tried.
"""

import bz2
import itertools
import re
from collections import deque
from collections.abc import Iterator
from typing import Protocol

from .bad_input import FILE_DAMAGED, BadInputError
from .raw_bytes import CorruptError, only_zeros
from .raw_bytes import Reader as RawReader
from .sources import BLOCK_BYTES

BLOCK, END = 0x314159265359, 0x177245385090
MARK_BITS, CHECKSUM_BITS, HEADER_BITS = 48, 32, 32
HEADER = re.compile(rb"BZh[1-9]")
KEPT_BYTES = 1 << 12  # content before a piece that is provided, if the file has that much
MOST_PACKED_BYTES = 1 << 21  # of a block; bzip2 makes at most about 910 kB from 900 kB


class Reader(RawReader, Protocol):
    """A reader that is also notified of damage: a `PieceReader`."""

    def settle(self, bad: BadInputError, line: int | None, content: bytes | str) -> None: ...


Mark = tuple[int, bool]  # first bit, and whether it is the mark of a block


def _patterns() -> list[tuple[bool, int, bytes, int, int, int, int]]:
    """For each mark and each of the eight bits of a byte: the five whole bytes, and bits and masks of the bytes around them."""
    found = []
    for mark in (BLOCK, END):
        for shift in range(8):
            window = (mark << (8 - shift)).to_bytes(7, "big")
            masks = 0xFF >> shift, (0xFF00 >> shift) & 0xFF
            found.append((mark == BLOCK, shift, window[1:6], window[0], masks[0], window[6], masks[1]))
    return found


PATTERNS = _patterns()


def marks(data: bytes | bytearray, first: int = 0) -> list[Mark]:
    """All complete marks in `data` that begin at byte `first` or later, in order."""
    found = []
    for is_block, shift, whole, before, mask_before, after, mask_after in PATTERNS:
        at = data.find(whole, first + 1)
        while at >= 0:
            last = data[at + 5 : at + 6] or (b"\0" if not mask_after else b"")
            if data[at - 1] & mask_before == before and last and last[0] & mask_after == after:
                found.append((8 * (at - 1) + shift, is_block))
            at = data.find(whole, at + 1)
    return sorted(found)


def block(data: bytes | bytearray, begin: int, end: int) -> bytes | None:
    """The content of the block between these bits; None if there is none or it is damaged."""
    first, last = begin // 8, -(-end // 8)
    bits = int.from_bytes(data[first:last], "big") >> (8 * last - end)
    count = end - begin
    if count <= MARK_BITS + CHECKSUM_BITS:
        return None
    bits &= (1 << count) - 1
    checksum = (bits >> (count - MARK_BITS - CHECKSUM_BITS)) & 0xFFFFFFFF
    bits = (bits << (MARK_BITS + CHECKSUM_BITS)) | (END << CHECKSUM_BITS) | checksum
    count += MARK_BITS + CHECKSUM_BITS
    padding = -count % 8
    try:
        return bz2.decompress(b"BZh9" + (bits << padding).to_bytes((count + padding) // 8, "big"))
    except (OSError, ValueError):
        return None


class _Window:
    """Raw bytes of a file from some byte on, read as needed, and the marks in them."""

    def __init__(self, reader: Reader, start: int) -> None:
        self.base, self.data = start, bytearray()
        self.marks: deque[Mark] = deque()
        self._reader, self._size, self._scanned = reader, reader.piece.source.size, start

    def fill(self) -> bool:
        """Read more; False at the end of the file."""
        offset = self.base + len(self.data)
        if offset == self._size:
            return False
        self.data += self._reader.read_at(offset, min(BLOCK_BYTES, self._size - offset))
        for bit, is_block in marks(self.data, self._scanned - self.base):
            self.marks.append((8 * self.base + bit, is_block))
        # a mark that begins in the last six bytes may be incomplete
        known = 1 + self.marks[-1][0] // 8 if self.marks else 0
        self._scanned = max(self._scanned, self.base + len(self.data) - 6, known)
        return True

    def marks_after(self, bit: int) -> Iterator[Mark]:
        """The marks after a bit, up to the maximum length of a block; marks up to that bit are dropped."""
        done = 0
        while True:
            while self.marks and self.marks[0][0] <= bit:
                self.marks.popleft()
            while done < len(self.marks):
                if self.marks[done][0] - bit > 8 * MOST_PACKED_BYTES:
                    return
                yield self.marks[done]
                done += 1
            if 8 * (self.base + len(self.data)) - bit > 8 * MOST_PACKED_BYTES or not self.fill():
                return

    def block(self, begin: int) -> tuple[bytes | None, int, bool]:
        """The content of the block at a bit of the file, or None; its end, and whether another block follows."""
        for end, is_block in self.marks_after(begin):
            content = block(self.data, begin - 8 * self.base, end - 8 * self.base)
            if content is not None:
                return content, end, is_block
        return None, begin, False

    def at(self, start: int, count: int) -> bytes:
        """Raw bytes from a byte of the file on, fewer at its end."""
        while self.base + len(self.data) < start + count and self.fill():
            pass
        return bytes(self.data[start - self.base : start - self.base + count])

    def forget(self, bit: int) -> None:
        """Drop the bytes before a bit."""
        done = bit // 8 - self.base
        if done > BLOCK_BYTES:
            del self.data[:done]
            self.base += done


class DamagedError(BadInputError):
    """Damage in the block or stream that begins at a bit of the file."""

    def __init__(self, reader: Reader, bit: int, what: str) -> None:
        message = str(CorruptError(reader.piece.source, bit // 8, what))
        super().__init__(FILE_DAMAGED, lambda: message)
        self.bit = bit


Block = tuple[int, bytes]  # first bit, and content


def blocks_from(reader: Reader, bit: int | None) -> Iterator[Block]:
    """The blocks of the file from the one at a bit on, or from the first.

    `DamagedError` if a block is damaged, the file ends within a stream, or anything but zeros follows a stream.
    """
    # from the header on, so that all bytes of a piece pass through its reader
    window = _Window(reader, 0 if bit is None else (bit - HEADER_BITS) // 8)
    at = _in_stream(reader, window, 0) if bit is None else bit
    while at is not None:
        content, end, goes_on = window.block(at)
        if content is None:
            raise DamagedError(reader, at, "a block that is damaged or truncated")
        yield at, content
        at = end if goes_on else _after_end(reader, window, end)
        if at is not None:
            window.forget(at)


def _after_end(reader: Reader, window: _Window, bit: int) -> int | None:
    """The first block after the end of a stream, which begins at a bit; None if no more follow."""
    start, size = -(-(bit + MARK_BITS + CHECKSUM_BITS) // 8), reader.piece.source.size
    if start > size:
        raise DamagedError(reader, bit, "truncated")
    return None if start == size else _in_stream(reader, window, start)


def _in_stream(reader: Reader, window: _Window, start: int) -> int | None:
    """The first block of a stream that begins at a byte, or of the next stream if that is empty; None if no more follow."""
    header = window.at(start, HEADER_BITS // 8)
    mark = window.at(start + len(header), MARK_BITS // 8)
    bit = 8 * start + HEADER_BITS
    if HEADER.fullmatch(header) and mark == BLOCK.to_bytes(6, "big"):
        return bit
    if HEADER.fullmatch(header) and mark == END.to_bytes(6, "big"):
        return _after_end(reader, window, bit)
    if start and only_zeros(reader, start):
        return None
    raise DamagedError(reader, 8 * start, "no stream begins there" if len(header + mark) == 10 else "truncated")


def own_blocks(reader: Reader) -> Iterator[tuple[int, bytes]]:
    """Yield the content of a piece's blocks as (0, content), after some content before them as (-1, content), and followed by
    the later blocks as (1, content). A block belongs to the piece that contains its mark, minus the bits of a header.

    If the previous block is damaged, its content is given as `x`; if there is none, as nothing. Damage in a block of the
    piece raises an error or is noted, and ends the piece; damage after it only ends it if bad input is skipped.
    """
    end = 8 * reader.piece.stop + HEADER_BITS
    before, blocks = _from_before(reader)
    if before is not None:
        yield -1, before
    try:
        for bit, content in blocks:
            yield int(bit >= end), content
    except DamagedError as damage:
        if damage.bit < end or not reader.piece.source.skips_bad:
            reader.settle(damage, None, damage.message())


def _from_before(reader: Reader) -> tuple[bytes | None, Iterator[Block]]:
    """Some content before a piece, at least that of one block, and the blocks that begin in the piece or later."""
    start = reader.piece.start + HEADER_BITS // 8
    begin = 8 * start
    if begin == HEADER_BITS:
        return None, blocks_from(reader, None)
    base, data = _surroundings(reader, start - MOST_PACKED_BYTES, start)
    known = marks(data)
    earlier = [8 * base + bit for bit, is_block in known if is_block and 8 * base + bit < begin]
    while earlier:
        bit = earlier.pop()
        blocks = blocks_from(reader, bit)
        try:
            _, before = next(blocks)
            following = next(blocks, None)
        except DamagedError as damage:
            if damage.bit == bit:
                continue
            return (before, blocks_from(reader, damage.bit)) if damage.bit >= begin else _after_damage(reader)
        if following is not None and following[0] < begin:
            break
        before = _more_before(data, known, bit - 8 * base, before)
        return before, itertools.chain([following] if following else [], blocks)
    return _after_damage(reader)


def _more_before(data: bytes, known: list[Mark], bit: int, before: bytes) -> bytes:
    """Content with that of small blocks before it, which end at this bit or earlier, up to `KEPT_BYTES`."""
    for (begin, is_block), (end, _) in reversed(list(itertools.pairwise(known))):
        if len(before) >= KEPT_BYTES:
            break
        if is_block and end <= bit:
            content = block(data, begin, end)
            if content is None:
                break
            before = content + before
    return before


def _after_damage(reader: Reader) -> tuple[bytes, Iterator[Block]]:
    """The replacement for the content of a damaged block, and the blocks from the first mark of a piece on."""
    first = reader.piece.start + HEADER_BITS // 8
    for start in range(first, reader.piece.source.size, BLOCK_BYTES):
        base, data = _surroundings(reader, start, start + BLOCK_BYTES)
        for bit, is_block in marks(data):
            if is_block:
                return b"x", blocks_from(reader, 8 * base + bit)
    return b"x", iter(())


def _surroundings(reader: Reader, start: int, stop: int) -> tuple[int, bytes]:
    """The start of a range of bytes, limited to the file, and its raw bytes including a mark that begins in it."""
    start = max(start, 0)
    return start, reader.read_at(start, min(stop + MARK_BITS // 8, reader.piece.source.size) - start)


def last_bytes(reader: Reader, count: int) -> bytes:
    """Up to `count` last bytes of the file's content, from its last blocks."""
    size, tail = reader.piece.source.size, b""
    base, data = _surroundings(reader, size - 2 * MOST_PACKED_BYTES, size)
    for first in (bit for bit, is_block in marks(data) if is_block):
        try:
            for _, content in blocks_from(reader, 8 * base + first):
                tail = (tail + content)[-count:]
        except DamagedError:
            pass
        if tail:
            break
    return tail
