"""Rules for text that the formats of office programs share: powers, and rows of tables."""

import re
from collections.abc import Sequence

from .wikipedia.templates.arguments import SUPERSCRIPTS

RAISED = "\x01", "\x02"  # put around superscript text; XML cannot contain them
SPLIT = "".join(reversed(RAISED))  # between two such texts
POWER = re.compile(r"(?<=[\w)])\x01([-+−]?[\dn]{1,6})\x02")  # an exponent, not the mark of a note after a full stop
MARKS = dict.fromkeys(map(ord, RAISED))


def with_powers(text: str) -> str:
    """The text with exponents in superscript digits, since 10 to the 5th would become 105.

    >>> with_powers("10\\x01-\\x02\\x015\\x02 m, the 1\\x01st\\x02")
    '10⁻⁵ m, the 1st'
    """
    if RAISED[0] not in text:
        return text
    return POWER.sub(lambda match: match[1].translate(SUPERSCRIPTS), text.replace(SPLIT, "")).translate(MARKS)


def row_of(cells: Sequence[Sequence[str]]) -> str:
    """The row of a table with these lines of each cell: one line if no cell has several, otherwise the lines of the cells."""
    lines = [line for cell in cells for line in cell]
    between = "\n" if any(len(cell) > 1 for cell in cells) or any("\n" in line for line in lines) else "\t"
    return between.join(lines)
