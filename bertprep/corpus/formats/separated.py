"""CSV and TSV: a header names the columns, and one of them holds the text.

Fields may be quoted, and quoted ones may hold separators, quotes (doubled) and line ends. So no line can be told for the
start of a row without reading all before it: a file is one piece.

Refuses, with file and line: what is not UTF-8, a header without the text column, rows of another length, stray quotes.
"""

import csv
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from ...core import schema
from ...core.errors import InputError
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source
from . import text

ENDINGS = (".csv", ".tsv", ".tab")
SEPARATORS = ",;\t|"
BATCH_ROWS = 4096
BATCH_CHARACTERS = 4 << 20
LONGEST_BYTES = 1 << 26  # of a line or a field, which the module csv holds at four bytes a character


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """The whole file."""
    return [Piece(source, 0, source.size)]


def documents(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a file in order; `line` is where a row begins, and `counters["lines"]` the lines of the file."""
    lines = _lines(reader)
    head = next(lines, "")
    separator = separator_of(head, settings.text_field, reader.piece.source)
    csv.field_size_limit(LONGEST_BYTES)
    rows = csv.reader(itertools.chain([head], lines), delimiter=separator, strict=True)
    columns = _columns(_next(rows, reader) or [], reader, settings)
    held: list[tuple[int, list[str]]] = []
    size, before = 0, rows.line_num
    while (row := _next(rows, reader, before + 1)) is not None:
        if row:
            _check(row, columns, before + 1, reader)
            held.append((before + 1, row))
            size += sum(map(len, row)) + 8 * len(row)  # a million empty fields are no small row
        before = rows.line_num
        if len(held) >= BATCH_ROWS or size >= BATCH_CHARACTERS:
            yield _batch(held, columns, reader, settings)
            held, size = [], 0
    counters["lines"] = before
    yield _batch(held, columns, reader, settings)


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
    for block in reader.decompressed():
        held += block
        if b"\n" not in block:  # held back, and looked at once: a line of many blocks would be copied with each
            if len(held) > LONGEST_BYTES:
                raise InputError(
                    f"{reader.piece.source.path}, line {number + 1}: more than {LONGEST_BYTES >> 20} MiB long; "
                    "is the file of another format?"
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
                f"{reader.piece.source.path}, line {begin}: not CSV ({error}); a quote opens a field there that does not "
                "end; a quote that is part of a text must be doubled"
            ) from error
        raise InputError(
            f"{reader.piece.source.path}, line {rows.line_num}: not CSV ({error}); a field with quotes in it must be "
            "in quotes itself, and they doubled"
        ) from error


def _columns(header: list[str], reader: PieceReader, settings: ReadSettings) -> list[str]:
    if settings.text_field not in header:
        raise InputError(
            f"{reader.piece.source.path}, line 1: no column {settings.text_field!r}; "
            f"it has: {', '.join(header[:20]) or 'none'}; name one with --text-field"
        )
    return header


def _check(row: list[str], columns: list[str], line: int, reader: PieceReader) -> None:
    if len(row) != len(columns):
        raise InputError(
            f"{reader.piece.source.path}, line {line}: {len(row)} fields, where the header has {len(columns)}; "
            "a field that holds the separator must be in quotes"
        )


def _batch(
    rows: list[tuple[int, list[str]]], columns: list[str], reader: PieceReader, settings: ReadSettings
) -> pa.RecordBatch:
    count = len(rows)
    ids = _column(rows, columns, settings.id_field)
    arrays = [
        pa.array([reader.piece.source.name] * count, pa.string()),
        pa.array(ids, pa.string()),
        pa.array(np.array([line for line, _ in rows], np.int64), mask=np.array([bool(one) for one in ids], bool)),
        pa.array(_column(rows, columns, settings.title_field), pa.string()),
        pa.array([row[columns.index(settings.text_field)] for _, row in rows], pa.string()),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema.DOCUMENTS)


def _column(rows: list[tuple[int, list[str]]], columns: list[str], name: str) -> list[str | None]:
    """A column's fields, None for empty ones, and for all where there is no such column."""
    if name not in columns:
        return [None] * len(rows)
    index = columns.index(name)
    return [row[index] or None for _, row in rows]
