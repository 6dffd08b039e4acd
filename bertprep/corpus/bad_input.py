"""Bad input that can be left out: `--bad-input skip` counts it by reason and reports the first occurrences.

A reader raises `BadInputError` internally, and `PieceReader.settle` handles it for each line, row, page or file. With `refuse`
it becomes the error shown to the user; its message is computed only then, since that may require reading the file again. The
first skipped items are written to `rejected.jsonl`:

    {"file": "a.jsonl", "line": 7, "reason": "not a JSON object", "text": "{\\"text\\": \\"It rai"}
"""

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..core.counts import told as counted
from ..core.errors import InputError

REPORT = "rejected.jsonl"
FEW = 3  # places named in the summary
MOST_OF_KIND = 20  # places per reason in an error
MOST_OF_TASK, MOST_IN_REPORT = 200, 1000
SAMPLE_BYTES = 200

NOT_UTF8, NOT_JSON, WITHOUT_TEXT = "lines_not_utf8", "lines_not_json", "lines_without_text"
ELEMENT_NOT_UTF8, ELEMENT_NOT_JSON = "elements_not_utf8", "elements_not_json"
ELEMENT_WITHOUT_TEXT = "elements_without_text"
NOT_WHOLE, NOT_CSV, OTHER_LENGTH = "records_not_whole", "rows_not_csv", "rows_of_other_length"
ROW_DAMAGED, GROUP_DAMAGED, BATCH_DAMAGED = "rows_damaged", "row_groups_damaged", "batches_damaged"
PAGE_DAMAGED, RECORD_DAMAGED, CHAPTER_DAMAGED = "pages_not_readable", "records_damaged", "chapters_damaged"
ARTICLE_DAMAGED = "articles_not_readable"
FILE_DAMAGED, NO_TEXT_COLUMN = "files_damaged", "files_without_text"
OTHER_XML, NOT_MAIL = "files_of_other_xml", "files_not_mail"
# counter -> (unit that is numbered from 1 in the file, "" for none; description of the problem)
REASONS = {
    NOT_UTF8: ("line", "not UTF-8"),
    NOT_JSON: ("line", "not a JSON object"),
    WITHOUT_TEXT: ("line", "no text field"),
    ELEMENT_NOT_UTF8: ("element", "not UTF-8"),
    ELEMENT_NOT_JSON: ("element", "not a JSON object"),
    ELEMENT_WITHOUT_TEXT: ("element", "no text field"),
    NOT_WHOLE: ("line", "not a whole <doc>"),
    NOT_CSV: ("line", "not CSV"),
    OTHER_LENGTH: ("line", "not the fields of the header"),
    ROW_DAMAGED: ("row", "not UTF-8, or damaged"),
    GROUP_DAMAGED: ("row", "damaged; the rest of its row group is left out"),
    BATCH_DAMAGED: ("row", "damaged; its record batch is left out"),
    PAGE_DAMAGED: ("", "a page that is damaged or not UTF-8"),
    ARTICLE_DAMAGED: ("", "an article that is damaged or not UTF-8"),
    RECORD_DAMAGED: ("", "damaged; what follows in the archive is left out"),
    CHAPTER_DAMAGED: ("", "a chapter that cannot be read"),
    FILE_DAMAGED: ("", "damaged; what follows in the file is left out"),
    NO_TEXT_COLUMN: ("", "without the text column; the whole file is left out"),
    OTHER_XML: ("", "an unsupported XML format"),
    NOT_MAIL: ("", "not e-mail"),
}

OF_ELEMENTS = {NOT_UTF8: ELEMENT_NOT_UTF8, NOT_JSON: ELEMENT_NOT_JSON, WITHOUT_TEXT: ELEMENT_WITHOUT_TEXT}


class BadInputError(Exception):
    """A problem that can be skipped, with its reason and message."""

    def __init__(self, reason: str, message: Callable[[], str]) -> None:
        super().__init__(reason)
        self.reason, self.message = reason, message


class RefusedError(InputError):
    """A problem that `--bad-input skip` would have skipped."""


class NoTextColumnError(InputError):
    """A file of rows without the column for the text."""


class Skipped(NamedTuple):
    """A skipped item: its counter, its line or row in the piece, and how it begins."""

    reason: str
    line: int | None
    text: str

    def place(self, name: str, before: int) -> str:
        """The place and the problem, for users; `before` is the number of lines or rows before the piece in its file."""
        unit, words = REASONS[self.reason]
        number = f", {unit} {self.line + before:,}" if unit and self.line else ""
        return f"{name}{number} ({words})"

    def as_line(self, name: str, before: int) -> bytes:
        """The item as a line of the report."""
        unit, words = REASONS[self.reason]
        number = {unit: self.line + before} if unit and self.line else {}
        return (
            json.dumps({"file": name, **number, "reason": words, "text": self.text}, ensure_ascii=False).encode()
            + b"\n"
        )


class Collected:
    """What was skipped in a piece: counts per reason, and the first items."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.first: list[Skipped] = []

    def add(self, reason: str, line: int | None, content: bytes | str) -> None:
        self.counts[reason] = self.counts.get(reason, 0) + 1
        if len(self.first) < MOST_OF_TASK or self.counts[reason] <= MOST_OF_KIND:
            data = content.encode(errors="surrogateescape") if isinstance(content, str) else content
            text = data.strip()[:SAMPLE_BYTES].decode(errors="backslashreplace")
            self.first.append(Skipped(reason, line, text))


def others_in_words(skipped: Iterable[Skipped], counts: dict[str, int], before: int) -> str:
    """All problems of a piece by reason, with the first places of each: "lines 5, 9 and 2 more (not UTF-8)"."""
    by_reason: dict[str, list[str]] = {}
    for each in skipped:
        if len(places := by_reason.setdefault(each.reason, [])) < MOST_OF_KIND:
            places.append(f"{each.line + before:,}" if each.line else "")
    phrases = []
    for reason, places in by_reason.items():
        unit, words = REASONS[reason]
        count, numbers = counts[reason], [place for place in places if place]
        more = f" and {count - len(numbers):,} more" if count > len(numbers) else ""
        phrases.append(
            f"{unit}{'s' if count > 1 else ''} {', '.join(numbers)}{more} ({words})"
            if numbers
            else counted(counts, [reason])[0]
        )
    return "; ".join(phrases)
