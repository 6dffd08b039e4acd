"""Make text from a corpus, a file name or a command line safe to show on a terminal.

A terminal interprets some characters: escape codes clear the screen, set the title or hide what follows, a line end can
forge a line of our output, and direction marks reorder the text around them (Boucher and Anderson 2021, "Trojan Source").
These are shown as Python escapes. Joiners, which some scripts need, and all letters are kept.
"""

import re

STEERING = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f"  # control characters, line ends among them
    "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069"  # direction marks
    "\\u2028\\u2029"  # line and paragraph separators
    "\\ud800-\\udfff]"  # surrogates: bytes of a file name that are not UTF-8
)


def printable(text: str) -> str:
    """Escape all characters that a terminal could interpret; text that is already printable is returned as it is.

    >>> printable("id \\x1b[2J 大熊")
    'id \\\\x1b[2J 大熊'
    """
    return STEERING.sub(lambda found: ascii(found[0])[1:-1], text)
