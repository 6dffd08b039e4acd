"""Which of a page's revisions is read: the newest by its time, whatever their order in a file.

    <page>
      <title>Mill</title> ...
      <revision><id>7</id><timestamp>2019-05-01T10:00:00Z</timestamp> ... <text>A mill grinds.</text></revision>     read
      <revision><id>3</id><timestamp>2004-11-30T08:15:00Z</timestamp> ... <text>A mil grinds.</text></revision>      counted
    </page>

A dump named pages-meta-history, and an export with all revisions, have up to some 50,000 in a page. So of one that is not
whole yet all revisions but the newest are taken out as they come.
"""

import re

BEGIN, END = b"<revision", re.compile(rb"</revision\s*>")
TIME = re.compile(rb"<timestamp\b[^>]*>\s*([^<\s]+)")
ID = re.compile(rb"<id\b[^>]*>\s*(\d{1,18})")

Span = tuple[int, int]


def newest(data: bytes | bytearray) -> tuple[Span, int]:
    """Where the newest revision of a page begins and ends, and how many it has; the whole page where it has none."""
    first = data.find(BEGIN)
    if first < 0 or data.find(BEGIN, first + 1) < 0:
        return (max(first, 0), len(data)), int(first >= 0)
    spans = _spans(data)
    return max(reversed(spans), key=lambda span: _age(data, span)), len(spans)  # of equal ones the last


def shorten(page: bytearray) -> int:
    """Take out of the beginning of a page all whole revisions but the newest; how many they were."""
    spans = [span for span in _spans(page) if END.search(page, *span)]
    if len(spans) < 2:
        return 0
    start, end = max(reversed(spans), key=lambda span: _age(page, span))
    del page[end : spans[-1][1]]
    del page[spans[0][0] : start]
    return len(spans) - 1


def _spans(data: bytes | bytearray) -> list[Span]:
    """Where each revision begins and ends, the last one perhaps with the data."""
    spans = []
    start = data.find(BEGIN)
    while start >= 0:
        found = END.search(data, start)
        end = found.end() if found else len(data)
        spans.append((start, end))
        start = data.find(BEGIN, end)
    return spans


def _age(data: bytes | bytearray, span: Span) -> tuple[bytes, int]:
    """What a newer revision has more of: its time, which is written so that it sorts, then its number."""
    time, number = TIME.search(data, *span), ID.search(data, *span)
    return bytes(time[1]) if time else b"", int(number[1]) if number else 0
