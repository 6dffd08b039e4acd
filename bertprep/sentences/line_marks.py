"""Properties of each line of some texts, as arrays: start and end, width, first and last characters.

Axes: N texts, B bytes in total, with a line end after each text, L lines, P positions in the bytes.
"""

import dataclasses
import re

import numpy as np
import pyarrow as pa

from ..languages import scripts
from .split.kinds import LETTERS, Kind, among, character_length, code_points, kind_table

LETTER = r"[^\W\d_]"
HYPHENS = "-‐\u00ad¬"  # the last two never occur within an unbroken word
ITEM = re.compile(rf"([-*•‣◦·–—]\s|\(?\d{{1,3}}[.)]\s|\(?{LETTER}[.)]\s|[|+=#~]|\d+$)")
ITEM_BYTES = frozenset(b"-*(|+=#~0123456789\xe2\xc2")  # first bytes of list items, except single letters
MARGIN = 4  # line ends after the last text, so that a whole character can be read at any position
COLONS = tuple(map(ord, ":;：；"))
UNSPACED = (*scripts.UNSPACED, *scripts.UNSPACED_SIGNS)
SLIP = 2  # columns by which a line of a paragraph may be indented too far
LONGEST_HEAD = 20  # characters of the first word that are counted


@dataclasses.dataclass(eq=False)
class Marks:
    """The lines of some texts with their properties."""

    documents: int
    bytes_B: np.ndarray
    bounds_N1: np.ndarray  # start of each text
    document_L: np.ndarray
    raw_start_L: np.ndarray
    start_L: np.ndarray  # after white space and quote marks (>) of mail
    end_L: np.ndarray  # before white space
    depth_L: np.ndarray  # number of quote marks of mail
    indent_L: np.ndarray  # columns of white space
    characters_L: np.ndarray
    head_L: np.ndarray  # characters of the first word
    last_L: np.ndarray  # start of the last character
    ends_sentence_L: np.ndarray
    ends_unspaced_L: np.ndarray
    hyphen_L: np.ndarray  # ends with a hyphen after a letter
    starts_lower_L: np.ndarray
    starts_cased_L: np.ndarray
    starts_unspaced_L: np.ndarray
    item_L: np.ndarray  # begins a list item or a table row, or is a number

    @classmethod
    def of(cls, texts: pa.Array) -> "Marks":
        """Find the lines of texts whose line ends are all "\\n"."""
        whole = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts)
        joined = pa.compute.binary_join(whole, "\n")[0].as_buffer()
        bytes_B = np.append(np.frombuffer(joined, np.uint8), np.full(1 + MARGIN, 10, np.uint8))
        sizes_N = pa.compute.binary_length(texts).to_numpy(zero_copy_only=False)
        bounds_N1 = np.concatenate([[0], np.cumsum(sizes_N + 1)])
        stop_L = np.flatnonzero(bytes_B[: bounds_N1[-1]] == 10)
        raw_start_L = np.append(0, stop_L[:-1] + 1)
        start_L, indent_L, depth_L = _leading(bytes_B, raw_start_L)
        end_L = np.maximum(_trailing(bytes_B, raw_start_L, stop_L), start_L)
        before_B1 = np.concatenate([[0], np.cumsum((bytes_B & 0xC0) != 0x80, dtype=np.int32)])
        spaces = np.flatnonzero((bytes_B == 32) | (bytes_B == 10))
        word_end_L = spaces[np.searchsorted(spaces, start_L)]
        last_L, point_L, hyphen_L, ends_L = _ends(bytes_B, start_L, end_L)
        first_L, kind_L = _starts(bytes_B, start_L, end_L)
        unspaced_L = are_unspaced(first_L)
        head_L = np.where(unspaced_L, 1, np.minimum(before_B1[word_end_L] - before_B1[start_L], LONGEST_HEAD))
        marks = cls(
            documents=len(texts),
            bytes_B=bytes_B,
            bounds_N1=bounds_N1,
            document_L=np.searchsorted(bounds_N1, raw_start_L, side="right") - 1,
            raw_start_L=raw_start_L,
            start_L=start_L,
            end_L=end_L,
            depth_L=depth_L,
            indent_L=indent_L,
            characters_L=before_B1[end_L] - before_B1[start_L],
            head_L=head_L,
            last_L=last_L,
            ends_sentence_L=ends_L,
            ends_unspaced_L=are_unspaced(point_L),
            hyphen_L=hyphen_L,
            starts_lower_L=kind_L == Kind.LOWER,
            starts_cased_L=among(kind_L, (Kind.LOWER, Kind.UPPER)),
            starts_unspaced_L=unspaced_L,
            item_L=np.zeros(len(start_L), bool),
        )
        marks._find_items()
        return marks

    def _find_items(self) -> None:
        """Match the pattern of items only where the first byte, or a single first letter, allows it."""
        first_L = self.bytes_B[self.start_L]
        possible_L = np.isin(first_L, list(ITEM_BYTES)) | np.isin(self.bytes_B[self.start_L + 1], list(b".)"))
        for line in np.flatnonzero(possible_L & ~self.blank_L()).tolist():
            self.item_L[line] = ITEM.match(self.text(line)) is not None

    def blank_L(self) -> np.ndarray:  # noqa: N802
        """Whether each line contains only white space, bool [L]."""
        return self.end_L <= self.start_L

    def width_N(self) -> np.ndarray:  # noqa: N802  arrays carry their axes
        """The 90th percentile of the characters per line of each document, int64 [N]."""
        full = np.flatnonzero(~self.blank_L())
        order = full[np.lexsort((self.characters_L[full], self.document_L[full]))]
        counts_N = np.bincount(self.document_L[full], minlength=self.documents)
        at_N = np.cumsum(counts_N) - counts_N + 9 * counts_N // 10
        widths_N = np.append(self.characters_L[order], 0)[np.minimum(at_N, len(order))]
        return np.where(counts_N > 0, widths_N, 0)

    def is_inside(self) -> np.ndarray:
        """Whether a line and the next can belong to one paragraph: neither is blank or an item, and no indent begins."""
        inside_L = np.zeros(len(self.start_L), bool)
        blank_L = self.blank_L()
        inside_L[:-1] = (
            (self.document_L[1:] == self.document_L[:-1])
            & ~blank_L[1:]
            & ~blank_L[:-1]
            & ~self.item_L[1:]
            & (self.depth_L[1:] == self.depth_L[:-1])
            & (self.indent_L[1:] <= self.indent_L[:-1])
            & ~(self._is_paragraph_of_one_line()[:-1] & (self.indent_L[1:] == self.indent_L[:-1]))
        )
        return inside_L

    def _is_paragraph_of_one_line(self) -> np.ndarray:
        """Whether a line is a paragraph by itself although the next is equally indented, if only first lines are indented.

            One line.                 A paragraph of one line: it ends a sentence, and lines of this indent are adjacent
            Another paragraph that    to text further left. In an indented quotation between blank lines, lines are
        goes over two lines.          joined instead.
        """
        blank_L = self.blank_L()
        touches_L = np.zeros(len(blank_L), bool)  # text of the same document directly above
        touches_L[1:] = (self.document_L[1:] == self.document_L[:-1]) & ~blank_L[:-1] & ~blank_L[1:]
        further_L = np.append(0, np.diff(self.indent_L))
        run_L = np.cumsum(~touches_L | (further_L != 0)) - 1
        beside_text_R = np.zeros(len(blank_L) + 1, bool)
        beside_text_R[run_L[touches_L & (further_L > 0)]] = True
        beside_text_R[run_L[touches_L & (further_L < 0)] - 1] = True
        return beside_text_R[run_L] & self.ends_sentence_L

    def is_indented_on(self) -> np.ndarray:
        """Whether the next line continues although it is further right, by one or two spaces, or below a full line."""
        result_L = np.zeros(len(self.start_L), bool)
        blank_L, step_L = self.blank_L(), np.diff(self.indent_L)
        result_L[:-1] = (
            (self.document_L[1:] == self.document_L[:-1])
            & ~(blank_L[1:] | blank_L[:-1] | self.item_L[1:])
            & (self.depth_L[1:] == self.depth_L[:-1])
            & (step_L > 0)
            & ((step_L <= SLIP) | self.is_full()[:-1])
        )
        return result_L

    def ends_quote(self) -> np.ndarray:
        """Whether a line ends in a closing quote or bracket, after which lower case may continue: "Come!" / he said."""
        return among(kind_table().take(code_points(self.bytes_B, self.last_L)), (Kind.QUOTE, Kind.CLOSE))

    def is_full(self) -> np.ndarray:
        """Whether the first word of the next line would not have fitted on the line, with 10 % tolerance."""
        needed_L = self.characters_L + 1 + np.append(self.head_L[1:], 0)
        return 10 * needed_L >= 9 * self.width_N()[self.document_L]

    def text(self, line: int) -> str:
        """A line without surrounding white space."""
        return self.bytes_B[self.start_L[line] : self.end_L[line]].tobytes().decode()

    def document_text(self, number: int) -> str:
        return self.bytes_B[self.bounds_N1[number] : self.bounds_N1[number + 1]].tobytes().decode()


def _leading(bytes_B: np.ndarray, at_L: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each line, the position after white space and quote marks, the columns of white space, and the number of marks."""
    at_L, indent_L, depth_L = at_L.copy(), np.zeros(len(at_L), np.int64), np.zeros(len(at_L), np.int64)
    active = np.arange(len(at_L))
    while len(active):
        byte = bytes_B[at_L[active]]
        wide = (byte == 0xE3) & (bytes_B[at_L[active] + 1] == 0x80) & (bytes_B[at_L[active] + 2] == 0x80)  # U+3000
        hard = (byte == 0xC2) & (bytes_B[at_L[active] + 1] == 0xA0)  # no-break space
        white, mark = (byte == 32) | (byte == 9) | wide | hard, byte == ord(">")
        at_L[active] += np.where(wide, 3, np.where(hard, 2, (white | mark).astype(np.int64)))
        indent_L[active] += np.where(byte == 9, 4, np.where(wide, 2, white.astype(np.int64)))
        depth_L[active] += mark
        active = active[white | mark]
    return at_L, indent_L, depth_L


def _trailing(bytes_B: np.ndarray, start_L: np.ndarray, stop_L: np.ndarray) -> np.ndarray:
    """The end of each line without trailing white space."""
    stop_L = stop_L.copy()
    active = np.flatnonzero(stop_L > start_L)
    while len(active):
        byte, before = bytes_B[stop_L[active] - 1], bytes_B[stop_L[active] - 2]
        wide = (byte == 0x80) & (before == 0x80) & (stop_L[active] - start_L[active] >= 3)
        wide &= bytes_B[stop_L[active] - 3] == 0xE3
        hard = (byte == 0xA0) & (before == 0xC2) & (stop_L[active] - start_L[active] >= 2)
        white = (byte == 32) | (byte == 9) | wide | hard
        stop_L[active] -= np.where(wide, 3, np.where(hard, 2, white.astype(np.int64)))
        active = active[white & (stop_L[active] > start_L[active])]
    return stop_L


def _character_before(bytes_B: np.ndarray, at_P: np.ndarray) -> np.ndarray:
    """The start of the character before each position."""
    at_P = at_P - 1
    for _ in range(3):
        at_P = at_P - ((bytes_B[at_P] & 0xC0) == 0x80)
    return at_P


def _ends(bytes_B: np.ndarray, start_L: np.ndarray, end_L: np.ndarray) -> tuple[np.ndarray, ...]:
    """The last character's position and code point, whether it is a hyphen after a letter, and whether a sentence ends there."""
    full = np.flatnonzero(end_L > start_L)
    last_L, point_L = start_L.copy(), np.zeros(len(start_L), np.int32)
    hyphen_L, ends_L = np.zeros(len(start_L), bool), np.zeros(len(start_L), bool)
    last_L[full] = _character_before(bytes_B, end_L[full])
    point_L[full] = code_points(bytes_B, last_L[full])
    longer = full[last_L[full] > start_L[full]]
    before = kind_table().take(code_points(bytes_B, _character_before(bytes_B, last_L[longer])))
    hyphen_L[longer] = np.isin(point_L[longer], [ord(char) for char in HYPHENS]) & among(before, LETTERS)
    at_P, active = last_L[full], full
    for _ in range(4):  # closing quotes and brackets after the mark
        points = code_points(bytes_B, at_P)
        kinds = kind_table().take(points)
        ends_L[active] = among(kinds, (Kind.STOP, Kind.TERM, Kind.WIDE)) | np.isin(points, COLONS)
        closing = among(kinds, (Kind.CLOSE, Kind.QUOTE, Kind.INITIAL)) | np.isin(points, (ord("*"), ord("_")))
        closing &= at_P > start_L[active]
        active = active[closing]
        at_P = _character_before(bytes_B, at_P[closing])
    return last_L, point_L, hyphen_L, ends_L


def _starts(bytes_B: np.ndarray, start_L: np.ndarray, end_L: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first code point of each line, and the kind of its first letter after quotes and brackets."""
    first_L = code_points(bytes_B, start_L)
    kind_L = np.zeros(len(start_L), np.uint8)
    at_L, active = start_L.copy(), np.flatnonzero(end_L > start_L)
    for _ in range(6):
        points = code_points(bytes_B, at_L[active])
        kind_L[active] = kind_table().take(points)
        at_L[active] += character_length(points)
        active = active[~among(kind_L[active], LETTERS) & (at_L[active] < end_L[active])]
    return first_L, kind_L


def are_unspaced(points_P: np.ndarray) -> np.ndarray:
    """Whether code points are of scripts without spaces between words, bool [P]."""
    result_P = np.zeros(len(points_P), bool)
    for first, last in UNSPACED:
        result_P |= (points_P >= first) & (points_P <= last)
    return result_P


def open_ended(sentences: pa.Array) -> int:
    """The number of sentences, none of them empty, without an end mark; closing quotes are ignored."""
    _, offsets, data = sentences.buffers()
    if not len(sentences) or data is None:
        return 0
    offsets_S1 = np.frombuffer(offsets, np.int32)[sentences.offset : sentences.offset + len(sentences) + 1].astype(
        np.int64
    )
    bytes_B = np.frombuffer(data, np.uint8)[offsets_S1[0] : offsets_S1[-1]]
    bytes_B = np.append(bytes_B, np.full(MARGIN, 10, np.uint8))
    return int((~_ends(bytes_B, offsets_S1[:-1] - offsets_S1[0], offsets_S1[1:] - offsets_S1[0])[3]).sum())


def text_of(bytes_B: np.ndarray, kept_B: np.ndarray, bounds_N1: np.ndarray, wanted_N: np.ndarray) -> pa.Array:
    """The wanted texts, made of the kept bytes, without the line end after each."""
    kept_B = kept_B.copy()
    kept_B[bounds_N1[1:] - 1] = False
    inside_B = np.zeros(len(bytes_B), bool)
    for number in np.flatnonzero(wanted_N).tolist():
        inside_B[bounds_N1[number] : bounds_N1[number + 1]] = True
    kept_B &= inside_B
    before_B1 = np.concatenate([[0], np.cumsum(kept_B)])
    sizes_N = np.diff(before_B1[bounds_N1])[wanted_N]
    offsets = np.concatenate([[0], np.cumsum(sizes_N)]).astype(np.int32)
    return pa.StringArray.from_buffers(len(sizes_N), pa.py_buffer(offsets), pa.py_buffer(bytes_B[kept_B]))
