"""Texts in one buffer of bytes, and sentences from cuts in it.

Rules process a block of the column at a time: some texts, separated by line ends and surrounded by more of them, so that a
window that extends beyond a text reads only line ends. The sentences are cut out of the column itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

PIECE_BYTES = 1 << 20  # the arrays of one block fit into the cache
MARGIN = 48  # bytes, more than any window


@dataclass(frozen=True)
class Block:
    """Some texts of a column in one buffer."""

    bytes_B: np.ndarray  # uint8, with MARGIN line ends at the beginning and the end
    starts_N: np.ndarray  # int64 [N + 1], start of each text, and of the one that would follow
    first_row: int
    first_byte: int  # start of the first text in the column

    def in_column(self, cuts_D: np.ndarray) -> np.ndarray:
        """Convert cuts in this buffer to sorted byte positions in the column, without those at the ends of texts."""
        cuts_D = np.sort(cuts_D)
        row_D = np.searchsorted(self.starts_N, cuts_D, side="right") - 1
        inside = (row_D >= 0) & (row_D < len(self.starts_N) - 1)
        cuts_D, row_D = cuts_D[inside], row_D[inside]
        inside = (cuts_D > self.starts_N[row_D]) & (cuts_D < self.starts_N[row_D + 1] - 1)
        inside &= (self.bytes_B[cuts_D] & 0xC0) != 0x80  # a window may end within a character
        return (cuts_D - row_D)[inside] + (self.first_byte - MARGIN)

    def in_rows(self, at_C: np.ndarray, chosen_N: np.ndarray | None) -> np.ndarray | slice:
        """An index that selects the positions within chosen texts; None means all texts."""
        if chosen_N is None:
            return slice(None)
        return np.flatnonzero(chosen_N[np.searchsorted(self.starts_N, at_C, side="right") - 1])


def plain(texts: pa.Array) -> pa.Array:
    """The texts as strings with 32-bit offsets, nulls as empty texts."""
    return pc.fill_null(texts.cast(pa.string()), "")


def buffers(texts: pa.Array) -> tuple[np.ndarray, pa.Buffer]:
    """The start of each text and the end of the last one in the buffer of a plain column, and the buffer."""
    _, offsets, data = texts.buffers()
    if offsets is None or not len(texts):
        return np.zeros(1, np.int64), pa.py_buffer(b"")
    offsets_N = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    return offsets_N, data if data is not None else pa.py_buffer(b"")


def pieces(texts: pa.Array) -> Iterator[Block]:
    """A plain column in blocks of about PIECE_BYTES, with at least one text each."""
    offsets_N, _ = buffers(texts)
    start = 0
    while start < len(texts):
        stop = int(np.searchsorted(offsets_N, offsets_N[start] + PIECE_BYTES, side="right")) - 1
        stop = min(max(stop, start + 1), start + PIECE_BYTES)  # empty texts have no bytes except line ends
        whole = pa.ListArray.from_arrays(pa.array([0, stop - start], pa.int32()), texts.slice(start, stop - start))
        joined = pc.binary_join(whole, "\n")[0].as_buffer()
        bytes_B = np.full(len(joined) + 2 * MARGIN, 10, np.uint8)
        bytes_B[MARGIN:-MARGIN] = np.frombuffer(joined, np.uint8)
        rows = np.arange(stop - start + 1)
        yield Block(
            bytes_B, offsets_N[start : stop + 1] - offsets_N[start] + rows + MARGIN, start, int(offsets_N[start])
        )
        start = stop


def cut(texts: pa.Array, cuts: list[np.ndarray], original: pa.Array) -> pa.ListArray:
    """Cut a plain column at sorted byte positions, strip the sentences, drop empty ones, and group them by text.

    A null in the original column gives null.
    """
    offsets_N, data = buffers(texts)
    bounds_D = without_blanks(sorted_unique(np.concatenate([offsets_N, *cuts])), offsets_N, data)
    bounds_D = with_numbers(bounds_D, offsets_N, data)
    count = len(bounds_D) - 1
    sentences = pa.StringArray.from_buffers(count, pa.py_buffer(bounds_D.astype(np.int32)), data)
    sentences = pc.utf8_trim_whitespace(sentences)
    full_D = pc.binary_length(sentences).to_numpy(zero_copy_only=False) > 0
    before_D = np.concatenate([[0], np.cumsum(full_D)])
    if not full_D.all():
        sentences = sentences.filter(pa.array(full_D))
    lists = pa.array(before_D[np.searchsorted(bounds_D, offsets_N)].astype(np.int32))
    return pa.ListArray.from_arrays(lists, sentences, mask=original.is_null() if original.null_count else None)


def sorted_unique(values: np.ndarray) -> np.ndarray:
    """Like np.unique, which hashes and is slower on values that are nearly sorted."""
    values = np.sort(values, kind="stable")
    return values[np.concatenate([[True], values[1:] != values[:-1]])]


def without_blanks(bounds_D: np.ndarray, offsets_N: np.ndarray, data: pa.Buffer) -> np.ndarray:
    """Drop bounds that only separate a blank line from the text before it; saves a copy of all sentences."""
    if len(bounds_D) < 2:
        return bounds_D
    first_D = np.frombuffer(data, np.uint8)[bounds_D[:-1]]
    blank_D = (np.diff(bounds_D) == 1) & ((first_D == 10) | (first_D == 32))
    blank_D[np.searchsorted(bounds_D, offsets_N[offsets_N < bounds_D[-1]])] = False
    return bounds_D[np.concatenate([~blank_D, [True]])]


NUMBER_BYTES = 24
NUMBER = r"\p{N}"


def with_numbers(bounds_D: np.ndarray, offsets_N: np.ndarray, data: pa.Buffer) -> np.ndarray:
    """Drop bounds that separate a number from its sentence: a piece with digits and no letters is not a sentence.

    "See Thm. | 3.1. | It holds." becomes "See Thm. 3.1. | It holds."; at the beginning of a line the number is joined to
    what follows. A number alone on its line stays alone.
    """
    import polars as pl

    bytes_B = np.frombuffer(data, np.uint8)
    if len(bounds_D) < 2:
        return bounds_D
    sizes_D = np.diff(bounds_D)
    short = np.flatnonzero((sizes_D <= NUMBER_BYTES + 1) & (sizes_D > 0))
    sizes_C = sizes_D[short] - (bytes_B[bounds_D[short + 1] - 1] == 10)  # without its line end
    short = short[(sizes_C <= NUMBER_BYTES) & (sizes_C > 0)]
    if not len(short):
        return bounds_D
    ends = pa.array(bounds_D.astype(np.int32))
    texts = pl.Series(
        "s", pa.StringArray.from_buffers(len(bounds_D) - 1, ends.buffers()[1], data).take(pa.array(short))
    )
    short = short[(texts.str.contains(NUMBER) & ~texts.str.contains(r"\p{L}")).to_numpy()]
    if not len(short):
        return bounds_D
    is_edge_D = np.isin(bounds_D, offsets_N)
    is_edge_D |= bytes_B[np.maximum(bounds_D - 1, 0)] == 10
    drop_D = np.zeros(len(bounds_D), bool)
    drop_D[short[~is_edge_D[short]]] = True
    stays = np.flatnonzero(~drop_D)
    after = stays[np.searchsorted(stays, short[is_edge_D[short]] + 1)]  # the bounds after numbers that begin a line
    drop_D[after[~is_edge_D[after]]] = True
    return bounds_D[~drop_D]
