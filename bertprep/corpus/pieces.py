"""Read the bytes of a piece of a source, raw or decompressed; no other module opens inputs.

A `Piece` is a range of a source that can be cut, or all of one that cannot (.gz, .zst, ...). `PieceReader` provides its bytes,
and hashes them for the corpus digest meanwhile.

Raises `InputError` for damaged or truncated compressed data, and `StageError` if a disk or connection fails.
"""

import contextlib
import dataclasses
import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from ..core.errors import InputError, StageError
from ..core.places import STORE_ERRORS, filesystem, unreadable
from . import bzip2, encodings, signatures
from .bad_input import FILE_DAMAGED, NO_TEXT_COLUMN, BadInputError, Collected, NoTextColumnError, RefusedError
from .changes import changed, has_changed
from .compressed import CONTENT
from .formats import FORMATS
from .raw_bytes import CorruptError
from .sources import BLOCK_BYTES, COMPRESSIONS, MAGICS, Source

LITTLE_BYTES = 1 << 12  # decompressed at a time if damage is skipped, since the block with the damage is lost


@dataclasses.dataclass(frozen=True)
class Piece:
    """The part of a source that one task reads: [start, stop) in bytes, or in another unit by which the format is cut.

    The corpus digest covers its bytes: those of [start, stop), or the range in `digested`.
    """

    source: Source
    start: int
    stop: int
    digested: tuple[int, int] | None = None
    array_begin: int | None = None  # for a JSON array: the byte of the content after its opening bracket

    def digest(self) -> str:
        """Hex digest of the piece's raw bytes."""
        with PieceReader(self) as reader:
            return reader.digest()

    @property
    def bytes(self) -> tuple[int, int]:
        """The range of raw bytes that the piece contributes to the digest."""
        return self.digested or (self.start, self.stop)


class PieceReader:
    """The bytes of a piece, raw or decompressed.

    `begin` and `end` are the start and end of the piece's documents; readers move them from the cuts to the next document. For
    a piece of a bz2 file, `content_skipped` is the number of bytes of its content before its first document, and
    `content_before` the last kB before that. Bytes are hashed as they are read; `passed` is the number of the piece's bytes
    hashed so far.
    """

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.begin, self.end = piece.start, piece.stop
        self.content_skipped, self.content_before = 0, b""
        self.passed = 0
        self.skipped = Collected()
        self.units_before: Callable[[], int] = lambda: 0  # lines or rows of the file before the first one of the piece
        self.unknown_templates: Counter[str] = Counter()  # wikitext templates whose missing text left a hole
        self._total = hashlib.blake2b(digest_size=16)
        system, path = filesystem(piece.source.file)
        try:
            self.file = system.open_input_file(path)
        except STORE_ERRORS as error:
            raise (
                changed(piece.source) if has_changed(piece.source) else unreadable(piece.source.path, error)
            ) from error

    def __enter__(self) -> "PieceReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def settle(self, bad: BadInputError, line: int | None, content: bytes | str) -> None:
        """Raise the error, or note the skipped item: its line or row, counted from the start of the piece, and its beginning."""
        if not self.piece.source.skips_bad:
            raise RefusedError(bad.message()) from None
        self.skipped.add(bad.reason, line, content)

    def read_at(self, offset: int, count: int) -> bytes:
        """Raw bytes, fewer at the end of the file."""
        try:
            data = self.file.read_at(count, offset)
        except STORE_ERRORS as error:
            raise unreadable(f"{self.piece.source.path}: byte {offset}", error) from error
        if len(data) < min(count, self.piece.source.size - offset):
            if has_changed(self.piece.source):
                raise changed(self.piece.source)
            # Arrow may return less from an object store without an error
            raise unreadable(f"{self.piece.source.path}: byte {offset + len(data)}", OSError("unexpected end of data"))
        self._note(offset, data)
        return data

    def _note(self, offset: int, data: bytes) -> None:
        """Hash the bytes that come next in the piece; those hashed before, or read ahead of time, are ignored."""
        start, stop = self.piece.bytes
        due = start + self.passed
        if offset <= due < offset + len(data):
            fresh = memoryview(data)[due - offset : stop - offset]
            self._total.update(fresh)
            self.passed += len(fresh)

    def digest(self) -> str:
        """Hex digest of all raw bytes of the piece; reads those that were not read yet."""
        start, stop = self.piece.bytes
        for _ in self.blocks(start + self.passed, stop):
            pass
        return self._total.hexdigest()

    def blocks(self, start: int, stop: int) -> Iterator[bytes]:
        """Raw bytes of [start, stop) in blocks of 1 MiB."""
        for offset in range(start, stop, BLOCK_BYTES):
            yield self.read_at(offset, min(BLOCK_BYTES, stop - offset))

    def decompressed(self) -> Iterator[bytes]:
        """The content in blocks of at most 1 MiB, decompressed according to the source's name; all members or streams.

        `InputError` with the file and the compressed byte near which the data are damaged or truncated; if bad input is
        skipped, the content ends there.
        """
        source = self.piece.source
        if source.compression is None:
            yield from self.blocks(self.piece.start, self.piece.stop)
        elif source.compression == "bz2":  # a block is verified before any of it is yielded
            yield from (content for _, content in bzip2.own_blocks(self))
        else:
            try:
                yield from CONTENT[source.compression](self, LITTLE_BYTES if source.skips_bad else BLOCK_BYTES)
            except CorruptError as error:
                self.end_early(str(error))

    def end_early(self, problem: str) -> None:
        """Raise an error for damage from here on, or note that the rest is skipped."""
        self.settle(BadInputError(FILE_DAMAGED, lambda: problem), None, problem)

    @contextlib.contextmanager
    def without_text_column(self) -> Iterator[None]:
        """Skip the file, noted with its first piece, if it has no text column and bad input is skipped."""
        try:
            yield
        except NoTextColumnError as error:
            if (
                not self.piece.source.skips_bad
            ):  # usually a wrong name was given, and skipping would leave out everything
                raise
            if self.piece.start == 0:
                self.skipped.add(NO_TEXT_COLUMN, None, str(error))

    def held(self, most: int, problem: str, blocks: Iterable[bytes] | None = None) -> bytes:
        """The decompressed content, or these blocks of it, as a whole; `InputError` with `problem` if over `most` bytes."""
        parts, size = [], 0
        for block in self.decompressed() if blocks is None else blocks:
            parts.append(block)
            size += len(block)
            if size > most:
                raise InputError(f"{self.piece.source.path}: {problem}")
        return b"".join(parts)

    def content(self) -> Iterator[bytes]:
        """The content as UTF-8, decompressed, in blocks of a few MiB at most."""
        blocks = self.decompressed()
        head = b""
        while len(head) < encodings.HEAD_BYTES and (block := next(blocks, b"")):
            head += block
        encoding = self.encoding_of(head)
        blocks = itertools.chain([head], blocks)
        if encoding is None:
            return blocks
        return encodings.recoded(blocks, encoding, self.piece.source.path, self.piece.source.skips_bad)

    def encoding_of(self, head: bytes) -> str | None:
        """The encoding of content that begins with these bytes, from the settings or a byte order mark; None for UTF-8.

        `InputError` if it is not text.
        """
        source, head = self.piece.source, head[: encodings.HEAD_BYTES]
        found = source.encoding or encodings.marked(head)
        if found is None:
            encodings.refuse_unmarked(head, source.path)
        start = encodings.beginning(head, found)
        signatures.refuse(head, start, source.path, source.format, source.holds_html, source.is_said)
        return None if encodings.is_utf8(found) else found


# first bytes of files that cannot be read, with advice
PACKED = {
    **{magic: f"{COMPRESSIONS[ending]} data; rename it to end in {ending}" for magic, ending in MAGICS.items()},
    b"PK\x03\x04": "a zip archive; unpack it first",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive; unpack it first",
}


@contextlib.contextmanager
def true_reason(source: Source) -> Iterator[None]:
    """Replace errors about a source by their cause, if there is one: the file changed, or its name is misleading."""
    try:
        yield
    except (InputError, StageError) as error:
        if has_changed(source):
            raise changed(source) from error
        if isinstance(error, InputError) and (problem := misnamed(source)):
            raise InputError(f"{source.path}: {problem}") from error
        raise


def misnamed(source: Source) -> str | None:
    """What a source contains, if its name implies another compression; None if name and first bytes agree."""
    with PieceReader(Piece(source, 0, source.size)) as reader:
        head = reader.read_at(0, 8)
    if source.compression is None and source.format in FORMATS and FORMATS[source.format].is_zip:
        return None
    if source.compression is None:
        return next((f"contains {what}" for magic, what in PACKED.items() if head.startswith(magic)), None)
    ending = next(ending for ending, name in COMPRESSIONS.items() if name == source.compression)
    if any(head.startswith(magic) for magic, name in MAGICS.items() if name == ending):
        return None
    return (
        f"corrupt {source.compression} data: it does not begin with the right bytes; if it is not compressed, remove {ending} "
        "from its name"
    )
