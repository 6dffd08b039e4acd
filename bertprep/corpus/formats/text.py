"""Plain text: documents separated as the settings say (`separators`), or one document per file.

The line of a document is its first line. Bytes must be UTF-8; a byte order mark at the start is skipped. Files above a certain
size that are one document are counted, because their documents may be separated in another way.
"""

import functools
import itertools
from collections.abc import Callable, Iterator

import pyarrow as pa

from .. import bad_input, boundaries, encodings, separators
from ..bad_input import BadInputError
from ..documents import bounded, documents
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source

SAMPLE_BYTES = 1 << 15
NEW_LINE = b"\n"
BOM = b"\xef\xbb\xbf"
SUSPECT_BYTES, SUSPECT_LINES = 1 << 15, 20  # minimum of a file that is one document for a warning
UNDIVIDED_BYTES = 1 << 23  # a document this long is suspicious, whatever else is in its file


def count_lines(data: bytes) -> int:
    """The number of line feeds."""
    return data.count(NEW_LINE)


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Byte ranges; the whole file if each file is a document."""
    if settings.document_separator == "file":
        return boundaries.whole(source, piece_bytes, settings)
    return boundaries.byte_pieces(source, piece_bytes, settings)


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The documents of a piece in order; `line` counts from the piece's first, and `counters["lines"]` is its number."""
    reader.units_before = functools.partial(lines_before_piece, reader, separators.line_count)
    separator = separators.separator_of(settings.document_separator)
    rule = boundaries.Rule(separator.find, divisible=True, document="document", whole_bytes=settings.whole_bytes)
    lines = count = longest = 0
    for number, window in enumerate(boundaries.windows(reader, rule)):
        mark = number == 0 and reader.piece.start == 0 and window.startswith(BOM)
        spans = separator.spans(window, len(BOM) if mark else 0)
        line, seen = lines + 1, 0
        for some in bounded(spans, lambda span: span.stop - span.start):
            numbers = []
            for span in some:
                line += separators.line_count(window, seen, span.start)
                numbers.append(line)
                seen = span.start
            texts = decode([window[span.start : span.stop] for span in some], numbers, reader)
            yield documents(reader.piece.source.name, texts, numbers, titles=[span.title for span in some])
            count += len(some)
            longest = max(longest, *(span.stop - span.start for span in some))
        lines += separators.line_count(window)
        counters["lines"] = lines
        if separators.is_chosen(settings.document_separator):
            counters["windows_separated"] = counters.get("windows_separated", 0) + separator.is_in(window)
    if settings.document_separator != "file" and lines >= SUSPECT_LINES * count:
        is_whole = (reader.begin, reader.end, count) == (0, reader.piece.source.size, 1)
        if longest >= (SUSPECT_BYTES if is_whole else UNDIVIDED_BYTES):
            counters["files_undivided"] = counters.get("files_undivided", 0) + 1


def decode(texts: list[bytes], numbers: list[int], reader: PieceReader) -> pa.Array:
    """The texts as strings, without lines that are not UTF-8; `InputError` with file and line if these are refused."""
    try:
        return pa.array(texts, pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        sound = [_valid_lines(text, number, reader) for text, number in zip(texts, numbers, strict=True)]
        return pa.array(sound, pa.binary()).cast(pa.string())


def _valid_lines(text: bytes, number: int, reader: PieceReader) -> bytes:
    """The lines of a document that are UTF-8; `number` is its first line in the piece."""
    kept = []
    for line in text.splitlines(keepends=True):
        try:
            line.decode()
            kept.append(line)
        except UnicodeDecodeError as error:
            reader.settle(not_utf8_of(error, number, reader), number, line)
        number += 1
    return b"".join(kept)


def not_utf8_of(error: UnicodeDecodeError, number: int, reader: PieceReader) -> BadInputError:
    """The error for bytes in a line of the piece that are not UTF-8."""
    byte = error.object[error.start]
    return BadInputError(bad_input.NOT_UTF8, lambda: not_utf8(reader, number + reader.units_before(), byte))


def not_utf8(reader: PieceReader, line: int, byte: int) -> str:
    """A message about a byte that is not UTF-8, with the probable encoding, guessed from all such lines of the file."""
    what = f"{reader.piece.source.path}, line {line}: not UTF-8 (byte 0x{byte:02x})"
    wrong, right = _lines_beyond_ascii(reader)
    if right > len(wrong):
        return f"{what}, unlike other lines; the line is damaged: repair it"
    return f"{what}; {encodings.advice(NEW_LINE.join(wrong))}"


def _lines_beyond_ascii(reader: PieceReader) -> tuple[list[bytes], int]:
    """Lines that are not UTF-8, up to some kB, and the number of non-ASCII lines that are; read again, only for messages."""
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


def lines_before_piece(reader: PieceReader, count: Callable[[bytes], int] = count_lines) -> int:
    """The number of lines in the file before the piece's first document; reads them again, only for messages."""
    total, held = 0, b""
    for block in itertools.chain(boundaries.content_before(reader), [b""]):
        data = held + block
        # the next block may begin with the rest of this line end
        held = b"\r" if block and data.endswith(b"\r") else b""
        total += count(data[: len(data) - len(held)])
    return total
