"""The sentences of some documents as arrays for rules: characters and their classes, words, counts per sentence.

    "Pi is 3.14."    11 characters: 4 letters, 3 digits, 2 blanks, 2 signs; 3 words: Pi, is, 3.14.

Each array is computed when it is first used. Words are separated by white space; in scripts without spaces (Han, kana,
Thai, ...) each letter counts as a word, as in the counter `words` of `segment`. For words normalized for comparison see
`normalized_words`.

Axes: D documents, S sentences in total, P characters of all sentences, W words.
"""

import functools
import unicodedata

import numpy as np
import pyarrow as pa

from ..core import randomness
from ..core.ragged import long_row_sums, offsets_of, values_and_offsets
from ..languages import load
from ..languages.scripts import UNSPACED as UNSPACED_RANGES
from .points import Points

LETTER, DIGIT, BLANK, UNSPACED, MARK = 1, 2, 4, 8, 16
# marks that end a sentence, and closing quotation marks, which may follow them
TERMINAL = ".?!\"'”’»›」』）)。．！？｡؟۔।॥։።፧။។៕༎᠃᠉"
ELLIPSES = "…"
FOUR = 4
MASKS = np.array([0, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF], np.uint64)
ODD, MULTIPLIER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


@functools.cache
def class_table() -> np.ndarray:
    """The classes of each code point, uint8 [0x110000]: bits `LETTER`, `DIGIT`, `BLANK`, `UNSPACED` (letters), `MARK`."""
    table = np.zeros(0x110000, np.uint8)
    bits = {"L": LETTER, "N": DIGIT, "M": MARK}
    for point in range(0x32400):  # there are no letters above, except private use
        table[point] = bits.get(unicodedata.category(chr(point))[0], 0)
        if chr(point).isspace():
            table[point] = BLANK
    for first, last in UNSPACED_RANGES:
        table[first : last + 1] |= np.where(table[first : last + 1] == LETTER, UNSPACED, 0).astype(np.uint8)
    return table


@functools.cache
def _among(characters: str) -> np.ndarray:
    table = np.zeros(0x110000, bool)
    table[[ord(character) for character in characters]] = True
    return table


class Text:
    """The sentences of some documents; `languages` has one code per document."""

    def __init__(
        self, sentences: pa.Array, bounds_D1: np.ndarray, languages: pa.Array, points: Points | None = None
    ) -> None:
        self.sentences, self.bounds_D1, self.languages = sentences, bounds_D1, languages
        self._points = points

    @classmethod
    def of(cls, table: pa.Table) -> "Text":
        """The sentences of a table with the columns of `schema.SENTENCES`."""
        return cls(*values_and_offsets(table["sentences"]), table["language"].combine_chunks())

    def only(self, kept_S: np.ndarray) -> "Text":
        """The same documents with only the sentences in `kept_S`; arrays already computed are reused."""
        if kept_S.all():
            return self
        before = np.concatenate([[0], np.cumsum(kept_S)])
        left = Text(
            self.sentences.filter(pa.array(kept_S)), before[self.bounds_D1], self.languages, self.points.only(kept_S)
        )
        axes = {
            "S": (kept_S, ("words",)),
            "P": (np.repeat(kept_S, self.lengths), ("classes", "word_starts")),
            "W": (np.repeat(kept_S, self.words), ("word_lengths", "word_hashes", "has_letter", "is_true_word")),
        }
        for kept, names in axes.values():
            vars(left).update({name: vars(self)[name][kept] for name in names if name in vars(self)})
        return left

    @functools.cached_property
    def points(self) -> Points:
        return self._points or Points.of(self.sentences)

    @functools.cached_property
    def classes(self) -> np.ndarray:
        """uint8 [P], see `class_table`."""
        return class_table().take(self.points.flat_P)

    @functools.cached_property
    def sentence_counts(self) -> np.ndarray:
        """Sentences of each document, int64."""
        return np.diff(self.bounds_D1)

    @functools.cached_property
    def owners(self) -> np.ndarray:
        """The number of the document of each sentence, int64."""
        return np.repeat(np.arange(len(self.sentence_counts)), self.sentence_counts)

    @functools.cached_property
    def lengths(self) -> np.ndarray:
        """Characters of each sentence, int64."""
        return np.diff(self.points.bounds_S1)

    @functools.cached_property
    def filled(self) -> np.ndarray:
        """Characters of each sentence except white space, int64."""
        return self.lengths - self.number_of(BLANK)

    @functools.cached_property
    def document_lengths(self) -> np.ndarray:
        """Characters of each document, int64."""
        return self.of_documents(self.lengths)

    @functools.cached_property
    def repeated_lengths(self) -> np.ndarray:
        """Characters of each document in repeats of earlier sentences, int64."""
        return self.of_documents(np.where(self.is_repeated, self.lengths, 0))

    def number_of(self, bit: int) -> np.ndarray:
        """Characters of a class in each sentence, int64 [S]."""
        return self.sentence_sums((self.classes & bit) != 0)

    def sentence_sums(self, values_P: np.ndarray) -> np.ndarray:
        """The sum over the characters of each sentence, int64."""
        return long_row_sums(values_P, self.points.bounds_S1)

    def of_documents(self, values_S: np.ndarray) -> np.ndarray:
        """The sum over the sentences of each document, int64 [D]."""
        return long_row_sums(values_S, self.bounds_D1)

    @functools.cached_property
    def word_starts(self) -> np.ndarray:
        """Where words begin, bool [P]."""
        blank_P = (self.classes & BLANK) != 0
        word_starts = np.ones(len(blank_P), bool)
        word_starts[1:] = blank_P[:-1]
        word_starts[self.points.bounds_S1[:-1][self.lengths > 0]] = True
        word_starts &= ~blank_P
        unspaced_P = (self.classes & UNSPACED) != 0
        if unspaced_P.any():
            word_starts |= unspaced_P
            word_starts[1:] |= unspaced_P[:-1] & ((self.classes[1:] & (LETTER | DIGIT)) != 0)
        return word_starts

    @functools.cached_property
    def words(self) -> np.ndarray:
        """Words of each sentence, int64."""
        return self.sentence_sums(self.word_starts)

    @functools.cached_property
    def document_words(self) -> np.ndarray:
        """Words of each document, int64."""
        return self.of_documents(self.words)

    @functools.cached_property
    def word_bounds(self) -> np.ndarray:
        """Sentence s has the words [bounds[s], bounds[s + 1]), int64 [S + 1]."""
        return offsets_of(self.words)

    @property
    def document_word_bounds(self) -> np.ndarray:
        """Document d has the words [bounds[d], bounds[d + 1]), int64 [D + 1]."""
        return self.word_bounds[self.bounds_D1]

    @functools.cached_property
    def _starts(self) -> np.ndarray:
        return np.flatnonzero(self.word_starts)

    def _in_words(self, values_P: np.ndarray) -> np.ndarray:
        """The number of marked characters in each word, int32 [W]."""
        before = np.zeros(len(values_P) + 1, np.int32)
        np.cumsum(values_P.view(np.int8), out=before[1:])
        return np.diff(before.take(np.append(self._starts, len(values_P)))) if len(self._starts) else before[:0]

    def of_words(self, values_W: np.ndarray) -> np.ndarray:
        """The sum over the words of each document, int64 [D]."""
        return long_row_sums(values_W, self.document_word_bounds)

    @functools.cached_property
    def word_lengths(self) -> np.ndarray:
        """Characters of each word, int64 [W]."""
        return self._in_words((self.classes & BLANK) == 0)

    @functools.cached_property
    def has_letter(self) -> np.ndarray:
        """Whether a word contains a letter, bool [W]."""
        return self._in_words((self.classes & LETTER) != 0) > 0

    @functools.cached_property
    def is_true_word(self) -> np.ndarray:
        """Whether a word contains a letter or a digit, bool [W]."""
        return self._in_words((self.classes & (LETTER | DIGIT)) != 0) > 0

    @functools.cached_property
    def true_words(self) -> np.ndarray:
        """Words of each document that contain a letter or a digit, int64 [D]."""
        return self.of_words(self.is_true_word)

    @functools.cached_property
    def is_unspaced(self) -> np.ndarray:
        """Whether more than half of a document's words are letters of scripts without spaces, bool [D]."""
        return 2 * self.of_documents(self.number_of(UNSPACED)) > self.document_words

    @functools.cached_property
    def has_end_marks(self) -> np.ndarray:
        """Whether the document's language ends sentences with marks, bool [D]."""
        codes = self.languages.dictionary_encode()
        marked = np.array([not load(code).clauses for code in codes.dictionary.to_pylist()], bool)
        return marked[codes.indices.to_numpy(zero_copy_only=False)] if len(marked) else np.zeros(len(codes), bool)

    @functools.cached_property
    def word_hashes(self) -> np.ndarray:
        """A hash of the characters of each word, uint64 [W]; computed on four characters of 16 bits at a time."""
        points = self.points.flat_P
        halves = np.zeros(len(points) + FOUR, np.uint16)
        halves[:-FOUR] = points
        if len(points) and points.max() > 0xFFFF:
            halves[:-FOUR] ^= (points >> np.uint32(16)).astype(np.uint16) * np.uint16(0x9E37)
        fours = np.ndarray(len(points) + 1, np.uint64, halves, strides=(2,))
        hashes = np.zeros(len(self._starts), np.uint64)
        starts, left = self._starts, self.word_lengths
        which: np.ndarray | None = None  # all
        while len(starts):
            some = fours[starts] & MASKS.take(np.minimum(left, FOUR))
            mixed = ((hashes if which is None else hashes[which]) + some + ODD) * MULTIPLIER
            mixed ^= mixed >> np.uint64(29)
            if which is None:
                hashes = mixed
            else:
                hashes[which] = mixed
            more = np.flatnonzero(left > FOUR)
            which = more if which is None else which[more]
            starts, left = starts[more] + FOUR, left[more] - FOUR
        return hashes

    @functools.cached_property
    def is_repeated(self) -> np.ndarray:
        """Whether a sentence repeats an earlier one of its document, bool [S]; words and white space must be equal."""
        place = np.arange(len(self.word_hashes), dtype=np.int64) - np.repeat(self.word_bounds[:-1], self.words)
        mixed = randomness.mix(self.word_hashes, place)
        hashes = np.zeros(len(self.words), np.uint64)
        filled = self.words > 0
        if filled.any():
            hashes[filled] = np.add.reduceat(mixed, self.word_bounds[:-1][filled])
        order = np.lexsort((hashes, self.owners))  # stable: the first of equal sentences stays first
        again = np.zeros(len(order), bool)
        ordered, owner = hashes[order], self.owners[order]
        again[1:] = (ordered[1:] == ordered[:-1]) & (owner[1:] == owner[:-1])
        result = np.zeros(len(order), bool)
        result[order] = again
        return result

    def is_among(self, characters: str) -> np.ndarray:
        """Which characters are among these, bool [P]."""
        return _among(characters).take(self.points.flat_P)

    def first_is(self, characters: str) -> np.ndarray:
        """Whether a sentence begins with one of these characters, bool [S]."""
        return self._at(self.points.bounds_S1[:-1], characters)

    def last_is(self, characters: str) -> np.ndarray:
        """Whether a sentence ends with one of these characters, bool [S]."""
        return self._at(self.points.bounds_S1[1:] - 1, characters)

    def _at(self, places_S: np.ndarray, characters: str) -> np.ndarray:
        result = np.zeros(len(places_S), bool)
        filled = self.lengths > 0
        result[filled] = _among(characters)[self.points.flat_P[places_S[filled]]]
        return result
