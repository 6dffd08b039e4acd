"""Counts for a report that need the rows: distributions, tokens, unknown words.

Documents were distributed by hash, so every part is a random sample of the corpus. The first parts, up to LOOK_BYTES, are read
one by one, and the page says that its distributions are estimates.
"""

import dataclasses
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import store
from ..core.ragged import flat_and_offsets
from ..core.scripts import script_of_word
from ..pairs.pairings import PAIRINGS
from ..store import Manifest
from ..store.part_checks import check_ids
from ..verify.checks import Leakage
from ..verify.scripts import ScriptAudit
from ..vocab.vocabulary import Vocabulary
from ..vocab.wordpiece import Encoder, WordCounts

LOOK_BYTES = 64 << 20
EXAMPLES = 8  # unknown words shown per script


@dataclasses.dataclass
class Histogram:
    """Counts of non-negative integers; grows as needed."""

    counts: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros(1, np.int64))

    def add(self, values: np.ndarray) -> None:
        found = np.bincount(values.astype(np.int64), minlength=len(self.counts))
        found[: len(self.counts)] += self.counts
        self.counts = found

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    def quantile(self, share: float) -> int:
        """The smallest number that at least `share` of the values do not exceed."""
        return int(np.searchsorted(np.cumsum(self.counts), share * self.total))

    def binned(self, most: int, bins: int = 40) -> tuple[np.ndarray, np.ndarray]:
        """Counts and edges of about `bins` equal bins up to `most`; the last also counts larger values."""
        step = max(1, -(-most // bins))
        edges = np.arange(0, most + step + 1, step)
        held = np.minimum(np.arange(len(self.counts)) // step, len(edges) - 2)
        return np.bincount(held, self.counts, minlength=len(edges) - 1), edges


def some_parts(manifest: Manifest) -> Iterator[pa.Table]:
    """Yield the first training parts, up to about LOOK_BYTES; in a folder without any, the validation parts."""
    used = 0
    for part in manifest.entries("train") or manifest.entries("validation"):
        if used and used + part["bytes"] > LOOK_BYTES:
            return
        used += part["bytes"]
        if part["rows"]:
            yield store.read_part(manifest.location(part)).combine_chunks()


@dataclasses.dataclass
class Texts:
    """Statistics of documents and sentences."""

    documents: int = 0
    sentences_per_document: Histogram = dataclasses.field(default_factory=Histogram)
    characters_per_sentence: Histogram = dataclasses.field(default_factory=Histogram)
    languages: Counter = dataclasses.field(default_factory=Counter)
    sources: Counter = dataclasses.field(default_factory=Counter)  # documents per source file
    ends: Counter = dataclasses.field(default_factory=Counter)  # sentences per last character


def look_at_sentences(manifest: Manifest) -> Texts:
    """Count lengths, languages, sources and last characters in a sample."""
    texts = Texts()
    for table in some_parts(manifest):
        lists = table["sentences"].combine_chunks()
        texts.documents += len(table)
        texts.sentences_per_document.add(pc.list_value_length(lists).to_numpy(zero_copy_only=False))
        texts.characters_per_sentence.add(pc.utf8_length(lists.flatten()).to_numpy(zero_copy_only=False))
        ends = pc.utf8_slice_codeunits(lists.flatten(), -1)
        for counter, column in (
            (texts.languages, table["language"]),
            (texts.sources, table["source"]),
            (texts.ends, ends),
        ):
            counter.update({entry["values"]: entry["counts"] for entry in pc.value_counts(column).to_pylist()})
    return texts


@dataclasses.dataclass
class PairCounts:
    """Statistics of pairs: lengths and scripts of both sides by label, and token frequencies."""

    pairs: int
    random: int
    leakage: Leakage
    scripts: ScriptAudit
    lengths: Histogram
    tokens_V: np.ndarray


def look_at_pairs(manifest: Manifest, vocabulary: Vocabulary) -> PairCounts:
    """Count lengths, labels, scripts and tokens in a sample."""
    special = vocabulary.layout.special_tokens(PAIRINGS[manifest.settings["pairing"]].label is not None)
    audits = Leakage(manifest.settings["max_length"]), ScriptAudit(vocabulary)
    found = PairCounts(0, 0, *audits, Histogram(), np.zeros(vocabulary.size, np.int64))
    for table in some_parts(manifest):
        length, ids = {}, {}
        for side in "ab":
            ids[side] = flat, offsets = flat_and_offsets(table[f"ids_{side}"])
            length[side] = np.diff(offsets)
            found.tokens_V += np.bincount(flat, minlength=vocabulary.size)[: vocabulary.size]
        random = pc.fill_null(pc.invert(table["is_next"].combine_chunks()), False).to_numpy(zero_copy_only=False)
        found.pairs += len(table)
        found.random += int(random.sum())
        found.lengths.add(length["a"] + length["b"] + special)
        found.leakage.add(length["a"], length["b"], random.astype(np.int64))
        found.scripts.add(ids["a"], ids["b"], random)
    return found


@dataclasses.dataclass
class MaskCounts:
    """Statistics of masked rows."""

    rows: int
    masked: Histogram  # masked tokens by position in the row
    ordinary: Histogram  # ordinary tokens by position
    per_row: Histogram  # masked tokens per row
    lengths: Histogram
    kinds: np.ndarray  # int64 [3]: [MASK], random, kept
    tokens_V: np.ndarray


def look_at_shards(manifest: Manifest, vocabulary: Vocabulary) -> MaskCounts:
    """Count positions, kinds and tokens in a sample."""
    masked, ordinary_at, per_row, lengths = (Histogram() for _ in range(4))
    counts = np.zeros(3, np.int64), np.zeros(vocabulary.size, np.int64)
    found = MaskCounts(0, masked, ordinary_at, per_row, lengths, *counts)
    for table in some_parts(manifest):
        check_ids(table, ("input_ids", "masked_lm_ids"), vocabulary.size, manifest.folder)
        shown, offsets = flat_and_offsets(table["input_ids"])
        positions, mask_offsets = flat_and_offsets(table["masked_lm_positions"])
        place = positions.astype(np.int64) + np.repeat(offsets[:-1], np.diff(mask_offsets))
        true_ids = flat_and_offsets(table["masked_lm_ids"])[0]
        true = shown.copy()
        true[place] = true_ids
        where = np.arange(len(true)) - np.repeat(offsets[:-1], np.diff(offsets))
        ordinary = vocabulary.is_ordinary[true]
        is_mask, kept = shown[place] == vocabulary.mask_id, shown[place] == true_ids
        found.rows += len(table)
        found.masked.add(positions)
        found.ordinary.add(where[ordinary])
        found.per_row.add(np.diff(mask_offsets))
        found.lengths.add(np.diff(offsets))
        found.kinds += np.array([is_mask.sum(), (~is_mask & ~kept).sum(), kept.sum()])
        inner = ordinary | (true == vocabulary.unk_id)
        found.tokens_V += np.bincount(true[inner], minlength=vocabulary.size)[: vocabulary.size]
    return found


@dataclasses.dataclass
class Spelling:
    """How a vocabulary splits the text: words, pieces and unknown words, by language and by script."""

    languages: dict[str, np.ndarray] = dataclasses.field(
        default_factory=dict
    )  # int64 [3]: words, pieces, unknown words
    scripts: dict[str, list[int]] = dataclasses.field(default_factory=dict)  # words, unknown words
    unknown: dict[str, Counter] = dataclasses.field(default_factory=dict)  # unknown words, by script
    characters: Counter = dataclasses.field(default_factory=Counter)  # in unknown words, that the vocabulary lacks

    def add(self, language: str, found: WordCounts, lacks: Callable[[str], set[str]]) -> None:
        """Count words of a language; `lacks` returns the characters of a word that are not in the vocabulary."""
        is_unknown = found.unknown > 0
        sums = [found.counts.sum(), found.counts @ found.pieces, found.counts @ is_unknown]
        self.languages[language] = self.languages.get(language, np.zeros(3, np.int64)) + np.array(sums)
        for word, count, unknown in zip(found.words, found.counts.tolist(), is_unknown.tolist(), strict=True):
            script = self.scripts.setdefault(kind_of_word(word), [0, 0])
            script[0] += count
            if unknown:
                script[1] += count
                self.unknown.setdefault(kind_of_word(word), Counter())[word] += count
                self.characters.update(dict.fromkeys(lacks(word), count))

    def by_script(self) -> list[dict[str, Any]]:
        """For each script: number of words, number of unknown words, and examples of these; most words first."""
        rows = [
            {
                **{"script": name, "words": words, "unknown": unknown},
                "examples": [word for word, _ in most_of(self.unknown.get(name, Counter()), EXAMPLES)],
            }
            for name, (words, unknown) in self.scripts.items()
        ]
        return sorted(rows, key=lambda row: -row["words"])


def look_at_spelling(manifest: Manifest, vocabulary: Vocabulary) -> Spelling:
    """Count how the vocabulary splits the words of a sample of documents."""
    encoder, spelling = Encoder(vocabulary), Spelling()
    known = {text.strip() for text in vocabulary.texts}

    def lacks(word: str) -> set[str]:
        text = word.lower() if vocabulary.lowercase else word
        text = unicodedata.normalize("NFD", text) if vocabulary.strip_accents else text
        return {each for each in text if each not in known and not unicodedata.combining(each)}

    for table in some_parts(manifest):
        for language in pc.unique(table["language"]).to_pylist():
            rows = table.filter(pc.equal(table["language"], language))
            for found in encoder.words(rows["sentences"].combine_chunks().flatten()):
                spelling.add(language, found, lacks)
    return spelling


def most_of(counter: Counter, count: int) -> list[tuple[str, int]]:
    """The most frequent entries; those with equal counts in alphabetical order."""
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:count]


def kind_of_word(word: str) -> str:
    """The script of a word; "digits" or "signs" for a word without letters.

    >>> [kind_of_word(word) for word in ("ünder", "熊", "42", "?")]
    ['latin', 'han', 'digits', 'signs']
    """
    return script_of_word(word) or ("digits" if any(character.isdigit() for character in word) else "signs")
