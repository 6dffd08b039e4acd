"""Which of . ! ? and their like end a sentence."""

from dataclasses import dataclass

import numpy as np

from ...languages import load
from ...languages.form import Language
from .kinds import (
    BEFORE,
    LETTERS,
    Following,
    Kind,
    among,
    character_length,
    kind_before,
    kinds_at,
    run_length,
    window_kinds,
)
from .numbers import in_date, is_numbered
from .others import emoticon_length
from .words import (
    LONGEST,
    Says,
    abbreviations,
    begins_sentence,
    eight_bytes,
    last_bytes,
    scatter,
    speech_verbs,
    starters,
    word_keys,
)

ELLIPSIS = ord("…")
WORD = (Kind.UPPER, Kind.LOWER, Kind.DIGIT, Kind.LETTER, Kind.MARK, Kind.STOP)


@dataclass(frozen=True)
class Stops:
    """Candidates of one language with what stands around them."""

    bytes_B: np.ndarray
    at_C: np.ndarray
    point_C: np.ndarray
    language: str
    own: frozenset[str] | None
    before_JC: np.ndarray
    after: Following
    first_start_C: np.ndarray  # where the first character after all marks begins
    second_C: np.ndarray  # kind of the character after that one, where it is of one byte
    run_C: np.ndarray  # bytes of terminators right before the candidate
    small_C: np.ndarray  # bytes of small letters right before it

    @property
    def rules(self) -> Language:
        """What is known of the language."""
        return load(self.language)

    @classmethod
    def look(
        cls, bytes_B: np.ndarray, at_C: np.ndarray, point_C: np.ndarray, language: str, own: frozenset[str] | None
    ) -> "Stops":
        end_C = at_C + character_length(point_C)
        after = Following.read(bytes_B, end_C)
        before = window_kinds(bytes_B, at_C - BEFORE, BEFORE)
        first_start_C = end_C + after.first_at_C
        second_C = kinds_at(bytes_B, first_start_C + 1)
        run_C, small_C = run_length(before, (Kind.STOP, Kind.TERM)), run_length(before, (Kind.LOWER,))
        return cls(bytes_B, at_C, point_C, language, own, before, after, first_start_C, second_C, run_C, small_C)


def stop_cuts(
    bytes_B: np.ndarray, at_C: np.ndarray, point_C: np.ndarray, language: str, own: frozenset[str] | None
) -> np.ndarray:
    """Byte positions where a new sentence begins, closing marks left to the one before, for candidates of a language."""
    stops = Stops.look(bytes_B, at_C, point_C, language, own)
    after = stops.after
    begins = looks_begun(stops)
    single = (point_C == ord(".")) & (stops.run_C == 0)
    ends = np.where(single, full_stop_ends(stops, begins), mark_ends(stops, begins))
    bracketed = kind_before(stops.before_JC, stops.run_C + 1) == Kind.OPEN  # [...] (!)
    ends &= ~bracketed
    cuts = at_C + character_length(point_C) + after.closed_C
    spaced_dots(stops, ends, cuts)
    face = np.flatnonzero(after.gap_C & (after.next_C == Kind.PAUSE))
    sizes = emoticon_length(bytes_B, stops.first_start_C[face])
    cuts[face] = np.where(sizes > 0, stops.first_start_C[face] + sizes, cuts[face])
    ends[face] |= sizes > 0
    return cuts[ends]


def looks_begun(stops: Stops) -> np.ndarray:
    """Does what follows look like the beginning of a sentence, bool [C]."""
    first = stops.after.first_C
    begun = among(first, (Kind.UPPER, Kind.DIGIT, Kind.LETTER, Kind.OTHER))
    begun |= (stops.after.next_C == Kind.OPEN) & among(first, (Kind.STOP, Kind.TERM))  # [...] […]
    small = np.flatnonzero((first == Kind.LOWER) & stops.after.gap_C)
    four = eight_bytes(stops.bytes_B, stops.first_start_C[small]) & np.uint64(0xFFFFFFFF)
    begun[small] = np.isin(four, np.frombuffer(b"httpwww.", "<u4"))
    item = (stops.after.next_C[small] == Kind.OPEN) & (stops.bytes_B[stops.first_start_C[small] + 1] == ord(")"))
    begun[small] |= item  # (b) what comes second
    return begun


def mark_ends(stops: Stops, begins: np.ndarray) -> np.ndarray:
    """Which ! ? and ellipses end a sentence, bool [C]."""
    after, first, gap = stops.after, stops.after.first_C, stops.after.gap_C
    base = kind_before(stops.before_JC, stops.run_C + 1)
    dots = (stops.point_C == ELLIPSIS) | ((stops.point_C == ord(".")) & (stops.bytes_B[stops.at_C - 1] == ord(".")))
    name = (stops.point_C == ord("!")) & after_capital_word(stops)
    ends = gap & begins
    if stops.rules.dots_pause:
        ends &= ~(dots & ((stops.run_C == 1) | (base == Kind.SPACE)))
    if stops.language == "en":
        amid = among(kind_before(stops.before_JC, letters_before(stops) + 2), (Kind.LOWER, Kind.PAUSE))
        ends |= ~dots & gap & (first == Kind.LOWER) & (after.closed_C == 0) & ~(name & amid)  # Yahoo! in those days
    if stops.rules.speech_verbs:
        ends &= ~is_said(stops)
    at_once = ~gap & (after.closed_C == 0)
    uncased = (first == Kind.LETTER) | ((base == Kind.LETTER) & among(first, (Kind.DIGIT, Kind.OPEN)))
    ends |= at_once & ~dots & uncased & ~name
    cased = (base == Kind.LOWER) & (first == Kind.UPPER) & among(stops.second_C, (Kind.LOWER, Kind.SPACE))
    return ends | (at_once & cased)


def letters_before(stops: Stops) -> np.ndarray:
    """Bytes of letters with case right before the candidate, int64 [C]."""
    return run_length(stops.before_JC, (Kind.UPPER, Kind.LOWER))


def after_capital_word(stops: Stops) -> np.ndarray:
    """Does a word of a capital and small letters stand right before the candidate, bool [C]."""
    letters_C = letters_before(stops)
    return (kind_before(stops.before_JC, letters_C) == Kind.UPPER) & (letters_C == stops.small_C + 1)


def is_said(stops: Stops) -> np.ndarray:
    """Does it end speech of which is told next, as in "Why?" John asked, bool [C]."""
    after = stops.after
    result = np.zeros(len(after.gap_C), bool)
    ask = np.flatnonzero((after.closed_C > 0) & after.gap_C & (after.next_C == Kind.UPPER))
    ask = ask[~begins_sentence(stops.bytes_B, stops.first_start_C[ask], stops.language)]  # He would be he
    second_C = word_after(stops.bytes_B, stops.first_start_C[ask]) + 1
    end_C = word_after(stops.bytes_B, second_C)
    result[ask] = speech_verbs(stops.language).look_up(word_keys(stops.bytes_B, end_C, end_C - second_C)) > 0
    return result


def word_after(bytes_B: np.ndarray, start_C: np.ndarray) -> np.ndarray:
    """Where the word that begins at each position ends; words longer than 16 bytes are cut there."""
    return start_C + run_length(window_kinds(bytes_B, start_C, LONGEST)[::-1], LETTERS)


def spaced_dots(stops: Stops, ends: np.ndarray, cuts: np.ndarray) -> None:
    """Mend ends and cuts at ". . .": amid a sentence it ends none; after a full stop it belongs to what follows."""
    before = stops.before_JC
    spaced = ends & (stops.point_C == ord("."))
    for back, kind in enumerate((Kind.SPACE, Kind.STOP, Kind.SPACE, Kind.STOP, Kind.SPACE), start=1):
        spaced &= before[-back] == kind
    at = np.flatnonzero(spaced)
    fourth = before[-6, at] == Kind.STOP
    ends[at[~fourth]] = False
    cuts[at[fourth & among(before[-7, at], WORD)]] -= 6


def full_stop_ends(stops: Stops, begins: np.ndarray) -> np.ndarray:
    """Which single full stops end a sentence, bool [C]; says nothing about other candidates."""
    after, first = stops.after, stops.after.first_C
    length_C = run_length(stops.before_JC, WORD)
    lead_C, lead2_C = (kind_before(stops.before_JC, length_C + step) for step in (1, 2))
    digits_C = run_length(stops.before_JC, (Kind.DIGIT,))
    number = (digits_C > 0) & (digits_C == length_C)
    initial = is_initial(stops, length_C) & ~((lead_C == Kind.DASH) & (lead2_C == Kind.LOWER))
    if stops.language in ("en", "und"):
        initial &= ~contracted(stops, length_C)
    says = what_it_says(stops, length_C, initial & (lead_C == Kind.SPACE) & (lead2_C == Kind.STOP))
    weak = (says == Says.MAYBE) | ((says == Says.PLAIN) & (initial | unlisted(stops, length_C, number)))
    plain = (says == Says.PLAIN) & ~weak
    ends = plain & after.gap_C & begins
    if stops.rules.dotted_dates:
        ends &= ~(number & in_date(stops.before_JC, length_C, first))
    capital = after.gap_C & among(first, (Kind.UPPER, Kind.LETTER)) & (after.next_C != Kind.DASH)
    ends |= (says == Says.ALWAYS) & capital & (after.next_C != Kind.OPEN)
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


def is_initial(stops: Stops, length_C: np.ndarray) -> np.ndarray:
    """Is the word before the candidate a single letter, bool [C]."""
    byte = stops.bytes_B[stops.at_C - np.minimum(length_C, BEFORE)]
    one = (length_C == 1) | ((length_C == 2) & (byte >= 0xC0)) | ((length_C == 3) & (byte >= 0xE0))
    return one & among(stops.before_JC[-1], LETTERS)


def contracted(stops: Stops, length_C: np.ndarray) -> np.ndarray:
    """Does an apostrophe join the word before the candidate to another, as in isn't, bool [C]."""
    mark = kind_before(stops.before_JC, length_C + 1) == Kind.QUOTE
    wide = stops.bytes_B[stops.at_C - np.minimum(length_C, BEFORE) - 1] >= 0x80  # ’ has three bytes
    return mark & among(kind_before(stops.before_JC, length_C + np.where(wide, 4, 2)), LETTERS)


def what_it_says(stops: Stops, length_C: np.ndarray, paired: np.ndarray) -> np.ndarray:
    """What the list of abbreviations says about the word before each candidate, uint8 [C]."""
    table = abbreviations(stops.language, stops.own)
    says = table.look_up(word_keys(stops.bytes_B, stops.at_C, length_C))
    whole = ~among(kind_before(stops.before_JC, 2 * length_C + 3), LETTERS)
    pair = np.flatnonzero(paired & whole & (length_C <= 3))
    if len(pair):  # z. B. and т. п. are listed without the space
        at, size = stops.at_C[pair], length_C[pair]
        left = last_bytes(stops.bytes_B, at - size - 1, size + 1) >> (size * 8).astype(np.uint64)
        said = table.look_up(scatter(left | last_bytes(stops.bytes_B, at, size)))
        says[pair] = np.where(said > 0, said, says[pair])
    name_C = run_length(stops.before_JC, LETTERS)
    joined = (kind_before(stops.before_JC, name_C) == Kind.UPPER) & (name_C > 1)  # left.Mr. Reed
    joined &= kind_before(stops.before_JC, name_C + 1) == Kind.STOP
    again = np.flatnonzero(joined & (says == Says.PLAIN))
    says[again] = table.look_up(word_keys(stops.bytes_B, stops.at_C[again], name_C[again]))
    number_next = (stops.after.first_C == Kind.DIGIT) | roman_next(stops)
    says = np.where(says == Says.NUMBER, np.where(number_next, Says.NEVER, Says.PLAIN), says)
    number_before = among(kind_before(stops.before_JC, length_C + 2), (Kind.DIGIT,))
    return np.where(says == Says.UNIT, np.where(number_before, Says.ALWAYS, Says.MAYBE), says)


def roman_next(stops: Stops) -> np.ndarray:
    """Do two Roman digits follow, as in vol. II, bool [C]; one alone may be the word I."""
    two = (stops.bytes_B[stops.first_start_C + step] for step in (0, 1))
    first, second = (np.isin(byte, np.frombuffer(b"IVXLC", np.uint8)) for byte in two)
    return first & second & stops.after.gap_C


def unlisted(stops: Stops, length_C: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Does the word look like an abbreviation or an ordinal all the same, bool [C]."""
    before = stops.before_JC
    dotted = (before[-2] == Kind.STOP) & (length_C > 2)  # U.S a.m
    for back in (3, 4):  # т.е พ.ศ
        dotted |= (before[-back] == Kind.STOP) & (length_C > back) & (stops.bytes_B[stops.at_C - back + 1] >= 0xC0)
    result = dotted & among(before[-1], LETTERS)
    if stops.rules.ordinals:
        roman = (length_C > 0) & (length_C <= 5)
        for back in range(1, 6):
            sign = np.isin(stops.bytes_B[stops.at_C - back], np.frombuffer(b"IVXL", np.uint8))
            roman &= sign | (length_C < back)
        ordinal = number & (length_C <= 3)
        at = np.flatnonzero(ordinal)
        ordinal[at] = ~is_numbered(stops.bytes_B, stops.at_C[at] - length_C[at] - 1, stops.language)
        result |= roman | ordinal
    if stops.rules.dots_pause or stops.rules.danda:  # बी.जे.पी.
        last_C = run_length(before, (*LETTERS, Kind.MARK))
        short = last_C <= (9 if stops.rules.danda else 4)
        result |= short & (last_C > 0) & (last_C < length_C) & (kind_before(before, last_C + 1) == Kind.STOP)
    if stops.rules.danda:
        result |= (length_C < 12) & (before[-1] != Kind.DIGIT)  # four letters of three bytes
    return result


def opening_time(before_JC: np.ndarray, length_C: np.ndarray) -> np.ndarray:
    """Is there nothing but a word and a number in the sentence before the last word, as in At 5 a.m. Mr. Smith."""
    inside = np.ones(len(length_C), bool)
    digits, found = np.zeros_like(inside), np.zeros_like(inside)
    spaces = np.zeros(len(length_C), np.uint8)
    previous = np.full(len(length_C), Kind.OTHER, np.uint8)
    for back in range(1, 15):
        kinds = kind_before(before_JC, length_C + back)
        digits |= (kinds == Kind.DIGIT) & (spaces <= 1)
        starts = (kinds == Kind.LINE) | (among(kinds, (Kind.STOP, Kind.TERM)) & (previous == Kind.SPACE) & (back > 2))
        found |= inside & starts & digits & (spaces <= 3)
        inside &= ~starts
        spaces += kinds == Kind.SPACE
        previous = kinds
    return found


def before_small(stops: Stops, length_C: np.ndarray, digits_C: np.ndarray) -> np.ndarray:
    """Does a sentence end although a small letter follows, because the word is too long for an abbreviation, bool [C]."""
    after = stops.after
    letter_bytes = 2 if "cyrillic" in stops.rules.scripts else 1
    word = (stops.small_C == length_C) & (stops.small_C // letter_bytes >= stops.rules.small_start)
    if stops.language == "en":
        short = np.flatnonzero((stops.small_C == length_C) & (length_C == 2))
        keys = word_keys(stops.bytes_B, stops.at_C[short], length_C[short])
        unit = kind_before(stops.before_JC, length_C + 2)[short] == Kind.DIGIT  # 3 in. wide
        word[short] = (starters(stops.language).look_up(keys) > 0) & ~unit
        word |= among(stops.before_JC[-1], (Kind.QUOTE, Kind.CLOSE)) | (digits_C >= 3)
    return word & after.gap_C & (after.closed_C == 0) & (after.next_C == Kind.LOWER)


def missing_space(stops: Stops, length_C: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Does a sentence end although the next begins at once, bool [C]."""
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
