"""Numbers before a full stop: parts of a date, and those that are no ordinals.

ko  2023. 5. 1. 서울에서      the full stops belong to the date
hi  रामः ॥ १ ॥              the number of a verse stays between its dandas
de  Siehe Tabelle 2. Danach  a table is numbered, so 2. is no ordinal here; am 2. Oktober it is
"""

import functools

import numpy as np

from ...languages import load
from .kinds import LETTERS, Kind, among, kind_before, run_length, window_kinds
from .words import LONGEST, WordTable, word_keys

LONGEST_DAY = 2  # digits of a day or month


def in_date(before_JC: np.ndarray, length_C: np.ndarray, first_C: np.ndarray) -> np.ndarray:
    """Does a number belong to a date of numbers with full stops: one follows, or it is short and one stands before, bool [C]."""
    before = (Kind.SPACE, Kind.STOP, Kind.DIGIT)
    after_number = length_C <= LONGEST_DAY
    for step, kind in enumerate(before, start=1):
        after_number &= kind_before(before_JC, length_C + step) == kind
    return after_number | (first_C == Kind.DIGIT)


@functools.cache
def numbered(language: str) -> WordTable:
    """Words that a number without an ordinal's full stop follows."""
    return WordTable.build(dict.fromkeys(load(language).numbered.split(), 1))


def is_numbered(bytes_B: np.ndarray, ends_C: np.ndarray, language: str) -> np.ndarray:
    """Does such a word end at each position, bool [C]."""
    if not load(language).numbered:
        return np.zeros(len(ends_C), bool)
    lengths_C = run_length(window_kinds(bytes_B, ends_C - LONGEST, LONGEST), (*LETTERS, Kind.MARK))
    at_space_C = among(window_kinds(bytes_B, ends_C, 1)[0], (Kind.SPACE,))
    return at_space_C & (numbered(language).look_up(word_keys(bytes_B, ends_C, lengths_C)) > 0)
