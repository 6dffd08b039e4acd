"""Encode texts with a WordPiece vocabulary, with the ids of `tokenizers`, many times as fast.

WordPiece treats every word independently, so a distinct word is encoded only once (`chunked`), in steps over whole arrays:

    texts --Cutter--> chunks --dictionary--> distinct new chunks --Normaliser--> words --PieceTrie--> ids, then one gather

A chunk is the text between two positions at which BERT's pre-tokenizer certainly cuts: a word as it is in the text, or a
punctuation character or Chinese character, with the white space after it. These positions are not coded here but found by
trying `tokenizers`, once for every 256 code points that occur, so that only its Unicode tables matter.

The steps have a file each: `words` (Cutter, Normaliser) and `trie` (PieceTrie). Tokens that were added to the vocabulary are
found separately (`whole`), at no cost if there are none. Other tokenizers are handled by `given`.

Legend: B bytes, C chunks, D distinct chunks, W words, P pieces.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...core.ragged import interleaved, joined_rows, offsets_of, range_indices, row_sums
from ...core.scripts import script_of_word
from ..chunked import ChunkEncoder, blocks
from ..given.encoding import GivenEncoder
from ..vocabulary import Vocabulary
from .trie import PieceTrie
from .whole import WholeTokens
from .words import normaliser_of

__all__ = ["Encoder", "blocks", "normaliser_of"]


class Encoder:
    """Encodes batches of texts; keeps the ids of chunks from batch to batch."""

    def __init__(self, vocabulary: Vocabulary, cache_limit: int = 1_000_000) -> None:
        """`cache_limit` bounds the distinct chunks kept between batches, about 100 bytes each."""
        self.vocabulary = vocabulary
        self._given: GivenEncoder | None = None
        if vocabulary.given:
            self._given = GivenEncoder(vocabulary.given, vocabulary.dtype, vocabulary.unk_id, cache_limit)
            return
        self._chunks = ChunkEncoder(self._cut, self._encode_new, vocabulary.dtype, cache_limit)
        self._normaliser = normaliser_of(vocabulary.rules)
        self._trie = PieceTrie(vocabulary)
        self._whole = WholeTokens(vocabulary, self._normaliser) if vocabulary.added else None

    def sentences(self, lists: pa.ListArray) -> pa.Array:
        """All sentences of documents in the form in which they are encoded: unchanged for WordPiece, else see `given.running`."""
        return self._given.sentences(lists) if self._given else lists.flatten()

    def encode(self, texts: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
        """Concatenated ids of all texts, and int64 [N + 1] offsets: text i has ids[offsets[i]:offsets[i + 1]].

        A null is an empty text. BERT's five special tokens are neither added nor recognized: [SEP] in a text is three words.
        Tokens that were added to the vocabulary are found, as by `tokenizers`.
        """
        if self._given:
            return self._given.encode(texts)
        if self._whole is None or not (apart_N := self._whole.apart(texts)).any():
            return self._chunks.encode(texts)
        slow = texts.filter(pa.array(apart_N)).cast(pa.string()).to_pylist()
        by_tokenizers = joined_rows(self.vocabulary.encode_many(slow), self.vocabulary.dtype)
        return interleaved(apart_N, self._chunks.encode(texts.filter(pa.array(~apart_N))), by_tokenizers)

    def unknown(self, texts: pa.Array | pa.ChunkedArray, ids: np.ndarray, offsets: np.ndarray) -> dict[str, int]:
        """The number of [UNK] in the ids that `encode` gave for these texts, by the script of the unknown words.

        Scripts are named as in `core.scripts`; words without a letter are `signs`.
        """
        places = np.flatnonzero(ids == self.vocabulary.unk_id)
        rows = np.unique(np.searchsorted(offsets, places, side="right") - 1)
        if self._given:
            return dict(sorted(self._given.unknown(texts.take(pa.array(rows))).items()))
        found: Counter[str] = Counter()
        for words, counts, unknown, _ in self.words(texts.take(pa.array(rows))):
            lost = np.flatnonzero(unknown)
            for place, count in zip(lost.tolist(), (counts * unknown)[lost].tolist(), strict=True):
                found[script_of_word(words[place]) or "signs"] += count
        return dict(sorted(found.items()))

    def words(self, texts: pa.Array | pa.ChunkedArray) -> Iterator["WordCounts"]:
        """Yield distinct words as spelled in the texts, with the pieces of each; some at a time.

        Added tokens that span words are not recognized.
        """
        if self._given:
            yield from (WordCounts(*columns) for columns in self._given.words(texts))
            return
        for text_B, offsets in blocks(texts):
            part = self._chunks.part(text_B, offsets)
            ids_D, starts = self._chunks.encode(part.distinct)
            words = np.flatnonzero(np.diff(starts))  # white space alone has no ids
            counts_D = np.bincount(part.index_C, minlength=len(part.distinct))
            unknown_D = row_sums(ids_D == self.vocabulary.unk_id, starts)
            texts_D = pc.ascii_trim_whitespace(part.distinct).take(pa.array(words)).to_pylist()
            yield WordCounts(texts_D, counts_D[words], unknown_D[words], np.diff(starts)[words])

    def _cut(self, text_B: np.ndarray, offsets: np.ndarray) -> tuple[pa.LargeStringArray, np.ndarray]:
        whole = self._whole.places(text_B, offsets) if self._whole else None
        return self._normaliser.raw.cut(text_B, offsets, whole)

    def _encode_new(self, chunks: pa.LargeStringArray) -> tuple[np.ndarray, np.ndarray]:
        if self._whole is None:
            return self._encode_chunks(chunks)
        ids_C = self._whole.ids_of(chunks)
        is_token_C = ids_C >= 0
        tokens = ids_C[is_token_C], np.arange(is_token_C.sum() + 1)
        return interleaved(is_token_C, self._encode_chunks(chunks.filter(pa.array(~is_token_C))), tokens)

    def _encode_chunks(self, chunks: pa.LargeStringArray) -> tuple[np.ndarray, np.ndarray]:
        words, word_starts = self._normaliser.words(chunks)
        distinct = words.dictionary_encode()
        ids, starts = self._encode_words(distinct.dictionary)
        index_W = distinct.indices.to_numpy()
        counts_W = np.diff(starts)[index_W]
        ids = ids[range_indices(starts[index_W], counts_W)].astype(self.vocabulary.dtype)
        return ids, offsets_of(counts_W)[word_starts]

    def _encode_words(self, words: pa.LargeStringArray) -> tuple[np.ndarray, np.ndarray]:
        if self._whole is None:
            return self._trie.pieces(words)
        holds_W, ids = self._whole.within(words)
        return interleaved(holds_W, self._trie.pieces(words.filter(pa.array(~holds_W))), ids)


class WordCounts(NamedTuple):
    """Some distinct words of texts."""

    words: list[str]
    counts: np.ndarray  # occurrences of each word
    unknown: np.ndarray  # number of [UNK] in each word
    pieces: np.ndarray  # number of tokens of each word
