"""The sentences of some documents as arrays that rules judge: characters and their classes, words, counts by sentence.

    "Pi is 3.14."    11 characters: 4 letters, 3 digits, 2 blanks, 2 signs; 3 words: Pi, is, 3.14.

Each array is made when it is first asked for. A word stands between blanks; of scripts that put none between words (Han,
kana, Thai, ...) each letter counts as a word, as it does for `words` in the counters of `segment`.

Axes: D documents, S sentences of all of them, P characters of all sentences, W words.
"""

import functools
import unicodedata

import numpy as np
import pyarrow as pa

from ..core.ragged import offsets_of
from ..languages.scripts import UNSPACED as UNSPACED_RANGES

LETTER, DIGIT, BLANK, UNSPACED, MARK = 1, 2, 4, 8, 16


@functools.cache
def class_table() -> np.ndarray:
    """The classes of each code point, uint8 [0x110000]: bits of `LETTER`, `DIGIT`, `BLANK`, `UNSPACED` (letters), `MARK`."""
    table = np.zeros(0x110000, np.uint8)
    bits = {"L": LETTER, "N": DIGIT, "M": MARK}
    for point in range(0x32400):  # no letter stands above but those of the planes for private use
        table[point] = bits.get(unicodedata.category(chr(point))[0], 0)
        if chr(point).isspace():
            table[point] = BLANK
    for first, last in UNSPACED_RANGES:
        table[first : last + 1] |= np.where(table[first : last + 1] == LETTER, UNSPACED, 0).astype(np.uint8)
    return table


class Text:
    """The sentences of some documents; `languages` are codes, one a document."""

    def __init__(
        self, sentences: pa.Array, bounds_D1: np.ndarray, languages: pa.Array, points: "Points | None" = None
    ) -> None:
        self.sentences, self.bounds_D1, self.languages = sentences, bounds_D1, languages
        self._points = points

    @classmethod
    def of(cls, table: pa.Table) -> "Text":
        """The sentences of a table with the columns of `schema.SENTENCES`."""
        lists = table["sentences"].combine_chunks()
        bounds = lists.offsets.to_numpy().astype(np.int64)
        return cls(lists.flatten(), bounds - bounds[0], table["language"].combine_chunks())

    def only(self, kept_S: np.ndarray) -> "Text":
        """The same documents with some of their sentences."""
        if kept_S.all():
            return self
        before = np.concatenate([[0], np.cumsum(kept_S)])
        return Text(
            self.sentences.filter(pa.array(kept_S)), before[self.bounds_D1], self.languages, self.points.only(kept_S)
        )

    @functools.cached_property
    def points(self) -> "Points":
        return self._points or Points.of(self.sentences)

    @functools.cached_property
    def classes(self) -> np.ndarray:
        """uint8 [P], see `class_table`."""
        return class_table()[self.points.flat_P]

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
        """Characters, int64."""
        return np.diff(self.points.bounds_S1)

    def number_of(self, bit: int) -> np.ndarray:
        """Characters of a class in each sentence, int64 [S]."""
        return self.sentence_sums((self.classes & bit) != 0)

    def sentence_sums(self, values_P: np.ndarray) -> np.ndarray:
        """The sum over the characters of each sentence, int64."""
        return sums(values_P, self.points.bounds_S1)

    def of_documents(self, values_S: np.ndarray) -> np.ndarray:
        """The sum over the sentences of each document, int64 [D]."""
        return sums(values_S, self.bounds_D1)

    @functools.cached_property
    def word_starts(self) -> np.ndarray:
        """bool [P]: where words begin."""
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


def sums(values: np.ndarray, bounds_N1: np.ndarray) -> np.ndarray:
    """The sum of each row, int64 [N]; the quick way of `ragged.row_sums` for flags and small numbers."""
    lengths = np.diff(bounds_N1)
    filled = lengths > 0
    result = np.zeros(len(lengths), np.int64)
    if filled.any():
        result[filled] = np.add.reduceat(values, bounds_N1[:-1][filled], dtype=np.int64)
    return result


class Points:
    """The code points of the sentences, laid end to end: uint32 [P] and int64 [S + 1]."""

    def __init__(self, flat_P: np.ndarray, bounds_S1: np.ndarray) -> None:
        self.flat_P, self.bounds_S1 = flat_P, bounds_S1

    @classmethod
    def of(cls, sentences: pa.Array) -> "Points":
        _, offsets, data = sentences.buffers()
        if not len(sentences) or data is None:
            return cls(np.zeros(0, np.uint32), np.zeros(len(sentences) + 1, np.int64))
        bounds = np.frombuffer(offsets, np.int32)[sentences.offset : sentences.offset + len(sentences) + 1].astype(
            np.int64
        )
        raw = np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
        bounds = bounds - bounds[0]
        if not len(raw) or raw.max() < 0x80:
            return cls(raw.astype(np.uint32), bounds)
        flat = np.frombuffer(raw.tobytes().decode().encode("utf-32-le"), np.uint32)
        lengths = sums((raw & 0xC0) != 0x80, bounds)
        return cls(flat, offsets_of(lengths))

    def only(self, kept_S: np.ndarray) -> "Points":
        """Those of some sentences."""
        lengths = np.diff(self.bounds_S1)
        return Points(self.flat_P[np.repeat(kept_S, lengths)], offsets_of(lengths[kept_S]))
