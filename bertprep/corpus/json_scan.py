"""Find the elements of a JSON array in bytes of any amount, by a table of byte kinds and without parsing.

Unescaped quotes show what is within a string; brackets outside of strings give the depth; a comma at the depth of the array
ends an element.

    [{"a": "x, \\"]\\""}, {"b": [1, 2]}]      depth  1 at the first [, 2 within {, 3 within the inner [
                      ^                       the only comma at depth 1
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

QUOTE, BACKSLASH, COMMA = ord('"'), ord("\\"), ord(",")
OPENING, CLOSING = (ord("["), ord("{")), (ord("]"), ord("}"))
LINE_ENDS = (ord("\n"), ord("\r"))
SPACE = b" \t\r\n"
NO_LINE_ENDS = bytes.maketrans(b"\r\n", b"  ")
CONTROL = 1  # in place of a line end within a string, which JSON does not allow there

KINDS = bytes(byte in (QUOTE, COMMA, *OPENING, *CLOSING, *LINE_ENDS) for byte in range(256))
STEP = np.zeros(256, np.int64)
STEP[list(OPENING)], STEP[list(CLOSING)] = 1, -1


class Structure(NamedTuple):
    """The brackets and commas outside of strings, with the depth after each; and the positions of line ends in strings."""

    at_T: np.ndarray
    kinds_T: np.ndarray
    depth_T: np.ndarray
    broken: np.ndarray


class Scanner:
    """Scans consecutive blocks of JSON."""

    def __init__(self, depth: int = 0) -> None:
        self.depth = depth
        # whether the last block ended within a string, and after an odd number of backslashes
        self._is_inside = self._is_escaped = False

    def scan(self, block: bytes) -> Structure:
        """The structure of the next block."""
        bytes_B = np.frombuffer(block, np.uint8)
        at_T = np.flatnonzero(np.frombuffer(block.translate(KINDS), bool))
        kinds_T = bytes_B[at_T]
        is_quote = kinds_T == QUOTE
        if self._is_escaped or b"\\" in block:
            is_quote[is_quote] = ~self._escaped(block, bytes_B, at_T[is_quote])
        is_inside = (np.cumsum(is_quote) + self._is_inside) % 2 == 1
        self._is_inside = bool(is_inside[-1]) if len(at_T) else self._is_inside
        is_line_end = (kinds_T == LINE_ENDS[0]) | (kinds_T == LINE_ENDS[1])
        broken = at_T[is_inside & is_line_end]
        is_kept = ~(is_inside | is_line_end | (kinds_T == QUOTE))
        at_T, kinds_T = at_T[is_kept], kinds_T[is_kept]
        depth_T = np.cumsum(STEP[kinds_T]) + self.depth
        self.depth = int(depth_T[-1]) if len(at_T) else self.depth
        return Structure(at_T, kinds_T, depth_T, broken)

    def _escaped(self, block: bytes, bytes_B: np.ndarray, quotes: np.ndarray) -> np.ndarray:
        """Whether each quote follows an odd number of backslashes; updates the state for the block's end."""
        is_odd = bytes_B[quotes - 1] == BACKSLASH
        several = is_odd & (bytes_B[np.maximum(quotes - 2, 0)] == BACKSLASH) | (
            quotes < 2
        )  # mostly there is one, with no other before it
        for number in np.flatnonzero(several).tolist():
            is_odd[number] = self._is_behind_odd(block, int(quotes[number]))
        self._is_escaped = self._is_behind_odd(block, len(block))
        return is_odd

    def _is_behind_odd(self, block: bytes, place: int) -> bool:
        first = place
        while first and block[first - 1] == BACKSLASH:
            first -= 1
        return bool((place - first + (first == 0 and self._is_escaped)) % 2)


def on_one_line(block: bytes, broken: np.ndarray) -> bytes:
    """A block with line ends replaced by spaces, or by an invalid character within strings, where JSON forbids them."""
    flat = block.translate(NO_LINE_ENDS)
    if not len(broken):
        return flat
    marked = bytearray(flat)
    np.frombuffer(marked, np.uint8)[broken] = CONTROL
    return bytes(marked)


class Elements:
    """The elements of an array from some byte on, each on one line; `levels` is the depth within the array.

    `has_ended` is whether the array and everything around it has ended; `problem` what is wrong with its end.
    """

    def __init__(self, blocks: Iterator[bytes], levels: int, is_first: bool) -> None:
        self._blocks, self._levels = blocks, levels
        self._scanner = Scanner(levels)
        self._is_first = is_first  # whether there was no element before
        self._held: list[bytes] = []
        self.held_bytes = 0
        self.has_ended = False
        self.problem: str | None = None

    def __iter__(self) -> Iterator[list[bytes]]:
        """Yield runs of elements; invalid text between two commas is returned as it is, without surrounding white space."""
        has_array_ended = False
        for block in self._blocks:
            if self.has_ended:
                self._refuse_rest(block)
            elif has_array_ended:
                self._pass(block, self._scanner.scan(block))
            else:
                found = self._scanner.scan(block)
                ends = np.flatnonzero(found.depth_T < self._levels)
                has_array_ended = len(ends) > 0
                yield self._run(block, found, int(ends[0]) if has_array_ended else None)
                if has_array_ended:
                    self._pass(block, found)

    def _run(self, block: bytes, found: Structure, end: int | None) -> list[bytes]:
        flat = on_one_line(block, found.broken)
        is_cut = (found.kinds_T == COMMA) & (found.depth_T == self._levels)
        cuts = found.at_T[is_cut if end is None else is_cut & (np.arange(len(is_cut)) < end)].tolist()
        stop = len(flat) if end is None else int(found.at_T[end])
        run, start = [], 0
        for cut in cuts:
            run.append(self._whole(flat[start:cut]))
            start = cut + 1
        self._held.append(flat[start:stop])
        self.held_bytes += stop - start
        if end is None:
            self._is_first &= not run
            return run
        last = self._whole(b"")
        if last != b"," or run or not self._is_first:
            run.append(last)
        if found.kinds_T[end] != ord("]"):
            self.problem = "the array is closed by } in place of ]"
        return run

    def _whole(self, rest: bytes) -> bytes:
        """The element made of the held bytes and `rest`; if it is empty, a comma, which is invalid JSON."""
        element = b"".join([*self._held, rest]).strip(SPACE) if self._held else rest.strip(SPACE)
        self._held, self.held_bytes = [], 0
        return element or b","

    def _pass(self, block: bytes, found: Structure) -> None:
        """Skip what follows the array in the object that contains it."""
        ends = np.flatnonzero(found.depth_T <= 0)
        if len(ends):
            self.has_ended = True
            self._refuse_rest(block[int(found.at_T[ends[0]]) + 1 :])

    def _refuse_rest(self, rest: bytes) -> None:
        if rest.strip(SPACE) and self.problem is None:
            self.problem = "something follows its end"
