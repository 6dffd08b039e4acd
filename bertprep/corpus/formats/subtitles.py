"""Subtitles of films and talks (SubRip, WebVTT): one document per file; .srt, .vtt.

    1
    00:00:01,000 --> 00:00:03,000
    - Where have you been?               - Where have you been?
    - At the old mill, <i>as always</i>, - At the old mill, as always, with the miller.

    2
    00:00:03,500 --> 00:00:06,000
    with the miller.

Numbers, times, tags and notes are removed. A cue holds as much of a sentence as fits the screen: its lines are joined, and so is
the next cue if it begins in lower case or follows a comma. A dash begins the speech of another person. Rolling captions repeat
the previous line, which is used once.

Raises `InputError` for files that are not UTF-8, or over 64 MiB.
"""

import re
from collections.abc import Iterator

import pyarrow as pa

from ...languages.scripts import UNSPACED, UNSPACED_SIGNS, any_of
from .. import boundaries
from ..documents import Row, batches
from ..pieces import PieceReader
from ..references import unescape
from ..settings import ReadSettings
from . import text

LONGEST_BYTES = 1 << 26
TOO_LONG = f"subtitles of more than {LONGEST_BYTES >> 20} MiB; it may be in another format"
TIME = re.compile(r"[ \t]*(?:\d+:)?\d{1,2}:\d\d[,.]\d{1,3}[ \t]*-->")
TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>|<\d[\d:.]*>|\{\\[^{}\n]*\}")  # <i>, the time of a word, {\an8}
SPEECH = re.compile(r"[-–—‐]\s*(?=[^\W_]|[\"“«¿¡'(\[…])")
UNSPACED_CHARACTER = re.compile(any_of(*UNSPACED, *UNSPACED_SIGNS))

pieces = boundaries.whole


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The document of a file."""
    data = reader.held(LONGEST_BYTES, TOO_LONG, reader.content())
    [content] = text.decode([data.removeprefix(text.BOM)], [1], reader).to_pylist()
    counters["lines"] = data.count(b"\n")
    yield from batches(reader.piece.source.name, [Row(1, None, None, speech(content))])


def speech(content: str) -> str:
    """The spoken text, with a new paragraph wherever nothing shows that the sentence continues."""
    paragraphs: list[list[str]] = []  # each as its parts
    above = ""
    for cue in cues(content):
        is_first = True
        for line in cue:
            shown = " ".join(unescape(TAG.sub("", line)).split())
            if not shown or shown == above:
                continue
            above = shown
            if paragraphs and not SPEECH.match(shown) and (not is_first or goes_on(paragraphs[-1][-1], shown)):
                is_unspaced = UNSPACED_CHARACTER.match(paragraphs[-1][-1][-1]) and UNSPACED_CHARACTER.match(shown)
                paragraphs[-1] += [shown] if is_unspaced else [" ", shown]
            else:
                paragraphs.append([shown])
            is_first = False
    return "\n".join(map("".join, paragraphs))


def cues(content: str) -> Iterator[list[str]]:
    """The lines of each cue after its time; text before the first time, and between a blank line and a time, is skipped."""
    lines: list[str] | None = None
    for line in re.sub(r"\r\n?", "\n", content).split("\n"):
        if TIME.match(line):
            if (
                lines and lines[-1].strip().isdecimal()
            ):  # the number of this cue, if no blank line separates it from the last
                lines.pop()
            if lines is not None:
                yield lines
            lines = []
        elif lines is not None and line.strip(" \t"):
            lines.append(line)
        elif lines is not None:
            yield lines
            lines = None
    if lines is not None:
        yield lines


def goes_on(before: str, after: str) -> bool:
    """Whether a cue continues a sentence that the one before began."""
    first = after.lstrip("\"“«'(…. ")[:1]
    return before[-1] in ",;，、" or (first.islower() and before[-1] not in ".!?。！？")
