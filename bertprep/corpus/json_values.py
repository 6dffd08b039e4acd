"""JSON files that consist of one value, and the location of documents in it.

    [{"text": "One."}, {"text": "Two."}]                                  the elements of the array
    {"version": "2.0", "data": [{"title": "A", "paragraphs": [...]}]}     those of `data`, the only array of objects
    {"features": [{...}], "rows": [{"row": {"text": ...}}]}               with --text-field row.text, those of `rows`
    {"paper_id": "p", "body_text": [{"text": ...}, ...]}                  with --text-field body_text, the object is a document

A single line in `.jsonl` is a JSON line.

An object is scanned once, without parsing, for the arrays on its first level.

Raises `BadInputError` for an object with several possible arrays, or with none and without the text, and for several
objects over several lines each.
"""

import functools
import itertools
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from . import boundaries, nested, text_fields
from .bad_input import NO_TEXT_COLUMN, BadInputError
from .encodings import HEAD_BYTES
from .json_scan import COMMA, OPENING, SPACE, Elements, Scanner
from .pieces import Piece, PieceReader
from .settings import ReadSettings
from .sources import Source

ENDINGS_OF_LINES = (".jsonl", ".ndjson")
LINES, LINE, ARRAY, OBJECT = "lines", "line", "array", "object"
BOM = b"\xef\xbb\xbf"
ARRAY_BEGINS = re.compile(rb'\[\s*(?:[\[{\n"]|null\b|\]\s*\Z)')
OBJECT_BEGINS = re.compile(  # an object that continues on the next line
    rb"\{(?:[^\n]*[,:\[{])?[ \t\r]*\n\s*(?:[\"\]}]|(?<=\s)[ \t]\{|\{[ \t\r]*\n)"
)
NOT_SPACE = re.compile(rb"[^ \t\r\n]")
KEY = re.compile(rb'\s*("(?:[^"\\]|\\.)*")\s*:')
KEY_BYTES = 1 << 12
MOST_MEMBERS = 1000  # of an object that may contain an array of documents


@functools.lru_cache(maxsize=1024)  # by the file's size and stamp
def shape_of(source: Source) -> str:
    """The shape of a source: JSON lines, an array, an object over several lines, or an object on a single line."""
    start = b""
    with PieceReader(Piece(source, 0, source.size)) as reader:
        blocks = _content_head_first(reader)
        for block in blocks:
            start = (start + block).removeprefix(BOM).lstrip()
            if len(start) >= HEAD_BYTES:
                break
        if ARRAY_BEGINS.match(start[:HEAD_BYTES]):
            return ARRAY
        if OBJECT_BEGINS.match(start[:HEAD_BYTES]):
            return OBJECT
        is_line = start.startswith(b"{") and not _has_next_line(itertools.chain([start], blocks))
    return LINE if is_line else LINES


def _has_next_line(blocks: Iterator[bytes]) -> bool:
    """Whether anything follows the first line in these blocks; False if that line is too long to tell."""
    size, has_ended = 0, False
    for block in blocks:
        line, end, rest = (b"", b"", block) if has_ended else block.partition(b"\n")
        has_ended |= bool(end)
        size += len(line)
        if has_ended and rest.strip():
            return True
        if size > boundaries.LONGEST_BYTES:
            return False
    return False


def _content_head_first(reader: PieceReader) -> Iterator[bytes]:
    """The content; its first block is small if the file need not be decoded, since that may be all that is needed."""
    source = reader.piece.source
    head = b"" if source.compression else boundaries.head_of(source)
    if source.compression or reader.encoding_of(head) is not None:
        yield from reader.content()
        return
    yield head
    yield from reader.blocks(len(head), source.size)


def array_in(source: Source, settings: ReadSettings) -> int | None:
    """The position in the content after the opening bracket of the array of documents; None if the value is a document.

    `BadInputError` for an object for which this cannot be determined.
    """
    shape = shape_of(source)
    if shape == ARRAY:
        return _array_begins(source)
    if shape == LINE and source.kind in ENDINGS_OF_LINES:
        return None
    members = members_of(source)
    if members.is_followed:
        raise _refusal(source, "several JSON objects over several lines each; convert them: jq -c . FILE > FILE.jsonl")
    if _has_text(members.keys, settings):
        return None
    if doubled := next((key for key in members.arrays if members.keys.count(key) > 1), None):
        raise _refusal(source, f"one JSON object with several members {doubled!r}; give them different names")
    arrays = members.arrays
    if len(arrays) > 1 or shape == LINE:  # in the latter case the line may be a JSON line instead
        arrays = _with_text_in_first(source, arrays, settings)
    if len(arrays) == 1:
        return next(iter(arrays.values()))
    if shape == LINE and len(members.arrays) < 2:  # reported like any other line
        return None
    raise _refusal(source, _no_array(members, len(arrays), settings))


def _no_array(members: "Members", count: int, settings: ReadSettings) -> str:
    """Why an object has no array of documents; `count` is the number of its arrays that have the text."""
    wanted = " or ".join(map(repr, settings.text_fields))
    if len(members.arrays) > 1:
        return (
            f"one JSON object with several arrays of objects ({nested.listed([*members.arrays])}), and {count or 'none'} of "
            f"them with a field {wanted} in the first element; name a field that one alone has with --text-field, or take one "
            "out: jq -c '.NAME[]' FILE > FILE.jsonl"
        )
    return (
        f"one JSON object with no field {wanted} and no array of objects (it has: {nested.listed(members.keys) or 'nothing'}); "
        "name the text with --text-field; if its values are the documents, convert it: jq -c '.[]' FILE > FILE.jsonl"
    )


def _refusal(source: Source, problem: str) -> BadInputError:
    return BadInputError(NO_TEXT_COLUMN, lambda: f"{source.path}: {problem}")


def _array_begins(source: Source) -> int:
    before = 0
    with PieceReader(Piece(source, 0, source.size)) as reader:
        for block in reader.content():
            if (found := block.find(b"[")) >= 0:
                return before + found + 1
            before += len(block)
    return before


def _has_text(names: "tuple[str, ...] | dict[str, object]", settings: ReadSettings) -> bool:
    """Whether an object with these fields has one of the text fields, or the first part of a dotted name."""
    return any(
        name in names or name.split(".")[0] in names for name in text_fields.names_in(settings, names.__contains__)
    )


def _with_text_in_first(source: Source, arrays: dict[str, int], settings: ReadSettings) -> dict[str, int]:
    """The arrays whose first element has the text."""
    return {name: begin for name, begin in arrays.items() if _has_text(_first_element(source, begin), settings)}


def _first_element(source: Source, begin: int) -> dict[str, object]:
    with PieceReader(Piece(source, 0, source.size)) as reader:
        elements = Elements(content_from(reader, begin), levels=1, is_first=True)
        for run in elements:
            if run or elements.held_bytes > boundaries.LONGEST_BYTES:
                break
    try:
        element = json.loads(run[0])
    except (ValueError, IndexError, RecursionError):
        return {}
    return element if isinstance(element, dict) else {}


def content_from(reader: PieceReader, begin: int) -> Iterator[bytes]:
    """The content of a source from this byte on."""
    for block in reader.content():
        if begin < len(block):
            yield block[begin:]
        begin = max(begin - len(block), 0)


# -- the first level of an object -------------------------------------------------------------------------------------


class Members(NamedTuple):
    """The keys of an object, and its arrays of objects with the position in the content after their opening bracket."""

    keys: tuple[str, ...]
    arrays: dict[str, int]
    is_followed: bool  # whether anything follows the object


@functools.lru_cache(maxsize=1024)
def members_of(source: Source) -> Members:
    """The first level of a source's object, up to `MOST_MEMBERS` members."""
    found = _Members()
    with PieceReader(Piece(source, 0, source.size)) as reader:
        for block in reader.content():
            found.look_at(block)
            if found.is_followed or len(found.keys) > MOST_MEMBERS:
                break
    return Members(tuple(found.keys), {} if len(found.keys) > MOST_MEMBERS else found.arrays, found.is_followed)


class _Members:
    """Scans an object block by block."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.arrays: dict[str, int] = {}
        self.is_followed = False
        self._scanner, self._before, self._has_ended = Scanner(), 0, False
        self._head, self._is_open = b"", True  # beginning of a member, until its value begins
        self._array: tuple[str, int] | None = None  # name and position of an array whose first element has not begun

    def look_at(self, block: bytes) -> None:
        """Scan the next block."""
        if self._has_ended:
            self.is_followed |= bool(block.strip(SPACE))
            return
        self._first_of_array(block, 0)
        found, at = self._scanner.scan(block), 0
        outer = np.flatnonzero(found.depth_T <= 1 + np.isin(found.kinds_T, OPENING))
        for place, kind, depth in zip(*(column[outer].tolist() for column in found[:3]), strict=True):
            self._take(block[at : min(place, at + KEY_BYTES)])
            at = place + 1
            if depth <= 0:
                self._close()
                self._has_ended, self.is_followed = True, bool(block[at:].strip(SPACE))
                return
            self._bracket_or_comma(block, at, kind, depth)
        self._take(block[at : at + KEY_BYTES])
        self._before += len(block)

    def _bracket_or_comma(self, block: bytes, at: int, kind: int, depth: int) -> None:
        if kind == COMMA:
            self._close()
            self._is_open = True
        elif kind in OPENING and depth == 1:
            self._head = b""
        elif kind in OPENING and self._close() and kind == ord("["):
            self._array = self.keys[-1], self._before + at
            self._first_of_array(block, at)

    def _take(self, rest: bytes) -> None:
        if self._is_open:
            self._head = (self._head + rest)[:KEY_BYTES]

    def _close(self) -> bool:
        """Note the key of the member whose value has begun or ended; returns whether it is a new one."""
        found = KEY.match(self._head) if self._is_open else None
        self._head, self._is_open = b"", False
        try:
            self.keys += [json.loads(found[1])] if found else []
        except ValueError:
            return False
        return found is not None

    def _first_of_array(self, block: bytes, at: int) -> None:
        """Note an array whose first element is an object, if that begins within the block."""
        if self._array is not None and (begin := NOT_SPACE.search(block, at)):
            if begin[0] == b"{":
                self.arrays.setdefault(*self._array)
            self._array = None
