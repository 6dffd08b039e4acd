"""Sentence ends other than full stops: full-width marks, numbered items, mail headers, rulers, emoticons.

Each function takes the buffer and byte positions to examine, and returns byte positions where a new sentence begins.
"""

import functools
import re

import numpy as np

from ...languages import load
from .kinds import BEFORE, SHADS, Following, Kind, among, code_points, kind_before, kinds_at, run_length, window_kinds

TIBETAN = sorted(ord(mark) for mark in SHADS)
HEADS = np.arange(0xF01, 0xF08)  # marks that begin a text
FULL_STOPS = np.array([ord("。"), ord("｡")])
TITLE_MARKS = np.array([ord("！"), ord("？")])
TITLE_ENDS = np.array([ord("》"), ord("〉")])
KHAN = ord("។")
LONGEST_NAME = 16  # letters


@functools.cache
def speech() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Characters that continue a sentence after direct speech in Chinese and Japanese, as code points.

    Particles; pronouns, which after a full stop count only near a verb of speech; characters of such verbs.
    """
    known = load("zh"), load("ja")
    lists = zip(*((rules.after_speech, rules.speakers, rules.speech_characters) for rules in known), strict=True)
    particles, speakers, verbs = (np.array([ord(character) for character in "".join(parts)]) for parts in lists)
    return particles, speakers, verbs


def wide_cuts(bytes_B: np.ndarray, ends_C: np.ndarray, points_C: np.ndarray) -> np.ndarray:
    """Cuts after full-width terminators and closing marks, except where speech or a number continues."""
    keep = ~in_name(bytes_B, ends_C, points_C) & ~is_heading(bytes_B, ends_C, points_C)
    keep &= ~in_title(bytes_B, ends_C, points_C)
    ends_C, points_C = ends_C[keep], points_C[keep]
    # after most of them comes an ideograph or a Hangul syllable, recognized by its first byte
    simple = (bytes_B[ends_C] >= 0xE4) & (bytes_B[ends_C] <= 0xED) & (points_C != ord("．"))
    easy_C, ends_C, points_C = ends_C[simple], ends_C[~simple], points_C[~simple]
    if not len(ends_C):
        return easy_C
    after = Following.read(bytes_B, ends_C, initial=Kind.OPEN)  # “ opens here; in German it closes
    closed_C = after.closed_C
    runs_on = among(after.next_C, (Kind.STOP, Kind.TERM, Kind.WIDE)) | ((closed_C > 0) & (after.next_C == Kind.PAUSE))
    first_point_C = code_points(bytes_B, ends_C + after.first_at_C)
    particles, speakers, verbs = speech()
    spoken = ~np.isin(points_C, FULL_STOPS)
    for step in (3, 6, 9):
        spoken |= np.isin(code_points(bytes_B, ends_C + after.first_at_C + step), verbs)
    speaker = np.isin(first_point_C, speakers) & spoken
    goes_on = (closed_C > 0) & ~after.gap_C & (speaker | np.isin(first_point_C, particles))
    # ．is also a decimal point and a separator in names; it ends a sentence only after hiragana
    point = (points_C == ord("．")) & ~after.gap_C & ~hiragana(code_points(bytes_B, ends_C - 6))
    title = np.isin(code_points(bytes_B, ends_C), TITLE_ENDS)  # 《為什麼？》
    return np.concatenate([easy_C, (ends_C + closed_C)[~runs_on & ~goes_on & ~point & ~title]])


def in_name(bytes_B: np.ndarray, ends_C: np.ndarray, points_C: np.ndarray) -> np.ndarray:
    """Whether the mark is the ！ of a Latin name in Chinese or Japanese text, as in Yahoo！奇摩, bool [C]."""
    result = (points_C == ord("！")) & (bytes_B[ends_C - 4] < 0x80) & (bytes_B[ends_C] >= 0xE3)
    at = np.flatnonzero(result)
    kinds_JC = window_kinds(bytes_B, ends_C[at] - 3 - LONGEST_NAME, LONGEST_NAME)
    small = run_length(kinds_JC, (Kind.LOWER,))
    result[at] = (small > 0) & (kind_before(kinds_JC, small + 1) == Kind.UPPER)
    return result


def before_et_cetera(bytes_B: np.ndarray, ends_C: np.ndarray, points_C: np.ndarray) -> np.ndarray:
    """Whether the mark is the first in a Khmer "and so on", ។ល។ or ។បេ។, bool [C]; the second one ends a sentence."""
    result = points_C == KHAN
    at = np.flatnonzero(result)
    first_K, second_K, third_K = (code_points(bytes_B, ends_C[at] + step) for step in (0, 3, 6))
    result[at] = (first_K == ord("ល")) & (second_K == KHAN)
    result[at] |= (first_K == ord("ប")) & (second_K == ord("េ")) & (third_K == KHAN)
    return result


@functools.cache
def title_particles() -> np.ndarray:
    """Characters that continue after a title and begin no sentence in Chinese and Japanese, as code points."""
    return np.array([ord(character) for code in ("zh", "ja") for character in load(code).after_title])


def in_title(bytes_B: np.ndarray, ends_C: np.ndarray, points_C: np.ndarray) -> np.ndarray:
    """Whether the mark is the ！ or ？ of a title, as in アイカツ！が流行る, bool [C]."""
    result = np.isin(points_C, TITLE_MARKS)
    if not result.any():
        return result
    at = np.flatnonzero(result)
    first_C, second_C = (code_points(bytes_B, ends_C[at] + step) for step in (0, 3))
    result[at] = np.isin(first_C, title_particles()) & ~hiragana(second_C)  # not if a word such as がんばれ begins
    return result


def is_heading(bytes_B: np.ndarray, ends_C: np.ndarray, points_C: np.ndarray) -> np.ndarray:
    """Whether the mark is a shad before the first word, as in the ༄༅། ། that opens a Tibetan text, bool [C]."""
    result = (points_C >= TIBETAN[0]) & (points_C <= TIBETAN[-1])
    at = np.flatnonzero(result)
    kinds_JC = window_kinds(bytes_B, ends_C[at] - BEFORE, BEFORE)
    marks = run_length(kinds_JC, (Kind.WIDE, Kind.SPACE))
    opens = np.isin(code_points(bytes_B, ends_C[at] - marks - 3), HEADS)
    result[at] = opens | (kind_before(kinds_JC, marks + 1) == Kind.LINE)
    return result


def hiragana(points_C: np.ndarray) -> np.ndarray:
    """Which code points are hiragana, bool [C]."""
    return (points_C >= 0x3041) & (points_C <= 0x309F)


def semicolon_cuts(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """Cuts after a semicolon before a capital."""
    at_C = at_C[(bytes_B[at_C] == ord(";")) & (bytes_B[at_C + 1] == ord(" "))]
    opened = np.isin(code_points(bytes_B, at_C + 2), [ord("¿"), ord("¡")])
    return (at_C + 1)[kinds_at(bytes_B, at_C + np.where(opened, 4, 2)) == Kind.UPPER]


def open_quotes(bytes_B: np.ndarray, lines_C: np.ndarray) -> np.ndarray:
    """Straight quotation marks between two spaces that open, given the positions of line ends.

    In pretokenized text every " is between spaces; the odd ones of a line open. Lines with an unpaired mark are skipped.
    """
    at_C = np.flatnonzero(bytes_B == ord('"'))
    apart_C = (bytes_B[at_C - 1] == ord(" ")) & (bytes_B[at_C + 1] == ord(" "))
    if not apart_C.any():
        return at_C[:0]
    line_C = np.searchsorted(lines_C, at_C)
    first_C, stop_C = (np.searchsorted(line_C, line_C, side) for side in ("left", "right"))
    opens_C = (np.arange(len(at_C)) - first_C) % 2 == 0
    return at_C[apart_C & opens_C & ((stop_C - first_C) % 2 == 0)]


SENTENCE_CLOSERS = np.frombuffer(b".!?\"')]\x9d\x99\xa6\x82", np.uint8)  # also the last bytes of ” ’ … 。
LONGEST_CITATION = 3  # digits


def citations(bytes_B: np.ndarray) -> np.ndarray:
    """The bytes of numbers in square brackets after a sentence, as in It rained.[17][18] We stayed."""
    opens_C = np.flatnonzero(bytes_B == ord("["))
    before_C = np.where(bytes_B[opens_C - 1] == ord(" "), bytes_B[opens_C - 2], bytes_B[opens_C - 1])
    opens_C = opens_C[np.isin(before_C, SENTENCE_CLOSERS)]
    digits_C = run_length(window_kinds(bytes_B, opens_C + 1, LONGEST_CITATION)[::-1], (Kind.DIGIT,))
    closes_C = opens_C + 1 + digits_C
    after_C = bytes_B[np.minimum(closes_C + 1, len(bytes_B) - 1)]
    apart = np.isin(after_C, np.frombuffer(b" \n[", np.uint8)) | (after_C >= 0xE3)  # an ideograph may follow
    whole = (digits_C > 0) & (bytes_B[closes_C] == ord("]")) & apart
    at_C = (opens_C[whole, None] + np.arange(LONGEST_CITATION + 2)).ravel()
    return at_C[at_C <= np.repeat(closes_C[whole], LONGEST_CITATION + 2)]


def emoticon_length(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """Bytes of an emoticon such as :) or ;-) at each position, int64 [C]; 0 if there is none."""
    eyes = (bytes_B[at_C] == ord(":")) | (bytes_B[at_C] == ord(";"))
    nose = (bytes_B[at_C + 1] == ord("-")).astype(np.int64)
    mouth = np.isin(bytes_B[at_C + 1 + nose], np.frombuffer(b")(DPpO][", np.uint8))
    apart = among(kinds_at(bytes_B, at_C + 2 + nose), (Kind.SPACE, Kind.LINE))
    return np.where(eyes & mouth & apart, 2 + nose, 0)


def smiley_cuts(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """Cuts after an emoticon before a capital."""
    at_C = at_C[bytes_B[at_C - 1] == ord(" ")]
    sizes_C = emoticon_length(bytes_B, at_C)
    ends_C = (at_C + sizes_C)[sizes_C > 0]
    return ends_C[kinds_at(bytes_B, ends_C + 1) == Kind.UPPER]


def ruler_cuts(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """Cuts before and after a separate run of five or more symbols such as =====."""
    if not len(at_C):
        return at_C
    breaks = np.flatnonzero(np.diff(at_C) != 1)
    first = at_C[np.concatenate([[0], breaks + 1])]
    stop = at_C[np.concatenate([breaks, [len(at_C) - 1]])] + 1
    long = stop - first >= 5
    first, stop = first[long], stop[long]
    return np.concatenate([first[bytes_B[first - 1] == ord(" ")], stop[bytes_B[stop] == ord(" ")]])


STAMP = re.compile(rb"(?:(?<=\s)([a-z]+) )?\d\d?/\d\d?/\d{2,4} \d\d?:\d\d(?::\d\d)?( [AP]M)?(?= )")


def stamp_cuts(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """Cuts before and after the date and time in a mail header, as in 03/27/2001 09:11 AM, given positions of colons."""
    slash = np.zeros(len(at_C), bool)
    for back in (5, 6, 7, 8):
        slash |= bytes_B[at_C - back] == ord("/")
    cuts = []
    for at in at_C[slash].tolist():
        stamp = STAMP.search(bytes_B[at - 32 : at + 12].tobytes())
        if stamp and not stamp[1]:  # "on 03/27/2001 09:11 we met" is one sentence
            cuts.append(at - 32 + stamp.start())
        if stamp and stamp[2]:
            cuts.append(at - 32 + stamp.end())
    return np.array(cuts, np.int64)


BULLET_BYTES = rb"(?:\xe2\x80\xa2|\xe2\x81\x83)"
ITEM = re.compile(
    rb"(?:(?<!\S)|(?=" + BULLET_BYTES + rb"))(" + BULLET_BYTES + rb" ?)?(?:(\d{1,3})|([a-z]))(\.\)|\.|\))(?=\s)"
)


def list_items(bytes_B: np.ndarray, first_start: int, lines_C: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cuts before the items 2. 3. etc. of a list within a line that begins with 1., and the positions of their full stops.

    `lines_C` are the positions of line ends; only lines that begin like an item are searched one by one.
    """
    starts = np.concatenate([[first_start], lines_C + 1])
    marks = [np.isin(bytes_B[starts + step], np.frombuffer(b".)", np.uint8)) for step in range(1, 8)]
    first = kinds_at(bytes_B, starts)
    likely = ((first == Kind.DIGIT) & (marks[0] | marks[1] | marks[2])) | ((first == Kind.LOWER) & marks[0])
    likely |= (bytes_B[starts] == 0xE2) & np.logical_or.reduce(marks)
    stops = np.concatenate([lines_C, [len(bytes_B)]])
    cuts: list[int] = []
    item_stops: list[int] = []
    for at in np.flatnonzero(likely).tolist():
        start = int(starts[at])
        found = items_of(bytes_B[start : stops[at]].tobytes())
        cuts += [start + item.start() for item in found[1:]]
        item_stops += [start + item.start(4) for item in found]
    return np.array(cuts, np.int64), np.array(item_stops, np.int64)


def items_of(line: bytes) -> list[re.Match[bytes]]:
    """The item that begins a line and the items within it that continue the numbering in the same style."""
    head = ITEM.match(line)
    if not head:
        return []
    found = [head]
    for item in ITEM.finditer(line, head.end()):
        same_style = item[4] == head[4] and bool(item[1]) == bool(head[1])
        if same_style and ordinal(item) == ordinal(found[-1]) + 1:
            found.append(item)
    return found


def ordinal(item: re.Match[bytes]) -> int:
    """The number of an item; letters come after all numbers."""
    return int(item[2]) if item[2] else 1000 + ord(item[3])
