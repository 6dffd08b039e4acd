"""The guarantees of `clean`: no rule rejects what is left, and documents are those of the input, with their holes marked."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import store
from ..clean.rules import names_of
from ..store import Manifest
from .across import Across
from .checks import Finding, LoadedPart, Tally, parts, unchecked
from .rules import AUDITS
from .sentences import HeldOut, bad_content

AGAINST = ("documents are those of the input", "holes are marked where sentences were cut out")


def check(manifest: Manifest, source: Manifest | None, why_not: str) -> list[Finding]:
    """Check a folder of cleaned sentences; without `source`, guarantees that need it are unchecked, with reason `why_not`."""
    settings = manifest.settings
    content = Tally("documents have sentences", "at least one each, none empty, none with a line break", "document")
    order = Tally("no document twice", "ids ascending in each part", "document")
    languages = Tally("documents are in the languages to keep", str(settings["keep_languages"]), "document")
    names = names_of(settings["rules"])
    rules = {name: Tally(f"no document breaks {name}", "none", "document") for name in names if name in AUDITS}
    held_out = HeldOut(manifest, ["document_id"])
    origin = Origin(source) if source else None
    across = Across(manifest)
    for part in parts(manifest):
        lists = part.table["sentences"].combine_chunks()
        content.add(part, bad_content(lists))
        ids = part.table["document_id"].combine_chunks()
        twice = np.zeros(len(ids), bool)
        twice[1:] = pc.less_equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False)
        order.add(part, twice)
        held_out.add(part)
        across.add(part)
        codes = part.table["language"].to_pylist()
        if settings["keep_languages"] is not None:
            languages.add(part, np.array([code not in settings["keep_languages"].split(",") for code in codes], bool))
        broken: dict[str, list[bool]] = {name: [] for name in rules}
        for sentences, language in zip(lists, codes, strict=True):
            texts = sentences.as_py()
            for name in rules:
                broken[name].append(AUDITS[name](texts, settings, language))
        for name, tally in rules.items():
            tally.add(part, np.array(broken[name], bool))
        if origin:
            origin.add(part)
    tallies = [content, order, *([languages] if settings["keep_languages"] is not None else []), *rules.values()]
    strange = [
        unchecked(f"no document breaks {name}", "this version does not know the rule")
        for name in names
        if name not in AUDITS
    ]
    against = origin.findings() if origin else [unchecked(promise, why_not) for promise in AGAINST]
    return [*(tally.finding() for tally in (*tallies, held_out.tally)), *strange, *across.findings(), *against]


class Origin:
    """Compares the documents of each part with those of the same part of the source folder."""

    def __init__(self, source: Manifest) -> None:
        self.sources = {split: source.parts(split) for split in store.SPLITS}
        self.there = Tally(AGAINST[0], "in the same part, with some of their sentences in order", "document")
        self.holes = Tally(AGAINST[1], "and nowhere else", "document")

    def add(self, part: LoadedPart) -> None:
        """Compare a part."""
        paths = self.sources[part.split]
        there = np.ones(len(part.table), bool)
        holes = np.zeros(len(part.table), bool)
        if part.number < len(paths):
            table = store.read_part(paths[part.number][0], checked=False)
            place: Any = pc.index_in(part.table["document_id"].combine_chunks(), table["document_id"].combine_chunks())
            for row, before in enumerate(place.to_pylist()):
                if before is not None and same_but_sentences(part.table, row, table, before):
                    left = part.table["sentences"][row].as_py()
                    expected = holes_of(left, table["sentences"][before].as_py(), _list(table, "holes", before))
                    there[row] = expected is None
                    holes[row] = expected is not None and _list(part.table, "holes", row) != expected
        self.there.add(part, there)
        self.holes.add(part, holes)

    def findings(self) -> list[Finding]:
        return [self.there.finding(), self.holes.finding()]


def same_but_sentences(left: pa.Table, row: int, before: pa.Table, place: int) -> bool:
    """Whether two rows agree in the columns that say where the document is from, and its language."""
    names = [
        name for name in ("source", "source_id", "title", "language", "source_group") if name in before.column_names
    ]
    return all(left[name][row].as_py() == before[name][place].as_py() for name in names)


def _list(table: pa.Table, name: str, row: int) -> list[int]:
    return table[name][row].as_py() if name in table.column_names else []


def holes_of(left: list[str], before: list[str], holes_before: list[int]) -> list[int] | None:
    """The holes in the remaining sentences of a document; None if these are not a subsequence of its sentences.

    Whether a sentence is kept depends on its text alone, so of equal sentences all are kept or none.

    >>> holes_of(["A.", "B.", "A."], ["Menu", "A.", "12", "B.", "A.", "34"], []), holes_of(["B.", "A."], ["A.", "B."], [])
    ([1], None)
    """
    kept, holes, cut = set(left), [], False
    index = 0
    for number, text in enumerate(before):
        cut |= number in holes_before
        if text not in kept:
            cut = True
            continue
        if index == len(left) or text != left[index]:
            return None
        if cut and index:
            holes.append(index)
        cut, index = False, index + 1
    return holes if index == len(left) else None
