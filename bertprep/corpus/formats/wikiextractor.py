"""What the WikiExtractor program makes of a dump: JSON lines, or `<doc id= url= title=>` ... `</doc>`.

The first line in a `<doc>` repeats the title and is left out. The program escapes `<`, `>` and `&` in texts there.

Refuses, with file and line: what is not UTF-8, text outside of `<doc>`, a `<doc>` without end.
"""

import re
from collections.abc import Iterator

import pyarrow as pa

from ...core.errors import InputError
from .. import boundaries
from ..documents import Row, batches
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source
from . import jsonl, text

HEAD = re.compile(rb'<doc id="([^"\n]*)"[^\n]*? title="([^\n]*)">[ \r]*\n')
START = re.compile(rb"\n<doc ")
END = b"</doc>"


pieces = boundaries.byte_pieces


def find_doc(data: bytes, ended: bool) -> int | None:
    """The first `<doc` at a line's start after index 0 (`cut.Rule`)."""
    found = START.search(data)
    return found.start() + 1 if found else None


RULE = boundaries.Rule(find_doc, divisible=False, document="<doc>")


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The articles of a piece in order; those in `<doc>` have their page's id."""
    if is_json(reader.piece.source):
        return jsonl.read(reader, settings, counters)
    return batches(reader.piece.source.name, _rows(reader, counters))


def _rows(reader: PieceReader, counters: dict[str, int]) -> Iterator[Row]:
    lines = 0
    for number, window in enumerate(boundaries.windows(reader, RULE)):
        body = window.removeprefix(text.BOM) if number == 0 and reader.piece.start == 0 else window
        start = 0 if body.startswith(b"<doc ") else find_doc(body, True) or len(body)
        if body[:start].strip():
            raise _error(reader, lines + 1, "text outside of <doc ...>; expected output of WikiExtractor")
        lines += body.count(b"\n", 0, start)
        while start < len(body):
            stop = START.search(body, start)
            part = body[start : stop.start() + 1 if stop else len(body)]
            yield _row(part, lines + 1, reader)
            lines += part.count(b"\n")
            start += len(part)
        counters["lines"] = lines


def _row(part: bytes, line: int, reader: PieceReader) -> Row:
    """The document of a `<doc>`."""
    head, body = HEAD.match(part), part.rstrip()
    if head is None or not body.endswith(END):
        raise _error(reader, line, 'a whole <doc id="..." title="..."> with </doc> at its end was expected')
    try:
        name, title, content = (one.decode() for one in (head[1], head[2], body[head.end() : -len(END)]))
    except UnicodeDecodeError:
        try:
            part.decode()
        except UnicodeDecodeError as error:
            at = line + part.count(b"\n", 0, error.start) + text.lines_before_piece(reader)
            raise text.not_utf8(reader, at, part[error.start]) from None
        raise
    first, _, rest = content.partition("\n")
    if first.strip() in (title, _unescaped(title)):
        content = rest
    return Row(line, name or None, _unescaped(title), _unescaped(content).strip())


def _unescaped(escaped: str) -> str:
    return escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")


def _error(reader: PieceReader, line: int, what: str) -> InputError:
    return InputError(f"{reader.piece.source.path}, line {line + text.lines_before_piece(reader)}: {what}")


def is_json(source: Source) -> bool:
    """Whether a file holds JSON lines rather than `<doc>`."""
    with PieceReader(Piece(source, 0, source.size)) as reader:
        return next(reader.content(), b"").removeprefix(text.BOM).lstrip()[:1] == b"{"
