"""Electronic books (EPUB 2 and 3): one document per chapter, in the order of the book's spine; .epub.

    mimetype                     PK... application/epub+zip
    META-INF/container.xml       location of the package
    OEBPS/content.opf            title, and the spine: cover, imprint, chapter-1, chapter-2, endnotes, ...
    OEBPS/text/chapter-1.xhtml   the document book/chapter-1, one paragraph per line

Covers, imprints, tables of contents, indexes and notes, as marked by the book itself (`books`), are not documents, nor are
pages that are mostly links or have an ISBN; they are counted. Within chapters, notes and their marks, contents and link bars
(`navigation`) and page numbers are removed.

Chapters are read one by one from the archive, which is never unpacked. Raises `InputError` for files that are not books,
encrypted books (DRM), links outside of the archive, and chapters that decompress to far more than a book holds.
"""

import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from ...core.errors import InputError
from .. import boundaries, navigation, zipped
from ..bad_input import CHAPTER_DAMAGED
from ..books import NO_TEXT, Book, Chapter, open_book
from ..documents import Row, batches
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source
from ..web import page
from ..web.encodings import decoded

LONGEST_BYTES = 1 << 25  # of a chapter
PASSED_OVER = ("chapters_not_text", "chapters_empty", "chapters_missing")

NOTES = (
    *("[epub\\:type~=noteref]", "[role=doc-noteref]", "[epub\\:type~=footnote]", "[epub\\:type~=endnote]"),
    *("[epub\\:type~=rearnote]", "[epub\\:type~=footnotes]", "[epub\\:type~=endnotes]", "[epub\\:type~=rearnotes]"),
    *("[role=doc-footnote]", "[role=doc-endnote]", "[role=doc-endnotes]", "[role=doc-backlink]"),
    *("[epub\\:type~=backlink]", "[class*=footnote]", "[class*=endnote]", "a[class*=noteref]"),
)
FURNITURE = (
    *(
        "[epub\\:type~=pagebreak]",
        "[role=doc-pagebreak]",
        ".pagenum",
        ".pageno",
        ".page-number",
        ".lnum",
        ".linenum",
        "nav",
        "figcaption",
    ),
    *(".pg-boilerplate", "#pg-header", "#pg-footer", "#pg-machine-header", "script", "style", "math annotation"),
)
SKIPPED = ", ".join((*NOTES, *FURNITURE))
# self-closing tags that XHTML allows and HTML does not: <title/>, <a id="x"/>
VOID = "br|hr|img|meta|link|input|col|area|base|wbr|source|track|embed|param"
CLOSED = re.compile(rf"<(?!(?:{VOID})\b)([a-zA-Z][\w:]*)((?:\s[^<>]*)?)/>")
DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.I | re.S)

IMPRINT = re.compile(
    r"\bISBN\b|all rights reserved|alle rechte vorbehalten|tous droits réservés|版权所有|版權所有|無断転載", re.I
)
IMPRINT_CHARACTERS = 4000  # maximum


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """The whole book as one piece."""
    page.require()
    return boundaries.whole(source, piece_bytes, settings)


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The chapters in order; pages that are not text of the book are counted."""
    for reason in PASSED_OVER:
        counters.setdefault(reason, 0)
    yield from batches(reader.piece.source.name, _rows(reader, counters))


def _rows(reader: PieceReader, counters: dict[str, int]) -> Iterator[Row]:
    path = reader.piece.source.path
    with zipped.refusing(reader, "EPUB book"), zipped.archive_of(reader) as archive:
        book = open_book(archive, path)
        for chapter in book.chapters:
            try:
                row = _row(archive, book, chapter, path)
            except (InputError, *zipped.DAMAGE) as error:
                if not reader.piece.source.skips_bad:
                    raise
                reader.skipped.add(CHAPTER_DAMAGED, None, f"{chapter.name}: {error}")
                continue
            if isinstance(row, Row):
                yield row
            else:
                counters[row] += 1


def _row(archive: zipfile.ZipFile, book: Book, chapter: Chapter, path: str) -> Row | str:
    """The document of a chapter, or the name of the counter for why there is none."""
    if not chapter.is_text:
        return "chapters_not_text"
    if chapter.name not in book.names:
        return "chapters_missing"
    data = zipped.read_member(archive, chapter.name, path, LONGEST_BYTES, "not a chapter of a book")
    html = None if page.too_deep(data) else decoded(data, None)
    if html is None:
        raise InputError(
            f"{path}: chapter {chapter.name} is not in the encoding that it declares, or is nested too deeply; repair the book"
        )
    title, text = chapter_text(html)
    if text is None:
        return "chapters_not_text"
    name = f"{book.name}/{chapter.id}"
    return Row(None, name, title or book.title, text, book.language) if text else "chapters_empty"


def chapter_text(html: str) -> tuple[str | None, str | None]:
    """The heading and text of a chapter; the text is None for contents or imprint."""
    tree = page.tree_of(CLOSED.sub(r"<\1\2></\1>", DOCTYPE.sub("", html)))
    body = tree.body
    if body is None:
        return None, ""
    if _types(body) & NO_TEXT or navigation.are_notes(body):
        return None, None
    for found in [*body.query_selector_all(SKIPPED).values()]:
        if found.parent is not None:
            found.decompose()
    are_contents = bool(body.text.strip()) and navigation.are_contents(body)
    navigation.drop_navigation(body)
    navigation.drop_notes(body)
    heading = body.query_selector("h1, h2, h3, h4, h5, h6")
    title = " ".join(heading.text.split()) if heading is not None else None
    text = page.text_of(tree)
    if are_contents or (len(text) < IMPRINT_CHARACTERS and IMPRINT.search(text)):
        return title, None
    return title, text


def _types(body: Any) -> set[str]:
    """The kinds that a page declares, on its body or on the only element in it."""
    types: set[str] = set()
    element = body
    while element is not None:
        types.update(
            (element.getattr("epub:type") or "").split(), (element.getattr("role") or "").replace("doc-", "").split()
        )
        only = element.child_element_count == 1
        element = element.first_element_child if only else None
    return types
