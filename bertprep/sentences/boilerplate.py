"""Remove the publisher's text from books: Project Gutenberg's licence before and after the work.

The Project Gutenberg eBook of ...          dropped, including the line of asterisks
*** START OF THE PROJECT GUTENBERG EBOOK ... ***
the book                                    kept
*** END OF THE PROJECT GUTENBERG EBOOK ... ***
... full license ...                        dropped
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from ..core.literals import changed_where

COUNTERS = ("licence_texts",)

SIGN = "project gutenberg"
OF_THE_BOOK = r"OF (THE|THIS) PROJECT GUTENBERG EBOOK"
START = re.compile(
    rf"^[^\S\n]*\*{{3}}\s?START {OF_THE_BOOK}[^\n]*(\n[^\n]+)?\*{{3}}[^\n]*$|^\*END[* ]THE SMALL PRINT[^\n]*$",
    re.M | re.I,
)
END = re.compile(
    rf"^[^\S\n]*(\*{{3}}\s?END {OF_THE_BOOK}|End of (the |this )?Project Gutenberg('s|\u2019s)? )[^\n]*", re.M | re.I
)


def without_licences(texts: pa.Array, counters: dict[str, int]) -> pa.Array:
    """Remove what comes before and after a book of Project Gutenberg; each removed part is counted."""
    signed_N = pc.fill_null(pc.match_substring(texts, SIGN, ignore_case=True), False).to_numpy(zero_copy_only=False)
    return changed_where(texts, signed_N, lambda text: _book(text, counters))


def _book(text: str, counters: dict[str, int]) -> str:
    text = text.replace("\r\n", "\n")
    if start := list(START.finditer(text)):
        counters["licence_texts"] += 1
        text = text[start[-1].end() :]
    if end := END.search(text):
        counters["licence_texts"] += 1
        text = text[: end.start()]
    return text
