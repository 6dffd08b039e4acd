"""Markdown: one document per file; .md, .markdown.

The title is that of the front matter, else the first heading. `markdown` converts the prose to HTML, and `web.page` reads that
like any HTML: one paragraph, heading, list item or table row per line. Tables of contents and link bars are removed
(`navigation`).

Raises `InputError` for files that are not UTF-8, nest lists too deeply, or are over 16 MiB.
"""

from collections.abc import Iterator

import pyarrow as pa

from ...core.errors import InputError
from .. import boundaries, markdown, navigation
from ..bad_input import RefusedError
from ..documents import HOLE, Row, batches
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source
from ..web import page
from . import text

LONGEST_BYTES = 1 << 24
TOO_LONG = f"Markdown of more than {LONGEST_BYTES >> 20} MiB; split it into several files"


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """The whole file as one piece."""
    page.require()
    markdown.require()
    return boundaries.whole(source, piece_bytes, settings)


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The document of a file; what is left out of it is counted."""
    path = reader.piece.source.path
    blocks = reader.content()
    try:
        data = reader.held(LONGEST_BYTES, TOO_LONG, blocks).removeprefix(text.BOM)
        [content] = text.decode([data], [1], reader).to_pylist()
        counters["lines"] = data.count(b"\n")
        yield from batches(reader.piece.source.name, [document(content, counters)])
    except markdown.TooDeepError as error:
        reader.end_early(f"{path}: {error}; use --format text to read it as plain text")
    except RefusedError:
        raise
    except InputError as error:
        reader.end_early(str(error))


def document(content: str, counters: dict[str, int]) -> Row:
    """Convert a text in Markdown to a document."""
    found = markdown.read(content, counters)
    if page.endless(found.html.encode()):
        raise markdown.TooDeepError("elements of HTML nested too deeply")
    tree = page.tree_of(f"<body>{found.html}")
    navigation.drop_navigation(tree.body)
    navigation.drop_notes(tree.body)
    heading = tree.body.query_selector("h1, h2, h3, h4, h5, h6")
    title = found.title or (" ".join(heading.text.replace(HOLE, "").split()) or None if heading is not None else None)
    said = page.text_of(tree)
    return Row(1, None, title, page.without_title(said, found.title) if found.title else said, found.language)
