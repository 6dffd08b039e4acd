"""Choose the revision of a page to read: the newest by its timestamp, in any order in a file.

    <page>
      <title>Mill</title> ...
      <revision><id>7</id><timestamp>2019-05-01T10:00:00Z</timestamp> ... <text>A mill grinds.</text></revision>     read
      <revision><id>3</id><timestamp>2004-11-30T08:15:00Z</timestamp> ... <text>A mil grinds.</text></revision>      counted
    </page>

In dumps named pages-meta-history, and exports with all revisions, a page may have 50,000 revisions. So while a page is read,
all but the newest are removed as they arrive.
"""

import re

BEGIN, END = b"<revision", re.compile(rb"</revision\s*>")
TIME = re.compile(rb"<timestamp\b[^>]*>\s*([^<\s]+)")
ID = re.compile(rb"<id\b[^>]*>\s*(\d{1,18})")

Span = tuple[int, int]


def newest(data: bytes | bytearray) -> tuple[Span, int]:
    """Start and end of the newest revision of a page, and the number of revisions; the whole page if it has none."""
    first = data.find(BEGIN)
    if first < 0 or data.find(BEGIN, first + 1) < 0:
        return (max(first, 0), len(data)), int(first >= 0)
    spans = _spans(data)
    return max(reversed(spans), key=lambda span: _age(data, span)), len(spans)  # the last of equally new ones


def shorten(page: bytearray) -> int:
    """Remove all complete revisions but the newest from the start of a page; returns their number."""
    spans = [span for span in _spans(page) if END.search(page, *span)]
    if len(spans) < 2:
        return 0
    start, end = max(reversed(spans), key=lambda span: _age(page, span))
    del page[end : spans[-1][1]]
    del page[spans[0][0] : start]
    return len(spans) - 1


def _spans(data: bytes | bytearray) -> list[Span]:
    """Start and end of each revision; the last may be incomplete."""
    spans = []
    start = data.find(BEGIN)
    while start >= 0:
        found = END.search(data, start)
        end = found.end() if found else len(data)
        spans.append((start, end))
        start = data.find(BEGIN, end)
    return spans


def _age(data: bytes | bytearray, span: Span) -> tuple[bytes, int]:
    """A sort key by age: the timestamp, whose format sorts by time, then the id."""
    time, number = TIME.search(data, *span), ID.search(data, *span)
    return bytes(time[1]) if time else b"", int(number[1]) if number else 0
