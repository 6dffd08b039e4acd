"""Wikipedia dumps as a source of documents: .xml, plain or compressed, of one or many streams.

Plain XML is cut at pages and a multistream .bz2 at its streams; what is compressed otherwise is read as one piece.
Multistream dumps are many bz2 files in one, each of whole pages, so that several workers can share one dump. Files made
by a parallel compressor are multistream too, but not cut at pages, so the second stream is looked at first.
"""

import dataclasses
import itertools
import re
from collections.abc import Iterator

import pyarrow as pa

from ...core.errors import InputError
from .. import boundaries
from ..documents import Row, batches
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source
from ..wikipedia import own_templates
from ..wikipedia import pages as wikipages
from ..wikipedia.site import Site

HEAD_BYTES = 1 << 20
TAIL_BYTES = 1 << 12
LOOK_BYTES = 1 << 22  # a stream of a Wikimedia dump holds 100 pages, some 300 kB

STREAM = re.compile(rb"BZh[1-9]1AY&SY")
MAGIC_BYTES = 10
FOOTER = 0x177245385090  # closes every stream, followed by 32 bits of checksum and up to 7 bits of padding
FOOTER_BYTES = 11


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Byte ranges of plain XML or of a multistream .bz2, else the whole file."""
    if source.compression == "bz2" and source.size > piece_bytes and is_cut_at_pages(source):
        starts = range(0, source.size, piece_bytes)
        return [Piece(source, start, min(start + piece_bytes, source.size)) for start in starts]
    return boundaries.byte_pieces(source, piece_bytes, settings)


def find_page(data: bytes, ended: bool) -> int | None:
    """The first page's start after index 0 (`cut.Rule`)."""
    found = data.find(b"<page>", 1)
    return None if found < 0 else found


# `wikipages.pages` takes blocks that end anywhere, and refuses endless pages in better words
RULE = boundaries.Rule(find_page, divisible=False, document="page")


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The articles of a piece in order; pages that are none are counted."""
    site = dataclasses.replace(_site(reader), own_templates=own_templates.parse(settings.templates))
    blocks = _blocks(reader)
    if reader.piece.start:  # a later piece has no head, and perhaps no page
        blocks = itertools.chain([b"<mediawiki>"], blocks)
    is_whole = (reader.piece.start, reader.piece.stop) == (0, reader.piece.source.size)
    pages = wikipages.pages(
        blocks, reader.piece.source.path, is_whole, lambda bad, content: reader.settle(bad, None, content)
    )
    articles = wikipages.documents(pages, site, counters, reader.unknown_templates)
    yield from batches(
        reader.piece.source.name, (Row(None, str(number), title, text) for title, number, text in articles)
    )
    if reader.piece.stop == reader.piece.source.size and not is_whole and wikipages.CLOSE not in _last_bytes(reader):
        reader.settle(wikipages.open_end(reader.piece.source.path), None, b"")


def _last_bytes(reader: PieceReader) -> bytes:
    """The end of a dump that was cut into pieces: of a multistream .bz2 the content of its last stream."""
    size = reader.piece.source.size
    if reader.piece.source.compression is None:
        return reader.read_at(max(size - TAIL_BYTES, 0), TAIL_BYTES)
    last, tail = last_stream(reader), b""
    for block in () if last is None else reader.streams(last, size):
        tail = (tail + block)[-TAIL_BYTES:]
    return tail


def _site(reader: PieceReader) -> Site:
    """What the dump's head says of its language and namespaces."""
    whole = Piece(reader.piece.source, 0, reader.piece.source.size)
    head = b""
    with PieceReader(whole) as start:
        for block in start.decompressed():
            head += block
            if b"</siteinfo>" in head or len(head) > HEAD_BYTES:
                break
    if b"<mediawiki" not in head:
        raise InputError(f"{whole.source.path}: no <mediawiki> at its start; expected a Wikipedia pages-articles dump")
    return wikipages.read_site(head.split(b"</siteinfo>")[0])


def _blocks(reader: PieceReader) -> Iterator[bytes]:
    piece = reader.piece
    if piece.source.compression != "bz2" or (piece.start, piece.stop) == (0, piece.source.size):
        return boundaries.windows(reader, RULE)
    first = first_stream(reader, piece.start, piece.stop)
    return iter(()) if first is None else reader.streams(first, piece.stop)


def first_stream(reader: PieceReader, start: int, stop: int) -> int | None:
    """Where the first bz2 stream that begins in [start, stop) begins, or None.

    A stream's beginning counts only when the end of another stands right before it, so that no chance pattern in
    compressed data is taken for one.
    """
    if start == 0:
        return 0
    for low in range(start, stop, LOOK_BYTES):
        base = max(low - FOOTER_BYTES, 0)
        data = reader.read_at(base, low - base + LOOK_BYTES + MAGIC_BYTES)
        for match in STREAM.finditer(data, low - base):
            tail = data[max(match.start() - FOOTER_BYTES, 0) : match.start()]
            if base + match.start() < min(stop, low + LOOK_BYTES) and _ends_stream(tail):
                return base + match.start()
    return None


def last_stream(reader: PieceReader) -> int | None:
    """Where the last bz2 stream begins, or None."""
    for stop in range(reader.piece.source.size, 0, -LOOK_BYTES):
        found, start = None, max(stop - LOOK_BYTES, 0)
        while start < stop and (at := first_stream(reader, start, stop)) is not None:
            found, start = at, at + 1
        if found is not None:
            return found
    return None


def _ends_stream(tail: bytes) -> bool:
    """Whether these last bytes close a bz2 stream."""
    bits = int.from_bytes(tail, "big")
    return any((bits >> (32 + padding)) & 0xFFFFFFFFFFFF == FOOTER for padding in range(8))


def is_cut_at_pages(source: Source) -> bool:
    """Whether the second stream of a .bz2 begins with a page: so in Wikimedia's multistream dumps."""
    with PieceReader(Piece(source, 0, source.size)) as reader:
        second = first_stream(reader, 1, min(source.size, 16 * LOOK_BYTES))
        return second is not None and next(reader.streams(second, second + 1), b"").lstrip().startswith(b"<page")
