"""Text out of nested values: a list of strings, a field within a field, paragraphs that are objects.

A dotted name leads into objects, and through the objects of a list: of

    {"article": {"body": "It rains."}, "body_text": [{"section": "One", "text": "It rains."}, {"text": "We stay in."}]}

`article.body` is "It rains.", and so is the first of the two paragraphs of `body_text.text`. A field whose own name holds the
dots comes first. The strings of a list are paragraphs, with a blank line between; an object among them gives its field
`text`, as those of S2ORC have it. Null is an empty text.

The same for values of JSON (`text_of`) and for columns of Arrow (`column_text`); both say of what they cannot read what it is.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BETWEEN = "\n\n"
WITHIN = "text"  # the field of an object that stands for its text
MOST_HINTS = 20


class NoTextError(Exception):
    """A value that gives no text; its words say what it is."""


# -- values of JSON ---------------------------------------------------------------------------------------------------


def text_of(row: Mapping[str, Any], name: str) -> str:
    """The text of the field with this name; `KeyError` if there is none, `NoTextError` if it holds no text."""
    first, *rest = [name] if name in row else name.split(".")
    if first not in row:
        raise KeyError(name)
    try:
        return _text(row[first], rest)
    except NoTextError as error:
        raise NoTextError(f"field {name!r} is not a string but {error}") from None


def _text(value: Any, path: list[str]) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return BETWEEN.join(_text(each, path) for each in value)
    if isinstance(value, dict):
        first, *rest = path or [WITHIN]
        if path or first in value:
            return _text(value[first], rest)
    elif isinstance(value, str) and not path:
        return value
    kind = "object" if isinstance(value, dict) else type(value).__name__
    raise NoTextError(kind if not path else f"{kind}, without a field {path[0]!r}")


def value_of(row: dict[str, Any], name: str) -> Any:
    """The value of a field, or None if there is none."""
    if name in row:
        return row[name]
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def field_names(row: dict[str, Any]) -> list[str]:
    """The names of a row's fields, those within an object or the objects of a list dotted."""
    names = []
    for name, value in row.items():
        inner = next((each for each in value if isinstance(each, dict)), None) if isinstance(value, list) else value
        names += [f"{name}.{each}" for each in inner] if isinstance(inner, dict) and inner else [name]
    return names[:MOST_HINTS]


# -- columns of Arrow -------------------------------------------------------------------------------------------------


def column_of(schema: pa.Schema, name: str) -> tuple[str, list[str]] | None:
    """The column that holds what a name stands for, and the way within it; None if there is none."""
    if name in schema.names:
        return name, []
    column, *path = name.split(".")
    if column not in schema.names or not path:
        return None
    return (column, path) if _leaf(schema.field(column).type, path) is not None else None


def _leaf(kind: pa.DataType, path: list[str]) -> pa.DataType | None:
    """The type at the end of the way, through lists; of an object its text."""
    if is_list(kind):
        return _leaf(kind.value_type, path)
    if pa.types.is_struct(kind) and (path or kind.get_field_index(WITHIN) >= 0):
        first, *rest = path or [WITHIN]
        found = kind.get_field_index(first)
        return None if found < 0 else _leaf(kind.field(found).type, rest)
    return None if path else kind


def holds_text(kind: pa.DataType, path: list[str]) -> bool:
    """Whether a column of this type gives texts."""
    leaf = _leaf(kind, path)
    return leaf is not None and is_string(leaf)


def is_string(kind: pa.DataType) -> bool:
    """Whether values are strings or bytes, which are taken for UTF-8."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    strings = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(fits(kind) for fits in (*strings, pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view))


def is_list(kind: pa.DataType) -> bool:
    """Whether values are lists, however Arrow keeps them."""
    return (
        pa.types.is_list(kind)
        or pa.types.is_large_list(kind)
        or pa.types.is_fixed_size_list(kind)
        or pa.types.is_list_view(kind)
        or pa.types.is_large_list_view(kind)
    )


def column_text(column: pa.Array, path: list[str]) -> pa.Array:
    """The texts of a column, null where a value is; of a column that `holds_text`. `pa.ArrowInvalid` if not UTF-8."""
    if is_list(column.type):
        lengths_N, flat = flattened(column)
        offsets = pa.array(np.concatenate([[0], np.cumsum(lengths_N)]), pa.int32())
        inner = column_text(flat, path).fill_null("")
        joined = pc.binary_join(pa.ListArray.from_arrays(offsets, inner), BETWEEN)
        return pc.if_else(column.is_valid(), joined, pa.scalar(None, pa.string()))
    if pa.types.is_struct(column.type):
        first, *rest = path or [WITHIN]
        return column_text(pc.struct_field(column, [column.type.get_field_index(first)]), rest)
    return column.cast(pa.string())


def column_value(column: pa.Array, path: list[str]) -> pa.Array:
    """What stands at the end of a way through objects alone."""
    for name in path:
        column = pc.struct_field(column, [column.type.get_field_index(name)])
    return column


def flattened(column: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """Of a column of lists the length of each, int64 [N], 0 where null, and all their values."""
    lengths = pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return lengths * column.is_valid().to_numpy(zero_copy_only=False), column.flatten()


def column_names(schema: pa.Schema) -> list[str]:
    """The names of all columns, those within an object or the objects of a list dotted."""
    names = []
    for field in schema:
        kind = field.type
        while is_list(kind):
            kind = kind.value_type
        inner = [kind.field(number).name for number in range(kind.num_fields)] if pa.types.is_struct(kind) else []
        names += [f"{field.name}.{each}" for each in inner] or [field.name]
    return names[:MOST_HINTS]
