"""Counts of each language's function words (articles, prepositions, conjunctions, ...) in texts.

    "The cat sat on the mat because it was tired"    10 words; English knows the on the because it was: 6 in 10;
                                                     `on` is also Basque, Croatian, ... and weighs less than `because`

The lists are in the files of `languages`. All texts of a script are counted at once.

Axes: N texts, L languages of one script, W distinct words of their lists, E (word, language) entries.
"""

import functools
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..languages import codes, load

SEPARATORS = r"[\s,.;:!?\"()«»“”„…¿¡\[\]–—/0-9।॥،؛؟።፣፡་༌།]+"


@functools.cache
def languages_of(script: str) -> tuple[str, ...]:
    """The languages of a script that have a list of function words."""
    return tuple(code for code in codes() if load(code).function_words and script in load(code).scripts)


@dataclass(frozen=True)
class Lists:
    """The function words of some languages, and the languages that each word belongs to."""

    words: pa.Array
    starts_W: np.ndarray
    counts_W: np.ndarray
    languages_E: np.ndarray  # numbers of languages; those of word w begin at starts[w]


@functools.cache
def lists_of(languages: tuple[str, ...]) -> Lists:
    owners: dict[str, list[int]] = {}
    for number, code in enumerate(languages):
        for word in dict.fromkeys(load(code).function_words.split()):
            owners.setdefault(word, []).append(number)
    counts_W = np.array([len(numbers) for numbers in owners.values()])
    flat = np.array([number for numbers in owners.values() for number in numbers])
    return Lists(pa.array(owners), np.cumsum(counts_W) - counts_W, counts_W, flat)


@dataclass(frozen=True)
class KnownWordCounts:
    """Counts of function words in some texts."""

    languages: tuple[str, ...]
    words_N: np.ndarray  # number of words in a text
    known_NL: np.ndarray  # number of its words that are function words of each language
    weight_NL: np.ndarray  # the same, with weight 1 / n for a word that n languages share

    @classmethod
    def of(cls, texts: pa.Array, script: str) -> "KnownWordCounts":
        languages = languages_of(script)
        lists = lists_of(languages)
        words = pc.split_pattern_regex(pc.utf8_lower(texts), SEPARATORS)
        row = np.repeat(np.arange(len(texts)), pc.list_value_length(words).to_numpy(zero_copy_only=False))
        flat = words.flatten()
        words_N = np.bincount(row[pc.not_equal(flat, "").to_numpy(zero_copy_only=False)], minlength=len(texts))
        index = pc.index_in(flat, lists.words).fill_null(-1).to_numpy(zero_copy_only=False)
        row, index = row[index >= 0], index[index >= 0]
        # one entry per occurrence and language that has the word
        times = lists.counts_W[index]
        entry = np.repeat(lists.starts_W[index] - np.cumsum(times) + times, times) + np.arange(times.sum())
        cell = np.repeat(row, times) * len(languages) + lists.languages_E[entry]
        size, shape = len(texts) * len(languages), (len(texts), len(languages))
        weight_NL = np.bincount(cell, np.repeat(1 / times, times), minlength=size).reshape(shape)
        return cls(languages, words_N, np.bincount(cell, minlength=size).reshape(shape), weight_NL)

    def rows(self, index_N: np.ndarray) -> "KnownWordCounts":
        """The counts of some of the texts."""
        return KnownWordCounts(self.languages, self.words_N[index_N], self.known_NL[index_N], self.weight_NL[index_N])

    @functools.cached_property
    def best(self) -> np.ndarray:
        """The number of the language with the largest weight, int64 [N]."""
        return self.weight_NL.argmax(axis=1)

    @functools.cached_property
    def best_codes(self) -> np.ndarray:
        """The code of that language, object [N]."""
        return np.array(self.languages, object)[self.best]

    def lead(self, words: int, share: float, weight: float, margin: float) -> np.ndarray:
        """Whether the best language has `words` words, these shares of all, and `margin` times the second's weight, bool [N]."""
        rows = np.arange(len(self.best))
        known_N, weight_N = self.known_NL[rows, self.best], self.weight_NL[rows, self.best]
        next_N = np.partition(self.weight_NL, -2, axis=1)[:, -2]
        enough_N = (known_N >= words) & (known_N >= share * self.words_N) & (weight_N >= weight * self.words_N)
        return enough_N & (weight_N > margin * next_N)
