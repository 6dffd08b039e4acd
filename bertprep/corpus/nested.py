"""Text in nested values: a list of strings, a field within a field, paragraphs that are objects.

A dotted name refers to fields within objects, also of objects in a list: in

    {"article": {"body": "It rains."}, "body_text": [{"section": "One", "text": "It rains."}, {"text": "We stay in."}]}

`article.body` is "It rains.", and `body_text.text` are two paragraphs. A field whose own name contains the dots comes first.
The strings of a list are paragraphs, separated by a blank line; for an object among them its field `text` is used, as in
S2ORC. Null is an empty text.

Both JSON values (`text_of`) and Arrow columns (`column_text`) are supported; errors describe the value that is not text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BETWEEN = "\n\n"
WITHIN = "text"  # the field of an object that is used as its text
MOST_NAMES, LISTED_CHARACTERS = 20, 300  # of the fields listed in a message


KINDS = {  # what JSON calls values of these types
    **{int: "a number", float: "a number", bool: "true or false", str: "a string", list: "a list", dict: "an object"},
    type(None): "null",
}


class NoTextError(Exception):
    """A value that is not text; the message describes it."""


# -- values of JSON ---------------------------------------------------------------------------------------------------


def text_of(row: Mapping[str, Any], name: str) -> str:
    """The text of the field with this name; `KeyError` if it does not exist, `NoTextError` if it is not text."""
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
        try:
            return BETWEEN.join(_text(each, path) for each in value)
        except NoTextError as error:
            raise NoTextError(f"a list with {error}") from None
    if isinstance(value, dict):
        first, *rest = path or [WITHIN]
        if path or first in value:
            return _text(value[first], rest)
    elif isinstance(value, str) and not path:
        return value
    kind = KINDS[type(value)]
    raise NoTextError(kind if not path else f"{kind}, without a field {path[0]!r}")


def value_of(row: dict[str, Any], name: str) -> Any:
    """The value of a field, or None if it does not exist."""
    if name in row:
        return row[name]
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def field_names(row: dict[str, Any]) -> list[str]:
    """The names of a row's fields, with dotted names for those within objects and objects of lists."""
    names = []
    for name, value in row.items():
        inner = next((each for each in value if isinstance(each, dict)), None) if isinstance(value, list) else value
        names += [f"{name}.{each}" for each in inner] if isinstance(inner, dict) and inner else [name]
    return names


def listed(names: Sequence[str]) -> str:
    """The first of some names, for a message, and how many more there are."""
    shown: list[str] = []
    size = 0
    for name in names[:MOST_NAMES]:
        size += len(name)
        if shown and size > LISTED_CHARACTERS:
            break
        shown.append(name if len(name) <= LISTED_CHARACTERS else f"{name[:LISTED_CHARACTERS]}...")
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


# -- columns of Arrow -------------------------------------------------------------------------------------------------


def column_of(schema: pa.Schema, name: str) -> tuple[str, list[str]] | None:
    """The column that contains the field with this name, and the path within it; None if it does not exist."""
    if name in schema.names:
        return name, []
    column, *path = name.split(".")
    if column not in schema.names or not path:
        return None
    return (column, path) if _leaf(schema.field(column).type, path) is not None else None


def _leaf(kind: pa.DataType, path: list[str]) -> pa.DataType | None:
    """The type at the end of a path, through lists; for an object, that of its text."""
    if is_list(kind):
        return _leaf(kind.value_type, path)
    if pa.types.is_struct(kind) and (path or kind.get_field_index(WITHIN) >= 0):
        first, *rest = path or [WITHIN]
        found = kind.get_field_index(first)
        return None if found < 0 else _leaf(kind.field(found).type, rest)
    return None if path else kind


def holds_text(kind: pa.DataType, path: list[str]) -> bool:
    """Whether a column of this type contains texts."""
    leaf = _leaf(kind, path)
    return leaf is not None and is_string(leaf)


def is_string(kind: pa.DataType) -> bool:
    """Whether values are strings, or bytes, which are assumed to be UTF-8."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    strings = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(fits(kind) for fits in (*strings, pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view))


def is_list(kind: pa.DataType) -> bool:
    """Whether values are lists, in any of Arrow's list types."""
    return (
        pa.types.is_list(kind)
        or pa.types.is_large_list(kind)
        or pa.types.is_fixed_size_list(kind)
        or pa.types.is_list_view(kind)
        or pa.types.is_large_list_view(kind)
    )


def column_text(column: pa.Array, path: list[str]) -> pa.Array:
    """The texts of a column for which `holds_text` is true; nulls stay null. `pa.ArrowInvalid` if they are not UTF-8."""
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
    """The values at the end of a path through objects."""
    for name in path:
        column = pc.struct_field(column, [column.type.get_field_index(name)])
    return column


def flattened(column: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """The length of each list in a column, int64 [N], 0 for nulls, and the concatenated values."""
    lengths = pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return lengths * column.is_valid().to_numpy(zero_copy_only=False), column.flatten()


def column_names(schema: pa.Schema) -> list[str]:
    """The names of all columns, with dotted names for those within objects and objects of lists."""
    names = []
    for field in schema:
        kind = field.type
        while is_list(kind):
            kind = kind.value_type
        inner = [kind.field(number).name for number in range(kind.num_fields)] if pa.types.is_struct(kind) else []
        names += [f"{field.name}.{each}" for each in inner] or [field.name]
    return names
