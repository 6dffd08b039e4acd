"""Cut text files so that each piece holds whole documents.

A file is cut every N bytes, and each cut is then moved to the start of the next document. Both pieces next to a cut find it by
the same search, so they are adjacent whoever reads them, and no document is read twice or lost. bz2 files are cut in this
way at their blocks. Other compressed files cannot be searched from the middle: they are read as a stream in windows, which
are cut by the same rule.

A document longer than a window is cut at a line end, unless the format forbids it (`Rule.divisible`) or documents are to be
kept whole up to a larger size (`Rule.whole_bytes`).
"""

import dataclasses
import functools
from collections.abc import Callable, Iterator

from ..core.errors import InputError
from . import bzip2
from .encodings import HEAD_BYTES
from .pieces import Piece, PieceReader
from .settings import ReadSettings
from .sources import Source

WINDOW_BYTES = 16 << 20
LONGEST_BYTES = 1 << 27  # of one line of JSON or one page; anything longer is probably in another format
FIRST_LOOK_BYTES = 1 << 16
SPACE = b" \t\r\n"


@dataclasses.dataclass(frozen=True)
class Rule:
    """How a format is cut.

    `find` gets the bytes from one before a cut on and returns the index, from 1, at which the next document starts, or None
    if there is no start within them; its second argument says whether the file ends after these bytes.
    """

    find: Callable[[bytes, bool], int | None]
    divisible: bool  # whether a document without an end in sight may be cut
    document: str  # name of a document in messages
    advice: str = "it may be in another format"  # if one is too long
    whole_bytes: int = 0  # documents below this size are not cut, and parts of longer ones have at least this size

    @property
    def limit(self) -> int:
        """How far to search for a document's start before a document is cut or refused, in bytes."""
        return max(WINDOW_BYTES, 2 * self.whole_bytes) if self.divisible else LONGEST_BYTES


def find_line(data: bytes, ended: bool) -> int | None:
    r"""The start of the first line after index 0.

    >>> find_line(b'e."}\n{"text": "Two."}\n', ended=True)
    5
    """
    return data.find(b"\n") + 1 or None


LINES = Rule(find_line, divisible=False, document="line")


def whole(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """The source as one piece."""
    return [Piece(source, 0, source.size)]


def byte_pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Cut a source every `piece_bytes`; not if it is compressed, except by bzip2, or not UTF-8."""
    if source.compression not in (None, "bz2") or source.size <= piece_bytes or _is_recoded(source):
        return whole(source, piece_bytes, settings)
    starts = range(0, source.size, piece_bytes)
    return [Piece(source, start, min(start + piece_bytes, source.size)) for start in starts]


def _is_recoded(source: Source) -> bool:
    with PieceReader(Piece(source, 0, source.size)) as reader:
        head = next(reader.decompressed(), b"") if source.compression else head_of(source)
        return reader.encoding_of(head) is not None


@functools.lru_cache(maxsize=1024)  # by the file's size and stamp, since a plan needs it more than once
def head_of(source: Source) -> bytes:
    """The first bytes of a file, not decompressed."""
    with PieceReader(Piece(source, 0, source.size)) as reader:
        return reader.read_at(0, min(source.size, HEAD_BYTES))


def windows(reader: PieceReader, rule: Rule) -> Iterator[bytes]:
    """The bytes of a piece in windows of whole documents; the windows of all pieces make up the file."""
    piece = reader.piece
    is_whole = (piece.start, piece.stop) == (0, piece.source.size)
    head = reader.read_at(0, HEAD_BYTES) if piece.start == 0 else b""
    if piece.source.compression == "bz2" and not is_whole:
        blocks = _Unpacked(reader, rule).content()
    elif piece.source.compression is None and (piece.start or reader.encoding_of(head) is None):
        first, last = (_document_start(reader, rule, cut) for cut in (piece.start, piece.stop))
        reader.begin, reader.end = first, last
        blocks = reader.blocks(first, last)
    else:
        blocks = reader.content()
    yield from _whole(blocks, rule, piece.source.path)


def _document_start(reader: PieceReader, rule: Rule, cut: int) -> int:
    """The start of the first document at or after a cut."""
    size = reader.piece.source.size
    if cut in (0, size):
        return cut

    def ahead(count: int) -> tuple[bytes, bool]:
        stop = min(cut - 1 + count, size)
        return reader.read_at(cut - 1, stop - cut + 1), stop == size

    return cut - 1 + _found_start(ahead, rule, reader.piece.source.path)


def _found_start(ahead: Callable[[int], tuple[bytes, bool]], rule: Rule, path: str) -> int:
    """The index of the first document's start after index 0; in an endless document, of a line's or a character's.

    `ahead(count)` returns at least `count` bytes from one before the cut on, and whether the file ends after them.
    """
    look = FIRST_LOOK_BYTES
    while True:
        data, ended = ahead(min(look, rule.limit + 1))
        found = rule.find(data, ended)
        if found is not None:
            return found
        if ended:
            return len(data)
        if len(data) > rule.limit:
            _refuse_endless(rule, path)
            return _line_start(data, max(1, len(data) - len(data.lstrip(SPACE))))
        look *= 8


class _Unpacked:
    """The documents that start in the blocks of a piece of a bz2 file.

    Offsets count from the beginning of the content of the piece's first block.
    """

    def __init__(self, reader: PieceReader, rule: Rule) -> None:
        self._reader, self._rule = reader, rule
        self._blocks = bzip2.own_blocks(reader)
        self._at, self._held = 0, bytearray()  # offset of the content held, and that content
        self._own_stop: int | None = None  # end of the content of the piece's blocks, once known
        self._ended = False

    @property
    def _stop(self) -> int:
        return self._at + len(self._held)

    def content(self) -> Iterator[bytes]:
        """The content of the piece's documents, in blocks of any size."""
        self._pull()
        at = first = self._start_from(0) if self._at else 0
        self._reader.content_skipped = first
        self._reader.content_before = bytes(self._held[: first - self._at][-bzip2.KEPT_BYTES :])
        while self._own_stop is None:
            if self._stop - at > 1:
                yield bytes(self._held[at - self._at : -1])
                at = self._stop - 1
                del self._held[:-2]  # keep the byte before, for a search from there
                self._at = at - 1
            self._pull()
        last = max(self._start_from(self._own_stop), first)
        yield bytes(self._held[at - self._at : last - self._at])

    def _pull(self) -> bool:
        """Decompress one more block; False if there is none."""
        place, block = next(self._blocks, (1, b""))
        if place == -1:
            self._at = -len(block)
        if place == 1 and self._own_stop is None:
            self._own_stop = self._stop
        self._ended = not block
        self._held += block
        return bool(block)

    def _start_from(self, cut: int) -> int:
        def ahead(count: int) -> tuple[bytes, bool]:
            while self._stop - (cut - 1) < count and self._pull():
                pass
            return bytes(self._held[cut - 1 - self._at :]), self._ended

        return cut - 1 + _found_start(ahead, self._rule, self._reader.piece.source.path)


def content_before(reader: PieceReader) -> Iterator[bytes]:
    """The content of a file before a piece's first document, if the file is cut into pieces; else nothing."""
    source, start = reader.piece.source, reader.piece.start
    if source.compression is None:
        with PieceReader(reader.piece) as again:
            yield from again.blocks(0, reader.begin)
    elif source.compression == "bz2" and start:
        yield from _blocks_content(Piece(source, 0, start))
        left = reader.content_skipped
        for block in _blocks_content(Piece(source, start, source.size)):
            if left <= 0:
                break
            yield block[:left]
            left -= len(block)


def last_bytes(reader: PieceReader, count: int) -> bytes:
    """The end of the content of a file that is read in pieces."""
    if reader.piece.source.compression == "bz2":
        return bzip2.last_bytes(reader, count)
    size = reader.piece.source.size
    return reader.read_at(max(size - count, 0), count)


def _blocks_content(piece: Piece) -> Iterator[bytes]:
    """The content of the blocks of a piece of a bz2 file, regardless of where documents begin."""
    with PieceReader(piece) as reader:
        for place, block in bzip2.own_blocks(reader):
            if place == 1:
                break
            if place == 0:
                yield block


def _refuse_endless(rule: Rule, path: str) -> None:
    if not rule.divisible:
        raise InputError(f"{path}: a {rule.document} of more than {LONGEST_BYTES >> 20} MiB; {rule.advice}")


def _line_start(data: bytes, after: int) -> int:
    """Where to cut bytes in which no document starts: after a line end, or between two UTF-8 characters."""
    end = data.find(b"\n", after)
    end = end if end >= 0 else data.find(b"\r", after)
    if end >= 0:
        return end + 1
    while after < len(data) and data[after] & 0xC0 == 0x80:
        after += 1
    return after


def _whole(blocks: Iterator[bytes], rule: Rule, path: str) -> Iterator[bytes]:
    """Join blocks to windows that end at a document's end, or at a line end in an endless document."""
    held: list[bytes] = []
    size, enough = 0, WINDOW_BYTES
    for block in blocks:
        held.append(block)
        size += len(block)
        if size < enough:
            continue
        data = b"".join(held)
        cut = _last_cut(data, rule)
        if cut is None and rule.divisible and size >= rule.limit:
            end = data.rfind(b"\n", rule.whole_bytes)
            cut = end + 1 if end >= 0 else _line_start(data, max(len(data) - 4, 1))
        if cut is not None:
            yield data[:cut]
            held, size, enough = [data[cut:]], len(data) - cut, WINDOW_BYTES
            continue
        if size > LONGEST_BYTES:
            _refuse_endless(rule, path)
        held, enough = [data], 2 * size
        del data
    held = [b"".join(held)]
    if held[0]:
        yield held.pop()  # popped, so that the last window, which may be one long line, is not kept here too


def _last_cut(data: bytes, rule: Rule) -> int | None:
    """The last document's start in the data, or None if there is none after index 0."""
    step = 8 * FIRST_LOOK_BYTES
    for back in range(len(data) - 1, 0, -step):
        low = max(back - step, 1)
        # twice the step, to find starts across its border too
        found = rule.find(data[low - 1 : low + 2 * step], False)
        if found is not None and 0 < low - 1 + found < len(data):
            return low - 1 + found
    return None
