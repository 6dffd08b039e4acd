"""Documents out of columns: what Parquet and Arrow files share.

Refuses, with the file: a text column that is missing or holds no strings, an id or title that is no plain value.
"""

import numpy as np
import pyarrow as pa

from ..core import schema
from ..core.errors import InputError
from .pieces import PieceReader
from .settings import ReadSettings


def wanted_columns(columns: pa.Schema, reader: PieceReader, settings: ReadSettings) -> list[str]:
    """The columns to read."""
    path, names = reader.piece.source.path, columns.names
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


def documents(part: pa.RecordBatch, rows: int, reader: PieceReader, settings: ReadSettings) -> pa.RecordBatch:
    """Documents of some rows, with `rows` of the piece before them; `pa.ArrowInvalid` where the bytes are damaged."""
    count = len(part)
    ids = _strings(part, settings.id_field)
    numbers = np.arange(rows + 1, rows + count + 1)
    columns = [
        pa.array([reader.piece.source.name] * count, pa.string()),
        ids,
        pa.array(numbers, pa.int64(), mask=ids.is_valid().to_numpy(zero_copy_only=False)),
        _strings(part, settings.title_field),
        _strings(part, settings.text_field).fill_null(""),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema.DOCUMENTS)


def _strings(part: pa.RecordBatch, name: str) -> pa.Array:
    """A column as strings; nulls where there is none."""
    if name not in part.schema.names:
        return pa.nulls(len(part), pa.string())
    column = part.column(name)
    column.validate(full=True)  # neither format promises that its strings are UTF-8
    return column.cast(pa.string())
