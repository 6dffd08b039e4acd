"""Robust stdout and stderr: they survive a full disk, a closed terminal and an encoding other than UTF-8.

All output goes through `show` (a line) and `show_json` (an object), which make control characters visible, so that no text from a
corpus, a file name or a command line can control the terminal.
"""

import codecs
import io
import json
import os
import re
import sys
from typing import Any

import click

from bertprep.core.terminal import STEERING, printable

# placeholder for ESC in our own colours until they are printed: a lone surrogate, which cannot occur in text from files
ESC = "\udc1b"
NARROWEST = 40  # columns; narrower terminals wrap lines themselves
NOT_WRAPPED = ("next: ", "Example: ", "Traceback", "File ")  # commands to copy, and tracebacks
COMMAND = re.compile(r": ((?:bertprep|hf|pip|python) \S.*)$")  # a command at the end of a message


def show(line: str, err: bool = False) -> None:
    """Print a line; line breaks, direction marks and escape codes other than our colours are made visible.

    On a terminal, a long line is wrapped between words, but not within a command that the user may copy.
    """
    for each in wrapped(line, _columns(err)):
        click.echo("\x1b".join(map(printable, each.split(ESC))), err=err)


def _columns(err: bool) -> int | None:
    """The number of columns of the terminal; None if the stream is not a terminal."""
    stream = sys.stderr if err else sys.stdout
    if not stream.isatty():
        return None
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size(stream.fileno()).columns)
    except (ValueError, OSError):
        return 80


def wrapped(line: str, width: int | None) -> list[str]:
    """Wrap a line to this width, with the later lines indented; unchanged if `width` is None."""
    from .layout import columns_of, paragraph

    if not width or columns_of(line) <= max(width, NARROWEST) or line.lstrip().startswith(NOT_WRAPPED):
        return [line]
    if found := COMMAND.search(line):
        return [*wrapped(line[: found.start(1)].rstrip(), width), f"  {found[1]}"]
    indent = line[: len(line) - len(line.lstrip())]
    return paragraph(line.lstrip(), max(width, NARROWEST), indent, indent + "  ")


class _Stdout:
    is_for_json = False  # whether the running command prints an object on stdout, also if it fails


def stdout_is_for_json(asked: bool = True) -> None:
    """Record whether the running command was given --json."""
    _Stdout.is_for_json = asked


def is_json_asked() -> bool:
    """Whether the running command must print an object on stdout."""
    return _Stdout.is_for_json


def show_json(content: dict[str, Any]) -> None:
    """Print an object on stdout as one line of JSON, with control characters escaped."""
    text = json.dumps(content, ensure_ascii=not is_unicode(sys.stdout))
    click.echo(STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


class Talk(io.FileIO):
    """A stream that ignores write errors: messages that cannot be written must not stop the command."""

    def write(self, data: object) -> int:
        try:
            return super().write(data) or 0  # type: ignore[arg-type]
        except OSError:
            return memoryview(data).nbytes  # type: ignore[arg-type]


def open_closed() -> None:
    """Open /dev/null for standard streams that are closed (`2>&-`), or a file opened later would get their output."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free descriptor, which is this one
        if getattr(sys, name) is None:  # Python found it closed at startup
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115


def make_sturdy() -> None:
    """Ignore write errors on stderr, and escape characters that the encoding of stdout does not have."""
    if isinstance(sys.stderr, io.TextIOWrapper):
        encoding = sys.stderr.encoding
        raw = Talk(sys.stderr.fileno(), "w", closefd=False)
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(raw), encoding, errors="backslashreplace", line_buffering=True, write_through=True
        )
    if isinstance(sys.stdout, io.TextIOWrapper) and not is_unicode(sys.stdout):
        sys.stdout.reconfigure(errors="backslashreplace")


def is_unicode(stream: object) -> bool:
    """Whether the encoding of a stream has all characters."""
    try:
        return codecs.lookup(getattr(stream, "encoding", None) or "utf-8").name.startswith("utf")
    except LookupError:
        return False
