"""Find unknown templates between two words: their text is missing, so the sentence must not be learnt from.

    A cidade tem {{fmtn|900}} habitantes.      A cidade tem ␣ habitantes.         a hole, and `segment` drops the sentence
    Anna{{sfn|Kerr|1999}} sang.                Anna sang.                         not between two words
    She sang {{cn}}, then left.                She sang, then left.               before a comma the sentence is complete

While a page is read, a mark contains the number of its template (`Unknown.mark`). `settle` turns marks with a word on both
sides into holes, counts their templates, and removes the other marks.
"""

import re
from collections import Counter

from ...languages.scripts import UNSPACED, any_of
from ..documents import HOLE

DIGITS = str.maketrans("0123456789", "".join(chr(0xFDD1 + digit) for digit in range(10)))
NUMBERS = {value: key for key, value in DIGITS.items()}
DIGIT = "\ufdd1-\ufdda"
MARK = re.compile(f"{HOLE}([{DIGIT}]+){HOLE}")
RUN = re.compile(f"(?:{HOLE}[{DIGIT}]+{HOLE} {{0,3}})*{HOLE}[{DIGIT}]+{HOLE}")
SPACES = (" ", "\xa0", "&nbsp;")
GOES_ON_AFTER = frozenset(',;:)»”’"–—%°')  # characters, besides letters and digits, after which a word may be missing
BEGINS = frozenset("«„“\"'$€£¥")  # and before which
UNSPACED_LETTER = re.compile(any_of(*UNSPACED))
NO_PROSE = tuple("*#:;|!{=")  # first characters of lists, tables and headings


class Unknown:
    """The unknown templates of a page, in the order of their marks."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def mark(self, name: str, before: str, after: str) -> str:
        """The replacement of a template: a mark if it may have been a word of its sentence, else nothing."""
        before, after = before[-24:].rstrip("'"), after[:24].lstrip("'")
        if not (_may_end(before) and _may_begin(after)):
            return ""
        self.names.append(name)
        return HOLE + str(len(self.names) - 1).translate(DIGITS) + HOLE


def _may_end(text: str) -> bool:
    return not text or text.endswith((*SPACES, "\n")) or bool(UNSPACED_LETTER.match(text[-1]))


def _may_begin(text: str) -> bool:
    return not text or text.startswith((*SPACES, "%", "°")) or bool(UNSPACED_LETTER.match(text[0]))


def settle(text: str, unknown: Unknown, counted: Counter[str]) -> str:
    """The text with `HOLE` for each missing word, and no other marks; `counted` gets the names of the templates there."""
    if not unknown.names or HOLE not in text:
        return text
    return "\n".join(_settled(line, unknown, counted) if HOLE in line else line for line in text.split("\n"))


def _settled(line: str, unknown: Unknown, counted: Counter[str]) -> str:
    if line.startswith(NO_PROSE):
        return MARK.sub("", line)

    def replaced(run: re.Match[str]) -> str:
        if not is_hole(line[max(run.start() - 4, 0) : run.start()], line[run.end() : run.end() + 4]):
            return ""
        counted.update(unknown.names[int(mark[1].translate(NUMBERS))] for mark in MARK.finditer(run[0]))
        return HOLE

    return RUN.sub(replaced, line)


def is_hole(before: str, after: str) -> bool:
    """Whether a word is missing between `before` and `after`, a few characters of the line on each side.

    >>> is_hole("tem ", " hab"), is_hole("sang ", ", then"), is_hole("", " is a"), is_hole("人口は", "人です")
    (True, False, True, True)
    """
    left, right = before.rstrip(" ")[-1:], after.lstrip(" ")[:1]
    if before and after and UNSPACED_LETTER.match(before[-1]) and UNSPACED_LETTER.match(after[0]):
        return True
    if not left or left in ".!?…":
        return after.startswith(" ") and right.islower()
    if not before.endswith(" ") or not (left.isalnum() or left in GOES_ON_AFTER):
        return False
    return after[:1] in ("%", "°") or (after.startswith(" ") and (right.isalnum() or right in BEGINS))
