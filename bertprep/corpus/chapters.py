"""Find chapter headings in a plain-text book, and suggest the option that splits it into documents, if they are clear.

CHAPTER I. Down the Rabbit-Hole        --document-separator 're:(CHAPTER .*)'
"""

import re
from collections.abc import Sequence

from ..core.counts import quantity
from ..core.errors import BertprepError
from .pieces import Piece, PieceReader
from .sources import Source

LOOKED_AT = 4 << 20  # bytes of a file; most books are shorter
FEWEST = 3  # headings that make a book of chapters
NUMBER = r"(?:[IVXLC]+|\d{1,3}|[A-Z][A-Za-z-]{2,12})"
# pattern of a heading line, and the pattern to suggest
HEADINGS = (
    *(
        (rf"{word} {NUMBER}(?:[.:\u2014 ].{{0,70}})?", f"({word} .*)")
        for word in ("CHAPTER", "Chapter", "PART", "BOOK")
    ),
    *(
        (rf"{word} {NUMBER}(?:[.: ].{{0,70}})?", f"({word} .*)")
        for word in ("KAPITEL", "Kapitel", "CHAPITRE", "Chapitre")
    ),
    *(
        (rf"{word} {NUMBER}(?:[.: ].{{0,70}})?", f"({word} .*)")
        for word in ("CAPÍTULO", "Capítulo", "CAPITOLO", "Capitolo")
    ),
    (r"(?:ГЛАВА|Глава) (?:[IVXLC]+|\d{1,3}|\w{3,12}).{0,70}", "((?:ГЛАВА|Глава) .*)"),
    (r"第[一二三四五六七八九十百千零〇0-9]{1,6}[章回].{0,40}", "(第.*[章回].*)"),
)


def pattern_of(text: str) -> tuple[str, str, int] | None:
    """(pattern, first heading, number of headings) of a text; None if it has too few.

    >>> pattern_of("CHAPTER I\\nA cat.\\nCHAPTER II\\nA dog.\\nCHAPTER III. Birds\\nThey fly.\\n")
    ('(CHAPTER .*)', 'CHAPTER I', 3)
    """
    lines = [line.rstrip() for line in text.splitlines()]
    for heading, pattern in HEADINGS:
        fits = re.compile(heading).fullmatch
        found = list(dict.fromkeys(line for line in lines if fits(line)))  # a table of contents repeats headings
        if len(found) >= FEWEST:
            return pattern, found[0], len(found)
    return None


def advice(sources: Sequence[Source]) -> str | None:
    """A warning with the separator that splits the first book of these sources into chapters; None if none is clear."""
    for source in [source for source in sources if source.format == "text"][:FEWEST]:
        data = b""
        try:
            with PieceReader(Piece(source, 0, source.size)) as reader:
                for block in reader.decompressed():
                    data += block
                    if len(data) >= LOOKED_AT:
                        break
        except BertprepError:
            continue
        if found := pattern_of(data.decode("utf-8", "replace")):
            pattern, first, count = found
            return (
                f"{source.name} has {quantity(count, 'chapter heading')} such as {first!r}; "
                f"--document-separator 're:{pattern}' makes each chapter a document"
            )
    return None
