"""Full stops that belong to an abbreviation, an initial or an ordinal."""

import numpy as np

from .candidates import Stops
from .kinds import BEFORE, LETTERS, Kind, among, kind_before, run_length, window_kinds
from .numbers import is_lettered, is_numbered, is_roman
from .words import Says, abbreviations, last_bytes, scatter, starters, word_keys

SHORT_WORD = 3  # letters
YEAR = 4  # digits


def is_initial(stops: Stops, length_C: np.ndarray) -> np.ndarray:
    """Whether the word before the candidate is a single letter that stands for a name, bool [C].

    J. Reed      yes
    the UN-a.    no: a case ending, or a unit as in km/h
    they can't.  no: joined by an apostrophe; d'A. Reed is an initial
    vitamin C.   no: the letter is the name of the vitamin
    """
    lead_C, lead2_C = (kind_before(stops.before_JC, length_C + step) for step in (1, 2))
    last_C = stops.before_JC[-1]
    small = last_C == Kind.LOWER
    joint = among(lead_C, (Kind.DASH, Kind.PAUSE)) & among(lead2_C, (Kind.LOWER, Kind.UPPER))
    ending = joint & (small | ((lead_C == Kind.DASH) & (lead2_C == Kind.LOWER)))
    joined = contracted(stops, length_C)
    if stops.language not in ("en", "und"):
        joined &= small | (last_C == Kind.LETTER)
    initial = is_letter(stops, length_C) & ~ending & ~joined
    if stops.rules.lettered:
        at = np.flatnonzero(initial & (lead_C == Kind.SPACE))
        initial[at] = ~is_lettered(stops.bytes_B, stops.at_C[at] - length_C[at] - 1, stops.language)
    return initial


def is_letter(stops: Stops, length_C: np.ndarray) -> np.ndarray:
    """Whether the word before the candidate is a single letter, bool [C]."""
    byte = stops.bytes_B[stops.at_C - np.minimum(length_C, BEFORE)]
    one = (length_C == 1) | ((length_C == 2) & (byte >= 0xC0)) | ((length_C == 3) & (byte >= 0xE0))
    return one & among(stops.before_JC[-1], LETTERS)


def contracted(stops: Stops, length_C: np.ndarray) -> np.ndarray:
    """Whether an apostrophe joins the word before the candidate to another, as in isn't, bool [C]."""
    mark = kind_before(stops.before_JC, length_C + 1) == Kind.QUOTE
    wide = stops.bytes_B[stops.at_C - np.minimum(length_C, BEFORE) - 1] >= 0x80  # ’ has three bytes
    return mark & among(kind_before(stops.before_JC, length_C + np.where(wide, 4, 2)), LETTERS)


def listed_as(stops: Stops, length_C: np.ndarray, paired: np.ndarray) -> np.ndarray:
    """The entry of the abbreviation list for the word before each candidate, a value of `Says`, uint8 [C]."""
    table = abbreviations(stops.language, stops.own)
    says = table.look_up(word_keys(stops.bytes_B, stops.at_C, length_C))
    whole = ~among(kind_before(stops.before_JC, 2 * length_C + 3), LETTERS)
    pair = np.flatnonzero(paired & whole & (length_C <= 3))
    if len(pair):  # z. B. and т. п. are listed without the space
        at, size = stops.at_C[pair], length_C[pair]
        left = last_bytes(stops.bytes_B, at - size - 1, size + 1) >> (size * 8).astype(np.uint64)
        pair_says = table.look_up(scatter(left | last_bytes(stops.bytes_B, at, size)))
        says[pair] = np.where(pair_says > 0, pair_says, says[pair])
    name_C = run_length(stops.before_JC, LETTERS)
    joined = (kind_before(stops.before_JC, name_C) == Kind.UPPER) & (name_C > 1)  # left.Mr. Reed
    joined &= kind_before(stops.before_JC, name_C + 1) == Kind.STOP
    again = np.flatnonzero(joined & (says == Says.PLAIN))
    says[again] = table.look_up(word_keys(stops.bytes_B, stops.at_C[again], name_C[again]))
    depends = np.flatnonzero(says >= Says.NUMBER)
    says[depends] = resolved(stops, length_C, depends, says[depends])
    return says


def resolved(stops: Stops, length_C: np.ndarray, at: np.ndarray, says: np.ndarray) -> np.ndarray:
    """Resolve entries that depend on adjacent numbers or capitals, at these indices, to another value of `Says`, uint8."""
    length, before = length_C[at], stops.before_JC[:, at]
    number_next = (stops.after.first_C[at] == Kind.DIGIT) | roman_next(stops, at)
    number_before = kind_before(before, length + 2) == Kind.DIGIT
    capital = kind_before(before, length) == Kind.UPPER
    name = capital & (stops.small_C[at] == length - 1) & (length > 1)  # Mm. Hot out.
    unit = np.where(number_before, Says.ALWAYS, np.where(name, Says.PLAIN, Says.MAYBE))
    by_kind = {
        Says.NUMBER: np.where(number_next, Says.NEVER, Says.PLAIN),
        Says.UNIT: unit,
        Says.CAPITAL: np.where(capital, Says.MAYBE, Says.PLAIN),
    }
    return np.select([says == kind for kind in by_kind], list(by_kind.values()), says)


def roman_next(stops: Stops, at: np.ndarray) -> np.ndarray:
    """Whether two Roman digits follow, as in vol. II, at these indices, bool; a single one may be the word I."""
    start_C = stops.first_start_C[at]
    first, second = (np.isin(stops.bytes_B[start_C + step], np.frombuffer(b"IVXLC", np.uint8)) for step in (0, 1))
    return first & second & stops.after.gap_C[at]


def unlisted(stops: Stops, length_C: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Whether an unlisted word looks like an abbreviation or an ordinal, bool [C]."""
    before = stops.before_JC
    dotted = (before[-2] == Kind.STOP) & (length_C > 2)  # U.S a.m
    for back in (3, 4):  # т.е พ.ศ
        dotted |= (before[-back] == Kind.STOP) & (length_C > back) & (stops.bytes_B[stops.at_C - back + 1] >= 0xC0)
    result = dotted & among(before[-1], LETTERS)
    if stops.rules.ordinals:
        roman = is_roman(stops.bytes_B, stops.at_C, length_C)
        amount = (kind_before(before, length_C + 1) == Kind.PAUSE) & (kind_before(before, length_C + 2) == Kind.DIGIT)
        ordinal = number & (length_C <= 3) & ~amount  # not 2:1 and 5,3
        if stops.rules.small_ordinals:
            capital = np.flatnonzero(ordinal & (stops.after.first_C == Kind.UPPER))
            ordinal[capital] = roman_next(stops, capital)  # 20. XI 1998
        at = np.flatnonzero(ordinal)
        ordinal[at] = ~is_numbered(stops.bytes_B, stops.at_C[at] - length_C[at] - 1, stops.language)
        result |= roman | ordinal
    if stops.rules.dots_pause or stops.rules.danda:  # बी.जे.पी.
        last_C = run_length(before, (*LETTERS, Kind.MARK))
        short = last_C <= (9 if stops.rules.danda else 4)
        result |= short & (last_C > 0) & (last_C < length_C) & (kind_before(before, last_C + 1) == Kind.STOP)
    if stops.rules.danda:
        result |= (length_C > 0) & (length_C < 12) & (before[-1] != Kind.DIGIT)  # four letters of three bytes
    return result


def short_before_number(stops: Stops, length_C: np.ndarray) -> np.ndarray:
    """Whether a short word before a number is probably an abbreviation, as in afb. 2, bool [C]; years begin sentences."""
    letter_bytes = 1 if "latin" in stops.rules.scripts or not stops.rules.scripts else 2
    result = (stops.after.next_C == Kind.DIGIT) & stops.after.gap_C & (stops.after.closed_C == 0)
    result &= (stops.small_C == length_C) & (length_C <= SHORT_WORD * letter_bytes) & (length_C > 0)
    at = np.flatnonzero(result)
    year = among(window_kinds(stops.bytes_B, stops.first_start_C[at], YEAR), (Kind.DIGIT,)).all(axis=0)
    known = starters(stops.language).look_up(word_keys(stops.bytes_B, stops.at_C[at], length_C[at])) > 0
    result[at] = ~year & ~known
    return result
