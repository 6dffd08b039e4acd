"""CSV and TSV: a header names the columns, and one of them holds the text.

Fields may be quoted, and quoted ones may hold separators, quotes (doubled) and line ends. So no line can be told for the
start of a row without reading all before it: a file is one piece.

Refuses, with file and line: what is not UTF-8, a header without the text column, rows of another length, stray quotes.
"""

import csv
import itertools
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from ...core.errors import InputError
from .. import boundaries
from ..documents import Row, batches
from ..pieces import PieceReader
from ..settings import ReadSettings
from ..sources import Source
from . import text

SEPARATORS = ",;\t|"
LONGEST_BYTES = 1 << 26  # of a line or a field, which the module csv holds at four bytes a character


pieces = boundaries.whole


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a file in order; `line` is where a row begins, and `counters["lines"]` the lines of the file."""
    yield from batches(reader.piece.source.name, _rows(reader, settings, counters))


def _rows(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[Row]:
    lines = _lines(reader)
    head = next(lines, "")
    separator = separator_of(head, settings.text_field, reader.piece.source)
    csv.field_size_limit(LONGEST_BYTES)
    rows = csv.reader(itertools.chain([head], lines), delimiter=separator, strict=True)
    columns = _next(rows, reader) or []
    text_at, id_at, title_at = _places(columns, reader, settings)
    before = rows.line_num
    while (row := _next(rows, reader, before + 1)) is not None:
        if row:
            _check(row, columns, before + 1, reader)
            name, title = (None if at is None else row[at] or None for at in (id_at, title_at))
            yield Row(before + 1, name, title, row[text_at])
        before = rows.line_num
    counters["lines"] = before


def separator_of(head: str, text_field: str, source: Source) -> str:
    """What parts the fields: a tab in .tsv, else what makes the text column a field of the header."""
    if source.kind in (".tsv", ".tab"):
        return "\t"
    found = [separator for separator in SEPARATORS if text_field in _fields(head, separator)]
    return max(found or SEPARATORS, key=head.count)


def is_header(line: str, text_field: str) -> bool:
    """Whether a line is one of several fields, with the text column among them."""
    return any(text_field in (fields := _fields(line, separator)) and len(fields) > 1 for separator in SEPARATORS)


def _fields(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])
    except csv.Error:  # a line end of old within it
        return []


def _lines(reader: PieceReader) -> Iterator[str]:
    """The lines of the file, with their ends."""
    number, held = 0, bytearray()
    for block in reader.content():
        held += block
        if b"\n" not in block:  # held back, and looked at once: a line of many blocks would be copied with each
            if len(held) > LONGEST_BYTES:
                raise InputError(
                    f"{reader.piece.source.path}, line {number + 1}: more than {LONGEST_BYTES >> 20} MiB long; "
                    "the file may be in another format"
                )
            continue
        *whole, rest = bytes(held).split(b"\n")
        held = bytearray(rest)
        for line in whole:
            number += 1
            yield _decoded(line, number, reader) + "\n"
    if rest := bytes(held):
        yield _decoded(rest, number + 1, reader)


def _decoded(line: bytes, number: int, reader: PieceReader) -> str:
    if number == 1:
        line = line.removeprefix(text.BOM)
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise text.not_utf8(reader, number, line[error.start]) from None


def _next(rows: Any, reader: PieceReader, begin: int = 1) -> list[str] | None:
    """The next row, which begins at that line, or None."""
    try:
        return next(rows, None)
    except csv.Error as error:
        if any(words in str(error) for words in ("unexpected end", "field larger")):  # told where it was noticed
            raise InputError(
                f"{reader.piece.source.path}, line {begin}: not CSV ({error}); a quoted field begins there and "
                "does not end; a quote that is part of the text must be doubled"
            ) from error
        raise InputError(
            f"{reader.piece.source.path}, line {rows.line_num}: not CSV ({error}); a field that contains quotes "
            "must be quoted, and its quotes doubled"
        ) from error


def _places(header: list[str], reader: PieceReader, settings: ReadSettings) -> tuple[int, int | None, int | None]:
    """Which of the fields are the text, the id and the title."""
    path = reader.piece.source.path
    if settings.text_field not in header:
        raise InputError(
            f"{path}, line 1: no column {settings.text_field!r}; it has: {', '.join(header[:20]) or 'none'}; "
            "name one with --text-field"
        )
    wanted = {
        settings.text_field: "--text-field",
        settings.id_field: "--id-field",
        settings.title_field: "--title-field",
    }
    for name, option in wanted.items():
        if header.count(name) > 1:
            raise InputError(
                f"{path}, line 1: {header.count(name)} columns are named {name!r}; name another with {option}"
            )
    id_at, title_at = (
        header.index(name) if name in header else None for name in (settings.id_field, settings.title_field)
    )
    return header.index(settings.text_field), id_at, title_at


def _check(row: list[str], columns: list[str], line: int, reader: PieceReader) -> None:
    if len(row) != len(columns):
        raise InputError(
            f"{reader.piece.source.path}, line {line}: {len(row)} fields, where the header has {len(columns)}; "
            "a field that contains the separator must be quoted"
        )
