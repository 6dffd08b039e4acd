"""Numbers before a full stop: parts of dates, and numbers that are not ordinals.

ko  2023. 5. 1. 서울에서      the full stops belong to the date
hi  रामः ॥ १ ॥              a verse number stays between its dandas
de  Siehe Tabelle 2. Danach  tables are numbered, so 2. is not an ordinal here; in "am 2. Oktober" it is
en  It is vitamin C. Cells   vitamins have letters as names, so C. is not an initial here
en  Chapter 2. The Road      a section number, so the full stop after it does not end the sentence
"""

import functools

import numpy as np

from ...languages import load
from .kinds import LETTERS, Kind, among, kind_before, run_length, window_kinds
from .words import LONGEST, WordTable, word_keys

LONGEST_DAY = 2  # digits of a day or month
LONGEST_LINK = 2  # bytes of a word between a section word and its number
LONGEST_ROMAN = 5  # digits
ROMAN = np.frombuffer(b"IVXL", np.uint8)


def in_date(before_JC: np.ndarray, length_C: np.ndarray, first_C: np.ndarray) -> np.ndarray:
    """Whether a number is part of a numeric date: another follows, or it is short and one precedes it, bool [C]."""
    before = (Kind.SPACE, Kind.STOP, Kind.DIGIT)
    after_number = length_C <= LONGEST_DAY
    for step, kind in enumerate(before, start=1):
        after_number &= kind_before(before_JC, length_C + step) == kind
    return after_number | (first_C == Kind.DIGIT)


@functools.cache
def numbered(language: str) -> WordTable:
    """Words after which a number is not an ordinal, such as table."""
    return WordTable.build(dict.fromkeys(load(language).numbered.split(), 1))


def is_roman(bytes_B: np.ndarray, ends_C: np.ndarray, length_C: np.ndarray) -> np.ndarray:
    """Whether the word of `length` bytes before each end is a Roman number, bool [C]."""
    roman = (length_C > 0) & (length_C <= LONGEST_ROMAN)
    for back in range(1, LONGEST_ROMAN + 1):
        roman &= np.isin(bytes_B[ends_C - back], ROMAN) | (length_C < back)
    return roman


@functools.cache
def lettered(language: str) -> WordTable:
    """Words after which a single letter is a name, such as vitamin."""
    return WordTable.build(dict.fromkeys(load(language).lettered.split(), 1))


def is_lettered(bytes_B: np.ndarray, ends_C: np.ndarray, language: str) -> np.ndarray:
    """Whether a word of `lettered` ends at each position, bool [C]."""
    return lettered(language).look_up(word_keys(bytes_B, ends_C, word_lengths(bytes_B, ends_C))) > 0


@functools.cache
def section_words(language: str) -> WordTable:
    """Words that begin a heading with a number, such as chapter."""
    return WordTable.build(dict.fromkeys(load(language).section_words.split(), 1))


def heads_section(bytes_B: np.ndarray, ends_C: np.ndarray, cuts_D: np.ndarray, language: str) -> np.ndarray:
    """Whether a section word ends at each position and begins a sentence or line, bool [C].

    A short word may be between it and the number: Sura ya 1, Artikel Nr 3.
    """
    if not load(language).section_words:
        return np.zeros(len(ends_C), bool)
    lengths_C = word_lengths(bytes_B, ends_C)
    start_C = ends_C - lengths_C
    linked = (lengths_C > 0) & (lengths_C <= LONGEST_LINK) & (bytes_B[start_C - 1] == ord(" "))
    ends_C = np.where(linked, start_C - 1, ends_C)
    lengths_C = np.where(linked, word_lengths(bytes_B, ends_C), lengths_C)
    start_C = ends_C - lengths_C
    begins = is_cut(start_C - 1, cuts_D) | (bytes_B[start_C - 1] == ord("\n"))
    return begins & (section_words(language).look_up(word_keys(bytes_B, ends_C, lengths_C)) > 0)


def is_cut(at_C: np.ndarray, cuts_D: np.ndarray) -> np.ndarray:
    """Which positions are among the sorted cuts, bool [C]; np.isin is slower for so few positions."""
    place_C = np.searchsorted(cuts_D, at_C)
    return np.append(cuts_D, -1)[place_C] == at_C


def word_lengths(bytes_B: np.ndarray, ends_C: np.ndarray) -> np.ndarray:
    """Bytes of letters before each position, at most LONGEST, int64 [C]."""
    return run_length(window_kinds(bytes_B, ends_C - LONGEST, LONGEST), (*LETTERS, Kind.MARK))


def is_numbered(bytes_B: np.ndarray, ends_C: np.ndarray, language: str) -> np.ndarray:
    """Whether a word of `numbered` ends at each position, bool [C]."""
    if not load(language).numbered:
        return np.zeros(len(ends_C), bool)
    lengths_C = word_lengths(bytes_B, ends_C)
    at_space_C = among(window_kinds(bytes_B, ends_C, 1)[0], (Kind.SPACE,))
    return at_space_C & (numbered(language).look_up(word_keys(bytes_B, ends_C, lengths_C)) > 0)
