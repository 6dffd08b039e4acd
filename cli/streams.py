"""stdout and stderr made to bear what becomes of them: a full disk, a closed terminal, an old encoding.

And the one way to write to them: `show` for a line, `show_json` for an object. Nothing that comes from a corpus, a file's
name or a command line steers the terminal; all lines go through here, so no command needs to think of it.
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

# Stands for ESC in our own colours until they are printed: half a character, which no text that we read can hold
ESC = "\udc1b"
NARROWEST = 40  # columns; in fewer the terminal may break lines where it likes
NOT_WRAPPED = ("next: ", "Example: ", "Traceback", "File ")  # commands to paste, and lines for who mends the code
COMMAND = re.compile(r": ((?:bertprep|hf|pip|python) \S.*)$")  # at the end of a message


def show(line: str, err: bool = False) -> None:
    """Print a line; line ends, escape codes but for our colours, and marks of direction are shown and not obeyed.

    On a terminal a line that is too long is wrapped between words, but not within a command that is to be pasted.
    """
    for each in wrapped(line, _columns(err)):
        click.echo("\x1b".join(map(printable, each.split(ESC))), err=err)


def _columns(err: bool) -> int | None:
    """The columns of the terminal that a stream is; None where it is none."""
    stream = sys.stderr if err else sys.stdout
    if not stream.isatty():
        return None
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size(stream.fileno()).columns)
    except (ValueError, OSError):
        return 80


def wrapped(line: str, width: int | None) -> list[str]:
    """A line in lines of this width, the later ones indented; as it is where there is none."""
    from .layout import columns_of, paragraph

    if not width or columns_of(line) <= max(width, NARROWEST) or line.lstrip().startswith(NOT_WRAPPED):
        return [line]
    if found := COMMAND.search(line):
        return [*wrapped(line[: found.start(1)].rstrip(), width), f"  {found[1]}"]
    indent = line[: len(line) - len(line.lstrip())]
    return paragraph(line.lstrip(), max(width, NARROWEST), indent, indent + "  ")


class _Stdout:
    is_for_json = False  # whether the running command prints an object there, even when it fails


def stdout_is_for_json(asked: bool = True) -> None:
    """Note that the running command was given --json."""
    _Stdout.is_for_json = asked


def is_json_asked() -> bool:
    """Whether an object is expected on stdout."""
    return _Stdout.is_for_json


def show_json(content: dict[str, Any]) -> None:
    """Print an object on stdout as one line of JSON, which any program reads and no terminal obeys."""
    text = json.dumps(content, ensure_ascii=not is_unicode(sys.stdout))
    click.echo(STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


class Talk(io.FileIO):
    """A stream whose words may be lost: what is said while a command works must not stop its work."""

    def write(self, data: object) -> int:
        try:
            return super().write(data) or 0  # type: ignore[arg-type]
        except OSError:
            return memoryview(data).nbytes  # type: ignore[arg-type]


def open_closed() -> None:
    """Let what was closed at the start, as by `2>&-`, lead nowhere: a file of ours would get its number and its words."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:  # as Python found it closed
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115


def make_sturdy() -> None:
    """Let talk on stderr be lost where it cannot be written, and stdout show in escapes what its encoding has not."""
    if isinstance(sys.stderr, io.TextIOWrapper):
        encoding = sys.stderr.encoding
        raw = Talk(sys.stderr.fileno(), "w", closefd=False)
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(raw), encoding, errors="backslashreplace", line_buffering=True, write_through=True
        )
    if isinstance(sys.stdout, io.TextIOWrapper) and not is_unicode(sys.stdout):
        sys.stdout.reconfigure(errors="backslashreplace")


def is_unicode(stream: object) -> bool:
    """Whether a stream can take any character."""
    try:
        return codecs.lookup(getattr(stream, "encoding", None) or "utf-8").name.startswith("utf")
    except LookupError:
        return False
