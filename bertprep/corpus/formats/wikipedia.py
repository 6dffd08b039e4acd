"""Wikipedia dumps: .xml, plain or compressed; cut at pages if plain or compressed by bzip2."""

import dataclasses
import itertools
from collections.abc import Iterator

import pyarrow as pa

from .. import boundaries
from ..documents import Row, batches
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..streams import stream
from ..wikipedia import own_templates
from ..wikipedia import pages as wikipages
from ..xml_tree import of_other_kind, root_name

HEAD_BYTES = 1 << 20
TAIL_BYTES = 1 << 12
PAGE = b"<page>"

pieces = boundaries.byte_pieces


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The articles of a piece in order; pages that are not articles are counted."""
    head = _head(reader)
    if b"<mediawiki" not in head:
        if not reader.piece.start:  # reported once, for the first piece
            reader.settle(of_other_kind(reader.piece.source.path, root_name(head)), None, head)
        return
    site = wikipages.read_site(head.split(b"</siteinfo>")[0])
    site = dataclasses.replace(site, own_templates=own_templates.parse(settings.templates))
    blocks = stream(reader, PAGE)
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
    if (
        reader.piece.stop == reader.piece.source.size
        and not is_whole
        and wikipages.CLOSE not in boundaries.last_bytes(reader, TAIL_BYTES)
    ):
        reader.settle(wikipages.open_end(reader.piece.source.path), None, b"")


def _head(reader: PieceReader) -> bytes:
    """The beginning of the dump, which describes its language and namespaces."""
    whole = Piece(reader.piece.source, 0, reader.piece.source.size)
    head = b""
    with PieceReader(whole) as start:
        for block in start.decompressed():
            head += block
            if b"</siteinfo>" in head or len(head) > HEAD_BYTES:
                break
    return head
