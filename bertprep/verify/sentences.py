"""The guarantees of `segment` and `train-vocab`."""

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import store
from ..core.errors import BertprepError
from ..store import Manifest
from ..vocab.loading import load_vocabulary
from .checks import Finding, LoadedPart, Tally, parts

FIXED = {
    "validation_ids",
    "validation_corpus",
}  # a folder with one of these inputs was told which documents to hold out
APART = "no validation document in training"


def check(manifest: Manifest, source: Manifest | None = None, why_not: str = "") -> list[Finding]:
    """Check a folder of sentences."""
    content = Tally("documents have sentences", "at least one each, none empty, none with a line break", "document")
    names = Tally("ids are the hash of the text", "128 bits, hex", "document")
    order = Tally("no document twice", "ids ascending in each part", "document")
    placed = Tally("documents are in the part of their hash", "so each part is a random sample", "document")
    held_out = HeldOut(manifest, ["document_id"])
    train, validation = (len(manifest.parts(split)) for split in store.SPLITS)
    share = None if FIXED & manifest.content["inputs"].keys() else manifest.settings["validation_share"]
    for part in parts(manifest):
        ids = part.table["document_id"].combine_chunks()
        lists = part.table["sentences"].combine_chunks()
        content.add(part, bad_content(lists))
        joined = pc.binary_join(lists, "\n").to_pylist()
        hashed = pa.array([hashlib.blake2b((text or "").encode(), digest_size=16).hexdigest() for text in joined])
        names.add(part, differs(hashed.cast(pa.string()), ids))
        twice = np.zeros(len(ids), bool)
        twice[1:] = pc.less_equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False)
        order.add(part, twice)
        counts = (
            {"train": (train, 0), "validation": (0, validation)}[part.split] if share is None else (train, validation)
        )
        found = np.array([_place(name, *counts, share) for name in hashed.to_pylist()], object).reshape(-1, 2)
        # without a share, the hash determines the part within the split, but not the split
        placed.add(part, ((found[:, 0] != part.split) & (share is not None)) | (found[:, 1] != part.number))
        held_out.add(part)
    return [tally.finding() for tally in (content, names, order, placed, held_out.tally)]


def _place(document_id: str, train: int, validation: int, share: float | None) -> tuple[str, int]:
    """The split and part of a document, as `docs/format.md` defines them; without a share, one count must be 0.

    >>> _place("3fffffff" + "0" * 24, 4, 1, 0.25), _place("40000000" + "0" * 24, 4, 1, 0.25)
    (('validation', 0), ('train', 0))
    """
    head, all_heads = int(document_id[:8], 16), 1 << 32
    if share is None:
        return "validation" if validation else "train", head * (train or validation) // all_heads
    held_out = round(share * all_heads) if validation else 0
    if head < held_out:
        return "validation", head * validation // held_out
    return "train", (head - held_out) * train // (all_heads - held_out)


def differs(left: pa.Array, right: pa.Array) -> np.ndarray:
    """Mark rows in which two columns differ; nulls count as different; bool [N]."""
    return pc.fill_null(pc.not_equal(left, right), True).to_numpy(zero_copy_only=False)


def bad_content(lists: pa.ListArray) -> np.ndarray:
    """Mark documents without sentences, or with one that is empty or has a line break; bool [N]."""
    counts = pc.list_value_length(lists).to_numpy(zero_copy_only=False)
    values = lists.flatten()
    wrong = pc.or_(pc.equal(pc.binary_length(values), 0), pc.match_substring(values, "\n"))
    bad = np.zeros(len(lists), bool)
    bad[np.repeat(np.arange(len(lists)), counts)[wrong.to_numpy(zero_copy_only=False)]] = True
    return bad | (counts == 0)


class HeldOut:
    """Checks that no validation document is in a training part; keeps only the validation ids in memory."""

    def __init__(self, manifest: Manifest, names: list[str]) -> None:
        self.names = names
        self.tally = Tally(APART, "none", "training row")
        found = [self._ids(store.read_part(path, checked=False)) for path, _ in manifest.parts("validation")]
        self.held = pc.unique(pa.concat_arrays(found)) if found else pa.array([], pa.string())

    def _ids(self, table: pa.Table) -> pa.Array:
        return pa.concat_arrays([table[name].combine_chunks() for name in self.names]).drop_null()

    def add(self, part: LoadedPart) -> None:
        """Check a part."""
        if part.split == "train":
            met = [pc.is_in(part.table[name].combine_chunks(), self.held) for name in self.names]
            self.tally.add(part, np.logical_or.reduce([each.to_numpy(zero_copy_only=False) for each in met]))


def check_vocabulary(manifest: Manifest, sentences: Manifest | None = None, why_not: str = "") -> list[Finding]:
    """Check a vocabulary folder."""
    settings, expected = (
        manifest.settings,
        f"at most {manifest.settings['size']:,}, BERT's five special tokens among them",
    )
    try:
        vocabulary = load_vocabulary(str(manifest.folder), only="tokenizer.json")
        is_listed = settings.get("model", "wordpiece") == "wordpiece"
        listed = load_vocabulary(str(manifest.folder), only="vocab.txt") if is_listed else vocabulary
    except BertprepError as error:
        return [Finding("a vocabulary", expected, str(error), False)]
    accents = settings["lowercase"] if settings["strip_accents"] is None else settings["strip_accents"]
    rules = (vocabulary.lowercase, vocabulary.strip_accents) == (settings["lowercase"], accents)
    same = vocabulary.tokens[: vocabulary.model_size] == listed.tokens[: listed.model_size]
    return [
        Finding("entries", expected, f"{vocabulary.size:,}", vocabulary.size <= settings["size"]),
        Finding("both files agree", "vocab.txt as tokenizer.json", "the same" if same else "different tokens", same),
        Finding(
            "text is normalized as in the settings",
            f"lowercase {settings['lowercase']}, strip accents {accents}",
            f"lowercase {vocabulary.lowercase}, strip accents {vocabulary.strip_accents}",
            rules,
        ),
    ]
