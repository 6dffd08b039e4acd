"""Documents as record batches of `schema.DOCUMENTS`, the output of every reader.

A batch is limited in rows and in bytes, so that both a million empty rows and ten of half a gigabyte give small batches: only
a document that is larger by itself makes a larger one.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from ..core import schema
from ..core.errors import InputError
from ..languages.given import standard

HOLE = "\ufdd0"  # marks a missing word in a text; a noncharacter, so no text contains it
BATCH_ROWS = 4096
BATCH_BYTES = 4 << 20

Item = TypeVar("Item")


class Row(NamedTuple):
    """One document as found by a reader; `line` is where it begins, counted from the start of the piece."""

    line: int | None
    id: str | None
    title: str | None
    text: str
    language: str | None = None  # as declared by its source
    group: str | None = None  # the value of --source-field
    paragraph_lines: bool | None = None  # whether each line of the text is a paragraph; None: as the format's default


def language_code(declared: str | None) -> str | None:
    """The code of a language declared by a source (`en-GB`, `de_DE`, `eng`), or None if it declares none."""
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
    """A batch of documents of the source `name` from arrays or lists; the line serves as id for those without one."""
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
    """Group the rows of the source `name` into batches of bounded size."""
    for some in bounded(rows, _size):
        lines, ids, titles, texts, languages, groups, paragraph_lines = zip(*some, strict=True)
        yield documents(name, texts, lines, ids, titles, languages, groups, paragraph_lines)


def _size(row: Row) -> int:
    return len(row.text) + len(row.title or "") + len(row.id or "")


def bounded(items: Iterable[Item], size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Group items into lists of at most `BATCH_ROWS`, each closed once its sizes reach `BATCH_BYTES`.

    An `InputError` is raised only after the items before it, since `--limit` may need no more.
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
