"""Combine the text of a document from several fields, as sections in the order of `--text-field`.

    --text-field title,abstract     {"title": "Mills", "abstract": "They grind corn."}

    Mills

    They grind corn.

A field whose name is the whole value, comma included, comes first. Null and empty fields are left out, and counted by their
number. A table must have all of the columns; a JSON object needs only one of the fields, since writers leave out null
values.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..core.counts import WITHOUT_TEXT_FIELD
from . import nested
from .settings import ReadSettings

END = "\ufdd1"  # separates fields of HTML, where line ends have no meaning; a noncharacter, so no text contains it


def names_in(settings: ReadSettings, has: Callable[[str], bool]) -> list[str]:
    """The fields to read; `has` says whether a field exists."""
    return [settings.text_field] if has(settings.text_field) else settings.text_fields


def of_row(row: Mapping[str, Any], settings: ReadSettings, counters: dict[str, int]) -> str:
    """The text of a JSON object; `KeyError` if it has none of the fields, `NoTextError` if one is not text."""
    names = names_in(settings, lambda name: row.get(name) is not None)
    if len(names) == 1:
        return nested.text_of(row, names[0])
    texts: list[str] = []
    missing = 0
    for name in names:
        try:
            texts.append(nested.text_of(row, name))
        except KeyError:
            texts.append("")
            missing += 1
    if missing == len(names):
        raise KeyError(settings.text_field)
    return of_strings(texts, settings, counters)


def of_strings(texts: Sequence[str], settings: ReadSettings, counters: dict[str, int]) -> str:
    """The text of a document with these fields."""
    if len(texts) == 1:
        return texts[0]
    for number, text in enumerate(texts, 1):
        if not text:
            _count(counters, number, 1)
    return _between(settings).join(filter(None, texts))


def of_columns(columns: Sequence[pa.Array], settings: ReadSettings, counters: dict[str, int]) -> pa.Array:
    """The texts of documents whose fields are these columns of strings."""
    if len(columns) == 1:
        return columns[0]
    null = pa.scalar(None, pa.string())
    filled = [pc.if_else(pc.equal(pc.binary_length(column), 0), null, column) for column in columns]
    for number, column in enumerate(filled, 1):
        _count(counters, number, column.null_count)
    # with null_handling="skip" a row of only nulls gives null (pyarrow 26)
    filled[0] = pc.if_else(pc.coalesce(*filled).is_null(), "", filled[0])
    return pc.binary_join_element_wise(*filled, _between(settings), null_handling="skip")


def _count(counters: dict[str, int], number: int, count: int) -> None:
    name = f"{WITHOUT_TEXT_FIELD}{number}"
    counters[name] = counters.get(name, 0) + count


def _between(settings: ReadSettings) -> str:
    return END if settings.html else nested.BETWEEN
