"""Wikipedia dumps as a source of documents: .xml, plain or compressed, of one or many streams.

Plain XML is cut at pages and a multistream .bz2 at its streams; what is compressed otherwise is read as one piece.
"""

import itertools
from collections.abc import Iterator

import pyarrow as pa

from .. import schema
from ..errors import InputError
from ..files import Piece, PieceReader, Source
from ..settings import SegmentSettings
from . import cut, wikipedia
from .wikisite import Site

BATCH_CHARACTERS = 4 << 20
HEAD_BYTES = 1 << 20
LOOK_BYTES = 1 << 22  # a stream of a Wikimedia dump holds 100 pages, some 300 kB


def pieces(source: Source, piece_bytes: int, settings: SegmentSettings) -> list[Piece]:
    """Byte ranges of plain XML or of a multistream .bz2, else the whole file."""
    if source.compression == "bz2" and source.size > piece_bytes and _is_cut_at_pages(source):
        starts = range(0, source.size, piece_bytes)
        return [Piece(source, start, min(start + piece_bytes, source.size)) for start in starts]
    return cut.byte_pieces(source, piece_bytes)


def find_page(data: bytes, ended: bool) -> int | None:
    """The first page's start after index 0 (`cut.Rule`)."""
    found = data.find(b"<page>", 1)
    return None if found < 0 else found


# `wikipedia.pages` takes blocks that end anywhere, and refuses endless pages in better words
RULE = cut.Rule(find_page, divisible=False, document="page")


def documents(reader: PieceReader, settings: SegmentSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The articles of a piece in order; pages that are none are counted."""
    site = _site(reader)
    blocks = _blocks(reader)
    if reader.piece.start:  # a later piece has no head, and perhaps no page
        blocks = itertools.chain([b"<mediawiki>"], blocks)
    pages = wikipedia.pages(blocks, site, reader.piece.source.path)
    rows: list[tuple[str, int, str]] = []
    size = 0
    for row in wikipedia.documents(pages, site, counters):
        rows.append(row)
        size += len(row[2])
        if size >= BATCH_CHARACTERS:
            yield _batch(reader.piece.source.name, rows)
            rows, size = [], 0
    if rows:
        yield _batch(reader.piece.source.name, rows)


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
        raise InputError(
            f"{whole.source.path}: no <mediawiki> at its start; a Wikipedia pages-articles dump was expected"
        )
    return wikipedia.read_site(head.split(b"</siteinfo>")[0])


def _blocks(reader: PieceReader) -> Iterator[bytes]:
    piece = reader.piece
    if piece.source.compression != "bz2" or (piece.start, piece.stop) == (0, piece.source.size):
        return cut.windows(reader, RULE)
    first = _first_stream(reader, piece.start, piece.stop)
    if first is None:
        return iter(())
    return wikipedia.decompressed_blocks(reader.file, piece.source.path, first, piece.stop)


def _first_stream(reader: PieceReader, start: int, stop: int) -> int | None:
    """Where the first bz2 stream that begins in [start, stop) begins, or None."""
    if start == 0:
        return 0
    behind = wikipedia.FOOTER_BYTES
    for low in range(start, stop, LOOK_BYTES):
        base = max(low - behind, 0)
        data = reader.read_at(base, low - base + LOOK_BYTES + wikipedia.MAGIC_BYTES)
        for match in wikipedia.STREAM.finditer(data, low - base):
            at = base + match.start()
            if at < min(stop, low + LOOK_BYTES) and wikipedia.ends_stream(
                data[max(match.start() - behind, 0) : match.start()]
            ):
                return at
    return None


def _is_cut_at_pages(source: Source) -> bool:
    """Whether the second stream of a .bz2 begins with a page: so in Wikimedia's multistream dumps."""
    with PieceReader(Piece(source, 0, source.size)) as reader:
        second = _first_stream(reader, 1, min(source.size, 16 * LOOK_BYTES))
        return second is not None and wikipedia.starts_with_page(reader.file, source.path, second)


def _batch(name: str, rows: list[tuple[str, int, str]]) -> pa.RecordBatch:
    titles, ids, texts = zip(*rows, strict=True)
    columns = [
        pa.array([name] * len(rows), pa.string()),
        pa.array([str(one) for one in ids], pa.string()),
        pa.nulls(len(rows), pa.int64()),
        pa.array(titles, pa.string()),
        pa.array(texts, pa.string()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema.DOCUMENTS)
