"""JSON lines: one object per line, with the text, and optionally an id and a title, in fields named in the settings.

A file may also be an array of objects, or an object that contains one (`json_values`); its elements are read like lines, and
identified by their number.

The text may also be a list of strings, or within objects, by a dotted name (`nested`). Blank lines are skipped; a null text
counts as an empty document. In the format of Elasticsearch's bulk API, used by Cirrus dumps of wikis, each object follows a
line `{"index": {"_id": "12"}}`, which gives its id if it has none itself.

Raises `InputError` with file and line for data that are not UTF-8 or not JSON, lines that are not objects, and text fields that
are missing or not text.
"""

import contextlib
import functools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa

from .. import bad_input, boundaries, encodings, json_arrays, json_at_once, json_values, nested, text_fields
from ..bad_input import BadInputError
from ..documents import Row, batches
from ..json_at_once import parse_at_once, parsed
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source
from . import text

ACTION = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:index|create)"')
ACTION_BYTES = 4096  # longest line about the next object
FORM = "--text-field OUTER.INNER"
NO_LINE_END = re.compile(rb"[^\n]")
COLUMN, AT_CHARACTER = re.compile(r"(?: at)?: line 1 column (\d+) \(char \d+\)$"), r" at its character \1"


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Byte ranges; for an array, runs of elements."""
    cut = boundaries.byte_pieces(source, piece_bytes, settings)
    if len(cut) == 1 or json_values.shape_of(source) == json_values.LINES:
        return cut
    return json_arrays.pieces(source, piece_bytes, settings)


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a piece in order; `line` counts from the piece's first, and `counters["lines"]` is its number."""
    shape = json_values.shape_of(reader.piece.source)
    if shape != json_values.LINES:
        try:
            begin = reader.piece.array_begin or json_values.array_in(reader.piece.source, settings)
        except BadInputError as bad:
            reader.settle(bad, None, b"")
            return
        if begin is not None or shape != json_values.LINE:
            yield from _read_value(reader, begin, settings, counters)
            return
    yield from _read_lines(reader, settings, counters)


def _read_value(
    reader: PieceReader, begin: int | None, settings: ReadSettings, counters: dict[str, int]
) -> Iterator[pa.RecordBatch]:
    """The documents of a piece of an array that begins at this byte of the content, or of an object that is a document."""
    path, count = reader.piece.source.path, 0
    place = (lambda number: path) if begin is None else functools.partial(json_arrays.place, reader, begin)
    slow = _LineParser(reader, settings, counters, place)
    for run in json_arrays.whole(reader) if begin is None else json_arrays.runs(reader, begin):
        body = b"\n".join(run)
        if (batch := parse_at_once(body, count + 1, reader, settings, counters)) is not None:
            yield batch
        else:
            yield from batches(reader.piece.source.name, slow.rows(body, count + 1))
        count += len(run)
        counters["lines"] = count


def _read_lines(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    reader.units_before = functools.partial(text.lines_before_piece, reader)
    lines, slow = 0, _LineParser(reader, settings, counters)
    for number, window in enumerate(boundaries.windows(reader, boundaries.LINES)):
        if number == 0 and reader.piece.start:
            slow.look_back()
        body = window.removeprefix(text.BOM) if number == 0 and reader.piece.start == 0 else window
        for run in _runs(body):
            if (
                slow.id_before is None
                and (batch := parse_at_once(run, lines + 1, reader, settings, counters)) is not None
            ):
                yield batch
            else:
                yield from batches(reader.piece.source.name, slow.rows(run, lines + 1))
            lines += run.count(b"\n")
            counters["lines"] = lines


def _runs(body: bytes) -> Iterator[bytes]:
    """The lines of a window in runs of some MB."""
    start = 0
    while start < len(body):
        stop = body.find(b"\n", start + json_at_once.RUN_BYTES) + 1 or len(body)
        yield body[start:stop]
        start = stop


class _LineParser:
    """Parses consecutive runs line by line; `id_before` is the id that the previous line gave to the next.

    For elements of an array, `place` describes the position of an element by its number in the piece.
    """

    def __init__(
        self,
        reader: PieceReader,
        settings: ReadSettings,
        counters: dict[str, int],
        place: Callable[[int], str] | None = None,
    ) -> None:
        self.reader, self.settings, self.counters, self.place = reader, settings, counters, place
        self.id_before: Any = None

    def look_back(self) -> None:
        """Find the id that the last line before a piece gives to the piece's first line."""
        before = self.reader.content_before
        if self.reader.piece.source.compression is None:
            start = max(self.reader.begin - ACTION_BYTES, 0)
            before = self.reader.read_at(start, self.reader.begin - start)
        last = before.removesuffix(b"\n").rpartition(b"\n")[2]
        if ACTION.match(last):
            with contextlib.suppress(ValueError):  # reported by the reader of that line
                self.id_before = _id_of_next(last, parsed(last), self.settings)

    def rows(self, body: bytes, first: int) -> Iterator[Row]:
        """The documents of some lines; `first` is the number of the first one in the piece."""
        start, number = 0, first
        while start < len(body):
            if body.startswith(b"\n", start):
                text_start = NO_LINE_END.search(body, start)
                end = text_start.start() if text_start else len(body)
                self.id_before, start, number = None, end, number + end - start  # any number of empty lines
                continue
            end = body.find(b"\n", start)
            end = len(body) if end < 0 else end
            if row := self._row_if_any(body[start:end], number):  # no second copy of a long line is kept
                yield row
            start, number = end + 1, number + 1

    def _row_if_any(self, line: bytes, number: int) -> Row | None:
        if line and not line.isspace():
            try:
                return self._row(line, number)
            except BadInputError as bad:
                self.reader.settle(bad, number, line)
        self.id_before = None
        return None

    def _row(self, line: bytes, number: int) -> Row | None:
        """The document of a line, or None if the line is about the next one; errors contain the line in the file."""
        settings, row = self.settings, self._object(line, number)
        name, self.id_before = self.id_before, None
        try:
            content = text_fields.of_row(row, settings, self.counters)
        except KeyError:
            self.id_before = _id_of_next(line, row, settings) if self.place is None else None
            if self.id_before is not None:
                return None
            has = nested.listed(nested.field_names(row)) or "none"
            problem = (
                f"no field {' or '.join(map(repr, settings.text_fields))}; it has: {has}; name one with --text-field"
            )
            raise self._bad_input(number, bad_input.WITHOUT_TEXT, problem) from None
        except nested.NoTextError as error:
            problem = f"{error}; name another, or one within it as {FORM}"
            raise self._bad_input(number, bad_input.WITHOUT_TEXT, problem) from None
        own, title = (nested.value_of(row, field) for field in (settings.id_field, settings.title_field))
        group = None if settings.source_field is None else nested.value_of(row, settings.source_field)
        given = None if name == "" else name
        return Row(
            number, _name(given if own is None else own), _name(title), _without_surrogates(content), group=_name(group)
        )

    def _object(self, line: bytes, number: int) -> dict[str, Any]:
        """The object of a line."""
        try:
            row = parsed(line)
        except UnicodeDecodeError as error:
            if self.place is None:
                raise text.not_utf8_of(error, number, self.reader) from None
            problem = f"not UTF-8 (byte 0x{line[error.start]:02x}); {encodings.advice(line[:ACTION_BYTES])}"
            raise self._bad_input(number, bad_input.NOT_UTF8, problem) from None
        except ValueError as error:
            problem = f"not JSON ({error}); expected one object per line"
            if self.place is not None:
                problem = f"not JSON ({COLUMN.sub(AT_CHARACTER, str(error))}); expected an object"
            raise self._bad_input(number, bad_input.NOT_JSON, problem) from None
        if not isinstance(row, dict):
            raise self._bad_input(number, bad_input.NOT_JSON, "not a JSON object; expected one with a text field")
        return row

    def _bad_input(self, number: int, reason: str, what: str) -> BadInputError:
        path, units_before, place = self.reader.piece.source.path, self.reader.units_before, self.place
        if place is not None:
            return BadInputError(bad_input.OF_ELEMENTS[reason], lambda: f"{place(number)}: {what}")
        return BadInputError(reason, lambda: f"{path}, line {number + units_before()}: {what}")


def _id_of_next(line: bytes, row: Any, settings: ReadSettings) -> Any:
    """The id that a line of a bulk call gives to the next; "" if it gives none, None if it is not such a line."""
    if (
        not ACTION.match(line)
        or len(line) >= ACTION_BYTES
        or len(row) != 1
        or not {*settings.text_fields}.isdisjoint(row)
    ):
        return None
    about = row.get("index", row.get("create"))
    if not isinstance(about, dict) or not all(name.startswith("_") for name in about):
        return None
    return about.get("_id", "")


def _name(value: Any) -> str | None:
    return None if value is None else _without_surrogates(value if isinstance(value, str) else json.dumps(value))


def _without_surrogates(content: str) -> str:
    """Replace lone surrogates, which JSON can express and UTF-8 cannot."""
    return content if content.isascii() else content.encode("utf-8", "replace").decode()
