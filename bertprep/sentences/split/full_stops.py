"""Which single full stops end a sentence."""

import numpy as np

from .abbreviated import is_initial, listed_as, short_before_number, unlisted
from .candidates import WORD, Stops
from .kinds import Kind, among, kind_before, run_length
from .numbers import heads_section, in_date, is_cut, is_roman
from .words import Says, begins_sentence, eight_bytes, starters, word_keys

LONG_NAME = 6  # letters; shorter words with a capital may be abbreviated names
LONGEST_ITEM = 3  # digits of an item's number


def full_stop_ends(stops: Stops, begins: np.ndarray) -> np.ndarray:
    """Which single full stops end a sentence, bool [C]; meaningless for other candidates."""
    after, first = stops.after, stops.after.first_C
    length_C = run_length(stops.before_JC, WORD)
    lead_C, lead2_C = (kind_before(stops.before_JC, length_C + step) for step in (1, 2))
    digits_C = run_length(stops.before_JC, (Kind.DIGIT,))
    number = (digits_C > 0) & (digits_C == length_C)
    initial = is_initial(stops, length_C)
    says = listed_as(stops, length_C, initial & (lead_C == Kind.SPACE) & (lead2_C == Kind.STOP))
    weak = (says == Says.MAYBE) | ((says == Says.PLAIN) & (initial | unlisted(stops, length_C, number)))
    plain = (says == Says.PLAIN) & ~weak
    ends = plain & after.gap_C & begins & ~short_before_number(stops, length_C)
    if stops.rules.dotted_dates:
        ends &= ~(number & in_date(stops.before_JC, length_C, first))
    capital = after.gap_C & among(first, (Kind.UPPER, Kind.LETTER)) & (after.next_C != Kind.DASH)
    always = np.flatnonzero((says == Says.ALWAYS) & capital & ((after.next_C != Kind.OPEN) | inverted(stops)))
    counted = kind_before(stops.before_JC[:, always], length_C[always] + 2) == Kind.DIGIT
    ends[always] = ~(counted & opening_time(stops.before_JC[:, always], length_C[always]))
    ask = np.flatnonzero(weak & capital)
    yes = begins_sentence(stops.bytes_B, stops.first_start_C[ask], stops.language)
    ends[ask] = yes & ~opening_time(stops.before_JC[:, ask], length_C[ask])
    if stops.rules.small_start:
        ends |= plain & before_small(stops, length_C, digits_C)
    ends |= plain & (lead_C != Kind.OTHER) & missing_space(stops, length_C, number)
    head = (Kind.LINE, Kind.BULLET, Kind.WIDE)  # 。2. 第二
    heads = among(lead_C, head) | ((lead_C == Kind.SPACE) & among(lead2_C, head))
    bracketed = (lead_C == Kind.OPEN) & (after.closed_C > 0)  # [1.]
    short = number & (length_C <= 3)
    return ends & ~((short | initial) & heads) & ~(short & bracketed)


def is_head(stops: Stops, asked: np.ndarray, cuts_D: np.ndarray) -> np.ndarray:
    """Whether a number or a letter begins the sentence instead of ending one, bool [C], given the starts of sentences.

    It ended. 2. What comes second     an item: it follows a sentence end
    It ended. Chapter 1. The Road      a section number: the word before it begins the sentence
    """
    result = asked & among(stops.before_JC[-1], (Kind.DIGIT, Kind.UPPER))
    result &= among(stops.after.first_C, (Kind.UPPER, Kind.LETTER))
    at = np.flatnonzero(result)
    before, cuts_D = stops.before_JC[:, at], np.sort(cuts_D)
    length_C, digits_C = run_length(before, WORD), run_length(before, (Kind.DIGIT, Kind.STOP))
    number = (digits_C == length_C) & (before[-1] == Kind.DIGIT)
    levels = kind_before(before, run_length(before, (Kind.DIGIT,)) + 1) == Kind.STOP  # 3.1
    letter = (length_C == 1) & (before[-1] == Kind.UPPER)
    start_C = stops.at_C[at] - length_C
    follows = is_cut(start_C - 1, cuts_D) & (stops.bytes_B[start_C - 2] == ord("."))
    section = number | is_roman(stops.bytes_B, stops.at_C[at], length_C)
    section[section] = heads_section(stops.bytes_B, start_C[section] - 1, cuts_D, stops.language)
    item = letter | (number & (levels | (length_C <= LONGEST_ITEM)))
    result[at] = (item & follows) | section
    return result


def inverted(stops: Stops) -> np.ndarray:
    """Whether ¿ or ¡ directly precedes the first character, bool [C]."""
    mark = eight_bytes(stops.bytes_B, stops.first_start_C - 2) & np.uint64(0xFFFF)
    return np.isin(mark, np.frombuffer("¿¡".encode(), "<u2"))


def opening_time(before_JC: np.ndarray, length_C: np.ndarray) -> np.ndarray:
    """Whether the sentence before the last word consists of only a word and a number.

    At 5 a.m. Mr. Smith called     W 1990 r. Polska wygrała     but not: at 350 deg. for 20 min. Let it cool
    """
    inside = np.ones(len(length_C), bool)
    digits, found = np.zeros_like(inside), np.zeros_like(inside)
    spaces = np.zeros(len(length_C), np.uint8)
    previous = previous2 = np.full(len(length_C), Kind.OTHER, np.uint8)
    for back in range(1, 15):
        kinds = kind_before(before_JC, length_C + back)
        digits |= (kinds == Kind.DIGIT) & (spaces <= 1)
        ended = among(kinds, (Kind.STOP, Kind.TERM)) & (previous == Kind.SPACE) & (previous2 != Kind.LOWER) & (back > 2)
        starts = (kinds == Kind.LINE) | ended
        found |= inside & starts & digits & (spaces <= np.where(kinds == Kind.LINE, 2, 3))
        inside &= ~starts
        spaces += kinds == Kind.SPACE
        previous, previous2 = kinds, previous
    return found


def before_small(stops: Stops, length_C: np.ndarray, digits_C: np.ndarray) -> np.ndarray:
    """Whether a sentence ends before lower case, because the word is too long for an abbreviation, bool [C]."""
    after = stops.after
    letter_bytes = 2 if "cyrillic" in stops.rules.scripts else 1
    small = stops.small_C == length_C
    name = (kind_before(stops.before_JC, length_C) == Kind.UPPER) & (stops.small_C == length_C - letter_bytes)
    letters_C = length_C // letter_bytes
    word = (small | (name & (letters_C >= LONG_NAME))) & (letters_C >= stops.rules.small_start)
    if stops.language == "en":
        short = np.flatnonzero(small & (length_C == 2))
        keys = word_keys(stops.bytes_B, stops.at_C[short], length_C[short])
        unit = kind_before(stops.before_JC, length_C + 2)[short] == Kind.DIGIT  # 3 in. wide
        word[short] = (starters(stops.language).look_up(keys) > 0) & ~unit
        word |= among(stops.before_JC[-1], (Kind.QUOTE, Kind.CLOSE)) | (digits_C >= 3)
    return word & after.gap_C & (after.closed_C == 0) & (after.next_C == Kind.LOWER)


def missing_space(stops: Stops, length_C: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Whether a sentence ends although no space follows, bool [C]."""
    after = stops.after
    at_once = ~after.gap_C & (after.closed_C == 0)
    name = (stops.small_C == length_C - 1) & (kind_before(stops.before_JC, length_C) == Kind.UPPER)
    word = (((stops.small_C == length_C) | name) & (length_C >= 2)) | number
    ask = np.flatnonzero(at_once & word & (after.first_C == Kind.UPPER) & (stops.second_C == Kind.LOWER))
    ends = np.zeros(len(at_once), bool)
    ends[ask] = begins_sentence(stops.bytes_B, stops.first_start_C[ask], stops.language)
    if not stops.rules.spaces:
        ends |= at_once & (stops.before_JC[-1] == Kind.LETTER) & (after.first_C == Kind.LETTER)
    return ends
