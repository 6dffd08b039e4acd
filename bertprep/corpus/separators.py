"""Split plain text into documents at separators.

    blank-line    a line that is empty or white space, with any kind of line end
    line          each line is a document
    MARKER        any other string, anywhere in the text: <|endoftext|>
    re:PATTERN    a line that matches begins a document, with the first group as its title: re: = ([^=].*) =

A document start found in any part of a file is one of the whole file: a separator is followed to its end, and one that may have
begun before the first byte, or may continue after the last, is ignored. So a file may be cut anywhere, and gives the same
documents.

A carriage return ends a line, but several before a line feed are one line end: bad conversions turn "\\r\\n" into "\\r\\r\\n".
"""

import difflib
import functools
import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

WORDS = ("blank-line", "line", "file")
PATTERN = "re:"
CARRIAGE_RETURN = ord("\r")
END = rb"(?>\r*\n|\r)"
LAST_OF_END = rb"[\r\n](?:(?<=\n)|(?!\r*+\n))"
NARROW = rb" \t\v\f\x1c-\x1f"
WIDE = rb"(?:\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)"
LONGEST_BLANK = 3  # bytes
BLANKS = rb"[%s]*+(?:%s[%s]*+)*+" % (NARROW, WIDE, NARROW)
SPACES = re.compile(rb"[\r\n%s]*+(?:%s[\r\n%s]*+)*+" % (NARROW, WIDE, NARROW))
BEGUN = re.compile(
    rb"[\x80-\xbf]*+" + SPACES.pattern
)  # white space that may have begun before the data, even within a character
LINE = re.compile(rb"[^\r\n]++")
LONGEST_HEADING = 1000  # bytes


class Span(NamedTuple):
    """The position of a document's text, and its title."""

    start: int
    stop: int
    title: str | None = None


class Separator(Protocol):
    """Splits text into documents."""

    def find(self, data: bytes, ended: bool) -> int | None:
        """The start of a document after index 0, or None (`boundaries.Rule`)."""

    def spans(self, window: bytes, start: int) -> Iterator[Span]:
        """The documents of some bytes that begin at a document's start."""

    def is_in(self, window: bytes) -> bool:
        """Whether the bytes contain a separator."""


@functools.cache
def separator_of(wanted: str) -> Separator:
    """The separator for a value of `--document-separator`."""
    if wanted == "file":
        return Nothing()
    if wanted == "line":
        return Parting(rb"[\r\n]" + SPACES.pattern, rb"\n" + SPACES.pattern)
    if wanted == "blank-line":
        return Parting(LAST_OF_END + BLANKS + END + SPACES.pattern, rb"\n" + BLANKS + rb"\r?\n" + SPACES.pattern)
    if wanted.startswith(PATTERN):
        return Headings(re.compile(wanted.removeprefix(PATTERN)))
    marker = wanted.encode()
    return Parting(_run_of(marker), unsure_bytes=max(len(marker), LONGEST_BLANK))


def is_chosen(wanted: str) -> bool:
    """Whether the value is a marker or a pattern, which might not occur in a file."""
    return wanted not in WORDS


def problem_of(wanted: str) -> str | None:
    """Why the value is not valid for `--document-separator`, or None."""
    if not wanted.strip() or not is_chosen(wanted):
        return (
            None
            if wanted.strip()
            else "a marker needs a character other than white space; for blank lines give blank-line"
        )
    if wanted.startswith(PATTERN):
        try:
            is_empty = re.compile(wanted.removeprefix(PATTERN)).fullmatch("")
        except re.error as error:
            return f"the pattern is not a valid regular expression ({error})"
        return "the pattern matches an empty line; for blank lines give blank-line" if is_empty else None
    alike = difflib.get_close_matches(wanted.lower().replace("_", "-"), WORDS, 1, 0.75)
    return f"did you mean {alike[0]}? To use this word as a marker, give re:{wanted}" if alike else None


def line_count(data: bytes, start: int = 0, stop: int | None = None) -> int:
    """The number of line ends."""
    stop = len(data) if stop is None else stop
    returns = data.count(b"\r", start, stop)
    return data.count(b"\n", start, stop) + (returns - data.count(b"\r\n", start, stop) if returns else 0)


def _run_of(marker: bytes) -> bytes:
    """A pattern of consecutive markers, which may overlap (in "-------", "-----" twice) or be separated by white space."""
    shifts = [shift for shift in range(1, len(marker)) if marker.startswith(marker[shift:])]
    overlaps = b"|".join(re.escape(marker[-shift:]) for shift in shifts)
    one = re.escape(marker) + (rb"(?:%s)*+" % overlaps if overlaps else b"") + SPACES.pattern
    return rb"%s(?:%s)*+" % (one, one)


class Nothing:
    """No separator: the whole file is a document."""

    def find(self, data: bytes, ended: bool) -> int | None:
        return None

    def spans(self, window: bytes, start: int) -> Iterator[Span]:
        yield Span(start, len(window))

    def is_in(self, window: bytes) -> bool:
        return False


class Parting:
    """A separator between documents, given by a pattern.

    `faster` is an equivalent pattern if carriage returns only occur before line feeds: `re` finds one byte ten times as fast
    as one of two. A match that ends within `unsure_bytes` of the end of the data may continue after it.
    """

    def __init__(self, pattern: bytes, faster: bytes | None = None, unsure_bytes: int = LONGEST_BLANK) -> None:
        self.pattern, self.faster = re.compile(pattern), faster and re.compile(faster)
        self.unsure_bytes = unsure_bytes

    def _pattern(self, data: bytes) -> re.Pattern[bytes]:
        return self.faster if self.faster and data.count(b"\r") == data.count(b"\r\n") else self.pattern

    def find(self, data: bytes, ended: bool) -> int | None:
        match = self._pattern(data).search(data, max(1, len(BEGUN.match(data)[0])))  # type: ignore[index]
        if match is None or (not ended and match.end() > len(data) - self.unsure_bytes):
            return None
        return match.end()

    def spans(self, window: bytes, start: int) -> Iterator[Span]:
        start = _blank_until(window, start)
        for match in self._pattern(window).finditer(window, start):
            stop = match.start()
            while stop > start and window[stop - 1] == CARRIAGE_RETURN:  # part of the line end
                stop -= 1
            if stop > start:
                yield Span(start, stop)
            start = match.end()
        if start < len(window):
            yield Span(start, len(window))

    def is_in(self, window: bytes) -> bool:
        return self.pattern.search(window) is not None


class Headings:
    """A line that matches a pattern, ignoring surrounding blanks, begins a document; the first group is the title."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern

    def find(self, data: bytes, ended: bool) -> int | None:
        for line in LINE.finditer(data):
            is_whole = line.start() > 0 and (ended or line.end() < len(data))
            if is_whole and self.title(line[0]) is not None:
                return line.start()
        return None

    def spans(self, window: bytes, start: int) -> Iterator[Span]:
        lines, title = LINE.finditer(window, start), None
        start = _blank_until(window, start)
        for line in lines:
            if (found := self.title(line[0])) is not None:
                if title is not None or start < line.start():
                    yield Span(start, line.start(), title or None)
                start, title = _blank_until(window, line.end()), found
        if title is not None or start < len(window):
            yield Span(start, len(window), title or None)

    def is_in(self, window: bytes) -> bool:
        return any(self.title(line[0]) is not None for line in LINE.finditer(window))

    def title(self, line: bytes) -> str | None:
        """The title in a heading, which may be empty; None if the line is not a heading."""
        if len(line) > LONGEST_HEADING:
            return None
        try:
            content = line.decode()
        except UnicodeDecodeError:  # remains in the text, and is reported there
            return None
        match = self.pattern.fullmatch(content) or (
            self.pattern.fullmatch(content.strip()) if content[0].isspace() or content[-1].isspace() else None
        )
        if match is None:
            return None
        title = next((group for group in match.groups() if group is not None), match[0]).strip()
        return title if any(character.isalnum() for character in title) else ""


def _blank_until(data: bytes, start: int) -> int:
    match = SPACES.match(data, start)
    return match.end() if match else start
