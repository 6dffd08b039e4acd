"""Mail: each message is a document; .mbox with many messages or .eml with one, as in mail programs and mailing-list archives.

    From a@example.org Mon Jan  1 10:00:00 2001        start of a message in a mailbox
    Message-ID: <1@example.org>                        its id
    Subject: Cats                                      its title
    ...
                                                       and its text, extracted by `messages`

A mailbox is cut at the start of messages: a line `From ...` with a time, an address or nothing else, before a header line. Each
message is in memory as a whole.

Raises `InputError` for files that are not mail, and messages of more than 128 MiB.
"""

import re
from collections.abc import Iterator

import pyarrow as pa

from .. import boundaries, messages
from ..bad_input import NOT_MAIL, BadInputError
from ..documents import Row, batches
from ..encodings import beginning
from ..pieces import Piece, PieceReader
from ..settings import ReadSettings
from ..sources import Source
from .text import lines_before_piece

HEADER = rb">?[A-Za-z][\w-]*[ \t]*:"
# Mozilla writes just `From -`; the time is searched once per line, since retrying at each position would take quadratic time
ENVELOPE = rb"From (?=[^\n]*\d:\d\d|[^\s@]+@\S+[ \t\r]*\n|-?[ \t\r]*\n)[^\n]*\n(?=" + HEADER + rb")"
BEGINS = re.compile(rb"\n(?=" + ENVELOPE + rb")")
FIRST = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:" + ENVELOPE + rb"|(?=[A-Za-z][\w-]*:))")
LEFT_OUT = ("messages_without_text", "messages_empty", "messages_not_decodable", "messages_nested_too_deep")


def find_message(data: bytes, ended: bool) -> int | None:
    """The start of the first message after index 0 (`boundaries.Rule`)."""
    found = BEGINS.search(data)
    return found.end() if found else None


TOO_LONG = "delete the message, or its attachments, with a mail program, or split the mailbox and leave it out"
RULE = boundaries.Rule(find_message, divisible=False, document="message", advice=TOO_LONG)


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Byte ranges of a mailbox; the whole file if it is a single message."""
    cut = boundaries.byte_pieces(source, piece_bytes, settings)
    return cut if len(cut) == 1 or _is_mailbox(source) else boundaries.whole(source, piece_bytes, settings)


def _is_mailbox(source: Source) -> bool:
    stop = source.size if source.compression else min(source.size, boundaries.FIRST_LOOK_BYTES)
    with PieceReader(Piece(source, 0, stop)) as reader:
        return beginning(next(reader.decompressed(), b""), None).startswith(b"From ")


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The messages of a piece in order; messages without text, and parts left out of others, are counted."""
    reader.units_before = lambda: lines_before_piece(reader)
    yield from batches(reader.piece.source.name, _rows(reader, counters))


def _rows(reader: PieceReader, counters: dict[str, int]) -> Iterator[Row]:
    for name in (*LEFT_OUT, "lines_quoted", "lines_of_signatures", "lines_attached"):
        counters.setdefault(name, 0)
    line, is_first = 1, reader.piece.start == 0
    for window in boundaries.windows(reader, RULE):
        for start, stop in _spans(window):
            data = window[start:stop]
            begun = FIRST.match(data)
            if is_first and not beginning(data, None):  # blank lines before the first message
                line += data.count(b"\n")
                continue
            if is_first and begun is None:
                reader.settle(_not_mail(reader), None, data)
                return
            is_first = False
            letter = messages.letter_of(data[begun.end() if begun else 0 :])
            counters["lines_quoted"] += letter.quoted
            counters["lines_of_signatures"] += letter.signed
            counters["lines_attached"] += letter.attached
            if letter.reason:
                counters[letter.reason] += 1
            if letter.text:
                yield Row(line, letter.id, letter.title, letter.text, letter.language, None, letter.is_html)
            line += data.count(b"\n")
        counters["lines"] = line - 1


def _spans(window: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each message in a window."""
    starts = [0, *(found.end() for found in BEGINS.finditer(window))]
    return zip(starts, [*starts[1:], len(window)], strict=True)


def _not_mail(reader: PieceReader) -> BadInputError:
    message = (
        f"{reader.piece.source.path}: no e-mail; it begins neither with a header (From:, Subject:) nor as a mailbox does "
        "(From a@example.org and a date)"
    )
    return BadInputError(NOT_MAIL, lambda: message)
