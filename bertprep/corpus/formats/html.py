"""Saved web pages: a file is a page, and a page a document; .html, .htm, .xhtml.

The text is the main text of the page, its id the address that the page says it is from.

A page without text, and one that is in no encoding that it declares, is counted. Refuses, with the file, what is too long
for a page.
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
    """The whole file."""
    page.require()
    return boundaries.whole(source, piece_bytes, settings)


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The page; one without text is counted."""
    try:
        found = page.read_page(reader.held(http.LONGEST_BYTES, TOO_LONG))
    except InputError as error:
        reader.end_early(str(error))
        return
    if found.damage:
        counters[found.damage] = counters.get(found.damage, 0) + 1
    if found.text:
        yield from batches(reader.piece.source.name, [Row(1, found.address, found.title, found.text)])
