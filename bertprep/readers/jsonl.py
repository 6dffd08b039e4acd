"""JSON lines: one object a line, with the text, and perhaps an id and a title, in fields that the settings name.

Refuses, with file and line: what is not UTF-8 or not JSON, a line that is no object, a text field that is missing or no
string. A blank line is passed over; a null text counts as an empty document.
"""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from .. import schema
from ..errors import InputError
from ..files import Piece, PieceReader, Source
from ..settings import SegmentSettings
from . import cut, text

ENDINGS = (".jsonl", ".ndjson", ".json")
BATCH_LINES = 10_000


def pieces(source: Source, piece_bytes: int, settings: SegmentSettings) -> list[Piece]:
    """Byte ranges."""
    return cut.byte_pieces(source, piece_bytes)


def find_line(data: bytes, ended: bool) -> int | None:
    """The first line's start after index 0 (`cut.Rule`)."""
    end = data.find(b"\n")
    return None if end < 0 else end + 1


RULE = cut.Rule(find_line, divisible=False, document="line")


def documents(reader: PieceReader, settings: SegmentSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a piece in order; `line` counts from the piece's first, and `counters["lines"]` what it has."""
    lines = 0
    for number, window in enumerate(cut.windows(reader, RULE)):
        body = window.removeprefix(text.BOM) if number == 0 and reader.piece.start == 0 else window
        split = body.split(b"\n")
        for first in range(0, len(split), BATCH_LINES):
            yield _batch(split[first : first + BATCH_LINES], lines + 1 + first, reader, settings)
        lines += window.count(b"\n")
        counters["lines"] = lines


def _batch(lines: list[bytes], first: int, reader: PieceReader, settings: SegmentSettings) -> pa.RecordBatch:
    rows = [
        (first + number, *_document(line, first + number, reader, settings))
        for number, line in enumerate(lines)
        if line.strip()
    ]
    numbers, ids, titles, texts = zip(*rows, strict=True) if rows else ([], [], [], [])
    columns = [
        pa.array([reader.piece.source.name] * len(rows), pa.string()),
        pa.array(ids, pa.string()),
        pa.array(np.array(numbers, np.int64), mask=np.array([one is not None for one in ids], bool)),
        pa.array(titles, pa.string()),
        pa.array(texts, pa.string()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema.DOCUMENTS)


def _document(
    line: bytes, number: int, reader: PieceReader, settings: SegmentSettings
) -> tuple[str | None, str | None, str]:
    """Id, title and text of a line; errors tell the line in the file."""
    try:
        row = json.loads(line)
    except UnicodeDecodeError as error:
        raise text.not_utf8(reader, number + text.lines_before_piece(reader), line[error.start]) from None
    except (ValueError, RecursionError) as error:
        raise _error(reader, number, f"not JSON ({error}); one object a line was expected") from None
    if not isinstance(row, dict):
        raise _error(reader, number, "not a JSON object; one with a text field was expected")
    if settings.text_field not in row:
        fields = ", ".join(list(row)[:10]) or "none"
        raise _error(reader, number, f"no field {settings.text_field!r}; it has: {fields}; name one with --text-field")
    content = row[settings.text_field]
    if not isinstance(content, str | None):
        raise _error(reader, number, f"field {settings.text_field!r} is no string but {type(content).__name__}")
    return _name(row.get(settings.id_field)), _name(row.get(settings.title_field)), _sound(content or "")


def _name(value: Any) -> str | None:
    return None if value is None else _sound(value if isinstance(value, str) else json.dumps(value))


def _sound(content: str) -> str:
    """Without half surrogate pairs, which JSON can write and UTF-8 cannot."""
    return content if content.isascii() else content.encode("utf-8", "replace").decode()


def _error(reader: PieceReader, number: int, what: str) -> InputError:
    return InputError(f"{reader.piece.source.path}, line {number + text.lines_before_piece(reader)}: {what}")
