"""Encode texts by encoding every distinct chunk once, for tokenizers that encode chunks independently of each other.

    texts --cut--> chunks --dictionary--> distinct new chunks --encode--> ids, then one gather

Each step works on whole arrays. `wordpiece` and `given` define where a text may be cut and how a chunk is encoded. The price:
memory for the distinct chunks (bounded by `cache_limit`) and about three times the bytes of a block.

Legend: B bytes, C chunks, D distinct chunks.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core import native
from ..core.ragged import offsets_of, range_indices
from .table import ChunkTable, counted_by_table, texts_of

__all__ = ["ChunkEncoder", "any_of", "blocks", "texts_of"]

PART_BYTES = 1 << 20  # a part's tables should fit into the processor's cache
# the encoder's cache is consulted once per block of parts
BLOCK_BYTES = 64 << 20

COUNTS = pa.schema([("chunk", pa.large_string()), ("count", pa.int64())])
Rows = tuple[np.ndarray, np.ndarray]  # flat ids and offsets
Cut = Callable[[np.ndarray, np.ndarray], tuple[pa.LargeStringArray, np.ndarray]]


class TextPart(NamedTuple):
    """Some texts after cutting: their distinct chunks, the number of each chunk among these, each text's first chunk."""

    distinct: pa.LargeStringArray
    index_C: np.ndarray
    text_starts: np.ndarray


class ChunkEncoder:
    """Encodes batches of texts; keeps the ids of chunks from batch to batch."""

    def __init__(
        self, cut: Cut, encode_new: Callable[[pa.LargeStringArray], Rows], dtype: np.dtype, cache_limit: int
    ) -> None:
        """`cut` returns the chunks of texts (UTF-8 bytes and offsets) and each text's first, `encode_new` the ids of chunks.

        `cache_limit` bounds the distinct chunks kept between batches, about 100 bytes each.
        """
        self._table = ChunkTable(encode_new, dtype, cache_limit) if native.loops else None
        self._cut, self._encode_new, self._dtype, self.cache_limit = cut, encode_new, dtype, cache_limit
        self._known = pa.array([], pa.large_string())
        self._ids = np.empty(0, dtype)
        self._starts = np.zeros(1, np.int64)

    def encode(self, texts: pa.Array | pa.ChunkedArray) -> Rows:
        """Concatenated ids of all texts, and int64 [N + 1] offsets; a null is an empty text."""
        if self._table:
            return self._encode_by_table(self._table, texts)
        ids, lengths = [np.empty(0, self._dtype)], [np.empty(0, np.int64)]
        parts: list[TextPart] = []
        size = 0
        for text_B, offsets in blocks(texts):
            parts.append(self.part(text_B, offsets))
            size += text_B.size
            if size >= BLOCK_BYTES:
                self._encode_parts(parts, ids, lengths)
                parts, size = [], 0
        self._encode_parts(parts, ids, lengths)
        return np.concatenate(ids), offsets_of(np.concatenate(lengths))

    def _encode_by_table(self, table: ChunkTable, texts: pa.Array | pa.ChunkedArray) -> Rows:
        done = [(np.empty(0, self._dtype), np.empty(0, np.int64))]
        parts: list[tuple[np.ndarray, np.ndarray]] = []
        size = 0
        for text_B, offsets in blocks(texts):
            chunks, text_starts = self._cut(text_B, offsets)
            parts.append((table.number(chunks), text_starts))
            size += text_B.size
            if size >= BLOCK_BYTES:
                done += table.encode(parts)
                parts, size = [], 0
        done += table.encode(parts)
        ids, lengths = zip(*done, strict=True)
        return np.concatenate(ids), offsets_of(np.concatenate(lengths))

    def part(self, text_B: np.ndarray, offsets: np.ndarray) -> TextPart:
        """Cut some texts into chunks and find the distinct ones."""
        chunks, text_starts = self._cut(text_B, offsets)
        encoded = chunks.dictionary_encode()
        return TextPart(encoded.dictionary, encoded.indices.to_numpy(), text_starts)

    def _encode_parts(self, parts: list[TextPart], ids: list[np.ndarray], lengths: list[np.ndarray]) -> None:
        """Append the ids of every part, and the lengths of its texts."""
        if not parts:
            return
        index_D, known_ids, known_starts = self._look_up([part.distinct for part in parts])
        known_counts = np.diff(known_starts)
        first = 0
        for part in parts:
            index = index_D[first : first + len(part.distinct)]
            first += index.size
            # the part's own small tables stay in the processor's cache
            counts_D = known_counts[index]
            ids_D = known_ids[range_indices(known_starts[index], counts_D)]
            counts_C = counts_D[part.index_C]
            ids.append(ids_D[range_indices((np.cumsum(counts_D) - counts_D)[part.index_C], counts_C)])
            lengths.append(np.diff(offsets_of(counts_C)[part.text_starts]))

    def _look_up(self, distinct: list[pa.LargeStringArray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The number of every chunk in a list of known ones, and the ids and starts of that list."""
        count = sum(map(len, distinct))
        # hashing a known chunk takes 50 ns, encoding it again 0.8 us; small batches do not use the cache
        cached = len(self._known) <= 8 * count
        known = self._known if cached else self._known[:0]
        # the cache comes first, so that known chunks keep their numbers
        together = pa.concat_arrays([known, *distinct]).dictionary_encode()
        dictionary, index_D = together.dictionary, together.indices.to_numpy()[len(known) :]
        ids, starts = self._encode_new(dictionary[len(known) :])
        if cached:
            ids, starts = np.concatenate([self._ids, ids]), np.concatenate([self._starts[:-1], starts + self._ids.size])
            self._keep(dictionary, ids, starts, index_D)
        return index_D, ids, starts

    def _keep(self, known: pa.LargeStringArray, ids: np.ndarray, starts: np.ndarray, index_D: np.ndarray) -> None:
        """Remember all chunks; if there are too many, only half the limit: those that occur in most parts of this block."""
        if len(known) > self.cache_limit:
            uses = np.bincount(index_D, minlength=len(known))
            kept = np.argsort(-uses, kind="stable")[: self.cache_limit // 2]
            counts = np.diff(starts)[kept]
            known, ids, starts = (
                known.take(pa.array(kept)),
                ids[range_indices(starts[kept], counts)],
                offsets_of(counts),
            )
        self._known, self._ids, self._starts = known, ids, starts


def counted(texts: pa.Array | pa.ChunkedArray, cut: Cut) -> tuple[pa.LargeStringArray, np.ndarray]:
    """The distinct chunks of texts, in any order, and the count of each."""
    found = (cut(text_B, offsets)[0] for text_B, offsets in blocks(texts))
    if native.loops:
        return counted_by_table(found)
    tables = [COUNTS.empty_table()]
    for chunks in found:
        distinct = chunks.dictionary_encode()
        counts = np.bincount(distinct.indices.to_numpy(), minlength=len(distinct.dictionary))
        tables.append(pa.table([distinct.dictionary, counts], schema=COUNTS))
    counts = pa.concat_tables(tables).group_by("chunk").aggregate([("count", "sum")]).combine_chunks()
    return counts["chunk"].combine_chunks(), counts["count_sum"].to_numpy()


def blocks(texts: pa.Array | pa.ChunkedArray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Texts as (UTF-8 bytes, int64 offsets) in blocks of about PART_BYTES that hold whole texts; a null is empty."""
    for array in texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]:
        if not len(array):
            continue
        array = array.cast(pa.large_string())
        array = pc.fill_null(array, "") if array.null_count else array
        _, offset_buffer, byte_buffer = array.buffers()
        offsets = np.frombuffer(offset_buffer, np.int64)[array.offset : array.offset + len(array) + 1]
        text_B = np.frombuffer(byte_buffer, np.uint8) if byte_buffer else np.empty(0, np.uint8)
        row = 0
        while row < len(array):
            stop = max(row + 1, int(np.searchsorted(offsets, offsets[row] + PART_BYTES, side="right")) - 1)
            yield text_B[offsets[row] : offsets[stop]], offsets[row : stop + 1] - offsets[row]
            row = stop


def any_of(tokens: Iterable[str]) -> str:
    """A regular expression that matches any of the tokens, preferring the longest; empty for no tokens."""
    return "|".join(re.escape(token) for token in sorted(set(tokens), key=lambda each: (-len(each.encode()), each)))
