"""The guarantees of `clean` across documents: no near-duplicates, also across splits, and no sentence repeated in too many.

Checks a sample (all of a small corpus). Documents are sampled by the smallest checksum of their sentences and sentences by their
own, so that near-duplicates are usually sampled together. Words, shingles and similarity are computed from their definitions,
with sets.

The search of `clean` may miss pairs whose similarity is just above the threshold (docs/how-the-data-is-made.md), but hardly any
halfway from the threshold to 1. Only pairs at least that similar violate the guarantee.
"""

import collections
import hashlib
import re
import unicodedata
import zlib

from ..core.counts import quantity
from ..core.scripts import script_of
from ..store import Manifest
from .checks import Finding, LoadedPart

DOCUMENTS, SENTENCES = 2000, 200_000  # approximate sizes of the samples
NO_LETTERS = re.compile(r"[\W\d_]+")
DIGITS = re.compile("0+")
LENGTHS = {
    "han": 7,
    "kana": 7,
    "thai": 20,
    "lao": 20,
    "khmer": 20,
    "myanmar": 20,
}  # words per shingle in scripts without spaces
WORDS = 5
DRAWS = [2 * number + 1 for number in range(0x5851F42D, 0x5851F42D + 8 * 0x1234567, 0x1234567)]
MOST_OTHERS = 20  # at most this many documents with the same smallest shingle are compared with each
MASK = (1 << 64) - 1


class Folded(dict[int, str]):
    """Fold characters for comparison: lower case, digits to 0, signs to a space; spaces around letters that are words."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        category = unicodedata.category(character)
        small = character.lower()
        found = small if len(small) == 1 else character
        if category == "Nd":
            found = "0"
        elif category[0] not in "LMN":
            found = " "
        elif script_of(character) in LENGTHS:
            found = f" {found} "
        self[point] = found
        return found


FOLDED = Folded()


def words(sentence: str) -> list[str]:
    """The words of a sentence, folded for comparison.

    >>> words("Retrieved on 13 May: 東京"), words("1,234")
    (['retrieved', 'on', '0', 'may', '東', '京'], ['0', '0'])
    """
    return DIGITS.sub("0", sentence.translate(FOLDED)).split()


def shingles(sentences: list[str]) -> frozenset[int]:
    """The shingles of a document, as 64-bit hashes."""
    found = [word for sentence in sentences for word in words(sentence)]
    lengths = [LENGTHS.get(script_of(word), WORDS) if len(word) == 1 else WORDS for word in found]
    texts = (
        "\n".join(found[at : at + length]) for at, length in enumerate(lengths) if at + length <= len(found)
    )  # fmt: skip
    return frozenset(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") for text in texts)


def checksum(sentence: str) -> int:
    """A checksum of the letters of a sentence alone, so that it ignores case, digits and signs."""
    return zlib.crc32(NO_LETTERS.sub("", sentence.lower()).encode())


class Across:
    """Samples the documents and sentences of a folder, and checks them against each other."""

    def __init__(self, manifest: Manifest) -> None:
        self.threshold: float | None = manifest.settings["near_duplicates"]
        self.most: int | None = manifest.settings["repeated_sentences"]
        self.every = max(1, manifest.counters["documents"] // DOCUMENTS)
        self.every_sentence = max(1, manifest.counters["sentences"] // SENTENCES)
        self.places: list[str] = []  # where each sampled document is
        self.sets: list[frozenset[int]] = []  # the shingles of each
        self.documents: collections.Counter[tuple[str, ...]] = collections.Counter()  # number of documents per sentence

    def add(self, part: LoadedPart) -> None:
        """Sample from a part."""
        if self.threshold is None and self.most is None:
            return
        for row, sentences in enumerate(part.table["sentences"].to_pylist()):
            sums = [checksum(sentence) for sentence in sentences]
            if self.threshold is not None and min(sums) % self.every == 0 and (own := shingles(sentences)):
                self.places.append(f"{part.name}, row {row}")
                self.sets.append(own)
            if self.most is not None:
                chosen = zip(sentences, sums, strict=True)
                self.documents.update({tuple(words(each)) for each, own in chosen if own % self.every_sentence == 0})

    def findings(self) -> list[Finding]:
        """The findings for the guarantees that the settings ask for."""
        found = []
        if self.threshold is not None:
            found += self._near_duplicates(self.threshold)
        if self.most is not None:
            del self.documents[()]  # sentences of signs alone
            often = [" ".join(key) for key, count in self.documents.items() if count > self.most]
            result = f"none of {quantity(len(self.documents), 'sentence')} looked at"
            if often:
                result = f"{quantity(len(often), 'sentence')} of {len(self.documents):,} looked at; the first: {often[0][:60]}"
            expected = f"none in more than {quantity(self.most, 'document')}"
            found.append(Finding("no sentence is repeated in many documents", expected, result, not often))
        return found

    def _near_duplicates(self, threshold: float) -> list[Finding]:
        certain = (1 + threshold) / 2
        near = {pair: found for pair in self._pairs() if (found := self._similarity(*pair)) >= threshold}
        wrong = [pair for pair, found in near.items() if found >= certain]
        crossing = [pair for pair in wrong if len({self.places[row].split("-")[0] for row in pair}) == 2]
        looked = f"{quantity(len(self.sets), 'document')} looked at"
        missed = f"; {quantity(len(near), 'pair')} from {threshold:g} to there, by chance" if near and not wrong else ""
        findings = []
        for promise, pairs in (
            ("no two documents are near-duplicates", wrong),
            ("no near-duplicate of a held-out document in training", crossing),
        ):
            result = f"none of {looked}{missed}"
            if pairs:
                places = " and ".join(self.places[row] for row in pairs[0])
                result = f"{quantity(len(pairs), 'pair')} of {looked}; the first: {places} ({near[pairs[0]]:.2f})"
            expected = f"none of a similarity of {certain:.3g} or more"
            findings.append(Finding(promise, expected, result, not pairs))
        return findings

    def _pairs(self) -> list[tuple[int, int]]:
        """Pairs of sampled documents whose smallest shingle is the same in one of several orders (MinHash)."""
        found: set[tuple[int, int]] = set()
        for draw in DRAWS:
            by_least = collections.defaultdict(list)
            for row, own in enumerate(self.sets):
                by_least[min(one * draw & MASK for one in own)].append(row)
            for rows in by_least.values():
                for place, row in enumerate(rows):
                    found.update((row, other) for other in rows[place + 1 : place + 1 + MOST_OTHERS])
        return sorted(found)

    def _similarity(self, left: int, right: int) -> float:
        both = len(self.sets[left] & self.sets[right])
        return both / (len(self.sets[left]) + len(self.sets[right]) - both)
