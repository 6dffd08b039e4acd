"""Web archives: WARC with HTML, one document per page, and WET, with text of pages; .warc, .wet, compressed or not.

A page is a response with status 200 and HTML, or HTML that was archived without a response; its address is its id. Other
records are skipped and counted by reason. Text of WET is taken unchanged, including blank lines.

Raises `InputError` with file and record for data that are not WARC, and truncated records.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from .. import boundaries
from ..bad_input import RECORD_DAMAGED, BadInputError
from ..documents import Row, batches
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source
from ..web import borders, http, page
from ..web.records import Record, TruncatedError, records

REASONS = (
    *("records_of_other_kinds", "pages_of_other_status", "pages_not_html", "pages_empty", "pages_not_decodable"),
    *("pages_nested_too_deep", "pages_too_long", "pages_damaged", "pages_cut_short"),
)


class FoundPage(NamedTuple):
    """The page in a record; `reason` is its counter, if it was skipped or is incomplete."""

    text: str = ""
    title: str | None = None
    reason: str | None = None
    paragraph_lines: bool | None = None


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Byte ranges of plain archives and those compressed by record, else the whole file."""
    page.require()
    if source.compression == "gzip" and source.size > piece_bytes and borders.by_record(source):
        starts = range(0, source.size, piece_bytes)
        return [Piece(source, start, min(start + piece_bytes, source.size)) for start in starts]
    if source.compression is not None:
        return boundaries.whole(source, piece_bytes, settings)
    return boundaries.byte_pieces(source, piece_bytes, settings)


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The pages of a piece in order; records without a page are counted."""
    for reason in REASONS:
        counters.setdefault(reason, 0)
    yield from batches(reader.piece.source.name, _rows(reader, counters))


def _rows(reader: PieceReader, counters: dict[str, int]) -> Iterator[Row]:
    piece = reader.piece
    place = piece.source.path if not piece.start else f"{piece.source.path}, after byte {piece.start}"
    try:
        for record in records(borders.read(reader), _may_hold_page, place):
            found = page_of(record)
            if found.reason:
                counters[found.reason] = counters.get(found.reason, 0) + 1
            if found.text:
                name = record.uri or record.fields.get("warc-record-id")
                yield Row(None, name, found.title, found.text, paragraph_lines=found.paragraph_lines)
    except TruncatedError as error:
        if reader.end < piece.source.size and not reader.skipped.counts:
            raise borders.not_cut(reader) from error
        message = str(error)
        reader.settle(BadInputError(RECORD_DAMAGED, lambda: message), None, message)


def _may_hold_page(record: Record) -> bool:
    """Whether a record's header describes a page that fits in memory."""
    return _kind(record) is not None and record.length <= http.LONGEST_BYTES


def _kind(record: Record) -> str | None:
    """The kind of content of a record: answer, page, text, or None for others."""
    content = record.fields.get("content-type", "").split(";")[0].strip().lower()
    if record.kind == "response":
        return "answer" if content == "application/http" else None
    if record.kind == "resource":
        return "page" if content in http.HTML_TYPES else None
    return "text" if record.kind == "conversion" and content == "text/plain" else None


def page_of(record: Record) -> FoundPage:
    """The page in a record, and the counter for it, if any."""
    kind = _kind(record)
    if kind is None:
        return FoundPage(reason="records_of_other_kinds")
    if record.length > http.LONGEST_BYTES:
        return FoundPage(reason="pages_too_long")
    if kind == "text":
        return _unchanged(record.block)
    if kind == "page":
        return _extracted(record.block, None, is_whole=True)
    answer = http.parse(record.block)
    if answer.damage:
        return FoundPage(reason=answer.damage)
    if answer.status != 200:
        return FoundPage(reason="pages_of_other_status")
    if not answer.is_html:
        return FoundPage(reason="pages_not_html")
    return _extracted(answer.body, answer.charset, answer.is_whole and "warc-truncated" not in record.fields)


def _unchanged(block: bytes) -> FoundPage:
    text = block.decode("utf-8", "replace").replace("\ufffd", "").strip()
    return FoundPage(text, reason=None if text else "pages_empty", paragraph_lines=False)


def _extracted(data: bytes, charset: str | None, is_whole: bool) -> FoundPage:
    read = page.read_page(data, charset)
    return FoundPage(read.text, read.title, read.damage or (None if is_whole else "pages_cut_short"))
