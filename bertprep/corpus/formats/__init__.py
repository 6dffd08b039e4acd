"""Corpora in, documents out: a table says which reader reads what.

A reader is a module with `pieces` (how a source may be cut into tasks) and `read` (record batches of
`schema.DOCUMENTS` from one piece, in order). Which reader a file gets follows from its name, or else its first bytes.
"""

import dataclasses
import os
import re
from collections.abc import Callable, Iterator

import pyarrow as pa

from ...core.errors import InputError
from ..pieces import Piece, PieceReader, misnamed
from ..settings import ReadSettings
from ..sources import Source
from . import arrow, jsonl, parquet, separated, text, wikiextractor, wikipedia


@dataclasses.dataclass(frozen=True)
class Reader:
    """One format: the endings of its files, how a source is cut, how a piece is read, and the text in a byte of it."""

    endings: tuple[str, ...]
    pieces: Callable[[Source, int, ReadSettings], list[Piece]]
    read: Callable[[PieceReader, ReadSettings, dict[str, int]], Iterator[pa.RecordBatch]]
    text_share: float  # bytes of prose in a byte of the format, roughly; only decides the number of partitions


READERS: dict[str, Reader] = {
    "text": Reader((".txt", ".text"), text.pieces, text.read, 1.0),
    "jsonl": Reader(jsonl.ENDINGS, jsonl.pieces, jsonl.read, 1.0),
    "csv": Reader(separated.ENDINGS, separated.pieces, separated.read, 1.0),
    "parquet": Reader(parquet.ENDINGS, parquet.pieces, parquet.read, 1.8),
    "arrow": Reader(arrow.ENDINGS, arrow.pieces, arrow.read, 1.0),
    "wikipedia": Reader((".xml",), wikipedia.pieces, wikipedia.read, 0.3),
    "wikiextractor": Reader((), wikiextractor.pieces, wikiextractor.read, 1.0),
}
COMPRESSION_RATIOS = {None: 1.0, "gzip": 2.8, "zstd": 3.2, "bz2": 3.6}


# what lies beside a corpus: the index of a dump, the notes and caches of `datasets`
BESIDE = re.compile(
    r".*-multistream-index\d*\.txt(-p\d+p\d+)?(\.\w+)?|(dataset_info|dataset_dict|dataset_infos|state)\.json|cache-.*\.arrow"
)
# dumps in parts are named ...-articles1.xml-p1p41242.bz2
DUMP_PART = re.compile(r".*\.xml-p\d+p\d+(\.\w+)?")


def by_name(source: Source) -> str | None:
    """The format that a file's name tells, or None."""
    name = os.path.basename(source.path)
    if BESIDE.fullmatch(name):
        return None
    if DUMP_PART.fullmatch(name):
        return "wikipedia"
    if wikiextractor.FILE_NAME.fullmatch(name.split(".")[0]) and source.kind == "":
        return "wikiextractor"
    return next((name for name, reader in READERS.items() if source.kind in reader.endings), None)


def format_of(source: Source, settings: ReadSettings) -> str:
    """The format of a source: what the settings say, else by name, else by its first bytes; `InputError` if none fits."""
    if settings.format != "auto":
        return settings.format
    return by_name(source) or _by_content(source, settings)


def _by_content(source: Source, settings: ReadSettings) -> str:
    with PieceReader(Piece(source, 0, source.size)) as reader:
        head = next(reader.decompressed(), b"")[:4096]
    start = head.removeprefix(text.BOM).lstrip()
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith((arrow.FILE_MAGIC, arrow.STREAM_MAGIC)):
        return "arrow"
    if b"<mediawiki" in start[:1000]:
        return "wikipedia"
    if start.startswith(b"<doc id="):
        return "wikiextractor"
    if start.startswith(b"{"):
        return "jsonl"
    if b"\0" in head or misnamed(source):  # what is packed is told so by `true_reason`
        raise InputError(f"{source.path}: binary data of a kind that is not known; say what it is with --format")
    first_line = start.split(b"\n")[0].decode("utf-8", "replace")
    return "csv" if separated.is_header(first_line, settings.text_field) else "text"


def text_bytes(source: Source, settings: ReadSettings) -> int:
    """About how many bytes of text a source holds."""
    ratio = COMPRESSION_RATIOS[source.compression]
    return int(source.size * ratio * READERS[format_of(source, settings)].text_share)
