"""CSV and TSV: a header names the columns, and one of them holds the text.

How fields are quoted, by `--quoting`:

    standard    fields may be quoted, and then contain separators, line ends and doubled quotes: "He ""did"" say so."
    backslash   the same, with a backslash before such quotes: "He \\"did\\" say so."
    none        quotes are part of the text; \\n, \\t and \\\\ are escapes: He "did" say so.\\nShe left.
    auto        none for .tsv and .tab without a quote in the header, else standard

Without quoting a line is a row, so such files are cut at lines; others are cut where their quotes show that a row begins
(`quotes`), or not at all. Lines may end in CR alone.

Raises `InputError` with file and line for data that are not UTF-8, headers without the text column, rows of a wrong length, and
stray quotes.
"""

import csv
import functools
import itertools
import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from ...core.counts import quantity
from ...core.errors import InputError
from .. import bad_input, boundaries, nested, text_fields
from ..bad_input import BadInputError, NoTextColumnError, RefusedError
from ..documents import Row, batches
from ..pieces import Piece, PieceReader
from ..quotes import row_starts
from ..settings import ReadSettings
from ..sources import Source
from ..table_head import LONGEST_BYTES, first_line, has_spaces, has_text, quoting_of, separator_of
from . import text

LINES_AT_ONCE = 1000  # are decoded
ESCAPE = re.compile(r"\\([ntr\\])")
ESCAPED = {"n": "\n", "t": "\t", "r": "\n", "\\": "\\"}
NULL = "\\N"  # as exported by databases

Places = tuple[list[int], int | None, int | None, int | None]  # columns of texts, id, title and source


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Byte ranges if a line is a row; ranges of rows if all quotes open or close fields; else the whole file."""
    head, end = first_line(source)
    quoting = quoting_of(head, source, settings)
    cut = boundaries.byte_pieces(source, piece_bytes, settings) if end == b"\n" and source.compression is None else []
    if quoting == "none" and cut:
        return cut
    separator = separator_of(head, settings, source)
    if quoting == "standard" and len(cut) > 1 and head.count('"') % 2 == 0 and not has_spaces(head, separator):
        with PieceReader(Piece(source, 0, 0)) as reader:
            first = len(text.BOM) if reader.read_at(0, len(text.BOM)) == text.BOM else 0
        bounds = [0, *(row_starts(source, piece_bytes, separator, first) or ()), source.size]
        return [Piece(source, start, stop) for start, stop in itertools.pairwise(bounds)]
    return boundaries.whole(source, piece_bytes, settings)


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a piece in order; `line` is where a row begins, and `counters["lines"]` the piece's lines."""
    head, end = first_line(reader.piece.source)
    quoting = quoting_of(head, reader.piece.source, settings)
    separator = separator_of(head, settings, reader.piece.source)
    reader.units_before = functools.partial(text.lines_before_piece, reader)
    if quoting == "none":
        blocks = boundaries.windows(reader, boundaries.LINES) if end == b"\n" else reader.content()
        rows = _plain_rows(_lines(reader, blocks, end), head.split(separator), separator, reader, settings, counters)
    else:
        piece = reader.piece
        blocks = reader.blocks(piece.start, piece.stop) if piece.start else reader.content()
        rows = _quoted_rows(_lines(reader, blocks, end), head, separator, quoting, reader, settings, counters)
    with reader.without_text_column():
        yield from batches(reader.piece.source.name, rows)


def _plain_rows(
    lines: Iterator[str],
    columns: list[str],
    separator: str,
    reader: PieceReader,
    settings: ReadSettings,
    counters: dict[str, int],
) -> Iterator[Row]:
    """Rows of a piece without quoting, one per line; the first of the file is the header."""
    places = _places(columns, reader, settings)
    number = 0
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\r\n")
        if not line or (number == 1 and reader.piece.start == 0):
            continue
        row = line.split(separator)
        advice = "a tab or line break in a field must be written \\t or \\n"
        if settings.quoting == "auto" and '"' in line:
            advice += ", or the field be in quotes, with --quoting standard"
        if _is_valid(row, columns, number, reader, separator, advice):
            if settings.quoting == "auto" and '"' in line and any(_is_quoted(row[at]) for at in places[0]):
                counters["rows_in_quotes"] = counters.get("rows_in_quotes", 0) + 1
            if "\\" in line:
                row = ["" if field == NULL else _unescaped(field) for field in row]
            yield _row(row, number, places, settings, counters)
        counters["lines"] = number
    counters["lines"] = number


def _is_quoted(field: str) -> bool:
    """Whether a field looks quoted by the program that wrote the file, with doubled quotes inside."""
    return len(field) > 1 and field[0] == field[-1] == '"' and '"' not in field[1:-1].replace('""', "")


def _unescaped(field: str) -> str:
    return ESCAPE.sub(lambda found: ESCAPED[found[1]], field) if "\\" in field else field


def _quoted_rows(
    lines: Iterator[str],
    head: str,
    separator: str,
    quoting: str,
    reader: PieceReader,
    settings: ReadSettings,
    counters: dict[str, int],
) -> Iterator[Row]:
    """Rows of a piece whose fields may be quoted; the first of the file is the header."""
    csv.field_size_limit(LONGEST_BYTES)
    held: list[str] = []
    parse = functools.partial(
        csv.reader,
        delimiter=separator,
        strict=True,
        doublequote=quoting == "standard",
        escapechar="\\" if quoting == "backslash" else None,
        skipinitialspace=has_spaces(head, separator),
    )
    rows = parse(_with_first_kept(lines, held) if reader.piece.source.skips_bad else lines)
    columns = _header(parse([head]) if reader.piece.start else rows, reader)
    places = _places(columns, reader, settings)
    before = rows.line_num
    advice = "a field that contains the separator must be quoted"
    while (row := _next_valid(rows, reader, before + 1, held)) is not None:
        if row and _is_valid(row, columns, before + 1, reader, separator, advice):
            yield _row(row, before + 1, places, settings, counters)
        before = rows.line_num
    counters["lines"] = before


def _with_first_kept(lines: Iterator[str], held: list[str]) -> Iterator[str]:
    """The lines; the first few after `held` was emptied are also stored there."""
    for line in lines:
        if len(held) < 3:
            held.append(line[: bad_input.SAMPLE_BYTES])
        yield line


def _header(rows: Any, reader: PieceReader) -> list[str]:
    """The first row; `InputError` if it is not CSV, even if bad input is skipped."""
    try:
        return _next(rows, reader, 1) or []
    except BadInputError as bad:
        raise InputError(bad.message()) from None


def _row(row: list[str], line: int, places: Places, settings: ReadSettings, counters: dict[str, int]) -> Row:
    texts_at, name_at, title_at, group_at = places
    name = None if name_at is None else row[name_at] or None
    title = None if title_at is None else row[title_at] or None
    group = None if group_at is None else row[group_at] or None
    content = text_fields.of_strings([row[at] for at in texts_at], settings, counters)
    return Row(line, name, title, content, group=group)


def _lines(reader: PieceReader, blocks: Iterator[bytes], end: bytes) -> Iterator[str]:
    """The lines of a piece, each with its line end, except perhaps the last of the file."""
    number, held = 0, bytearray()
    for block in blocks:
        held += block
        if end not in block:  # collected, and split once: a line of many blocks would be copied with each
            if len(held) > LONGEST_BYTES:
                raise InputError(
                    f"{reader.piece.source.path}, line {number + 1}: more than {LONGEST_BYTES >> 20} MiB long; "
                    "the file may be in another format"
                )
            continue
        *whole, rest = bytes(held).split(end)
        held = bytearray(rest)
        yield from _decoded_lines(whole, number + 1, reader)
        number += len(whole)
    if rest := bytes(held):
        yield _decoded(rest, number + 1, reader)


def _decoded_lines(lines: list[bytes], first: int, reader: PieceReader) -> Iterator[str]:
    """Whole lines as text, with their line ends; many at once if all are UTF-8 and contain no other line end."""
    for at in range(0, len(lines), LINES_AT_ONCE):
        some = lines[at : at + LINES_AT_ONCE]
        data = b"\n".join(some)
        if first + at == 1 and reader.piece.start == 0:
            data = data.removeprefix(text.BOM)
        try:
            found = data.decode().split("\n")
        except UnicodeDecodeError:
            found = []
        if len(found) == len(some):
            yield from (f"{line}\n" for line in found)
        else:
            yield from (f"{_decoded(line, number, reader)}\n" for number, line in enumerate(some, first + at))


def _decoded(line: bytes, number: int, reader: PieceReader) -> str:
    if number == 1 and reader.piece.start == 0:
        line = line.removeprefix(text.BOM)
    try:  # invalid bytes may be within a row, which is then skipped as a whole (`_is_valid`)
        return line.decode(errors="surrogateescape" if reader.piece.source.skips_bad else "strict")
    except UnicodeDecodeError as error:
        raise RefusedError(text.not_utf8(reader, number + reader.units_before(), line[error.start])) from None


def _next_valid(rows: Any, reader: PieceReader, begin: int, held: list[str]) -> list[str] | None:
    """The next row after the header; an empty one for a skipped row that is not CSV."""
    held.clear()
    try:
        return _next(rows, reader, begin)
    except BadInputError as bad:
        reader.settle(bad, begin, "".join(held))
        return []


def _next(rows: Any, reader: PieceReader, begin: int) -> list[str] | None:
    """The next row, which begins at this line of the piece, or None; `BadInputError` if it is not CSV."""
    path = reader.piece.source.path
    try:
        return next(rows, None)
    except csv.Error as error:
        words, at = str(error), rows.line_num
        if any(each in words for each in ("unexpected end", "field larger")):  # detected after the row's first line
            at = begin
            advice = "a quoted field begins there and does not end; a quote that is part of the text must be doubled"
        else:
            advice = (
                "a field that contains quotes must be quoted, and its quotes doubled; use --quoting backslash if they are "
                "escaped by a backslash, or --quoting none if quotes are part of the text"
            )
        raise BadInputError(
            bad_input.NOT_CSV, lambda: f"{path}, line {at + reader.units_before()}: not CSV ({words}); {advice}"
        ) from error


def _places(header: list[str], reader: PieceReader, settings: ReadSettings) -> Places:
    """The columns of the text, the id, the title and the source."""
    path = reader.piece.source.path
    if not has_text(header, settings):
        header = [name.strip() for name in header]
    texts = text_fields.names_in(settings, header.__contains__)
    for name in texts:
        if name not in header:
            raise NoTextColumnError(
                f"{path}, line 1: no column {name!r}; it has: {nested.listed(header) or 'none'}; name one with --text-field"
            )
    for name, option in settings.options_of_fields(texts).items():
        if header.count(name) > 1:
            raise InputError(
                f"{path}, line 1: {quantity(header.count(name), 'column')} are named {name!r}; name another with {option}"
            )
    names = (settings.id_field, settings.title_field, settings.source_field)
    id_at, title_at, source_at = (header.index(name) if name in header else None for name in names)
    return [header.index(name) for name in texts], id_at, title_at, source_at


def _is_valid(row: list[str], columns: list[str], line: int, reader: PieceReader, separator: str, advice: str) -> bool:
    """Whether a row has the fields of the header, all of them UTF-8; else it is refused or skipped."""
    if len(row) != len(columns):
        problem = f"{quantity(len(row), 'field')}, where the header has {len(columns)}; {advice}"
        bad = BadInputError(
            bad_input.OTHER_LENGTH,
            lambda: f"{reader.piece.source.path}, line {line + reader.units_before()}: {problem}",
        )
    elif not reader.piece.source.skips_bad or all(
        map(_is_utf8, row)
    ):  # if not skipped, bytes were refused when decoded
        return True
    else:
        bad = BadInputError(bad_input.NOT_UTF8, str)
    reader.settle(bad, line, separator.join(row))
    return False


def _is_utf8(field: str) -> bool:
    return field.isascii() or field.encode(errors="replace").decode() == field
