"""Parse a run of JSON lines at once with Arrow, and a single line with Python.

Arrow parses a run of lines at once if all are plain; a run with anything else (a blank line, a null text, ids of several
types, an error) is parsed line by line, which also finds the line with the error. So Arrow must not accept anything that the
slow way would refuse. Parsing at once is about twice as fast for documents of 600 characters, and hardly faster for those
of 20,000.
"""

import json
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from . import text_fields
from .documents import documents
from .pieces import PieceReader
from .settings import ReadSettings

RUN_BYTES = 4 << 20
BOM = b"\xef\xbb\xbf"
MOST_LEVELS = 200  # of nested brackets; Python's own limit depends on its version and on the call stack
STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)


def parse_at_once(
    body: bytes, first: int, reader: PieceReader, settings: ReadSettings, counters: dict[str, int]
) -> pa.RecordBatch | None:
    """The documents of some lines, or None if not all of them are plain."""
    count = _count_of_objects(body) if len(body) < 2 * RUN_BYTES else 0  # Arrow makes several copies of a longer line
    kinds = _kinds(body.split(b"\n", 1)[0], settings) if count else None
    if kinds is None:
        return None
    options = pa.json.ParseOptions(explicit_schema=pa.schema(kinds), unexpected_field_behavior="ignore")
    whole = pa.json.ReadOptions(use_threads=False, block_size=len(body) + 1)
    try:
        pa.array([body], pa.binary()).cast(pa.string())  # validates UTF-8, which Arrow's JSON parser does not
        table = pa.json.read_json(pa.BufferReader(body), whole, options).combine_chunks()
    except pa.ArrowException:
        return None
    columns = {name: table[name].combine_chunks().cast(pa.string()) for name in kinds}
    fields = _fields_at_once(columns, settings)
    if len(table) != count or not fields or _may_be_deep(body, count):
        return None
    texts = text_fields.of_columns([columns[name] for name in fields], settings, counters)
    ids, titles = columns[settings.id_field], columns[settings.title_field]
    groups = None if settings.source_field is None else columns[settings.source_field]
    return documents(reader.piece.source.name, texts, np.arange(first, first + count), ids, titles, groups=groups)


def _fields_at_once(columns: dict[str, pa.Array], settings: ReadSettings) -> list[str]:
    """The text fields, if all objects have the same ones and a text; else an empty list."""
    names = text_fields.names_in(settings, lambda name: columns[name].null_count < len(columns[name]))
    return [] if pc.coalesce(*(columns[name] for name in names)).null_count else names


def _count_of_objects(body: bytes) -> int:
    """The number of lines, if each begins with { and ends with }, so that no object spans two; else 0."""
    if body.startswith(b"\n") or b"\n\n" in body or b"\0" in body:  # a null byte ends the data for Arrow
        return 0
    bytes_B = np.frombuffer(body, np.uint8)
    starts, ends = _line_bounds(body, bytes_B)
    if (ends - starts < 2).any():
        return 0
    last = bytes_B[ends - 1]
    last = np.where(last == 13, bytes_B[ends - 2], last)
    return len(ends) if (bytes_B[starts] == ord("{")).all() and (last == ord("}")).all() else 0


def _line_bounds(body: bytes, bytes_B: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Start and end of each line, without its line end."""
    ends = np.flatnonzero(bytes_B == 10)
    if not body.endswith(b"\n"):
        ends = np.append(ends, len(body))
    return np.concatenate([[0], ends[:-1] + 1]), ends


def _may_be_deep(body: bytes, count: int) -> bool:
    """Whether any of `count` objects, one per line, has enough opening brackets to exceed `MOST_LEVELS`."""
    if body.count(b"{") + body.count(b"[") < count + MOST_LEVELS:
        return False
    bytes_B = np.frombuffer(body, np.uint8)
    opening = np.flatnonzero((bytes_B == ord("{")) | (bytes_B == ord("[")))
    before, after = (np.searchsorted(opening, bounds) for bounds in _line_bounds(body, bytes_B))
    return bool((after - before > MOST_LEVELS).any())


def _is_deep(line: bytes) -> bool:
    """Whether brackets are nested more than `MOST_LEVELS` deep."""
    if line.count(b"{") + line.count(b"[") <= MOST_LEVELS:
        return False
    bytes_B = np.frombuffer(STRING.sub(b"", line), np.uint8)
    opening, closing = ((bytes_B == ord(pair[0])) | (bytes_B == ord(pair[1])) for pair in ("{[", "}]"))
    return bool(np.cumsum(opening.astype(np.int32) - closing).max(initial=0) > MOST_LEVELS)


def _kinds(line: bytes, settings: ReadSettings) -> dict[str, pa.DataType] | None:
    """Arrow types of text, id, title and source, as in the first line; None if one is neither string nor integer."""
    texts = {settings.text_field, *settings.text_fields}
    names = [*texts, settings.id_field, settings.title_field]
    names += [] if settings.source_field is None else [settings.source_field]
    if any("." in name for name in names):
        return None
    try:
        row = parsed(line)
    except ValueError:
        return None
    if texts.isdisjoint(row):
        return None
    kinds = {str: pa.string(), int: pa.int64(), type(None): pa.string()}
    found = {name: kinds.get(type(row.get(name))) for name in names}
    return None if None in found.values() or any(found[name] == pa.int64() for name in texts) else found


def parsed(line: bytes) -> Any:
    """Parse a line; `ValueError` if it is not JSON."""
    if _is_deep(line):
        raise ValueError(f"more than {MOST_LEVELS} levels of brackets")
    # lone surrogates as bytes are accepted, like escaped ones
    content = line.removeprefix(BOM).decode("utf-8", "surrogatepass")
    return json.loads(content, parse_int=_whole_number)


def _whole_number(digits: str) -> int | float:
    """An integer of JSON; infinity if it has more digits than Python converts."""
    return int(digits) if len(digits) < 4300 else float(digits)
