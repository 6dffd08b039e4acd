"""A piece of a file as a stream of the documents that begin in it, however long each is.

`boundaries.windows` keeps whole documents in memory. A page with its whole history may be larger than memory and extend over
many pieces, so it is streamed instead:

    cuts               |                |                |
    file      <page>aaa</page><page>bbb  bbbbbbbbbbbbbbbb bbb</page><page>c</page>
    stream 1  <page>aaa</page><page>bbb..................bbb</page>
    stream 2                                                                          (empty: no page begins there)
    stream 3                                                       <page>c</page>
"""

from collections.abc import Iterator

from . import bzip2
from .pieces import PieceReader


def stream(reader: PieceReader, mark: bytes) -> Iterator[bytes]:
    """The documents of a piece in blocks of any size, from the first `mark` in it to the first one after it.

    Bytes before the first mark of a file belong to its first piece.
    """
    piece = reader.piece
    if (piece.start, piece.stop) == (0, piece.source.size):
        yield from reader.content()
    elif piece.source.compression == "bz2":
        yield from _between(bzip2.own_blocks(reader), mark)
    else:
        yield from _between(_raw_blocks(reader), mark)


def _raw_blocks(reader: PieceReader) -> Iterator[tuple[int, bytes]]:
    """The blocks of a piece and of what follows, with the same position codes as `bzip2.own_blocks`."""
    piece = reader.piece
    if piece.start:
        yield -1, b""
    for place, start, stop in ((0, piece.start, piece.stop), (1, piece.stop, piece.source.size)):
        yield from ((place, block) for block in reader.blocks(start, stop))


def _between(blocks: Iterator[tuple[int, bytes]], mark: bytes) -> Iterator[bytes]:
    """The bytes from the first mark that begins in a block with code 0 to the first that begins after those blocks."""
    kept = len(mark) - 1
    held, own = b"", 0  # a possible beginning of a mark, and how many of its bytes are of the piece
    begun = True
    for place, block in blocks:
        if place < 0:
            begun = False
            continue
        data = held + block
        own = own if place else len(data)
        if not begun:
            start = data.find(mark)
            if start < 0 or start >= own:
                if start >= own or (place and len(data) >= own + kept):
                    return
                passed = max(min(own, len(data) - kept), 0)
                held, own = data[passed:], own - passed
                continue
            begun, data, own = True, data[start:], own - start
        if place and (stop := data.find(mark, own)) >= 0:
            yield data[:stop]
            return
        passed = max(len(data) - kept, 0)
        yield data[:passed]
        held, own = data[passed:], max(own - passed, 0)
    if begun:
        yield held
