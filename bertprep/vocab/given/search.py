"""Encode new chunks without `tokenizers`, many times as fast, by compiled searches of Unigram and BPE, with the same ids.

Only plain chunks are encoded here (`plain`), and of these none with a character that BPE does not know or that Unigram spells
in bytes; `tokenizers` encodes the rest. The search is used if the loops are compiled and the model is one of the two, and only
if it gives the ids of `tokenizers` for words that are hard to get right and for many words of the vocabulary. Of the chunks
encoded later, every `LOOKED_AT`th is encoded by both; if they differ, the stage fails.

Legend: C chunks, P plain chunks, V tokens of the vocabulary.
"""

import json
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from ...core import native
from ...core.errors import StageError
from ...core.ragged import interleaved, offsets_of, row_sums, take_rows
from ..chunked import Rows, blocks, texts_of
from ..spelling import BLANK
from ..table import numbers_of
from ..trie import grown, hash_table
from .pieces import merges_of
from .plain import PlainChunks
from .spaces import WORDS, Split
from .tokenizer import Given

LOOKED_AT = 1000
TRIED = 3000  # tokens of the vocabulary that are compared
MOST_NODES = 1 << 24
HARD = (  # words that are hard to get right, separated by bars
    " don't| Naïve| ÉCOLE| ﬁne| ½| Ⅷ| ｆｕｌｌ| e\u0301| \u0301y| 東京は雨。| 각한국어| ``x''| ﷺ| नमस्ते| ภาษาไทย| \U0010ffff"
    "| १२३| <s>| [MASK]| İstanbul| ß| ﾊﾟ| 👩\u200d👧| ΑΣ| x |aaaaaaaaaaaaaaaaaaaaaaaaaaaaab| ...| 12,345.67| ▁x| \ufb49|…"
    "| a\u0300\u0323b| ¨x| 𝒙𝔸|  x| |"
)


class Search(Protocol):
    """The interface of a model's search."""

    def symbols(self, text: str) -> np.ndarray | None:
        """The model's symbols for a text; None if a character is unknown to it."""

    def pieces(self, symbols: np.ndarray, bounds: np.ndarray) -> Rows:
        """Concatenated ids of all words, and their number in each word: -1 if it cannot be encoded here."""


class Unigram:
    """The most probable split into pieces."""

    def __init__(self, model: dict[str, Any]) -> None:
        tokens = {token: number for number, (token, _) in enumerate(model["vocab"]) if token}
        scores = [score for _, score in model["vocab"]]
        if model.get("unk_id") is None or not np.isfinite(scores).all() or min(scores) > 0:
            raise ValueError("without an unknown token, or with scores that are not logarithms")
        self._scores_V = np.array(scores, np.float64)
        self._unknown = min(scores) - 10.0, model["unk_id"], bool(model.get("byte_fallback"))
        spelled = tuple(token.encode() for token in tokens)
        keys, self._accept = grown(spelled, np.zeros(len(tokens), np.int64), np.array([*tokens.values()]))
        if keys.size >= MOST_NODES - 2:
            raise ValueError("too many tokens")
        self._keys, self._nodes, _ = hash_table(keys)

    def symbols(self, text: str) -> np.ndarray | None:
        """The bytes of the text."""
        return np.frombuffer(text.encode(), np.uint8)

    def pieces(self, symbols: np.ndarray, bounds: np.ndarray) -> Rows:
        """Viterbi search."""
        ids, counts = np.empty(symbols.size, np.uint32), np.empty(len(bounds) - 1, np.int64)
        tables = self._keys, self._nodes, self._accept, self._scores_V
        count = native.loops.likeliest(symbols, bounds, *tables, *self._unknown, ids, counts)
        return ids[:count], counts


class Bpe:
    """Characters, or their bytes, combined by merges in order of rank."""

    def __init__(self, model: dict[str, Any]) -> None:
        changing = ("dropout", "continuing_subword_prefix", "end_of_word_suffix", "ignore_merges")
        if any(model.get(name) for name in changing):
            raise ValueError("a BPE with more than merges")
        self._ids, self._by_bytes = model["vocab"], bool(model.get("byte_fallback"))
        made = {(left, right): left + right for left, right in merges_of(model)[::-1]}  # of duplicates the last counts
        pairs = np.array([[self._ids[right], self._ids[left]] for left, right in reversed(made)], np.uint32)
        self._made = np.array([self._ids[token] for token in reversed(made.values())], np.uint32)
        self._merges = native.new_table()
        numbers_of(self._merges, texts_of(pairs.reshape(-1).view(np.uint8), 8 * np.arange(len(pairs) + 1)))

    def symbols(self, text: str) -> np.ndarray | None:
        """The ids of the text's characters."""
        found: list[int] = []
        for character in text:
            names = [character]
            if character not in self._ids and self._by_bytes:
                names = [f"<0x{byte:02X}>" for byte in character.encode()]
            if not all(name in self._ids for name in names):
                return None
            found += [self._ids[name] for name in names]
        return np.array(found, np.uint32)

    def pieces(self, symbols: np.ndarray, bounds: np.ndarray) -> Rows:
        """Apply the merges."""
        ids, counts = np.empty(symbols.size, np.uint32), np.empty(len(bounds) - 1, np.int64)
        count = native.loops.joined(self._merges, self._made, symbols, bounds, ids, counts)
        return ids[:count], counts


SEARCHES: dict[str, Callable[[dict[str, Any]], Search]] = {"Unigram": Unigram, "BPE": Bpe}


class NewChunks:
    """Encodes new chunks like `tokenizers`."""

    def __init__(
        self, given: Given, split: Split, dtype: np.dtype, by_tokenizers: Callable[[pa.LargeStringArray], Rows]
    ) -> None:
        """`ValueError` if it cannot be used: loops not compiled, another kind of model, or different ids."""
        if not hasattr(native.loops, "joined"):  # not compiled, or an older build
            raise ValueError("not compiled")
        self._given, self._dtype, self.by_tokenizers = given, dtype, by_tokenizers
        model = json.loads(given.by_part.tokenizer.to_str())["model"]  # with the exact numbers of `tokenizers`
        if model["type"] not in SEARCHES:
            raise ValueError("another model")
        self._search = SEARCHES[model["type"]](model)
        self._plain = PlainChunks(given.by_part.content, split, self._search.symbols)
        tried = [*HARD.split("|"), *WORDS, *(f" {word}" for word in WORDS)]
        tried += [token.replace(BLANK, " ") for token in given.tokens[:: len(given.tokens) // TRIED + 1]]
        added = [token["content"] for token in given.found_in_text]
        tried = [text for text in tried if not any(token in text for token in added)]
        self._encode(pa.array(tried, pa.large_string()), 1, ValueError("gives other ids than tokenizers"))

    def encode(self, chunks: pa.LargeStringArray) -> Rows:
        """Concatenated ids of all chunks, and int64 [C + 1] offsets; `StageError` if they differ from `tokenizers`."""
        error = "the compiled search gave other ids than tokenizers; run the command again with BERTPREP_NATIVE=0 and --overwrite"
        return self._encode(chunks, LOOKED_AT, StageError(error))

    def _encode(self, chunks: pa.LargeStringArray, step: int, error: Exception) -> Rows:
        ids, lengths = [np.empty(0, self._dtype)], [np.empty(0, np.int64)]
        for text_B, bounds in blocks(chunks):
            some = texts_of(text_B, bounds)
            found_C, rows = self._found(text_B, bounds)
            expected = self.by_tokenizers(some.take(pa.array(np.flatnonzero(found_C)[::step])))
            looked = take_rows(*rows, np.arange(len(rows[1]) - 1)[::step])
            if not all(map(np.array_equal, looked, expected)):
                raise error
            flat, offsets = interleaved(~found_C, rows, self.by_tokenizers(some.filter(pa.array(~found_C))))
            ids.append(flat)
            lengths.append(np.diff(offsets))
        return np.concatenate(ids), offsets_of(np.concatenate(lengths))

    def _found(self, text_B: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, Rows]:
        """Which chunks can be encoded here, bool [C], and their ids."""
        plain = self._plain.spelled(text_B, bounds)
        ids, counts_W = self._search.pieces(plain.symbols_S, plain.bounds_W1)
        words_P, lost_P = np.diff(plain.starts_P1), row_sums(counts_W < 0, plain.starts_P1) > 0
        found_C = plain.plain_C.copy()
        found_C[found_C] = ~lost_P
        counts_W = np.maximum(counts_W, 0)
        ids = ids[np.repeat(np.repeat(~lost_P, words_P), counts_W)]
        counts_P = row_sums(counts_W, plain.starts_P1)[~lost_P]
        return found_C, (self._given.by_text[1][ids].astype(self._dtype), offsets_of(counts_P))
