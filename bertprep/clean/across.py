"""What looks across documents: sentences in many of them, and documents that are nearly the same."""

from collections.abc import Sequence

from ..core.errors import UsageError
from ..store import Location
from .steps import Cleaning


def repeated_sentences(cleaning: Cleaning) -> Location | None:
    """The hashes of the sentences that are in too many documents."""
    if cleaning.settings.repeated_sentences is None:
        return None
    raise UsageError("--repeated-sentences cannot be used yet")


def near_duplicates(cleaning: Cleaning, verdicts: Sequence[Location]) -> tuple[Location, dict[str, int]]:
    """Which documents are nearly the same as one that is kept."""
    raise UsageError("--near-duplicates cannot be used yet")
