"""What the WikiExtractor program makes of a dump: JSON lines, or `<doc id= url= title=>` ... `</doc>`.

The first line in a `<doc>` repeats the title and is left out. The program escapes `<`, `>` and `&` in texts there.

Refuses, with file and line: what is not UTF-8, text outside of `<doc>`, a `<doc>` without end.
"""

import itertools
import re
from collections.abc import Iterator

import pyarrow as pa

from ...core import schema
from ...core.errors import InputError
from .. import cut
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source
from . import jsonl, text

FILE_NAME = re.compile(r"wiki_\d+")  # in folders AA, AB, ...
HEAD = re.compile(rb'<doc id="([^"\n]*)"[^\n]*? title="([^\n]*)">[ \r]*\n')
START = re.compile(rb"\n<doc ")
END = b"</doc>"


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Byte ranges."""
    return cut.byte_pieces(source, piece_bytes)


def find_doc(data: bytes, ended: bool) -> int | None:
    """The first `<doc` at a line's start after index 0 (`cut.Rule`)."""
    found = START.search(data)
    return found.start() + 1 if found else None


RULE = cut.Rule(find_doc, divisible=False, document="<doc>")


def documents(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The articles of a piece in order; those in `<doc>` have their page's id."""
    if is_json(reader.piece.source):
        yield from jsonl.documents(reader, settings, counters)
        return
    lines = 0
    for number, window in enumerate(cut.windows(reader, RULE)):
        body = window.removeprefix(text.BOM) if number == 0 and reader.piece.start == 0 else window
        starts = [match.start() for match in START.finditer(b"\n" + body)]  # of <doc: one for the line end in front
        if body[: starts[0] if starts else len(body)].strip():
            raise _error(reader, lines + 1, "text outside of <doc ...>; output of WikiExtractor was expected")
        rows = []
        for start, stop in itertools.pairwise([*starts, len(body)]):
            line = lines + 1 + body.count(b"\n", 0, start)
            rows.append((line, *_document(body[start:stop], line, reader)))
        yield _batch(rows, reader)
        lines += window.count(b"\n")
        counters["lines"] = lines


def _document(part: bytes, line: int, reader: PieceReader) -> tuple[str, str, str]:
    """Id, title and text of a `<doc>`."""
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
    return name, _unescaped(title), _unescaped(content).strip()


def _unescaped(escaped: str) -> str:
    return escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")


def _batch(rows: list[tuple[int, str, str, str]], reader: PieceReader) -> pa.RecordBatch:
    lines, names, titles, texts = zip(*rows, strict=True) if rows else ([], [], [], [])
    columns = [
        pa.array([reader.piece.source.name] * len(rows), pa.string()),
        pa.array([name or None for name in names], pa.string()),
        pa.array([None if name else line for name, line in zip(names, lines, strict=True)], pa.int64()),
        pa.array(titles, pa.string()),
        pa.array(texts, pa.string()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema.DOCUMENTS)


def _error(reader: PieceReader, line: int, what: str) -> InputError:
    return InputError(f"{reader.piece.source.path}, line {line + text.lines_before_piece(reader)}: {what}")


def is_json(source: Source) -> bool:
    """Whether a file holds JSON lines rather than `<doc>`."""
    with PieceReader(Piece(source, 0, source.size)) as reader:
        return next(reader.decompressed(), b"").removeprefix(text.BOM).lstrip()[:1] == b"{"
