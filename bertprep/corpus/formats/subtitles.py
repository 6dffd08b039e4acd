"""Subtitles of films and talks (SubRip, WebVTT): a file is a document; .srt, .vtt.

    1
    00:00:01,000 --> 00:00:03,000
    - Where have you been?               - Where have you been?
    - At the old mill, <i>as always</i>, - At the old mill, as always, with the miller.

    2
    00:00:03,500 --> 00:00:06,000
    with the miller.

Numbers, times, tags and notes go. A cue is as much of a sentence as the screen holds: its lines are joined, and so is the next
cue where it goes on in a small letter or behind a comma. A dash begins another's speech. Captions that roll repeat the line
above, which is taken once.

Refuses, with the file: what is not UTF-8, and files over 64 MiB.
"""

import html
import re
from collections.abc import Iterator

import pyarrow as pa

from ...core.errors import InputError
from .. import boundaries
from ..documents import Row, batches
from ..pieces import PieceReader
from ..settings import ReadSettings
from . import text

LONGEST_BYTES = 1 << 26
TIME = re.compile(r"[ \t]*(?:\d+:)?\d{1,2}:\d\d[,.]\d{1,3}[ \t]*-->")
BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>|<\d[\d:.]*>|\{\\[^{}\n]*\}")  # <i>, the time of a word, {\an8}
SPEECH = re.compile(r"[-–—‐]\s*(?=[^\W_]|[\"“«¿¡'(\[…])")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\uff01-\uff60]")

pieces = boundaries.whole


def read(reader: PieceReader, settings: ReadSettings, counters: dict[str, int]) -> Iterator[pa.RecordBatch]:
    """The document of a file."""
    data = b""
    for block in reader.content():
        data += block
        if len(data) > LONGEST_BYTES:
            raise InputError(
                f"{reader.piece.source.path}: subtitles of more than {LONGEST_BYTES >> 20} MiB; it may be in another format"
            )
    [content] = text.decode([data.removeprefix(text.BOM)], [1], reader).to_pylist()
    counters["lines"] = data.count(b"\n")
    yield from batches(reader.piece.source.name, [Row(1, None, None, speech(content))])


def speech(content: str) -> str:
    """What is said, a paragraph for each piece that nothing shows to go on."""
    said: list[str] = []
    above = ""
    for cue in BLANK.split(re.sub(r"\r\n?", "\n", content)):
        lines = cue.split("\n")
        times = [number for number, line in enumerate(lines) if TIME.match(line)]
        if not times:  # the head of WebVTT, its notes and styles
            continue
        is_first = True
        for line in lines[times[0] + 1 :]:
            shown = " ".join(html.unescape(TAG.sub("", line)).split())
            if not shown or shown == above:
                continue
            above = shown
            if said and not SPEECH.match(shown) and (not is_first or goes_on(said[-1], shown)):
                said[-1] += ("" if UNSPACED.match(said[-1][-1]) and UNSPACED.match(shown) else " ") + shown
            else:
                said.append(shown)
            is_first = False
    return "\n".join(said)


def goes_on(before: str, after: str) -> bool:
    """Whether a cue is the middle of a sentence that the one before began."""
    first = after.lstrip("\"“«'(…. ")[:1]
    return before[-1] in ",;，、" or (first.islower() and before[-1] not in ".!?。！？")
