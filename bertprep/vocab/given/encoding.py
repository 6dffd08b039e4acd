"""Encode texts with a tokenizer from elsewhere, with the ids that `tokenizers` gives.

If it treats each word independently (`spaces`), distinct words are encoded once, which is many times as fast; new ones by our
own search if that gives the same (`search`). Otherwise, or if a text may contain an added token, `tokenizers` encodes whole
texts. If gigatoken is installed, it encodes byte-level BPE (`quick`).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...core.ragged import interleaved, joined_rows, offsets_of
from ...core.scripts import script_of_word
from ..chunked import ChunkEncoder, Rows, any_of
from .quick import quick_encoder
from .running import in_running_text, tells_spaces
from .search import NewChunks
from .spaces import SpaceCutter, splitter_of
from .tokenizer import Given

TEXTS = 4096  # passed to `tokenizers` at once


class GivenEncoder:
    """Encodes batches of texts."""

    def __init__(self, given: Given, dtype: np.dtype, unk_id: int, cache_limit: int) -> None:
        self.given, self.dtype, self.unk_id = given, dtype, unk_id
        self._leading, content, tokenizer = given.by_part
        self._split = split = splitter_of(content, tokenizer)
        self._search: Callable[[pa.LargeStringArray], Rows] | None = None  # created when the first chunk is encoded
        self._chunks = ChunkEncoder(SpaceCutter(split).cut, self._encode_new, dtype, cache_limit) if split else None
        self._quick = quick_encoder(given, dtype)
        self._tells_spaces = split is not None and tells_spaces(given)
        tokens = given.found_in_text
        self._standing = any_of(token["content"] for token in tokens if not token["normalized"])
        self._prepared = any_of(given.prepared(token["content"]) for token in tokens if token["normalized"])
        self._finds_blanks = any(not given.prepared(token["content"]) for token in tokens)

    def encode(self, texts: pa.Array | pa.ChunkedArray) -> Rows:
        """Concatenated ids of all texts, and int64 [N + 1] offsets; a null is an empty text."""
        if self._finds_blanks:
            return self._encode_whole(texts)
        if not (apart_N := self._may_hold_added(texts)).any():
            return self._encode_plain(texts)
        alone = self._encode_plain(texts.filter(pa.array(~apart_N)))
        return interleaved(apart_N, alone, self._encode_whole(texts.filter(pa.array(apart_N))))

    def sentences(self, lists: pa.ListArray) -> pa.Array:
        """All sentences of documents, in the form in which they are encoded (`running`)."""
        return in_running_text(lists) if self._tells_spaces else lists.flatten()

    def _encode_plain(self, texts: pa.Array | pa.ChunkedArray) -> Rows:
        """Like `encode`, for texts without added tokens."""
        if self._quick:
            return self._quick.encode(texts)
        return self._chunks.encode(self._with_prefix(texts)) if self._chunks else self._encode_whole(texts)

    def _with_prefix(self, texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
        """The texts, if not empty, with the prefix that the normalizer would add."""
        if not self._leading:
            return texts
        texts, nothing = pc.fill_null(texts.cast(pa.large_string()), ""), pa.scalar("", pa.large_string())
        led = pc.binary_join_element_wise(pa.scalar(self._leading, pa.large_string()), texts, nothing)
        return pc.if_else(pc.equal(texts, nothing), texts, led)

    def _may_hold_added(self, texts: pa.Array | pa.ChunkedArray) -> np.ndarray:
        """Which texts may contain an added token, bool [N]."""
        apart_N = np.zeros(len(texts), bool)
        if self._standing:
            found = pc.fill_null(pc.match_substring_regex(texts, self._standing), False)
            apart_N |= np.asarray(found)
        if self._prepared:
            search, prepared = re.compile(self._prepared).search, self.given.prepared
            apart_N |= np.array([search(prepared(text or "")) is not None for text in texts.to_pylist()], bool)
        return apart_N

    def _encode_new(self, chunks: pa.LargeStringArray) -> Rows:
        """Like `encode`, for chunks that occur for the first time."""
        if self._search is None:
            assert self._split
            try:
                self._search = NewChunks(self.given, self._split, self.dtype, self._encode_parts).encode
            except ValueError:
                self._search = self._encode_parts
        return self._search(chunks)

    def _encode_whole(self, texts: pa.Array | pa.ChunkedArray) -> Rows:
        """Like `encode`, with `tokenizers`."""
        return self._by_tokenizers(texts, self.given.encode_many)

    def _encode_parts(self, chunks: pa.LargeStringArray) -> Rows:
        """Like `encode`, for chunks, with `tokenizers`."""
        return self._by_tokenizers(chunks, self.given.encode_parts)

    def _by_tokenizers(
        self, texts: pa.Array | pa.ChunkedArray, encode: Callable[[list[str]], list[np.ndarray]]
    ) -> Rows:
        ids, lengths = [np.empty(0, self.dtype)], [np.empty(0, np.int64)]
        for some in batches(texts):
            flat, offsets = joined_rows(encode(some), self.dtype)
            ids.append(flat)
            lengths.append(np.diff(offsets))
        return np.concatenate(ids), offsets_of(np.concatenate(lengths))

    def unknown(self, texts: pa.Array | pa.ChunkedArray) -> Counter[str]:
        """The number of unknown tokens in these texts, by the script of the text that became unknown."""
        found: Counter[str] = Counter()
        tokenizer, ours = self.given.by_text
        for some in batches(texts):
            for text, encoded in zip(some, tokenizer.encode_batch(some, add_special_tokens=False), strict=True):
                for place in np.flatnonzero(ours[encoded.ids] == self.unk_id).tolist():
                    first, stop = encoded.offsets[place]
                    found[script_of_word(text[first:stop]) or "signs"] += 1
        return found

    def words(
        self, texts: pa.Array | pa.ChunkedArray
    ) -> Iterator[tuple[list[str], np.ndarray, np.ndarray, np.ndarray]]:
        """Distinct words between white space, with their counts, their unknown tokens and their tokens."""
        for some in batches(texts, 16 * TEXTS):
            counted = pc.utf8_split_whitespace(pa.array(some, pa.large_string())).flatten().value_counts()
            words = counted.field("values").to_pylist()
            counts = counted.field("counts").to_numpy()
            rows = self.given.encode_parts([f" {word}" for word in words])
            unknown = np.array([int((row == self.unk_id).sum()) for row in rows], np.int64)
            pieces = np.array([len(row) for row in rows], np.int64)
            kept = np.flatnonzero((pieces > 0) & (np.array([bool(word) for word in words], bool)))
            yield [words[each] for each in kept.tolist()], counts[kept], unknown[kept], pieces[kept]


def batches(texts: pa.Array | pa.ChunkedArray, size: int = TEXTS) -> Iterator[list[str]]:
    """The texts in lists of `size`."""
    for first in range(0, len(texts), size):
        yield [text or "" for text in texts.slice(first, size).to_pylist()]
