"""Documents as record batches of `schema.DOCUMENTS`, the form in which every reader hands them on.

A batch is bounded in rows and in bytes, so that a million rows of nothing and ten of half a gigabyte both stay small: only
a document that is larger by itself makes a larger batch.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from ..core import schema
from ..core.errors import InputError
from ..languages.given import standard

HOLE = "\ufdd0"  # where a word is missing from a text; no character, so that no text has it
BATCH_ROWS = 4096
BATCH_BYTES = 4 << 20

Item = TypeVar("Item")


class Row(NamedTuple):
    """One document as a reader finds it; `line` is where it begins, counted from the first of the piece."""

    line: int | None
    id: str | None
    title: str | None
    text: str
    language: str | None = None  # as its source declares it
    group: str | None = None  # the value of --source-field
    paragraph_lines: bool | None = None  # whether each line of the text is a paragraph; None where the format tells


def language_code(declared: str | None) -> str | None:
    """The code of a language that a source declares (`en-GB`, `de_DE`, `eng`), or None where it declares none."""
    found = re.match(r"\s*([a-z]{2,3})(?![a-z])", declared or "", re.I)
    code = standard(found[1]) if found else "und"
    return None if code in ("und", "mul", "zxx", "mis") else code


def documents(
    name: str,
    texts: Any,
    lines: Any,
    ids: Any = None,
    titles: Any = None,
    languages: Any = None,
    groups: Any = None,
    paragraph_lines: Any = None,
) -> pa.RecordBatch:
    """Documents of the source `name` from their columns, arrays or lists; the line is kept for those without an id."""
    count = len(texts)
    ids, titles, languages, groups = (
        pa.nulls(count, pa.string()) if column is None else pa.array(column, pa.string())
        for column in (ids, titles, languages, groups)
    )
    paragraph_lines = pa.nulls(count, pa.bool_()) if paragraph_lines is None else pa.array(paragraph_lines, pa.bool_())
    lines = pc.if_else(ids.is_valid(), pa.scalar(None, pa.int64()), pa.array(lines, pa.int64()))
    source = pa.array([name] * count, pa.string())
    return pa.RecordBatch.from_arrays(
        [source, ids, lines, titles, languages, paragraph_lines, groups, pa.array(texts, pa.string())],
        schema=schema.DOCUMENTS,
    )


def batches(name: str, rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
    """The rows of the source `name` as batches of bounded size."""
    for some in bounded(rows, _size):
        lines, ids, titles, texts, languages, groups, paragraph_lines = zip(*some, strict=True)
        yield documents(name, texts, lines, ids, titles, languages, groups, paragraph_lines)


def _size(row: Row) -> int:
    return len(row.text) + len(row.title or "") + len(row.id or "")


def bounded(items: Iterable[Item], size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Items in lists of at most `BATCH_ROWS`, each closed as soon as its sizes come to `BATCH_BYTES`.

    When the items end in an `InputError` it comes after those before it: `--limit` may have enough of them.
    """
    held: list[Item] = []
    total, problem = 0, None
    try:
        for item in items:
            held.append(item)
            total += size(item)
            if len(held) >= BATCH_ROWS or total >= BATCH_BYTES:
                yield held
                held, total = [], 0
    except InputError as error:
        problem = error
    if held:
        yield held
    if problem:
        raise problem
