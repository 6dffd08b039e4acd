"""Which of . ! ? and similar marks end a sentence."""

import numpy as np

from .candidates import WORD, Stops
from .full_stops import full_stop_ends, is_head
from .kinds import LETTERS, Kind, among, character_length, kind_before, kinds_at, run_length, window_kinds
from .others import emoticon_length
from .words import LONGEST, begins_sentence, eight_bytes, speech_verbs, word_keys

ELLIPSIS = ord("…")


def stop_cuts(
    bytes_B: np.ndarray, at_C: np.ndarray, point_C: np.ndarray, language: str, own: frozenset[str] | None
) -> np.ndarray:
    """Byte positions where a new sentence begins, after any closing marks, for candidates of one language."""
    stops = Stops.look(bytes_B, at_C, point_C, language, own)
    after = stops.after
    begins = looks_like_beginning(stops)
    single = (point_C == ord(".")) & (stops.run_C == 0)
    ends = np.where(single, full_stop_ends(stops, begins), mark_ends(stops, begins))
    bracketed = kind_before(stops.before_JC, stops.run_C + 1) == Kind.OPEN  # [...] (!)
    ends &= ~bracketed
    cuts = at_C + character_length(point_C) + after.closed_C
    ends &= ~is_head(stops, single & ends, cuts[ends])
    spaced_dots(stops, ends, cuts)
    face = np.flatnonzero(after.gap_C & (after.next_C == Kind.PAUSE))
    sizes = emoticon_length(bytes_B, stops.first_start_C[face])
    cuts[face] = np.where(sizes > 0, stops.first_start_C[face] + sizes, cuts[face])
    ends[face] |= sizes > 0
    return cuts[ends]


def looks_like_beginning(stops: Stops) -> np.ndarray:
    """Whether what follows looks like the beginning of a sentence, bool [C]."""
    first = stops.after.first_C
    begun = among(first, (Kind.UPPER, Kind.DIGIT, Kind.LETTER, Kind.OTHER))
    begun |= (stops.after.next_C == Kind.OPEN) & among(first, (Kind.STOP, Kind.TERM))  # [...] […]
    small = np.flatnonzero((first == Kind.LOWER) & stops.after.gap_C)
    four = eight_bytes(stops.bytes_B, stops.first_start_C[small]) & np.uint64(0xFFFFFFFF)
    begun[small] = np.isin(four, np.frombuffer(b"httpwww.", "<u4"))
    item = (stops.after.next_C[small] == Kind.OPEN) & (stops.bytes_B[stops.first_start_C[small] + 1] == ord(")"))
    begun[small] |= item  # (b) what comes second
    begun[small] |= shortened(stops, small)
    pause = np.flatnonzero(stops.after.gap_C & (stops.after.next_C == Kind.PAUSE))
    begun[pause] = comma_quote(stops.bytes_B, stops.first_start_C[pause])
    return begun


def shortened(stops: Stops, small: np.ndarray) -> np.ndarray:
    """Whether a shortened word of an apostrophe and a letter precedes a capital, as in 'n Gebruiker, bool [C]."""
    start_C = stops.first_start_C[small]
    mark = among(stops.after.next_C[small], (Kind.QUOTE, Kind.INITIAL))
    alone = stops.bytes_B[start_C + 1] == ord(" ")
    return mark & alone & (kinds_at(stops.bytes_B, start_C + 2) == Kind.UPPER)


def comma_quote(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """Whether two commas are an opening quotation mark, as in ,,Kom binnen,'' in Dutch, bool [C]."""
    spaced = (bytes_B[at_C + 2] == ord(" ")).astype(np.int64)
    double = (bytes_B[at_C] == ord(",")) & (bytes_B[at_C + 1] == ord(","))
    return double & (kinds_at(bytes_B, at_C + 2 + spaced) == Kind.UPPER)


def mark_ends(stops: Stops, begins: np.ndarray) -> np.ndarray:
    """Which ! ? and ellipses end a sentence, bool [C]."""
    after, first, gap = stops.after, stops.after.first_C, stops.after.gap_C
    base = kind_before(stops.before_JC, stops.run_C + 1)
    dots = (stops.point_C == ELLIPSIS) | ((stops.point_C == ord(".")) & (stops.bytes_B[stops.at_C - 1] == ord(".")))
    name = (stops.point_C == ord("!")) & after_capital_word(stops)
    ends = gap & begins
    if stops.rules.ellipsis_pauses:
        ends &= ~(dots & (first == Kind.LETTER))
    if stops.rules.dots_pause:
        ends &= ~(dots & ((stops.run_C == 1) | (base == Kind.SPACE)))
    if stops.language == "en":
        inside = among(kind_before(stops.before_JC, letters_before(stops) + 2), (Kind.LOWER, Kind.PAUSE))
        ends |= ~dots & gap & (first == Kind.LOWER) & (after.closed_C == 0) & ~(name & inside)  # Yahoo! in those days
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
    """Whether a word of a capital and lower-case letters is directly before the candidate, bool [C]."""
    letters_C = letters_before(stops)
    return (kind_before(stops.before_JC, letters_C) == Kind.UPPER) & (letters_C == stops.small_C + 1)


def is_said(stops: Stops) -> np.ndarray:
    """Whether the mark ends direct speech and the speaker follows, as in "Why?" John asked, bool [C]."""
    after = stops.after
    result = np.zeros(len(after.gap_C), bool)
    ask = np.flatnonzero((after.closed_C > 0) & after.gap_C & (after.next_C == Kind.UPPER))
    ask = ask[
        ~begins_sentence(stops.bytes_B, stops.first_start_C[ask], stops.language)
    ]  # within a sentence, He would be he
    second_C = word_after(stops.bytes_B, stops.first_start_C[ask]) + 1
    end_C = word_after(stops.bytes_B, second_C)
    result[ask] = speech_verbs(stops.language).look_up(word_keys(stops.bytes_B, end_C, end_C - second_C)) > 0
    return result


def word_after(bytes_B: np.ndarray, start_C: np.ndarray) -> np.ndarray:
    """The end of the word that begins at each position; words longer than 16 bytes are cut there."""
    return start_C + run_length(window_kinds(bytes_B, start_C, LONGEST)[::-1], LETTERS)


def spaced_dots(stops: Stops, ends: np.ndarray, cuts: np.ndarray) -> None:
    """Correct ends and cuts at ". . .": within a sentence it ends none; after a full stop it belongs to what follows."""
    before = stops.before_JC
    spaced = ends & (stops.point_C == ord("."))
    for back, kind in enumerate((Kind.SPACE, Kind.STOP, Kind.SPACE, Kind.STOP, Kind.SPACE), start=1):
        spaced &= before[-back] == kind
    at = np.flatnonzero(spaced)
    fourth = before[-6, at] == Kind.STOP
    ends[at[~fourth]] = False
    cuts[at[fourth & among(before[-7, at], WORD)]] -= 6
