"""Documents from columns: shared by Parquet and Arrow files.

A text column contains strings, bytes that are UTF-8, or lists and objects of them (`nested`).

Raises `InputError` for a text column that is missing or not text, an id or title that is not a plain value, duplicate names of
these columns, and bytes that are not UTF-8.
"""

import contextlib
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.counts import quantity
from ..core.errors import InputError
from . import nested, text_fields
from .bad_input import ROW_DAMAGED, BadInputError, NoTextColumnError
from .documents import BATCH_BYTES, BATCH_ROWS, documents
from .pieces import PieceReader
from .settings import ReadSettings
from .sources import Source

INVALID_ROWS = 256  # rows per slice of a batch with invalid bytes


def wanted_columns(columns: pa.Schema, source: Source, settings: ReadSettings) -> list[str]:
    """The columns to read, by dotted names for those within an object."""
    path, names = source.path, columns.names
    texts = _text_fields(columns, settings)
    for name in texts:
        if nested.column_of(columns, name) is None:
            has = nested.listed(nested.column_names(columns))
            raise NoTextColumnError(f"{path}: no column {name!r}; it has: {has}; name one with --text-field")
    wanted = settings.options_of_fields(texts)
    found = {name: place for name in wanted if (place := nested.column_of(columns, name))}
    for name, (column, way) in found.items():
        if names.count(column) > 1:
            raise InputError(
                f"{path}: {quantity(names.count(column), 'column')} are named {column!r}; name another with {wanted[name]}"
            )
        kind = columns.field(column).type
        is_name = name in (settings.id_field, settings.title_field, settings.source_field)
        fits = (name not in texts or nested.holds_text(kind, way)) and (not is_name or _is_plain(kind, way))
        if not fits:
            raise InputError(f"{path}: column {name!r} is {kind}, not string; name another with {wanted[name]}")
    return list(found)


def _text_fields(columns: pa.Schema, settings: ReadSettings) -> list[str]:
    return text_fields.names_in(settings, lambda name: nested.column_of(columns, name) is not None)


def top_columns(columns: pa.Schema, wanted: list[str]) -> list[str]:
    """The top-level columns of the file that contain these."""
    return list(dict.fromkeys(found[0] for name in wanted if (found := nested.column_of(columns, name))))


def _is_plain(kind: pa.DataType, way: list[str]) -> bool:
    """Whether a column contains, at the end of a path through objects, values that can be converted to strings."""
    for name in way:
        if not pa.types.is_struct(kind):
            return False
        kind = kind.field(kind.get_field_index(name)).type
    try:
        pa.array([], kind).cast(pa.string())
    except pa.ArrowNotImplementedError:
        return False
    return True


class DamagedRowsError(BadInputError):
    """Rows that cannot be read, with their number if it is known."""

    def __init__(self, reason: str, message: Callable[[], str], rows: int = 0) -> None:
        super().__init__(reason, message)
        self.rows = rows


def document_batches(
    parts: Iterator["pa.RecordBatch | DamagedRowsError"],
    reader: PieceReader,
    settings: ReadSettings,
    counters: dict[str, int],
) -> Iterator[pa.RecordBatch]:
    """Documents from these rows; `line` is the row, from 1, and `counters["lines"]` the number of rows.

    Neither Parquet nor Arrow guarantees that strings are UTF-8: rows that are not are refused, or skipped.
    """
    rows = 0
    for part in parts:
        if isinstance(part, DamagedRowsError):
            reader.settle(part, rows + 1, part.message())
            rows += part.rows
        else:
            yield from _documents(part, rows, reader, settings, counters)
            rows += len(part)
        counters["lines"] = rows


def _documents(
    part: pa.RecordBatch, before: int, reader: PieceReader, settings: ReadSettings, counters: dict[str, int]
) -> Iterator[pa.RecordBatch]:
    is_valid = _is_valid(part)
    for some in bounded_slices(part) if is_valid else _slices(part):
        yield from _valid_documents(some, before, is_valid, reader, settings, counters)
        before += len(some)


def _is_valid(part: pa.RecordBatch) -> bool:
    try:
        for column in part.columns:
            column.validate(full=True)
    except pa.ArrowException:
        return False
    return True


def _slices(part: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Slices of a few rows each: invalid values have no known length."""
    return (part.slice(start, INVALID_ROWS) for start in range(0, len(part), INVALID_ROWS))


def _valid_documents(
    part: pa.RecordBatch,
    before: int,
    is_valid: bool,
    reader: PieceReader,
    settings: ReadSettings,
    counters: dict[str, int],
) -> Iterator[pa.RecordBatch]:
    """The documents of the valid rows; the others are found by bisection, and refused or skipped."""
    numbers = np.arange(before + 1, before + len(part) + 1)
    try:
        for column in () if is_valid else part.columns:
            (_plain(column) if len(part) == 1 else column).validate(full=True)
        fields = [_texts(part, name) for name in _text_fields(part.schema, settings)]
        names = (settings.id_field, settings.title_field, settings.source_field)
        ids, titles, groups = (_strings(part, name) for name in names)
        texts = text_fields.of_columns(fields, settings, counters)
        yield documents(reader.piece.source.name, texts.fill_null(""), numbers, ids, titles, groups=groups)
    except (pa.ArrowException, ValueError) as error:
        if len(part) > 1:
            half = len(part) // 2
            yield from _valid_documents(part.slice(0, half), before, is_valid, reader, settings, counters)
            yield from _valid_documents(part.slice(half), before + half, is_valid, reader, settings, counters)
            return
        words = str(error)

        def message() -> str:
            row = before + 1 + reader.units_before()
            return (
                f"{reader.piece.source.path}, row {row:,}: not UTF-8 ({words}); decode it where the file is made, or name "
                "another column with --text-field"
            )

        reader.settle(BadInputError(ROW_DAMAGED, message), before + 1, _bytes_of(part))


def _plain(column: pa.Array) -> pa.Array:
    """The values of a dictionary-encoded array; other arrays unchanged."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _bytes_of(part: pa.RecordBatch) -> bytes:
    """The string values of a row as bytes."""
    values = []
    for column in part.columns:
        with contextlib.suppress(pa.ArrowException):
            values.append(_plain(column).cast(pa.binary())[0].as_py() or b"")
    return b" ".join(values)


def _texts(part: pa.RecordBatch, name: str) -> pa.Array:
    column, way = nested.column_of(part.schema, name) or (name, [])
    return nested.column_text(part.column(column), way)


def _strings(part: pa.RecordBatch, name: str | None) -> pa.Array:
    """A column as strings; nulls if it does not exist."""
    found = None if name is None else nested.column_of(part.schema, name)
    if found is None:
        return pa.nulls(len(part), pa.string())
    return nested.column_value(part.column(found[0]), found[1]).cast(pa.string())


def bounded_slices(part: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Slices of at most `BATCH_ROWS` rows and, except for a single row, `BATCH_BYTES` as plain strings.

    The bytes in `part` do not count, since a thousand rows may share one value of a dictionary.
    """
    total_N1 = np.zeros(len(part) + 1, np.int64)
    np.cumsum(sum(_lengths(column) for column in part.columns), out=total_N1[1:])
    start = 0
    while start < len(part):
        fits = int(np.searchsorted(total_N1, total_N1[start] + BATCH_BYTES, side="right")) - 1
        stop = min(max(fits, start + 1), start + BATCH_ROWS, len(part))
        yield part.slice(start, stop - start)
        start = stop


def _lengths(column: pa.Array) -> np.ndarray:
    """Bytes of each value as a plain string, int64 [N]; 0 for numbers and the like, which are short."""
    if nested.is_list(column.type):
        lengths_N, flat = nested.flattened(column)
        total_F1 = np.concatenate([[0], np.cumsum(_lengths(flat) + len(nested.BETWEEN))])
        ends_N = np.cumsum(lengths_N)
        return total_F1[ends_N] - total_F1[ends_N - lengths_N]
    if pa.types.is_struct(column.type):
        total_N = np.zeros(len(column), np.int64)
        for number in range(column.type.num_fields):
            total_N += _lengths(pc.struct_field(column, [number]))
        return total_N
    if pa.types.is_dictionary(column.type):
        of_each = np.append(_lengths(column.dictionary), 0)
        return of_each[column.indices.cast(pa.int64()).fill_null(len(column.dictionary)).to_numpy()]
    if pa.types.is_string_view(column.type) or pa.types.is_binary_view(column.type):
        # a view has 16 bytes per value, of which the first four are the length
        views_N4 = np.frombuffer(column.buffers()[1], np.int32).reshape(-1, 4)
        lengths_N = views_N4[column.offset : column.offset + len(column), 0].astype(np.int64)
        return lengths_N * column.is_valid().to_numpy(zero_copy_only=False)
    if column.type in (pa.string(), pa.large_string(), pa.binary(), pa.large_binary()):
        return pc.binary_length(column).fill_null(0).to_numpy().astype(np.int64)
    return np.zeros(len(column), np.int64)
