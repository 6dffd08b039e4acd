"""Character kinds, and windows of them on both sides of a candidate."""

import collections
import functools
import unicodedata
from dataclasses import dataclass

import numpy as np

BEFORE, AFTER, AFTER_SHORT = 24, 32, 6  # bytes of the windows; the short one suffices for most candidates


class Kind:
    """Character kinds, as small integers."""

    OTHER, SPACE, LINE, UPPER, LOWER, DIGIT = range(6)
    LETTER, MARK, STOP, TERM, WIDE, CLOSE = range(6, 12)  # LETTER: without case; MARK: combining, part of a word
    QUOTE, INITIAL, OPEN, DASH, BULLET, PAUSE = range(12, 18)  # INITIAL: a quotation mark that usually opens


KINDS = 32  # rows of tables by kind
LETTERS = (Kind.UPPER, Kind.LOWER, Kind.LETTER)

LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"
# Unicode's property Sentence_Terminal (version 17), as ranges of code points, without those used as commas (Burmese,
# Javanese, Balinese, Ahom), the one dot leader, the full stop, and the full-width marks below
SENTENCE_TERMINALS = (
    (0x21, 0x21), (0x3F, 0x3F), (0x589, 0x589), (0x61D, 0x61F), (0x6D4, 0x6D4), (0x700, 0x702), (0x7F9, 0x7F9), (0x837, 0x837),
    (0x839, 0x839), (0x83D, 0x83E), (0x964, 0x965), (0x104B, 0x104B), (0x1362, 0x1362), (0x1367, 0x1368), (0x166E, 0x166E),
    (0x1735, 0x1736), (0x17D4, 0x17D5), (0x1803, 0x1803), (0x1809, 0x1809), (0x1944, 0x1945), (0x1AA8, 0x1AAB),
    (0x1B4E, 0x1B4F), (0x1B5A, 0x1B5B), (0x1B5F, 0x1B5F), (0x1B7D, 0x1B7F), (0x1C3B, 0x1C3C), (0x1C7E, 0x1C7F),
    (0x203C, 0x203D), (0x2047, 0x2049), (0x2CF9, 0x2CFB), (0x2E2E, 0x2E2E), (0x2E3C, 0x2E3C), (0x2E53, 0x2E54),
    (0x2E60, 0x2E61), (0xA4FF, 0xA4FF), (0xA60E, 0xA60F), (0xA6F3, 0xA6F3), (0xA6F7, 0xA6F7), (0xA876, 0xA877),
    (0xA8CE, 0xA8CF), (0xA92F, 0xA92F), (0xA9C9, 0xA9C9), (0xAA5D, 0xAA5F), (0xAAF0, 0xAAF1), (0xABEB, 0xABEB),
    (0x10A56, 0x10A57), (0x10F55, 0x10F59), (0x10F86, 0x10F89), (0x11047, 0x11048), (0x110BE, 0x110C1), (0x11141, 0x11143),
    (0x111C5, 0x111C6), (0x111CD, 0x111CD), (0x111DE, 0x111DF), (0x11238, 0x11239), (0x1123B, 0x1123C), (0x112A9, 0x112A9),
    (0x113D4, 0x113D5), (0x1144B, 0x1144C), (0x115C2, 0x115C3), (0x115C9, 0x115D7), (0x11641, 0x11642), (0x1173D, 0x1173E),
    (0x11944, 0x11944), (0x11946, 0x11946), (0x11A42, 0x11A43), (0x11A9B, 0x11A9C), (0x11C41, 0x11C42), (0x11EF7, 0x11EF8),
    (0x11F43, 0x11F44), (0x16A6E, 0x16A6F), (0x16AF5, 0x16AF5), (0x16B37, 0x16B38), (0x16B44, 0x16B44), (0x16D6E, 0x16D6F),
    (0x16E98, 0x16E98), (0x1BC9F, 0x1BC9F), (0x1DA88, 0x1DA88),
)  # fmt: skip
# plus the Greek question mark and the ellipsis
TERMINATORS = "\u037e…" + "".join(chr(point) for first, last in SENTENCE_TERMINALS for point in range(first, last + 1))
SHADS = "།༎༏༐༑༔"  # Tibetan; like full-width marks, they end a sentence with or without white space after them
WIDE_TERMINATORS = "。！？｡．﹗﹖﹒︒︕︖" + SHADS
PAUSES = ",;:/%&=|、，；：،؛၊꧈᭞"
# letters with case in Unicode, in scripts whose writers do not use it: Georgian, Cherokee
UNCASED = ((0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2F), (0x13A0, 0x13FF), (0xAB70, 0xABBF))
RULERS = "=_*-~#"
CATEGORY_KINDS = (
    ("Lu Lt", Kind.UPPER),
    ("Ll", Kind.LOWER),
    ("Lo Lm Nl", Kind.LETTER),
    ("Nd", Kind.DIGIT),
    ("Mn Mc", Kind.MARK),
    ("Zs", Kind.SPACE),
    ("Ps", Kind.OPEN),
    ("Pe", Kind.CLOSE),
    ("Pi", Kind.INITIAL),
    ("Pf", Kind.QUOTE),
    ("Pd", Kind.DASH),
)
SPECIAL_KINDS = (
    (PAUSES, Kind.PAUSE),
    ("\t\x1c\x1d\x1e\x1f", Kind.SPACE),
    (LINE_ENDS, Kind.LINE),
    (".", Kind.STOP),
    (TERMINATORS, Kind.TERM),
    (WIDE_TERMINATORS, Kind.WIDE),
    ("\"'`´״＂＇_", Kind.QUOTE),  # _so!_ in plain text is printed in italics
    ("„‚¿¡", Kind.OPEN),
    ("•*·‣▪●○■□◦⁃▶►", Kind.BULLET),
    ("°º", Kind.MARK),
    ("〜", Kind.OTHER),
)


@functools.cache
def kind_table() -> np.ndarray:
    """The kind of every code point, uint8 [0x110000]."""
    kinds: dict[str, int] = collections.defaultdict(lambda: Kind.OTHER)
    kinds |= {category: kind for categories, kind in CATEGORY_KINDS for category in categories.split()}
    table = np.full(0x110000, Kind.LETTER, np.uint8)  # plane 2 and above hold only ideographs
    table[:0x20000] = [*map(kinds.__getitem__, map(unicodedata.category, map(chr, range(0x20000))))]
    for first, last in UNCASED:
        kinds_here = table[first : last + 1]
        kinds_here[(kinds_here == Kind.UPPER) | (kinds_here == Kind.LOWER)] = Kind.LETTER
    for characters, kind in SPECIAL_KINDS:
        table[[ord(character) for character in characters]] = kind
    return table


class Role:
    """What a byte may begin; for LEAD, the whole character must be read."""

    NO_ROLE, END, LINE_END, RULE, COLON, LEAD = range(6)


@functools.cache
def role_tables() -> tuple[bytes, np.ndarray]:
    """Whether a byte has a role, as a table for bytes.translate, and which one, uint8 [256]."""
    table = np.full(256, Role.NO_ROLE, np.uint8)
    for character in TERMINATORS + WIDE_TERMINATORS + LINE_ENDS:
        table[character.encode()[0]] = Role.LEAD
    for characters, role in ((".!?", Role.END), ("\n\r\v\f", Role.LINE_END), (RULERS, Role.RULE), (":;|", Role.COLON)):
        table[list(characters.encode())] = role
    return (table > 0).tobytes(), table


def code_points(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """The code points that begin at byte positions, int32; within a character the result is arbitrary."""
    points = bytes_B[at_C].astype(np.int32)
    wide = np.flatnonzero(points >= 0xC0)
    if len(wide):
        first = points[wide]
        one, two, three = (bytes_B[at_C[wide] + step].astype(np.int32) & 0x3F for step in (1, 2, 3))
        long = (first & 0x0F) << 12 | one << 6 | two
        longest = (first & 0x07) << 18 | one << 12 | two << 6 | three
        longest = np.minimum(longest, 0x10FFFF)
        points[wide] = np.where(first < 0xE0, (first & 0x1F) << 6 | one, np.where(first < 0xF0, long, longest))
    return points


def character_length(points_C: np.ndarray) -> np.ndarray:
    """UTF-8 bytes of each code point, int64 [C]."""
    return 1 + (points_C >= 0x80).astype(np.int64) + (points_C >= 0x800) + (points_C >= 0x10000)


def kinds_at(bytes_B: np.ndarray, at_C: np.ndarray) -> np.ndarray:
    """The kinds of the characters that begin at byte positions, uint8 [C]."""
    return kind_table().take(code_points(bytes_B, at_C))


def window_kinds(bytes_B: np.ndarray, starts_C: np.ndarray, width: int) -> np.ndarray:
    """Kinds in windows that begin at byte positions, uint8 [J, C]; all bytes of a character have its kind."""
    raw_CJ = np.lib.stride_tricks.sliding_window_view(bytes_B, width)[starts_C]
    kinds_CJ = kind_table().take(raw_CJ)
    foreign = np.flatnonzero(raw_CJ.max(axis=1, initial=0) >= 0x80)
    if len(foreign):
        positions = starts_C[foreign][:, None] + np.arange(width)
        kinds = kinds_at(bytes_B, positions.ravel()).reshape(positions.shape)
        follows = (raw_CJ[foreign] & 0xC0) == 0x80
        kinds[follows] = Kind.OTHER
        for _ in range(3):
            kinds[:, 1:] = np.where(follows[:, 1:], kinds[:, :-1], kinds[:, 1:])
        kinds_CJ[foreign] = kinds
    return np.ascontiguousarray(kinds_CJ.T)


def among(kinds: np.ndarray, wanted: tuple[int, ...]) -> np.ndarray:
    """Which kinds are among the wanted ones; np.isin is slower for so few."""
    table = np.zeros(KINDS, bool)
    table[list(wanted)] = True
    return table.take(kinds)


def run_length(kinds_JC: np.ndarray, wanted: tuple[int, ...]) -> np.ndarray:
    """The number of bytes of the wanted kinds at the end of each window, int64 [C]."""
    alive = np.ones(kinds_JC.shape[1], bool)
    length = np.zeros(kinds_JC.shape[1], np.uint8)
    for kinds_C in kinds_JC[::-1]:
        alive &= among(kinds_C, wanted)
        if not alive.any():
            break
        length += alive
    return length.astype(np.int64)


def kind_before(kinds_JC: np.ndarray, back_C: np.ndarray) -> np.ndarray:
    """The kind `back` bytes before the end of each window (1 is the last byte), limited to the window."""
    height, count = kinds_JC.shape
    row_C = np.minimum(np.maximum(height - back_C, 0), height - 1)
    return kinds_JC.take(row_C * count + np.arange(count))


AT_END, CLOSING, GAP, OPENING, READ = range(5)  # states of the automaton that reads what follows a candidate


@functools.cache
def reader_table() -> np.ndarray:
    """The next state for each state and kind, uint8 [5 * KINDS]."""
    table = np.full((5, KINDS), READ, np.uint8)
    table[AT_END, [Kind.CLOSE, Kind.QUOTE, Kind.INITIAL]] = CLOSING
    table[CLOSING, [Kind.CLOSE, Kind.QUOTE, Kind.INITIAL]] = CLOSING
    table[GAP, Kind.CLOSE] = CLOSING
    table[[AT_END, CLOSING, GAP], Kind.SPACE] = GAP
    table[GAP, [Kind.OPEN, Kind.INITIAL, Kind.QUOTE, Kind.DASH, Kind.BULLET]] = OPENING
    table[OPENING, [Kind.OPEN, Kind.INITIAL, Kind.QUOTE, Kind.DASH, Kind.BULLET, Kind.SPACE, Kind.CLOSE]] = OPENING
    return table.ravel()


@dataclass
class Following:
    """What follows each candidate, in this order: closing marks, white space, opening marks, the first character.

    Bytes are counted from the end of the candidate. If the line ends first, kinds are LINE; if the longest window does,
    OTHER.
    """

    closed_C: np.ndarray  # bytes to the end of the last closing quote or bracket
    gap_C: np.ndarray  # bool, whether white space follows that
    next_C: np.ndarray  # kind of the character after the white space
    first_C: np.ndarray  # kind of the first character after the opening marks
    first_at_C: np.ndarray  # bytes to that character

    @classmethod
    def read(
        cls, bytes_B: np.ndarray, ends_C: np.ndarray, width: int = AFTER_SHORT, initial: int = Kind.INITIAL
    ) -> "Following":
        """Read windows of `width` bytes, and longer ones where needed; INITIAL counts as the kind `initial`."""
        kinds_JC = window_kinds(bytes_B, ends_C, width)
        kinds_JC[kinds_JC == Kind.INITIAL] = initial
        for here_C, after_C in zip(kinds_JC[-2::-1], kinds_JC[:0:-1], strict=True):
            here_C[(here_C == Kind.QUOTE) & among(after_C, (Kind.SPACE, Kind.LINE, Kind.CLOSE))] = (
                Kind.CLOSE
            )  # if white space follows, it closes
        state = np.zeros(len(ends_C), np.uint8)
        closed, first_at = state.copy(), np.full_like(state, width)
        next_, first = np.full_like(state, Kind.OTHER), np.full_like(state, Kind.OTHER)
        gap = np.zeros(len(ends_C), bool)
        for step, kinds_C in enumerate(kinds_JC):
            new = reader_table().take(state * np.uint8(KINDS) + kinds_C)
            np.copyto(closed, np.uint8(step + 1), where=new == CLOSING)
            gap = (gap | (new == GAP)) & (new != CLOSING)
            np.copyto(next_, kinds_C, where=(state <= GAP) & (new >= OPENING))
            done = (state < READ) & (new == READ)
            np.copyto(first, kinds_C, where=done)
            np.copyto(first_at, np.uint8(step), where=done)
            state = new
        result = cls(closed.astype(np.int64), gap, next_, first, first_at.astype(np.int64))
        unread = np.flatnonzero(state < READ)
        if len(unread) and width < AFTER:
            for name, values in vars(cls.read(bytes_B, ends_C[unread], AFTER, initial)).items():
                getattr(result, name)[unread] = values
        return result
