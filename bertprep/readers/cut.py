"""Where a file of text may be cut so that each piece holds whole documents.

A file is cut every so many bytes, and each cut then moves on to the next document's start. Both neighbours of a cut find
it by the same search, so the pieces lie end to end whoever reads them, and no document is read twice or lost. What is
compressed cannot be searched from the middle: it is read as a stream in windows, cut by the same rule.
"""

from collections.abc import Callable, Iterator

from ..files import Piece, PieceReader, Source

WINDOW_BYTES = 16 << 20
FIRST_LOOK_BYTES = 1 << 16

# Given the bytes from one before a cut on, the index where the next document starts, or None if not within them.
# `ended` says that nothing follows these bytes.
Finder = Callable[[bytes, bool], int | None]


def byte_pieces(source: Source, piece_bytes: int) -> list[Piece]:
    """Cut a source every `piece_bytes`; whole when it is compressed."""
    if source.compression is not None or source.size <= piece_bytes:
        return [Piece(source, 0, source.size)]
    starts = range(0, source.size, piece_bytes)
    return [Piece(source, start, min(start + piece_bytes, source.size)) for start in starts]


def windows(reader: PieceReader, find: Finder) -> Iterator[bytes]:
    """The documents of a piece as runs of bytes, each of whole documents; all windows of all pieces make the file."""
    if reader.piece.source.compression is None:
        first, last = (_document_start(reader, find, cut) for cut in (reader.piece.start, reader.piece.stop))
        reader.begin = first
        blocks = reader.blocks(first, last)
    else:
        blocks = reader.decompressed()
    yield from _whole(blocks, find)


def _document_start(reader: PieceReader, find: Finder, cut: int) -> int:
    """The start of the first document at or after a cut; at the latest the first line of the piece after the next."""
    size = reader.piece.source.size
    if cut in (0, size):
        return cut
    limit = min(size, cut + WINDOW_BYTES)
    look = FIRST_LOOK_BYTES
    while True:
        stop = min(cut - 1 + look, limit)
        data = reader.read_at(cut - 1, stop - cut + 1)
        found = find(data, stop == size)
        if found is not None:
            return cut - 1 + found
        if stop == limit:
            return size if stop == size else cut - 1 + _line_start(data, 1)
        look *= 8


def _line_start(data: bytes, after: int) -> int:
    """Where to cut bytes in which no document starts: after a line's end, or between two UTF-8 characters."""
    end = data.find(b"\n", after)
    if end >= 0:
        return end + 1
    while after < len(data) and data[after] & 0xC0 == 0x80:
        after += 1
    return after


def _whole(blocks: Iterator[bytes], find: Finder) -> Iterator[bytes]:
    """Join blocks to windows that end where a document does (or, in an endless one, where a line does)."""
    held: list[bytes] = []
    size = 0
    for block in blocks:
        held.append(block)
        size += len(block)
        if size >= WINDOW_BYTES:
            data = b"".join(held)
            cut = _last_cut(data, find)
            yield data[:cut]
            held, size = [data[cut:]], len(data) - cut
    rest = b"".join(held)
    if rest:
        yield rest


def _last_cut(data: bytes, find: Finder) -> int:
    """A document's start near the end of the data, or else the last line's, or the last character's."""
    back = len(data) - 1
    while back > 1:
        back = max(back - FIRST_LOOK_BYTES * 8, 1)
        found = find(data[back - 1 :], False)
        if found is not None and 0 < back - 1 + found < len(data):
            return back - 1 + found
    end = data.rfind(b"\n")
    return end + 1 if end >= 0 else _line_start(data, len(data) - 4)
