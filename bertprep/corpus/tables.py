"""Documents out of columns: what Parquet and Arrow files share.

Refuses, with the file: a text column that is missing or holds no strings, an id or title that is no plain value, two
columns of one of these names.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.errors import InputError
from .documents import BATCH_BYTES, BATCH_ROWS, documents
from .settings import ReadSettings
from .sources import Source


def wanted_columns(columns: pa.Schema, source: Source, settings: ReadSettings) -> list[str]:
    """The columns to read."""
    path, names = source.path, columns.names
    if settings.text_field not in names:
        raise InputError(
            f"{path}: no column {settings.text_field!r}; it has: {', '.join(names[:20])}; name one with --text-field"
        )
    wanted = {
        settings.text_field: "--text-field",
        settings.id_field: "--id-field",
        settings.title_field: "--title-field",
    }
    for name, option in wanted.items():
        if names.count(name) > 1:
            raise InputError(f"{path}: {names.count(name)} columns are named {name!r}; name another with {option}")
        kind = columns.field(name).type if name in names else pa.string()
        if not (_is_text(kind) or (name != settings.text_field and _is_plain(kind))):
            raise InputError(f"{path}: column {name!r} is {kind}, not string; name another with {option}")
    return [name for name in wanted if name in names]


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _is_plain(kind: pa.DataType) -> bool:
    try:
        pa.array([], kind).cast(pa.string())
    except pa.ArrowNotImplementedError:
        return False
    return True


def document_batches(
    parts: Iterator[pa.RecordBatch], source: Source, settings: ReadSettings, counters: dict[str, int]
) -> Iterator[pa.RecordBatch]:
    """Documents of these rows; `line` is the row, from 1, and `counters["lines"]` how many there were.

    `pa.ArrowException` where the bytes are damaged: neither Parquet nor Arrow promises that its strings are UTF-8.
    """
    names = (settings.text_field, settings.id_field, settings.title_field)
    rows = 0
    for part in parts:
        for column in part.columns:
            column.validate(full=True)
        for some in bounded_slices(part):
            texts, ids, titles = (_strings(some, name) for name in names)
            yield documents(source.name, texts.fill_null(""), np.arange(rows + 1, rows + len(some) + 1), ids, titles)
            rows += len(some)
            counters["lines"] = rows


def _strings(part: pa.RecordBatch, name: str) -> pa.Array:
    """A column as strings; nulls where there is none."""
    if name not in part.schema.names:
        return pa.nulls(len(part), pa.string())
    return part.column(name).cast(pa.string())


def bounded_slices(part: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Runs of rows of at most `BATCH_ROWS` rows and, but for a single row, `BATCH_BYTES` as plain strings.

    Not by the bytes that they take in `part`: of a dictionary a thousand rows may share one value.
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
    """Bytes that each value has as a plain string, int64 [N]; 0 for numbers and the like, which are short."""
    if pa.types.is_dictionary(column.type):
        of_each = np.append(_lengths(column.dictionary), 0)
        return of_each[column.indices.cast(pa.int64()).fill_null(len(column.dictionary)).to_numpy()]
    if pa.types.is_string_view(column.type):  # 16 bytes a value, of which the first four are its length
        views_N4 = np.frombuffer(column.buffers()[1], np.int32).reshape(-1, 4)
        lengths_N = views_N4[column.offset : column.offset + len(column), 0].astype(np.int64)
        return lengths_N * column.is_valid().to_numpy(zero_copy_only=False)
    if column.type in (pa.string(), pa.large_string(), pa.binary(), pa.large_binary()):
        return pc.binary_length(column).fill_null(0).to_numpy().astype(np.int64)
    return np.zeros(len(column), np.int64)
