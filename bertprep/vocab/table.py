"""A compiled hash table of distinct chunks, for `chunked` if `native.loops` is available: each chunk is hashed once."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from ..core import native
from ..core.ragged import take_rows

Rows = tuple[np.ndarray, np.ndarray]  # flat values and offsets
Part = tuple[np.ndarray, np.ndarray]  # numbers of the chunks of some texts, and the first chunk of every text


class ChunkTable:
    """Distinct chunks, numbered by first occurrence, and their ids, kept from block to block."""

    def __init__(self, encode_new: Callable[[pa.LargeStringArray], Rows], dtype: np.dtype, cache_limit: int) -> None:
        self._encode_new, self._dtype, self._cache_limit = encode_new, dtype, cache_limit
        self._forget()

    def _forget(self) -> None:
        self._table = native.new_table()
        self._ids, self._starts = np.empty(0, self._dtype), np.zeros(1, np.int64)

    def number(self, chunks: pa.LargeStringArray) -> np.ndarray:
        """The number of every chunk, uint32; new ones are added."""
        return numbers_of(self._table, chunks)

    def encode(self, parts: list[Part]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The ids of every part of a block, and the lengths of its texts."""
        self._learn()
        for index, text_starts in parts:
            lengths = np.empty(len(text_starts) - 1, np.int64)
            ids = np.empty(native.loops.lengths(index, self._starts, text_starts, lengths), self._dtype)
            native.loops.gather(index, self._starts, self._ids, self._dtype.itemsize, ids)
            yield ids, lengths
        if len(self._starts) - 1 > self._cache_limit:
            self._keep(parts)

    def _learn(self) -> None:
        text_B, offsets = chunks_of(self._table, len(self._starts) - 1)
        if len(offsets) > 1:
            ids, starts = self._encode_new(texts_of(text_B, offsets))
            self._starts = np.concatenate([self._starts[:-1], starts + self._ids.size])
            self._ids = np.concatenate([self._ids, ids.astype(self._dtype)])

    def _keep(self, parts: list[Part]) -> None:
        """Forget all chunks but the most frequent ones of this block, half of the limit."""
        uses = np.zeros(len(self._starts) - 1, np.int64)
        for index, _ in parts:
            uses += np.bincount(index, minlength=uses.size)
        kept = np.argsort(-uses, kind="stable")[: self._cache_limit // 2]
        chunks, ids = texts_of(*take_rows(*chunks_of(self._table, 0), kept)), take_rows(self._ids, self._starts, kept)
        self._forget()
        self.number(chunks)
        self._ids, self._starts = ids


def counted_by_table(found: Iterable[pa.LargeStringArray]) -> tuple[pa.LargeStringArray, np.ndarray]:
    """Distinct chunks and their counts."""
    table, counts = native.new_table(), np.zeros(0, np.int64)
    for chunks in found:
        more = np.bincount(numbers_of(table, chunks), minlength=counts.size)
        more[: counts.size] += counts
        counts = more
    return texts_of(*chunks_of(table, 0)), counts


def numbers_of(table: Any, chunks: pa.LargeStringArray) -> np.ndarray:
    """The number of every chunk in a table, uint32; new ones are added."""
    _, offset_buffer, byte_buffer = chunks.buffers()
    bounds = np.frombuffer(offset_buffer, np.int64)[chunks.offset :][: len(chunks) + 1]
    index = np.empty(len(chunks), np.uint32)
    native.loops.number(table, byte_buffer or b"", bounds, index)
    return index


def chunks_of(table: Any, first: int) -> Rows:
    """The bytes of all chunks from number `first` on, and their offsets."""
    text, offsets = native.loops.chunks(table, first)
    return np.frombuffer(text, np.uint8), np.frombuffer(offsets, np.int64)


def texts_of(text_B: np.ndarray, offsets: np.ndarray) -> pa.LargeStringArray:
    """UTF-8 bytes and int64 offsets as an Arrow string array, without copying."""
    buffers = [None, pa.py_buffer(np.ascontiguousarray(offsets)), pa.py_buffer(text_B)]
    return pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers)
