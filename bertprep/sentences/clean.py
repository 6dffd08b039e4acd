"""Basic cleaning of texts: uniform line ends, Unicode NFC, no control characters, single spaces.

Few texts need any of it, and most bytes cannot begin a character that does. So all texts are scanned first, in one buffer
of bytes, and only those that contain such a character or two spaces in a row are rewritten. Line ends of all systems
become "\\n", also vertical tab, form feed and the four ASCII separators (U+001C to U+001F), since dropping them would join
words. C1 codes are read as Windows-1252, as browsers do: usually they are its quotes and dashes, read as Latin-1. Joiners
that scripts need (ZWJ, ZWNJ) are kept.
Axes: N texts, B bytes in total, C characters that may need cleaning.
"""

import functools
import unicodedata
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .settings import SegmentSettings

if TYPE_CHECKING:
    import polars as pl

COUNTERS = ("windows_1252_codes", "control_characters", "blanks_joined", "documents_composed")

LINE_ENDS = r"\r\n?|[\x0B\x0C\x1C-\x1F\x{0085}\x{2028}\x{2029}]"
C1 = r"[\x80-\x84\x86-\x9F]"
WINDOWS_1252 = {chr(code): bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
WINDOWS_1252 = {code: character for code, character in WINDOWS_1252.items() if character}
# U+0085 is EBCDIC's line end, or the ellipsis of Windows-1252: the latter if white space, punctuation or nothing follows
ELLIPSIS = r"""\x{0085}([ \t\r\n\x{A0}"'”’»)\]!?.,;:]|$)"""
# C0 and C1 codes, the byte order mark and two noncharacters
CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\x{FEFF}\x{FFFE}\x{FFFF}]"
BLANKS = r"[^\S\n ][^\S\n]*| [^\S\n]+"
CONTROL_POINTS = (*range(0x80, 0xA0), 0xFEFF, 0xFFFE, 0xFFFF, 0x2028, 0x2029)
BLANK_POINTS = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
# Text made of these code points alone is in NFC: none is changed by it, is a combining mark, or composes with the previous one.
# Blocks to which newer versions of Unicode may add marks are left out. A test checks each with `unicodedata`.
COMPOSED = (
    *((0x0, 0x2FF), (0x388, 0x482), (0x48A, 0x590), (0x5D0, 0x5F4), (0x61B, 0x64A), (0x671, 0x6D5), (0x10A0, 0x1160)),
    *((0x1200, 0x135C), (0x1E00, 0x1F70), (0x2002, 0x20CF), (0x2100, 0x2125), (0x212C, 0x2328), (0x232B, 0x2ADB)),
    *((0x2ADD, 0x2CEE), (0x2E00, 0x3029), (0x3030, 0x3098), (0x309B, 0xA66E), (0xAC00, 0xD7A3), (0xE000, 0xF8FF)),
    *((0xFF00, 0xFFFF), (0x1F000, 0x1FFFF), (0x20000, 0x2F7FF)),
)


class Call:
    """Kinds of cleaning that a character may need; bits."""

    CONTROL, BLANK, COMPOSE = 1, 2, 4


def clean(
    texts: pa.Array,
    settings: SegmentSettings,
    counters: dict[str, int],
    in_lines: Callable[[pa.Array], pa.Array] | None = None,
) -> pa.Array:
    """Clean the texts according to the settings; nulls become empty; `counters` receive the number of changes.

    `in_lines` is applied once all line ends are "\\n", and before spaces are joined, since it may need them.
    """
    texts = pc.fill_null(texts, "").cast(pa.string())
    calls_N = calls(texts)
    texts = _rewritten(
        texts, calls_N & Call.CONTROL, functools.partial(_without_control, counters, settings.drop_control)
    )
    if in_lines is not None:
        before, texts = texts, in_lines(texts)
        calls_N[pc.not_equal(before, texts).to_numpy(zero_copy_only=False)] |= Call.BLANK | Call.COMPOSE
    if settings.join_blanks:
        texts = _rewritten(texts, calls_N & Call.BLANK, functools.partial(_join_blanks, counters))
    if settings.unicode_nfc:
        texts = _rewritten(texts, calls_N & Call.COMPOSE, functools.partial(_compose, counters))
    return texts


def _rewritten(texts: pa.Array, chosen_N: np.ndarray, rewrite: Callable[["pl.Series"], "pl.Series"]) -> pa.Array:
    """The texts, with `rewrite` applied to the chosen ones."""
    import polars as pl

    rows = pl.Series(np.flatnonzero(chosen_N))
    if not len(rows):
        return texts
    series = pl.Series("text", texts)
    return series.scatter(rows, rewrite(series.gather(rows))).to_arrow().cast(pa.string())


def _without_control(counters: dict[str, int], drop: bool, series: "pl.Series") -> "pl.Series":
    if not drop:
        return series.str.replace_all(LINE_ENDS, "\n")
    series = _with_windows_1252(series, counters).str.replace_all(LINE_ENDS, "\n")
    counters["control_characters"] += int(series.str.count_matches(CONTROL).sum())
    return series.str.replace_all(CONTROL, "")


def _with_windows_1252(series: "pl.Series", counters: dict[str, int]) -> "pl.Series":
    """C1 codes as their Windows-1252 characters; U+0085 only if it is not a line end."""
    import polars as pl

    has_c1 = series.str.contains(C1)
    with_c1 = series.filter(has_c1)
    counters["windows_1252_codes"] += int(with_c1.str.count_matches(f"[{''.join(WINDOWS_1252)}]").sum())
    with_c1 = with_c1.str.replace_many(list(WINDOWS_1252), list(WINDOWS_1252.values()))
    others = series.filter(~has_c1)
    counters["windows_1252_codes"] += int(others.str.count_matches(ELLIPSIS).sum())
    others = others.str.replace_all(ELLIPSIS, "…${1}")
    both = pl.concat([with_c1, others])
    return both.gather(pl.concat([has_c1.arg_true(), (~has_c1).arg_true()]).arg_sort())


def _join_blanks(counters: dict[str, int], series: "pl.Series") -> "pl.Series":
    counters["blanks_joined"] += int(series.str.count_matches(BLANKS).sum())
    return series.str.replace_all(BLANKS, " ")


def _compose(counters: dict[str, int], series: "pl.Series") -> "pl.Series":
    import polars as pl

    before = series.to_list()
    after = [unicodedata.normalize("NFC", text) for text in before]
    counters["documents_composed"] += sum(old != new for old, new in zip(before, after, strict=True))
    return pl.Series(after, dtype=pl.String)


def calls(texts: pa.Array) -> np.ndarray:
    """The kinds of cleaning each text may need, as bits of `Call`, uint8 [N]; possibly too many, never too few."""
    _, offsets, data = texts.buffers()
    calls_N = np.zeros(len(texts), np.uint8)
    if not len(texts) or data is None:
        return calls_N
    offsets_N1 = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    bytes_B = np.frombuffer(data, np.uint8)[offsets_N1[0] : offsets_N1[-1]]
    starts_N = offsets_N1[:-1] - offsets_N1[0]
    for call, at_C in _places(bytes_B):
        calls_N[np.searchsorted(starts_N, at_C, side="right") - 1] |= np.uint8(call)
    # removing a character may leave two spaces in a row, or a letter next to a combining mark
    calls_N[calls_N & Call.CONTROL > 0] |= Call.BLANK | Call.COMPOSE
    return calls_N


def _places(bytes_B: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Pairs of a bit of `Call` and the bytes that need it."""
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
    """The code points of at least two bytes that begin at these positions, int32 [C]."""
    at_C4 = np.minimum(at_C[:, None] + np.arange(4), len(bytes_B) - 1)
    first, one, two, three = (bytes_B[at_C4].astype(np.int32) & [0xFF, 0x3F, 0x3F, 0x3F]).T
    return np.select(
        [first < 0xE0, first < 0xF0],
        [(first & 0x1F) << 6 | one, (first & 0x0F) << 12 | one << 6 | two],
        (first & 0x07) << 18 | one << 12 | two << 6 | three,
    )


@functools.cache
def _call_tables() -> tuple[np.ndarray, np.ndarray]:
    """Whether any code point with these first two bytes needs cleaning, bool [65536], and which kinds, uint8 [0x110000]."""
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
