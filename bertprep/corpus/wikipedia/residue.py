"""Clean the output of the program WikiExtractor to the prose that our own reader of dumps gives.

    Aven (, , local: "Abben"), formally Aven (), is a town of formula_12 people.      Aven (local: "Abben"), formally Aven,
    thumb|300px|The mill of Aven                                                      is a town of people.
    <templatestyles src="A/styles.css" />__NOTOC__
    It has a [[mill|stone mill]].                                                     It has a stone mill.

Each line is a paragraph and remains one. The passes are those of `wikitext`, and take linear time.
"""

import re
from collections import Counter

from ..documents import HOLE
from . import holes
from .lines import DISGUISED, DISGUISES, NOTHING, WORD, without_gaps, without_inline, without_residue
from .site import Site
from .wikitext import rendered, without_elements

SIGNS = re.compile(r"[<\[\]{|&]|__|''|//|[(（]\s*[,;:)，；）]|[,;]\s*[)）]|(?:formula|codice)_\d|  | [.,]")
PLACEHOLDER = re.compile(r"\b(?:formula|codice)_\d+\b")  # in place of a formula or code
# remains of an image without its brackets, and table rows
NO_PROSE = re.compile(
    r"(?:[^\s|][^|\n]{0,200}\|)?(?:thumb(?:nail)?|mini(?:atur)?|frame(?:d|less)?|left|right|center|none|upright|\d+px)\b[^|\n]{0,20}\|.*"
    r"|(?:\||!(?=[ !|])|\{\||\|\}|-{4,}).*"
)


def cleaned(text: str, site: Site | None = None) -> str:
    """Remove leftover markup; one paragraph per line."""
    if not SIGNS.search(text):
        return text
    if any(character in text for character in DISGUISES + NOTHING):
        text = DISGUISED.sub("", text)
    unknown = holes.Unknown()
    text = rendered(without_elements(f"\n{text.replace(HOLE, '')}"), site or Site(), unknown)
    text = "\n".join(line for line in text.split("\n") if not NO_PROSE.fullmatch(line.lstrip()))
    text = holes.settle(without_inline(text), unknown, Counter())
    text = without_gaps(PLACEHOLDER.sub("", text))
    lines = (line.strip().lstrip(" ,;") for line in without_residue(text).split("\n"))
    return "\n".join(line for line in lines if not line or WORD.search(line)).strip()
