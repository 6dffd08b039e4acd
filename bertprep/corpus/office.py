"""Shared by the formats of office programs: a document made from lines and properties."""

import zipfile
from collections.abc import Callable, Iterator

import pyarrow as pa

from . import zipped
from .documents import Row, batches, language_code
from .pieces import PieceReader
from .web import page
from .xml_tree import Element, find_all, words

LONGEST_BYTES = 1 << 26  # of each XML file


def read(
    reader: PieceReader, ending: str, kind: str, row_of: Callable[[zipfile.ZipFile, str], Row]
) -> Iterator[pa.RecordBatch]:
    """The document of a zip archive, made by `row_of(archive, path)`; files that are not of this kind are refused."""
    path = reader.piece.source.path
    if problem := zipped.other_kind(reader, ending):
        reader.end_early(f"{path}: {problem}")
        return
    with zipped.refusing(reader, kind), zipped.archive_of(reader) as archive:
        yield from batches(reader.piece.source.name, [row_of(archive, path)])


def tree(archive: zipfile.ZipFile, name: str, path: str, without: frozenset[str] = frozenset()) -> Element:
    """Parse an XML file of a document, without the elements of these tags."""
    return zipped.tree(archive, name, path, LONGEST_BYTES, "too long for a document; split it", without)


def document(lines: list[str], heading: str | None, properties: Element | None) -> Row:
    """A document from lines; its title is that of the properties, else the heading."""
    titles, languages = (
        [words(each) for each in find_all(properties, name)] if properties is not None else []
        for name in ("title", "language")
    )
    title = titles[0] if titles and titles[0] else None
    text = "\n".join(page.lines_of("\n".join(lines)))
    said = page.without_title(text, title) if title else text
    return Row(1, None, title or heading, said, language_code(languages[0]) if languages else None)
