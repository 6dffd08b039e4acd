"""OpenDocument text (LibreOffice): one document per file; .odt, .ott.

    content.xml     the text
    meta.xml        the title; without one, the first heading is used

`open_document` defines what is text. Raises `InputError` for files that are not OpenDocument texts, encrypted documents, zip
bombs, and documents of more than 64 MiB of XML.
"""

import zipfile
from collections.abc import Iterator

import pyarrow as pa

from ...core.errors import InputError
from .. import boundaries, office, zipped
from ..documents import Row
from ..open_document import Body
from ..pieces import PieceReader
from ..settings import ReadSettings
from ..xml_tree import find_all

KIND = "OpenDocument text"
CONTENT, PROPERTIES, MANIFEST = "content.xml", "meta.xml", "META-INF/manifest.xml"

pieces = boundaries.whole


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The document of a file; what is left out is counted."""
    yield from office.read(reader, "odt", KIND, lambda archive, path: _row(archive, path, counters))


def _row(archive: zipfile.ZipFile, path: str, counters: dict[str, int]) -> Row:
    names = frozenset(archive.namelist())
    if CONTENT not in names:
        raise InputError(
            f"{path}: not an OpenDocument text: a zip archive without {CONTENT}; unpack it if it holds other files"
        )
    zipped.refuse_bombs(archive, path, KIND)
    zipped.refuse_passwords(archive, path)
    if MANIFEST in names and next(find_all(office.tree(archive, MANIFEST, path), "encryption-data"), None) is not None:
        raise InputError(f"{path}: an encrypted document; open it in LibreOffice and save it without a password")
    root = office.tree(archive, CONTENT, path)
    body = next((each for body in find_all(root, "body") for each in body if each.tag == "office:text"), None)
    if body is None:
        raise InputError(
            f"{path}: not an OpenDocument text but a document of another program; convert it to plain text"
        )
    found = Body(root, body)
    for name, count in found.counters.items():
        counters[name] = counters.get(name, 0) + count
    properties = office.tree(archive, PROPERTIES, path) if PROPERTIES in names else None
    return office.document(found.lines, found.heading, properties)
