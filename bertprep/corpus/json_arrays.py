"""The elements of a JSON array, each put on one line, to be read as JSON lines.

Before a large file is read, one pass over it finds the ends of its elements (`json_scan`), and it is cut there; files that are
compressed or not UTF-8 are not cut.

    [{"text": "One."}, {"text":         a piece begins at 0 or after a comma
     "Two."}]                           its elements: {"text":     "Two."}
"""

import functools
import itertools
from collections.abc import Iterator

import numpy as np

from ..core.errors import InputError
from . import boundaries
from .bad_input import FILE_DAMAGED, BadInputError
from .json_scan import COMMA, Elements, Scanner, on_one_line
from .json_values import ARRAY, LINE, array_in, content_from, shape_of
from .pieces import Piece, PieceReader
from .settings import ReadSettings
from .sources import BLOCK_BYTES, Source

CHUNK_BYTES = 4 * BLOCK_BYTES
RUN_BYTES = 4 << 20


def pieces(source: Source, piece_bytes: int, settings: ReadSettings) -> list[Piece]:
    """Runs of elements of about `piece_bytes`; in an object, the part before its array is a piece of its own.

    A single line without an array is cut like JSON lines.
    """
    try:
        begin = array_in(source, settings)
    except BadInputError:  # reported when the file is read
        return boundaries.whole(source, piece_bytes, settings)
    if begin is None and shape_of(source) == LINE:
        return boundaries.byte_pieces(source, piece_bytes, settings)
    if begin is None or source.compression:
        return boundaries.whole(source, piece_bytes, settings)
    levels = _levels(source)
    bounds = [0, *([begin] if levels > 1 else []), *_starts(source, piece_bytes, begin, levels), source.size]
    return [Piece(source, start, stop, array_begin=begin) for start, stop in itertools.pairwise(bounds)]


def _levels(source: Source) -> int:
    """The depth of brackets within the array."""
    return 1 if shape_of(source) == ARRAY else 2


@functools.lru_cache(maxsize=1024)
def _starts(source: Source, piece_bytes: int, begin: int, levels: int) -> tuple[int, ...]:
    """The first byte after a comma between two elements, at or after every `piece_bytes`."""
    starts: list[int] = []
    wanted = (begin // piece_bytes + 1) * piece_bytes
    with PieceReader(Piece(source, 0, 0)) as reader:
        for at, cuts, has_ended in _cuts(_chunks(reader, begin, source.size), levels):
            places = at + begin + cuts + 1
            while (number := int(np.searchsorted(places, wanted))) < len(places):
                starts.append(int(places[number]))
                wanted = (starts[-1] // piece_bytes + 1) * piece_bytes
            if has_ended:
                break
    return tuple(start for start in starts if start < source.size)


def _chunks(reader: PieceReader, start: int, stop: int) -> Iterator[bytes]:
    for at in range(start, stop, CHUNK_BYTES):
        yield reader.read_at(at, min(CHUNK_BYTES, stop - at))


def _cuts(blocks: Iterator[bytes], levels: int) -> Iterator[tuple[int, np.ndarray, bool]]:
    """For each block: its position, the commas between elements in it, and whether the array ends there."""
    scanner, at = Scanner(levels), 0
    for block in blocks:
        found = scanner.scan(block)
        ends = np.flatnonzero(found.depth_T < levels)
        last = int(ends[0]) if len(ends) else len(found.at_T)
        commas = (found.kinds_T == COMMA) & (found.depth_T == levels)
        yield at, found.at_T[:last][commas[:last]], bool(len(ends))
        at += len(block)


def runs(reader: PieceReader, begin: int) -> Iterator[list[bytes]]:
    """The elements of a piece of an array that begins at this byte of the content, in runs of some MB."""
    piece, levels = reader.piece, _levels(reader.piece.source)
    is_whole = piece.stop == piece.source.size and not piece.start
    if levels > 1 and not piece.start and not is_whole:  # the part before the array
        return
    reader.units_before = functools.partial(_elements_before, piece, begin, levels)
    blocks = reader.blocks(piece.start, piece.stop) if piece.start else content_from(reader, begin)
    elements = Elements(blocks, levels, piece.start in (0, begin))
    held: list[bytes] = []
    size = count = 0
    for run in elements:
        held += run
        size += sum(map(len, run))
        count += len(run)
        if elements.held_bytes > boundaries.LONGEST_BYTES:
            problem = f"more than {boundaries.LONGEST_BYTES >> 20} MiB long; a quote or bracket may be missing"
            raise InputError(f"{place(reader, begin, count + 1)}: {problem}")
        if size >= RUN_BYTES:
            yield held
            held, size = [], 0
    if held:
        yield held
    if piece.stop == piece.source.size and FILE_DAMAGED not in reader.skipped.counts:
        _settle_end(elements, reader, begin, count)


def _settle_end(elements: Elements, reader: PieceReader, begin: int, count: int) -> None:
    """Raise or note an error if the array does not end correctly."""
    path = reader.piece.source.path
    if not elements.has_ended:
        bad = BadInputError(
            FILE_DAMAGED,
            lambda: (
                f"{place(reader, begin, count + 1)}: the JSON does not end: the file was cut off there, or a quote or "
                "bracket is missing; download or create it again"
            ),
        )
    elif elements.problem:
        bad = BadInputError(FILE_DAMAGED, lambda: f"{path}: one JSON array was expected, but {elements.problem}")
    else:
        return
    reader.settle(bad, None, "the JSON does not end")


def _elements_before(piece: Piece, begin: int, levels: int) -> int:
    with PieceReader(Piece(piece.source, 0, 0)) as reader:
        return sum(len(cuts) for _, cuts, _ in _cuts(_chunks(reader, begin, piece.start), levels))


def place(reader: PieceReader, begin: int, number: int) -> str:
    """The place of an element for messages: its number in the array, and its line if there are several."""
    source, levels = reader.piece.source, _levels(reader.piece.source)
    number += reader.units_before()
    line = _line_of(source, begin, levels, number)
    return f"{source.path}, element {number:,}" + (f" (line {line:,})" if line > 1 else "")


def _line_of(source: Source, begin: int, levels: int, number: int) -> int:
    """The line in which an element of an array begins."""
    lines, left = 1, number - 1
    with PieceReader(Piece(source, 0, source.size)) as reader:
        lines += sum(block.count(b"\n") for block in _content_to(reader, begin))
    with PieceReader(Piece(source, 0, source.size)) as reader:
        blocks: list[bytes] = []
        for _, cuts, _ in _cuts(_kept(content_from(reader, begin), blocks), levels):
            block = blocks.pop()
            if left > len(cuts):
                lines += block.count(b"\n")
                left -= len(cuts)
                continue
            start = int(cuts[left - 1]) + 1 if left else 0
            start += len(block) - start - len(block[start:].lstrip())
            return lines + block.count(b"\n", 0, start)
    return lines


def _content_to(reader: PieceReader, stop: int) -> Iterator[bytes]:
    for block in reader.content():
        yield block[:stop]
        stop -= len(block)
        if stop <= 0:
            break


def _kept(blocks: Iterator[bytes], kept: list[bytes]) -> Iterator[bytes]:
    for block in blocks:
        kept.append(block)
        yield block


def whole(reader: PieceReader) -> Iterator[list[bytes]]:
    """The value of a whole file on one line."""
    problem = f"a JSON object of more than {boundaries.LONGEST_BYTES >> 20} MiB"
    content = b"".join(_bounded(reader, problem))
    yield [on_one_line(content, Scanner().scan(content).broken)]


def _bounded(reader: PieceReader, problem: str) -> Iterator[bytes]:
    size = 0
    for block in reader.content():
        size += len(block)
        if size > boundaries.LONGEST_BYTES:
            raise InputError(f"{reader.piece.source.path}: {problem}")
        yield block
