"""Abbreviations, and words that begin a sentence, looked up by 64-bit keys.

A key is computed from at most the last 16 bytes of a word. Case is folded by setting one bit of each byte, which works for
most accented and Cyrillic letters too. Two different words share a key with probability 2**-64.
"""

import functools
from dataclasses import dataclass

import numpy as np

from ...languages import COMMON, load
from ...languages.form import Abbreviations, Language
from ...languages.scripts import SCRIPTS
from .kinds import LETTERS, Kind, run_length, window_kinds


class Says:
    """Entries of an abbreviation list about the full stop after a word, as small integers; PLAIN is not listed."""

    PLAIN, NEVER, MAYBE, ALWAYS, NUMBER, UNIT, CAPITAL = range(7)


LONGEST = 16  # bytes of a word with a key


def word_keys(bytes_B: np.ndarray, ends_C: np.ndarray, lengths_C: np.ndarray) -> np.ndarray:
    """A key for the word of `lengths` bytes before each end, uint64 [C]; 0 for no word, or one of more than 16 bytes."""
    keys = last_bytes(bytes_B, ends_C, np.minimum(lengths_C, 8))
    long = np.flatnonzero((lengths_C > 8) & (lengths_C <= LONGEST))
    keys[long] ^= scatter(last_bytes(bytes_B, ends_C[long] - 8, lengths_C[long] - 8))
    keys[lengths_C > LONGEST] = 0
    return scatter(keys)


def last_bytes(bytes_B: np.ndarray, ends_C: np.ndarray, lengths_C: np.ndarray) -> np.ndarray:
    """The 0 to 8 bytes before each end, case folded, in the high bytes of a uint64 [C]."""
    folded = eight_bytes(bytes_B, ends_C - 8) | np.uint64(0x2020202020202020)
    masks = np.array([0] + [(1 << 64) - (1 << 8 * (8 - length)) for length in range(1, 9)], np.uint64)
    return folded & masks.take(lengths_C)


def eight_bytes(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """The eight bytes from each position on, the first one lowest, uint64 [C]."""
    return np.ndarray(len(bytes_B) - 7, "<u8", bytes_B, strides=(1,))[at_C]


def scatter(words: np.ndarray) -> np.ndarray:
    """An invertible mix of the bits of each word; 0 stays 0."""
    with np.errstate(over="ignore"):
        words = words * np.uint64(0xBF58476D1CE4E5B9)
    return words ^ (words >> np.uint64(29))


@dataclass(frozen=True)
class WordTable:
    """Maps words to small integers."""

    keys: np.ndarray  # sorted
    values: np.ndarray
    seen: np.ndarray  # bool [65536]: whether any key ends in these bits; avoids most searches

    @classmethod
    def build(cls, words: dict[str, int]) -> "WordTable":
        forms = {form: value for word, value in words.items() for form in (word, word.capitalize(), word.upper())}
        forms = {form: value for form, value in forms.items() if 0 < len(form.encode()) <= LONGEST}
        buffer = b"".join(b"\n" * LONGEST + form.encode() for form in forms) + b"\n" * LONGEST
        lengths = np.array([len(form.encode()) for form in forms], np.int64)
        keys = word_keys(np.frombuffer(buffer, np.uint8), np.cumsum(lengths + LONGEST), lengths)
        keys, first = np.unique(keys, return_index=True)
        seen = np.zeros(65536, bool)
        seen[keys & np.uint64(0xFFFF)] = True
        return cls(keys, np.array(list(forms.values()), np.uint8)[first], seen)

    def look_up(self, keys_C: np.ndarray) -> np.ndarray:
        """The number of each key, 0 for those not in the table, uint8 [C]."""
        found = np.zeros(len(keys_C), np.uint8)
        at = np.flatnonzero(self.seen.take((keys_C & np.uint64(0xFFFF)).astype(np.int64)))
        if len(at):
            place = np.minimum(np.searchsorted(self.keys, keys_C[at]), len(self.keys) - 1)
            hit = self.keys[place] == keys_C[at]
            found[at[hit]] = self.values[place[hit]]
        return found


def listed(abbreviations: Abbreviations) -> dict[str, int]:
    """Abbreviation -> its value of `Says`."""
    lists = {
        Says.NEVER: abbreviations.never,
        Says.MAYBE: abbreviations.maybe,
        Says.ALWAYS: abbreviations.end,
        Says.NUMBER: abbreviations.number,
        Says.UNIT: abbreviations.unit,
        Says.CAPITAL: abbreviations.capital,
    }
    return {word: says for says, words in lists.items() for word in words.split()}


@functools.lru_cache(maxsize=256)
def abbreviations(language: str, own: frozenset[str] | None) -> WordTable:
    """The user's own list, else the language's list on top of the common one."""
    if own is not None:
        return WordTable.build({word.strip().rstrip(".").lower(): Says.NEVER for word in own})
    return WordTable.build(listed(COMMON) | listed(with_words(language).abbreviations))


@functools.cache
def starters(language: str) -> WordTable:
    """Words that, if capitalized, begin a sentence and are not names."""
    rules = with_words(language)
    capitals = any(SCRIPTS[script].capitals for script in rules.scripts)
    return WordTable.build(dict.fromkeys(rules.function_words.split() if capitals else (), 1))


@functools.cache
def speech_verbs(language: str) -> WordTable:
    """Verbs of speech, which follow the speaker."""
    return WordTable.build(dict.fromkeys(load(language).speech_verbs.split(), 1))


def with_words(language: str) -> Language:
    """The language whose word lists are used; English if the language is unknown."""
    return load("en" if language == "und" else language)


def begins_sentence(bytes_B: np.ndarray, starts_C: np.ndarray, language: str) -> np.ndarray:
    """Whether the word at each byte position is a starter, bool [C]; not before a number, with a full stop in between."""
    kinds_JC = window_kinds(bytes_B, starts_C, LONGEST)
    lengths_C = run_length(kinds_JC[::-1], (*LETTERS, Kind.MARK))
    ends_C = starts_C + lengths_C
    initial = (lengths_C <= 2) & (bytes_B[ends_C] == ord("."))  # in A. Milne, A is not the article
    initial &= (lengths_C == 1) | (bytes_B[starts_C] >= 0xC0)
    after_C = [bytes_B[np.minimum(ends_C + step, len(bytes_B) - 1)] for step in range(3)]
    numbered = (after_C[0] == ord(".")) & (after_C[1] == ord(" ")) & (after_C[2] - ord("0") <= 9)  # Pub. L. No. 104
    return (starters(language).look_up(word_keys(bytes_B, ends_C, lengths_C)) > 0) & ~initial & ~numbered
