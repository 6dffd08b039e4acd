"""Convert any exception of a command to an error message and an exit code.

    BertprepError                    its own message and exit code
    click's usage errors             click's message, the environment variable that set the option, an example: 2
    Ctrl-C                           130
    stdout closed by its reader      0, without a message, as with `| head`
    OSError, out of memory           5, with advice
    anything else                    5: a bug, with its type and how to report it

A traceback is shown only with BERTPREP_TRACEBACK=1.
"""

import errno
import io
import os
import select
import traceback
from typing import Any

import click

from bertprep.core.errors import AGAIN, BertprepError, StageError, cut, without_secrets
from bertprep.core.terminal import printable

from . import limits
from .checks import ManyProblemsError
from .commands import RESUMED

TRACEBACK = "BERTPREP_TRACEBACK"
STDOUT = 1
MOST_CHARACTERS = 500  # maximum length of the message of an exception from another library
REMEDIES = {
    errno.EMFILE: "too many open files; raise the limit, for example with: ulimit -n 1024",
    errno.ENFILE: "too many files are open on this machine; close other programs",
    errno.ENOMEM: "use fewer --workers, or allow more memory (ulimit -v)",
    errno.EAGAIN: "use fewer --workers, or allow more processes (ulimit -u)",
    errno.ENOSPC: "free some disk space",
}
NO_MEMORY = ("out of memory", "cannot allocate memory", "failed to map segment", "can't start new thread")


def failure(error: BaseException, command: str) -> tuple[int, list[str]]:
    """The exit code and the lines to show for an exception."""
    shown = traceback.format_exception(error) if os.environ.get(TRACEBACK, "0") not in ("", "0") else []
    code, lines = _told(error, command)
    return code, [*"".join(shown).splitlines(), *lines]


def stopped(what: str, command: str | None) -> str:
    """A message that says what ended a command, and that it can be run again.

    >>> stopped("interrupted", "verify"), stopped("interrupted", "mask")
    ('interrupted; run the same command again', 'interrupted; finished parts are kept; run the same command to resume')
    """
    return StageError(what, kept=True, again=AGAIN).told(command in RESUMED)


KINDS = {2: "usage", 3: "input", 4: "store", 5: "stage", 130: "interrupted", 143: "terminated"}


def as_object(code: int, lines: list[str]) -> dict[str, Any]:
    """A failure for --json and --log-file: code, kind, message, and the part of the message that gives advice (or None)."""
    text = " ".join(line for line in lines if not line.startswith(("Usage: ", "Try ", "Example: "))).strip()
    message = text.removeprefix("bertprep: ").removeprefix("Error: ")
    return {"code": code, "kind": KINDS.get(code, "stage"), "message": message, "try": what_to_try(message)}


def what_to_try(message: str) -> str | None:
    """The advice at the end of a message: its last clause or sentence.

    >>> what_to_try("a.txt: the file is empty; remove it"), what_to_try("made with other settings: seed 0 -> 1. Use --overwrite")
    ('remove it', 'Use --overwrite')
    """
    before, mark, advice = message.rpartition("; ")
    sentence = message.rpartition(". ")[2] if ". " in message else ""
    if sentence and (not mark or len(sentence) < len(advice)):
        return sentence
    return advice if mark and before else None


def _told(error: BaseException, command: str) -> tuple[int, list[str]]:
    if isinstance(error, ManyProblemsError):
        return error.exit_code, error.lines()
    if isinstance(error, BertprepError):
        return error.exit_code, [f"bertprep: {error.told(command in RESUMED)}"]
    if isinstance(error, click.ClickException):
        return error.exit_code, _refusal(error)
    if isinstance(error, KeyboardInterrupt):
        # the command may say how to resume, if that is not by running it again
        resume = f"interrupted; {error}" if str(error) else stopped("interrupted", command)
        return 130, [f"bertprep: {resume}"]
    if isinstance(error, BrokenPipeError) and _reader_has_gone():
        return 0, []
    return StageError.exit_code, [f"bertprep: {stopped(_reason(error, command), command)}"]


def _refusal(error: click.ClickException) -> list[str]:
    shown, message = io.StringIO(), error.format_message()
    # except for these two, click's messages have one line: any other line breaks come from the user's arguments
    if not isinstance(error, click.MissingParameter | click.exceptions.NoArgsIsHelpError):
        message = printable(message)
    vars(error)["format_message"] = lambda: message
    error.show(shown)
    return without_secrets(shown.getvalue()).expandtabs(4).splitlines()


def _reason(error: BaseException, command: str) -> str:
    """The reason for an unexpected exception."""
    message = cut(" ".join(str(error).split()), MOST_CHARACTERS)
    if isinstance(error, MemoryError) or any(words in message.lower() for words in NO_MEMORY):
        return f"out of memory ({message or type(error).__name__}); {REMEDIES[errno.ENOMEM]}"
    if os.strerror(errno.EMFILE).lower() in message.lower():  # as in panics of Rust libraries
        return f"{REMEDIES[errno.EMFILE]} ({type(error).__name__}: {message})"
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        remedy = REMEDIES.get(error.errno or 0, "fix this")
        return f"{place}the operating system refused ({error.strerror or message}); {remedy}"
    if limit := limits.address_space():  # a library that could only be loaded in part may raise anything
        return f"{command} failed ({type(error).__name__}: {message}), perhaps out of memory: {limits.told(limit)}"
    return (
        f"{command} failed unexpectedly ({type(error).__name__}: {message}); this is a bug in bertprep: please report it "
        f"with this line, the command, and its output with {TRACEBACK}=1"
    )


def _reader_has_gone() -> bool:
    """Whether the reader of stdout has closed it; if so, redirect stdout to /dev/null, for Python's flush at exit."""
    watched = select.poll()
    watched.register(STDOUT, 0)
    if gone := any(event & (select.POLLERR | select.POLLHUP) for _, event in watched.poll(0)):
        os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)
    return gone
