"""Cut web archives: at the records of plain WARC, and at the gzip members of archives compressed by record.

Both pieces next to a cut find the next record by the same search. A record may itself contain an archive, so what looks like
a record's start counts only if consecutive records follow it for `PROOF_BYTES`. (Within a gzip member, another one is in stored
blocks of at most 64 KiB, whose headers break it.) In addition, a piece must end exactly where the next one begins: the reader of
the piece before a wrong start reads past it, and `read` raises an error.
"""

import re
import zlib
from collections.abc import Iterator

from ...core.errors import InputError
from ..compressed import GzipMembers
from ..pieces import Piece, PieceReader
from ..sources import Source
from . import http, records

MAGIC = b"\x1f\x8b\x08"
PROOF_BYTES = 1 << 17
LOOK_BYTES = 1 << 20
RECORD = re.compile(rb"\n\r?\n(WARC/\d\.\d+[ \t]*\r?\n)")
START = b"WARC/"
BETWEEN = re.compile(rb"(?:\r?\n\r?\n|\Z)(?![\r\n])")  # between two records, or at the end of the file


def by_record(source: Source) -> bool:
    """Whether a gzip file has one member per record, as most archives do: its second member begins with a header."""
    with PieceReader(Piece(source, 0, source.size)) as reader:
        members = GzipMembers(reader, 0)
        return _passes_one(members) and _begins(reader, members.at)


def read(reader: PieceReader) -> Iterator[bytes]:
    """The decompressed bytes of the records that begin in a piece; `InputError` if the piece ends within one."""
    piece, size = reader.piece, reader.piece.source.size
    if piece.source.compression is not None and (piece.start, piece.stop) == (0, size):
        yield from reader.decompressed()
        return
    first, last = (next_start(reader, cut) for cut in (piece.start, piece.stop))
    reader.begin, reader.end = first, last
    if piece.source.compression is None:
        yield from reader.blocks(first, last)
        return
    members = GzipMembers(reader, first)
    while members.at < last:
        try:
            yield from members.blocks()
        except InputError as error:
            reader.end_early(str(error))
            return
    if members.at != last:
        raise not_cut(reader)


def not_cut(reader: PieceReader) -> InputError:
    """The error for an archive whose records cannot be distinguished from those of an archive within it."""
    return InputError(
        f"{reader.piece.source.path}: at byte {reader.end} a record seems to begin inside another; compress the archive by "
        "record, for example with: warcio recompress"
    )


def next_start(reader: PieceReader, cut: int) -> int:
    """The start of the first record at or after a cut; the end of the file if there is none."""
    size = reader.piece.source.size
    if cut in (0, size):
        return cut
    is_plain = reader.piece.source.compression is None
    for low in range(cut, size, LOOK_BYTES):
        begin = max(low - 4, 0) if is_plain else low
        data = reader.read_at(begin, min(LOOK_BYTES + 32, size - begin))
        for found in _plain_starts(data) if is_plain else _magics(data):
            at = begin + found
            if cut <= at < low + LOOK_BYTES and (_follows if is_plain else _follow)(reader, at):
                return at
    return size


def _plain_starts(data: bytes) -> Iterator[int]:
    return (match.start(1) for match in RECORD.finditer(data))


def _magics(data: bytes) -> Iterator[int]:
    at = data.find(MAGIC)
    while at >= 0:
        yield at
        at = data.find(MAGIC, at + 1)


def _follows(reader: PieceReader, at: int) -> bool:
    """Whether consecutive plain records follow for `PROOF_BYTES`, or to the end of the file."""
    begin, size = at, reader.piece.source.size
    while at < min(begin + PROOF_BYTES, size):
        data = reader.read_at(at, min(records.LONGEST_HEADER, size - at))
        version = records.VERSION.match(data)
        end = http.END_OF_HEADERS.search(data) if version else None
        if version is None or end is None:
            return False
        length = http.fields(data[version.end() : end.start()]).get("content-length", "")
        if not length.isdigit():
            return False
        at = min(at + end.end() + int(length), size)
        between = BETWEEN.match(reader.read_at(at, min(5, size - at)))
        if between is None:
            return False
        at += between.end()
    return True


def _follow(reader: PieceReader, at: int) -> bool:
    """Whether consecutive gzip members with records follow for `PROOF_BYTES`, or to the end of the file."""
    stop = min(at + PROOF_BYTES, reader.piece.source.size)
    members = GzipMembers(reader, at)
    while members.at < stop:
        if not _begins(reader, members.at) or not _passes_one(members):
            return False
    return True


def _passes_one(members: GzipMembers) -> bool:
    """Skip the next member; False if it is damaged."""
    try:
        for _ in members.blocks():
            pass
    except InputError:
        return False
    return True


def _begins(reader: PieceReader, at: int) -> bool:
    """Whether a gzip member begins here whose content begins like a record."""
    data = reader.read_at(at, min(1024, reader.piece.source.size - at))
    try:
        return zlib.decompressobj(31).decompress(data, len(START)) == START
    except zlib.error:
        return False
