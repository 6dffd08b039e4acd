"""Word documents: one document per file; .docx, .docm.

    _rels/.rels                  location of the document and its properties
    word/document.xml            the text
    word/styles.xml              which paragraphs are headings, captions, contents
    docProps/core.xml            the title; without one, the first heading is used

`word` defines what is text. Raises `InputError` for files that are not Word documents, encrypted ones, the old .doc, zip bombs,
and documents of more than 64 MiB of XML.
"""

import posixpath
import zipfile
from collections.abc import Iterator

import pyarrow as pa

from ...core.errors import InputError
from .. import boundaries, office, word, zipped
from ..documents import Row
from ..pieces import PieceReader
from ..settings import ReadSettings
from ..xml_tree import Element, find_all

KIND = "Word document"
RELATIONS = "_rels/.rels"

pieces = boundaries.whole


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The document of a file; what is left out of it is counted."""
    yield from office.read(reader, "docx", KIND, lambda archive, path: _row(archive, path, counters))


def _row(archive: zipfile.ZipFile, path: str, counters: dict[str, int]) -> Row:
    names = frozenset(archive.namelist())
    if RELATIONS not in names:
        raise InputError(
            f"{path}: no Word document: a zip archive without {RELATIONS}; unpack it if it holds other files"
        )
    zipped.refuse_bombs(archive, path, KIND)
    zipped.refuse_passwords(archive, path)
    package = _relations(archive, "", names, path)
    part = package.get("officeDocument")
    root = _tree(archive, part, path) if part in names else None
    body = next(find_all(root, "body"), None) if root is not None else None
    if part is None or body is None:
        raise InputError(
            f"{path}: no Word document: a document of another program, or without a body; convert it to plain text"
        )
    styles = _relations(archive, part, names, path).get("styles")
    found = word.body_of(body, word.style_names(_tree(archive, styles, path) if styles in names else None))
    for name, count in found.counters.items():
        counters[name] = counters.get(name, 0) + count
    core = package.get("core-properties")
    return office.document(found.lines, found.heading, _tree(archive, core, path) if core in names else None)


def _tree(archive: zipfile.ZipFile, name: str, path: str) -> Element:
    return office.tree(archive, name, path, word.FORMATTING)


def _relations(archive: zipfile.ZipFile, part: str, names: frozenset[str], path: str) -> dict[str, str]:
    """The files to which a part of the document refers (the package for ""), by the last word of their types."""
    folder, base = posixpath.split(part)
    name = posixpath.join(folder, "_rels", f"{base}.rels")
    found: dict[str, str] = {}
    for each in find_all(_tree(archive, name, path), "Relationship") if name in names else ():
        if each.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", "")))
            found.setdefault(posixpath.basename(each.get("Type", "")), target.lstrip("/"))
    return found
