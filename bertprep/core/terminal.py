"""Text that came from a corpus, a file's name or a command line, made safe to show.

A terminal obeys some characters instead of showing them: escape codes clear it, set its title or hide what follows, a line
end forges a line of ours, and marks of direction turn the text around them (Boucher and Anderson 2021, "Trojan Source").
They are shown as Python writes them. Joiners, which some scripts need, and all letters stay as they are.
"""

import re

STEERING = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f"  # control characters, line ends among them
    "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069"  # marks of direction
    "\\u2028\\u2029"  # line and paragraph separators
    "\\ud800-\\udfff]"  # halves of a character: bytes of a file's name that are no UTF-8
)


def printable(text: str) -> str:
    """The text with all that could steer a terminal written as escapes; nothing to do for what is printable already.

    >>> printable("id \\x1b[2J 大熊")
    'id \\\\x1b[2J 大熊'
    """
    return STEERING.sub(lambda found: ascii(found[0])[1:-1], text)
