"""Saved web pages: each file is a page, and each page a document; .html, .htm, .xhtml.

The text is the page's main text, the id the address that the page declares.
Pages without text, and those that are in none of the encodings that they declare, are counted. Raises `InputError` for files
too long for a page.
"""

from collections.abc import Iterator

import pyarrow as pa

from ...core.errors import InputError
from .. import boundaries
from ..documents import Row, batches
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source
from ..web import http, page

TOO_LONG = f"a page of more than {http.LONGEST_BYTES >> 20} MiB; it may be in another format"


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """The whole file as one piece."""
    page.require()
    return boundaries.whole(source, piece_bytes, settings)


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The page as a document; a page without text is counted."""
    try:
        found = page.read_page(reader.held(http.LONGEST_BYTES, TOO_LONG))
    except InputError as error:
        reader.end_early(str(error))
        return
    if found.damage:
        counters[found.damage] = counters.get(found.damage, 0) + 1
    if found.text:
        yield from batches(reader.piece.source.name, [Row(1, found.address, found.title, found.text)])
