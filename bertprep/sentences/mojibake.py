"""Detect texts that were decoded wrongly: UTF-8 that was read as Windows-1252 or Windows-1251, and saved again.

    donâ€™t, cafÃ©, ZÃ¼rich    don’t, café, Zürich; each byte of a character became a character
    РїСЂРёРІРµС‚                 привет

The first byte of a UTF-8 character and its continuation bytes become characters of two classes that are hardly ever adjacent
in normal text. If nearly all of the first class are followed by as many of the second as UTF-8 requires, the document is
counted. Its text is not changed; libraries such as ftfy can repair it.

Only the first characters of each document are checked, and documents whose bytes rule it out are skipped.
"""

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import polars as pl

COUNTERS = ("documents_decoded_twice",)

HEAD_CHARACTERS = 2000
NO_BREAK = "\u00a0"


def _class(encoding: str, first: int, last: int) -> str:
    """A regular expression class of the characters for bytes first to last in an encoding, including C1 codes.

    Without the no-break space, which may follow any letter in normal text.
    """
    data = bytes(range(first, last + 1))
    characters = data.decode(encoding, "ignore") + data.decode("latin-1")[: max(0, 0xA0 - first)]
    return f"[{re.escape(characters.replace(NO_BREAK, ''))}]"


def _sequences(encoding: str) -> str:
    """A pattern of multibyte UTF-8 characters as they appear when read in an encoding."""
    after = _class(encoding, 0x80, 0xBF)
    two, three, four = (_class(encoding, *lead) for lead in ((0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4)))
    return f"{two}{after}|{three}{after}{after}|{four}{after}{after}{after}"


LATIN = _sequences("cp1252")
LATIN_FIRST = _class("cp1252", 0xC2, 0xF4)
LATIN_LONG = r"â(?:€|\x80|‚¬)"  # quotes, dashes, bullets and the euro sign: one is enough evidence
CYRILLIC = "[РС]" + _class("cp1251", 0x80, 0xBF)


def decoded_twice(texts: pa.Array) -> int:
    """The number of texts, a column of strings, that look decoded wrongly."""
    import polars as pl

    rows = _candidates(texts)
    if not len(rows):
        return 0
    heads = pl.Series("text", pc.utf8_slice_codeunits(texts.take(pa.array(rows)), 0, HEAD_CHARACTERS))
    sequences, firsts, long = (_count(heads, pattern) for pattern in (LATIN, LATIN_FIRST, LATIN_LONG))
    latin = (10 * sequences >= 7 * firsts) & ((sequences >= 2) | (long >= 1)) & (firsts > 0)
    pairs, beyond_ascii = _count(heads, CYRILLIC), _count(heads, r"[^\x00-\x7F]")
    return int((latin | (pairs >= 4) & (4 * pairs >= beyond_ascii)).sum())


def _count(texts: "pl.Series", pattern: str) -> np.ndarray:
    return texts.str.count_matches(pattern).to_numpy().astype(np.int64)


def _candidates(texts: pa.Array) -> np.ndarray:
    """Texts with a possible first character of such a sequence before another non-ASCII character; int64."""
    _, offsets, data = texts.buffers()
    if not len(texts) or data is None:
        return np.zeros(0, np.int64)
    offsets_N1 = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    bytes_B = np.frombuffer(data, np.uint8)[offsets_N1[0] : offsets_N1[-1]]
    starts_N, lengths_N = offsets_N1[:-1] - offsets_N1[0], np.diff(offsets_N1)

    def per_text(lead: int, low: int, high: int) -> np.ndarray:
        is_lead_B = bytes_B[:-2] == lead
        if not is_lead_B.any():
            return np.zeros(len(texts), np.int64)
        is_second_B = bytes_B[1:-1] - np.uint8(low) <= high - low  # wraps around below `low`
        at_C = np.flatnonzero(is_lead_B & is_second_B & (bytes_B[2:] >= 0x80))
        return np.bincount(np.searchsorted(starts_N, at_C, side="right") - 1, minlength=len(texts))

    # in UTF-8, Â to ô are C3 82 to C3 B4; Р and С, D0 A0 and D0 A1, are every second letter of such text
    return np.flatnonzero((per_text(0xC3, 0x82, 0xB4) > 0) | (12 * per_text(0xD0, 0xA0, 0xA1) > lengths_N))
