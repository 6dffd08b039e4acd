"""What is wrong in a file and can be left out: `--bad-input skip` counts it by reason, and keeps where the first few are.

A reader that finds such a thing raises `BadInputError` within itself, and settles it for each line, row or record: with
`refuse` that gives the error which is told, and only then is it put into words, for they may need the file to be read again.
"""

from collections.abc import Callable

from ..core.errors import InputError
from .pieces import PieceReader, Skipped

FEW = 3  # of which the places are kept, by piece and in all
NOT_UTF8, NOT_JSON, WITHOUT_TEXT = "lines_not_utf8", "lines_not_json", "lines_without_text"
NOT_WHOLE, NOT_CSV, OTHER_LENGTH = "records_not_whole", "rows_not_csv", "rows_of_other_length"
REASONS = {
    NOT_UTF8: "not UTF-8",
    NOT_JSON: "not a JSON object",
    WITHOUT_TEXT: "no text field",
    NOT_WHOLE: "not a whole <doc>",
    NOT_CSV: "not CSV",
    OTHER_LENGTH: "not the fields of the header",
}


class BadInputError(Exception):
    """Something wrong that can be left out: its reason, and the error that tells it."""

    def __init__(self, reason: str, error: Callable[[], InputError]) -> None:
        super().__init__(reason)
        self.reason, self.error = reason, error


def settle(bad: BadInputError, reader: PieceReader, counters: dict[str, int], line: int) -> None:
    """Raise the error, or count what is left out; `line` is counted from the first of the piece."""
    if not reader.piece.source.skips_bad:
        raise bad.error() from None
    skip(bad.reason, reader, counters, line)


def skip(reason: str, reader: PieceReader, counters: dict[str, int], line: int) -> None:
    """Count what is left out."""
    counters[reason] = counters.get(reason, 0) + 1
    if len(reader.skipped) < FEW:
        reader.skipped.append(Skipped(reason, line))


def place(name: str, reason: str, line: int) -> str:
    """Where something was left out and why, for people."""
    return f"{name}, line {line} ({REASONS[reason]})"
