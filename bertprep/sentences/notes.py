"""Messages of `segment` about a corpus that it has read: what was left out, what to check, and errors."""

import itertools
from typing import Any

from .. import store
from ..core.counts import told
from ..core.errors import InputError
from ..corpus import bad_input, chapters, separators
from . import fixed_split
from .cutting import Corpus, some_left_out
from .settings import SegmentSettings
from .spread import WITHOUT_SOURCE

TEMPLATES_NAMED = 10  # unknown templates listed in the manifest
FEW_DOCUMENTS = 4  # with fewer, random pairs have too little choice


def chapter_advice(cut: Corpus, settings: SegmentSettings, counters: dict[str, int]) -> list[str]:
    """Advice on splitting a book into chapters, if it is a single document or each of its paragraphs is one."""
    few = settings.document_separator == "file" and counters["documents"] < FEW_DOCUMENTS
    if not few and settings.document_separator != "blank-line":
        return []
    advice = chapters.advice(cut.sources)
    return [advice] if advice else []


def warnings_of(cut: Corpus, manifest: store.Manifest | None = None) -> tuple[str, ...]:
    """Warnings: files of the folders that were left out, and ids to hold out that match no document."""
    warnings = [some_left_out(cut.left_out).removeprefix("; ")]
    if manifest and cut.held_ids and (count := manifest.counters.get(fixed_split.NOT_FOUND, 0)):
        names = manifest.content.get(fixed_split.NOT_FOUND, [])
        warnings.append(fixed_split.missing_ids_message(cut.held_ids.path, cut.held_ids.count, count, names))
    return tuple(filter(None, warnings))


def skipped_in(
    cut: Corpus, records: list[dict[str, Any]], first_lines: list[list[int]]
) -> list[tuple[str, bad_input.Skipped, int]]:
    """The first skipped bad inputs, each with its file and the number of lines or rows before its piece."""
    skipped = (
        (piece.source.name, bad_input.Skipped(*each), before)
        for task, record, lines in zip(cut.tasks, records, first_lines, strict=True)
        for piece, found, before in zip(task, record["skipped"], lines, strict=False)
        for each in found
    )
    return list(itertools.islice(skipped, bad_input.MOST_IN_REPORT))


def notes_of(
    cut: Corpus, records: list[dict[str, Any]], skipped: list[tuple[str, bad_input.Skipped, int]]
) -> dict[str, list[str]]:
    """Lists of the first things that were left out, for the manifest: files of the corpus folders, and bad input in others."""
    return {
        "left_out": cut.names_left_out(),
        "skipped": [each.place(name, before) for name, each, before in skipped[: bad_input.FEW]],
        "unknown_templates": _unknown_templates(records),
    }


def _unknown_templates(records: list[dict[str, Any]]) -> list[str]:
    """The most frequent unknown wikitext templates, whose text is missing: `fmtn (5)`."""
    found: dict[str, int] = {}
    for record in records:
        store.add_counters(found, record["unknown_templates"])
    most = sorted(found, key=lambda name: (-found[name], name))[:TEMPLATES_NAMED]
    return [f"{name} ({found[name]:,})" for name in most]


def refuse_useless(settings: SegmentSettings, counters: dict[str, int]) -> None:
    """`InputError` if no document is left, or the document separator or source field does not occur."""
    if settings.limit is None and counters.get("windows_separated") == 0:
        is_pattern = settings.document_separator.startswith(separators.PATTERN)
        raise InputError(
            f"--document-separator {settings.document_separator}: "
            + ("fits no whole line" if is_pattern else "is nowhere")
            + " in the text files, so that each would be one document; look at a few of their lines, or leave it out"
        )
    if settings.source_field is not None and counters.get(WITHOUT_SOURCE) == counters["documents_read"]:
        raise InputError(
            f"--source-field {settings.source_field}: no document has this field; look at one, or leave it out"
        )
    if counters["documents"] == 0:
        raise InputError(_nothing_left(counters))


def _nothing_left(counters: dict[str, int]) -> str:
    """All reasons why no document is left."""
    reasons = {
        "documents_empty": "without a sentence",
        "documents_short": "shorter than --min-document-chars",
        "documents_other_language": "in languages that --keep-languages does not name",
    }
    passed = [f"{counters[name]} {reason}" for name, reason in reasons.items() if counters[name]]
    kinds = ("pages_", "records_", "messages_", "articles_", "chapters_")
    passed += told(
        counters,
        (name for name in counters if name in bad_input.REASONS or (name.startswith(kinds) and name != "pages_read")),
    )
    split = f", {counters['documents_cut']} of them split into several" if counters["documents_cut"] else ""
    because = ", ".join(passed) or "the input contains no text"
    return f"no document is left of {counters['documents_read']} read{split}: {because}"
