"""Complete the error for refused bad input: not only the first problem, but also those after it in the same piece.

For this, the piece is read again as with `--bad-input skip`, no further than necessary.
"""

import dataclasses

from ..core.errors import InputError
from . import bad_input
from .bad_input import ELEMENT_NOT_UTF8, NOT_JSON, NOT_UTF8, WITHOUT_TEXT, RefusedError
from .pieces import Piece, PieceReader
from .reader import reader_of
from .settings import ReadSettings

MOST_BYTES = 1 << 28  # to read after the first problem
# share of bad lines, rows or documents up to which skipping is suggested; in a wrong encoding, few lines are valid
MOST_SHARE, MOST_NOT_UTF8 = 0.5, 0.1


def with_others(error: RefusedError, piece: Piece, settings: ReadSettings) -> InputError:
    """The error, with the first problems of each kind in the piece, and advice to skip them."""
    source = dataclasses.replace(piece.source, skips_bad=True)
    counters: dict[str, int] = {}
    documents = before = 0
    with PieceReader(dataclasses.replace(piece, source=source)) as reader:
        try:
            for batch in reader_of(source).read(reader, settings, counters):
                documents += len(batch)
                if reader.passed > MOST_BYTES or _is_enough(reader.skipped.counts):
                    break
        except InputError:  # an error that cannot be skipped
            pass
        found = reader.skipped
        wrong = sum(found.counts.values())
        before = reader.units_before() if wrong > 1 else 0
    message = f"{error}"
    if wrong > 1:
        message += f". In all: {bad_input.others_in_words(found.first, found.counts, before)}"
    share = wrong / max(documents + wrong, counters.get("lines", 0), 1)
    is_json = not found.counts.keys().isdisjoint((NOT_JSON, WITHOUT_TEXT))
    is_all = is_json and wrong == 1 and not documents and counters.get("lines", 0) <= 1  # a whole corpus in one line
    if (wrong == 1 and not is_all) or 0 < share <= (
        MOST_NOT_UTF8 if {NOT_UTF8, ELEMENT_NOT_UTF8} & found.counts.keys() else MOST_SHARE
    ):
        message += f"; --bad-input skip leaves {'such places' if wrong > 1 else 'it'} out"
    return InputError(message)


def _is_enough(counts: dict[str, int]) -> bool:
    """Whether more problems would not be shown."""
    return sum(counts.values()) > len(bad_input.REASONS) * bad_input.MOST_OF_KIND
