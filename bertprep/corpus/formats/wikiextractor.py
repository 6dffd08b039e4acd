"""Output of the program WikiExtractor: JSON lines, or `<doc id= url= title=>` ... `</doc>`.

The first line of a text repeats the title and is removed. The program escapes `<`, `>` and `&` in `<doc>`; attributes and their
order depend on its version. Leftover markup is removed as by the reader of dumps (`wikipedia.residue`).

Raises `InputError` with file and line for text that is not UTF-8 or outside of `<doc>`, and for a `<doc>` without an end.
"""

import functools
import re
from collections.abc import Iterator

import pyarrow as pa

from .. import bad_input, boundaries
from ..bad_input import BadInputError
from ..documents import Row, batches
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source
from ..wikipedia import residue
from . import jsonl, text

HEAD = re.compile(rb'<doc( [^\n]*")[ ]*>[ \r]*\n')
# a value may contain quotes, so it ends where the next of these attributes begins
ATTRIBUTE = re.compile(
    r' (id|url|title|language|lang|revision|revid|ns|nonfiltered|processed|dbindex|curid|text_hash)="'
)
START = re.compile(rb"\n<doc ")
END = b"</doc>"


pieces = boundaries.byte_pieces


def find_doc(data: bytes, ended: bool) -> int | None:
    """The first `<doc` at the start of a line after index 0 (`boundaries.Rule`)."""
    found = START.search(data)
    return found.start() + 1 if found else None


RULE = boundaries.Rule(find_doc, divisible=False, document="<doc>")


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The articles of a piece in order; those in `<doc>` have the page's id."""
    if is_json(reader.piece.source):
        return (_cleaned(batch) for batch in jsonl.read(reader, settings, counters))
    return batches(reader.piece.source.name, _rows(reader, counters))


def _cleaned(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Clean the documents of JSON lines like those of `<doc>`."""
    place = batch.schema.get_field_index("text")
    titles = batch.column("title").to_pylist()
    texts = [
        _prose(content, title or "") for content, title in zip(batch.column(place).to_pylist(), titles, strict=True)
    ]
    return batch.set_column(place, batch.schema.field(place), pa.array(texts, pa.string()))


def _prose(content: str, title: str) -> str:
    """The text of an article without its title and leftover markup."""
    first, _, rest = content.partition("\n")
    return residue.cleaned(rest if first.strip() == title.strip() else content).strip()


def _rows(reader: PieceReader, counters: dict[str, int]) -> Iterator[Row]:
    reader.units_before = functools.partial(text.lines_before_piece, reader)
    lines = 0
    for number, window in enumerate(boundaries.windows(reader, RULE)):
        body = window.removeprefix(text.BOM) if number == 0 and reader.piece.start == 0 else window
        start = 0 if body.startswith(b"<doc ") else find_doc(body, True) or len(body)
        if body[:start].strip():
            what = "text outside of <doc ...>; expected output of WikiExtractor"
            reader.settle(_bad(reader, lines + 1, what), lines + 1, body[:start])
        lines += body.count(b"\n", 0, start)
        while start < len(body):
            stop = START.search(body, start)
            part = body[start : stop.start() + 1 if stop else len(body)]
            try:
                yield _row(part, lines + 1, reader)
            except BadInputError as bad:
                reader.settle(bad, lines + 1, part)
            lines += part.count(b"\n")
            start += len(part)
        counters["lines"] = lines


def _row(part: bytes, line: int, reader: PieceReader) -> Row:
    """The document of a `<doc>`."""
    head, body = HEAD.match(part), part.rstrip()
    if head is not None and not body.endswith(END):
        raise _bad(reader, line, "a <doc> without its </doc>, which was expected before the next <doc>")
    if head is None:
        raise _bad(reader, line, 'a whole <doc id="..." title="..."> with </doc> at its end was expected')
    try:
        attributes, content = head[1].decode(), body[head.end() : -len(END)].decode()
    except UnicodeDecodeError:
        try:
            part.decode()
        except UnicodeDecodeError as error:
            raise text.not_utf8_of(error, line + part.count(b"\n", 0, error.start), reader) from None
        raise
    named = _attributes(attributes)
    if "title" not in named:
        raise _bad(reader, line, 'a whole <doc id="..." title="..."> with </doc> at its end was expected')
    return Row(line, named.get("id") or None, named["title"], _prose(_unescaped(content).lstrip(), named["title"]))


def _attributes(written: str) -> dict[str, str]:
    """The attributes of a `<doc>`; for duplicates the first."""
    parts = ATTRIBUTE.split(written.rstrip())  # the text before the first, then name and rest of each
    named: dict[str, str] = {}
    for name, rest in zip(parts[1::2], parts[2::2], strict=True):
        named.setdefault(name, _unescaped(rest.rstrip().removesuffix('"')))
    return named


def _unescaped(escaped: str) -> str:
    return escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")


def _bad(reader: PieceReader, line: int, what: str) -> BadInputError:
    path = reader.piece.source.path
    return BadInputError(bad_input.NOT_WHOLE, lambda: f"{path}, line {line + reader.units_before()}: {what}")


def is_json(source: Source) -> bool:
    """Whether a file contains JSON lines and not `<doc>`."""
    with PieceReader(Piece(source, 0, source.size)) as reader:
        return next(reader.content(), b"").removeprefix(text.BOM).lstrip()[:1] == b"{"
