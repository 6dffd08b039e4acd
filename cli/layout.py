"""Text layout for a terminal: width, characters of two columns, line wrapping, tables, colours."""

import os
import re
import shutil
import textwrap
import unicodedata
from typing import Any

import click

from .streams import ESC

WIDEST = 120  # longer lines are hard to read
COLOURS = re.compile(rf"{ESC}\[[0-9;]*m")


def terminal_width() -> int:
    """Number of columns to use: that of the terminal or of COLUMNS, else 100; from 40 to WIDEST."""
    return max(40, min(WIDEST, shutil.get_terminal_size((100, 24)).columns))


def colour(text: str, **style: Any) -> str:
    """Colour a text for a terminal; unchanged with NO_COLOR."""
    before, after = click.style("|", **style).replace("\x1b", ESC).split("|")
    return text if os.environ.get("NO_COLOR") else f"{before}{text}{after}"


def columns_of(text: str) -> int:
    """Number of columns of a text: East Asian characters take two, colours and combining marks none."""
    plain = COLOURS.sub("", text)
    if plain.isascii():
        return len(plain)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in plain
    )


def flow(units: list[tuple[str, bool, bool]], width: int, first: str, rest: str) -> list[str]:
    """Arrange units in lines; each is (text, whether a space precedes it, whether a line may break before it).

    The first line begins with `first`, the others with `rest`.
    """
    words: list[tuple[str, bool]] = []  # units joined where no line may break
    for text, space, may_break in units:
        if may_break or not words:
            words.append((text, space))
        else:
            words[-1] = (words[-1][0] + " " * space + text, words[-1][1])
    lines, line, used = [], first, columns_of(first)
    at_start = True
    for text, space in words:
        size = columns_of(text) + (space and not at_start)
        if not at_start and used + size > width:
            lines.append(line)
            line, used, at_start = rest, columns_of(rest), True
            size = columns_of(text)
        line += (" " if space and not at_start else "") + text
        used += size
        at_start = False
    return [*lines, line]


def paragraph(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Wrap a text at spaces and between East Asian characters."""
    units: list[tuple[str, bool, bool]] = []
    for word in text.split(" "):
        pieces = re.findall(
            r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]|[^\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+",
            word,
        )
        units += [(piece, number == 0, True) for number, piece in enumerate(pieces)]
    return flow(units, width, first, rest)


def table(heads: list[str], rows: list[list[str]], width: int) -> list[str]:
    """A table in lines; if it is wider than `width`, the widest columns are narrowed first, and their cells are wrapped."""
    needed = [max(columns_of(row[number]) for row in [heads, *rows]) for number in range(len(heads))]
    room = width - 2 * (len(heads) - 1)
    while sum(needed) > room and max(needed) > 12:
        needed[needed.index(max(needed))] -= 1
    lines: list[str] = []
    for row in [heads, *rows]:
        cells = [_cell(text, size) for text, size in zip(row, needed, strict=True)]
        for number in range(max(map(len, cells))):
            shown = [cell[number] if number < len(cell) else "" for cell in cells]
            padded = [text + " " * (size - columns_of(text)) for text, size in zip(shown, needed, strict=True)]
            lines.append("  ".join(padded).rstrip())
    return lines


def _cell(text: str, size: int) -> list[str]:
    if columns_of(text) <= size:
        return [text]
    return textwrap.wrap(text, size, break_on_hyphens=False) or [""]


def size(count: int | None) -> str:
    """Format a number of bytes, such as `12.3 MB`."""
    if count is None:
        return ""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:,.1f} {unit}"
    return f"{count} B"


def minutes(count: float | None) -> str:
    """Format a number of minutes, such as `40 s`, `12 min`, `3.5 h`."""
    if count is None:
        return ""
    if count < 1:
        return f"{60 * count:.0f} s" if 60 * count >= 1 else "< 1 s"
    return f"{count:.0f} min" if count < 120 else f"{count / 60:,.1f} h"
