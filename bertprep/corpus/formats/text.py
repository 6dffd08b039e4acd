"""Plain text: documents parted by blank lines, or one document a file.

A blank line holds nothing but white space. The first line of a document is where it is said to come from. Bytes must be
UTF-8; a byte order mark at the start is passed over.
"""

import dataclasses
import itertools
import re
from collections.abc import Iterator

import pyarrow as pa

from ...core.errors import InputError
from .. import boundaries, encodings
from ..documents import bounded, documents
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source

BLANK_LINE = re.compile(rb"\n[ \t\r]*\n[ \t\r\n]*")
SPACES = re.compile(rb"[ \t\r\n]*")
SAMPLE_BYTES = 1 << 15
NEW_LINE = b"\n"
BOM = b"\xef\xbb\xbf"


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Byte ranges; a whole file where the file is the document."""
    if settings.document_separator == "file":
        return boundaries.whole(source, piece_bytes, settings)
    return boundaries.byte_pieces(source, piece_bytes, settings)


def find_document(data: bytes, ended: bool) -> int | None:
    """The first document's start after index 0: behind the first run of white space with two line ends (`cut.Rule`).

    A run belongs to the piece in which it begins, so one that goes on from index 0 is passed over.
    """
    start = 1
    if data[:1].strip(boundaries.SPACE) == b"":
        start = len(data) - len(data.lstrip(boundaries.SPACE))
    match = BLANK_LINE.search(data, start)
    if match is None or (match.end() == len(data) and not ended):
        return None
    return match.end()


RULE = boundaries.Rule(find_document, divisible=True, document="document")
FILE = boundaries.Rule(lambda data, ended: None, divisible=True, document="file")


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a piece in order; `line` counts from the piece's first, and `counters["lines"]` what it has."""
    lines, rule = 0, FILE if settings.document_separator == "file" else RULE
    rule = dataclasses.replace(rule, whole_bytes=settings.whole_bytes)
    for number, window in enumerate(boundaries.windows(reader, rule)):
        mark = number == 0 and reader.piece.start == 0 and window.startswith(BOM)
        spans = _spans(window, len(BOM) if mark else 0, settings)
        line, seen = lines + 1, 0
        for some in bounded(spans, lambda span: span[1] - span[0]):
            numbers = []
            for start, _ in some:
                line += window.count(b"\n", seen, start)
                numbers.append(line)
                seen = start
            texts = decode([window[start:stop] for start, stop in some], numbers, reader)
            yield documents(reader.piece.source.name, texts, numbers)
        lines += window.count(b"\n")
        counters["lines"] = lines


def _spans(window: bytes, start: int, settings: ReadSettings) -> Iterator[tuple[int, int]]:
    """Start and end of each document in a window, from `start` on."""
    if settings.document_separator == "file":
        yield start, len(window)
        return
    if (leading := SPACES.match(window, start)) is not None:
        start = leading.end()
    for match in BLANK_LINE.finditer(window, start):
        yield start, match.start()
        start = match.end()
    if start < len(window):
        yield start, len(window)


def decode(texts: list[bytes], numbers: list[int], reader: PieceReader) -> pa.Array:
    """The texts as strings; `InputError` with file and line for the first byte that is not UTF-8."""
    try:
        return pa.array(texts, pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        for text, number in zip(texts, numbers, strict=True):
            try:
                text.decode()
            except UnicodeDecodeError as error:
                line = number + text.count(b"\n", 0, error.start) + lines_before_piece(reader)
                raise not_utf8(reader, line, text[error.start]) from None
        raise


def not_utf8(reader: PieceReader, line: int, byte: int) -> InputError:
    """The error for a byte that is not UTF-8, with what the file may be in, told from all its lines that are not."""
    what = f"{reader.piece.source.path}, line {line}: not UTF-8 (byte 0x{byte:02x})"
    wrong, right = _lines_beyond_ascii(reader)
    if right > len(wrong):
        return InputError(f"{what}, where other lines are; the line is damaged: mend it, or leave it out")
    return InputError(f"{what}; {encodings.advice(NEW_LINE.join(wrong))}")


def _lines_beyond_ascii(reader: PieceReader) -> tuple[list[bytes], int]:
    """Lines that are not UTF-8, up to some kB of them, and how many there are that are; read again, for a message only."""
    wrong: list[bytes] = []
    right, rest = 0, b""
    with PieceReader(reader.piece) as again:
        for block in itertools.chain(again.decompressed(), [NEW_LINE]):
            *lines, rest = (rest + block).split(NEW_LINE)
            for line in lines:
                if line.isascii():
                    continue
                try:
                    line.decode()
                    right += 1
                except UnicodeDecodeError:
                    wrong.append(line[:SAMPLE_BYTES])
            if sum(map(len, wrong)) >= SAMPLE_BYTES:
                break
            rest = rest[-SAMPLE_BYTES:]
    return wrong, right


def lines_before_piece(reader: PieceReader) -> int:
    """Lines of the file before the piece's first document; reads them again, for the sake of a message only."""
    if reader.begin == 0 or reader.piece.source.compression is not None:
        return 0
    with PieceReader(reader.piece) as again:
        return sum(block.count(b"\n") for block in again.blocks(0, reader.begin))
