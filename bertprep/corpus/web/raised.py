"""Superscripts of a page: exponents become superscript digits, and marks of footnotes are removed.

10<sup>5</sup> m                              10⁵ m (else it would be read as 105 m)
the mill<sup><a href="#n3">3</a></sup> of     the mill of
the 1<sup>st</sup>                            the 1st
"""

import re
from typing import Any

from ..wikipedia.templates.arguments import SUPERSCRIPTS

JOINER = "\u2060"  # next to a single character, which the library would drop as an icon; removed from the text
EXPONENT = re.compile(r"[-+−]?[\dn]{1,6}")
MARK = re.compile(r"[\[(]?(\d{1,4}|[*†‡§¶]{1,3})[\])]?")


def settle_superscripts(tree: Any) -> None:
    """Rewrite exponents in a parsed page (an `HTMLTree`), and remove links to notes."""
    for sup in tree.document.query_selector_all("sup").values():
        text = sup.text.strip()
        if MARK.fullmatch(text) and sup.query_selector("a[href*='#']"):
            sup.decompose()
        elif EXPONENT.fullmatch(text) and not sup.query_selector("*") and _is_base(sup.prev):
            sup.text = text.translate(SUPERSCRIPTS) + JOINER


def _is_base(before: Any) -> bool:
    """Whether a superscript after this node can be an exponent: after a letter, digit or bracket, not after a full stop."""
    last = before.text[-1:] if before is not None else ""
    return last.isalnum() or last == ")"
