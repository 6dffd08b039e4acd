"""Light cleaning of texts: Unicode's composed form, no control characters, single blanks.

Few texts need any of it, and most bytes of any text begin no character that could. So every text is looked over first,
in one buffer of bytes, and only those in which a character or two blanks in a row call for it are rewritten. Line ends
of all systems become "\\n". Joiners that scripts need (ZWJ, ZWNJ) stay.

Axes: N texts, B bytes of all of them, C characters that may matter.
"""

import functools
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .settings import SegmentSettings

if TYPE_CHECKING:
    import polars as pl

COUNTERS = ("control_characters", "blanks_joined", "documents_composed")

LINE_ENDS = r"\r\n?|\x{0085}|\x{2028}|\x{2029}"
# besides C0 and C1 the byte order mark and two code points that are no characters
CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\x{FEFF}\x{FFFE}\x{FFFF}]"
BLANKS = r"[^\S\n ][^\S\n]*| [^\S\n]+"
CONTROL_POINTS = (*range(0x80, 0xA0), 0xFEFF, 0xFFFE, 0xFFFF, 0x2028, 0x2029)
BLANK_POINTS = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
# Text of these code points alone is in composed form: none is changed by it, is a combining mark, or joins one before it.
# Blocks that newer versions of Unicode may add marks to are left out. A test asks `unicodedata` about each.
COMPOSED = (
    *((0x0, 0x2FF), (0x388, 0x482), (0x48A, 0x590), (0x5D0, 0x5F4), (0x61B, 0x64A), (0x671, 0x6D5), (0x10A0, 0x1160)),
    *((0x1200, 0x135C), (0x1E00, 0x1F70), (0x2002, 0x20CF), (0x2100, 0x2125), (0x212C, 0x2328), (0x232B, 0x2ADB)),
    *((0x2ADD, 0x2CEE), (0x2E00, 0x3029), (0x3030, 0x3098), (0x309B, 0xA66E), (0xAC00, 0xD7A3), (0xE000, 0xF8FF)),
    *((0xFF00, 0xFFFF), (0x1F000, 0x1FFFF), (0x20000, 0x2F7FF)),
)


class Call:
    """What a character may call for; bits."""

    CONTROL, BLANK, COMPOSE = 1, 2, 4


def clean(texts: pa.Array, settings: SegmentSettings, counters: dict[str, int]) -> pa.Array:
    """The texts as the settings want them, nulls as empty ones; `counters` get what was changed."""
    import polars as pl

    texts = pc.fill_null(texts, "").cast(pa.string())
    calls_N = calls(texts)
    series = pl.Series("text", texts)
    for call, rewrite in (
        (Call.CONTROL, functools.partial(_drop_control, drop=settings.drop_control)),
        (Call.BLANK, _join_blanks if settings.join_blanks else None),
        (Call.COMPOSE, _compose if settings.unicode_nfc else None),
    ):
        rows = pl.Series(np.flatnonzero(calls_N & call))
        if rewrite and len(rows):
            series = series.scatter(rows, rewrite(series.gather(rows), counters))
    return series.to_arrow().cast(pa.string())


def _drop_control(series: "pl.Series", counters: dict[str, int], drop: bool) -> "pl.Series":
    series = series.str.replace_all(LINE_ENDS, "\n")
    if not drop:
        return series
    counters["control_characters"] += int(series.str.count_matches(CONTROL).sum())
    return series.str.replace_all(CONTROL, "")


def _join_blanks(series: "pl.Series", counters: dict[str, int]) -> "pl.Series":
    counters["blanks_joined"] += int(series.str.count_matches(BLANKS).sum())
    return series.str.replace_all(BLANKS, " ")


def _compose(series: "pl.Series", counters: dict[str, int]) -> "pl.Series":
    import polars as pl

    before = series.to_list()
    after = [unicodedata.normalize("NFC", text) for text in before]
    counters["documents_composed"] += sum(old != new for old, new in zip(before, after, strict=True))
    return pl.Series(after, dtype=pl.String)


def calls(texts: pa.Array) -> np.ndarray:
    """What each text may need, as bits of `Call`, uint8 [N]; never too little."""
    _, offsets, data = texts.buffers()
    calls_N = np.zeros(len(texts), np.uint8)
    if not len(texts) or data is None:
        return calls_N
    offsets_N1 = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    bytes_B = np.frombuffer(data, np.uint8)[offsets_N1[0] : offsets_N1[-1]]
    starts_N = offsets_N1[:-1] - offsets_N1[0]
    for call, at_C in _places(bytes_B):
        calls_N[np.searchsorted(starts_N, at_C, side="right") - 1] |= np.uint8(call)
    # what is dropped between blanks leaves them side by side, and between letter and mark joins them
    calls_N[calls_N & Call.CONTROL > 0] |= Call.BLANK | Call.COMPOSE
    return calls_N


def _places(bytes_B: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """A bit of `Call` and the bytes where it comes from."""
    low_C = np.flatnonzero((bytes_B < 0x20) & (bytes_B != 10) | (bytes_B == 0x7F))
    is_tab_C = bytes_B[low_C] == 9
    yield Call.CONTROL, low_C[~is_tab_C]
    yield Call.BLANK, low_C[is_tab_C]
    space_B = bytes_B == 0x20
    yield Call.BLANK, np.flatnonzero(space_B[1:] & space_B[:-1])
    if bytes_B.max(initial=0) < 0x80:
        return
    by_pair, by_point = _call_tables()
    lead_C = np.flatnonzero(bytes_B >= 0xC2)
    lead_C = lead_C[by_pair.take(bytes_B[lead_C].astype(np.int32) << 8 | bytes_B[lead_C + 1])]
    calls_C = by_point.take(_code_points(bytes_B, lead_C))
    for call in (Call.CONTROL, Call.BLANK, Call.COMPOSE):
        yield call, lead_C[calls_C & call > 0]


def _code_points(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """The code points of two bytes or more that begin at byte positions, int32 [C]."""
    at_C4 = np.minimum(at_C[:, None] + np.arange(4), len(bytes_B) - 1)
    first, one, two, three = (bytes_B[at_C4].astype(np.int32) & [0xFF, 0x3F, 0x3F, 0x3F]).T
    return np.select(
        [first < 0xE0, first < 0xF0],
        [(first & 0x1F) << 6 | one, (first & 0x0F) << 12 | one << 6 | two],
        (first & 0x07) << 18 | one << 12 | two << 6 | three,
    )


@functools.cache
def _call_tables() -> tuple[np.ndarray, np.ndarray]:
    """Does any code point with these first two bytes call for something, bool [65536], and for what, uint8 [0x110000]."""
    by_point = np.full(0x110000, Call.COMPOSE, np.uint8)
    for first, last in COMPOSED:
        by_point[first : last + 1] = 0
    by_point[list(CONTROL_POINTS)] |= Call.CONTROL
    by_point[list(BLANK_POINTS)] |= Call.BLANK
    points = np.flatnonzero(by_point[0x80:]) + 0x80
    two, three = points < 0x800, (points >= 0x800) & (points < 0x10000)
    leads = np.select([two, three], [0xC0 | points >> 6, 0xE0 | points >> 12], 0xF0 | points >> 18)
    nexts = 0x80 | np.select([two, three], [points, points >> 6], points >> 12) & 0x3F
    by_pair = np.zeros(65536, bool)
    by_pair[leads << 8 | nexts] = True
    return by_pair, by_point
