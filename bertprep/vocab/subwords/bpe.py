"""Byte-pair encoding: repeatedly merge the most frequent pair of adjacent pieces (Sennrich et al. 2016).

The loop is shared with WordPiece (`merges`); among equally frequent pairs, the one with the smaller ids comes first.
`tokenizers` learns the same merges from the same counts, but needs the text to count. Besides its pieces, a BPE model stores
the order of the merges, in which it encodes a word.

Legend: P places, one for each character or byte of the distinct words.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from ..merges import Pieces, merge
from ..settings import VocabSettings
from ..spelling import BLANK, byte_characters
from ..training import ALWAYS_KEPT, COVERAGE, WordCounts, filled, frequent_words, numbered
from .preparation import to_bytes


def learn_characters(
    word_counts: pa.Table, head: list[str], settings: VocabSettings
) -> tuple[list[str], dict[str, Any]]:
    """Pieces of characters; characters that are left out are always [UNK], and pieces end there."""
    words = frequent_words(marked(word_counts))
    kept = kept_characters(words, settings.size - len(head))
    return _learn(head, np.sort(kept), words, settings, {"unk_token": "[UNK]", "fuse_unk": True})


def learn_bytes(word_counts: pa.Table, head: list[str], settings: VocabSettings) -> tuple[list[str], dict[str, Any]]:
    """Pieces of bytes, all 256 of which have entries."""
    spelled = pa.array([to_bytes(word) for word in word_counts["word"].to_pylist()], pa.string())
    words = frequent_words(pa.table([spelled, word_counts["count"]], names=["word", "count"]))
    alphabet = np.sort(np.array([ord(character) for character in byte_characters()], np.int64))
    return _learn(head, alphabet, words, settings, {"unk_token": None, "fuse_unk": False})


def marked(word_counts: pa.Table) -> pa.Table:
    """The words with Metaspace's mark in place of the leading space."""
    words = [word.replace(" ", BLANK) for word in word_counts["word"].to_pylist()]
    return pa.table([pa.array(words, pa.string()), word_counts["count"]], names=["word", "count"])


def kept_characters(words: WordCounts, room: int) -> np.ndarray:
    """The characters that get entries: the 1,000 most frequent, and more while needed to cover 99.99 % of the text, up to
    half of the room."""
    counts = np.bincount(words.codes_P, words.weights_P)
    codes = np.flatnonzero(counts)
    ranked = codes[np.lexsort((codes, -counts[codes]))]
    covered = np.cumsum(counts[ranked])
    needed = int(np.searchsorted(covered, COVERAGE * covered[-1])) + 1
    return ranked[: min(room, max(ALWAYS_KEPT, min(needed, room // 2)))]


def without_others(words: WordCounts, kept: np.ndarray) -> WordCounts:
    """Remove characters without an entry from words; a new word begins after each, since no piece spans it."""
    stays_P = numbered(kept, 0)[words.codes_P] >= 0
    before_P = np.append(False, stays_P[:-1])
    return WordCounts(words.codes_P[stays_P], words.weights_P[stays_P], (words.first_P | ~before_P)[stays_P])


def _learn(
    head: list[str], alphabet: np.ndarray, words: WordCounts, settings: VocabSettings, unknown: dict[str, Any]
) -> tuple[list[str], dict[str, Any]]:
    codes_P, weights_P, first_P = without_others(words, alphabet)
    tokens = [*head, *map(chr, alphabet)]
    pieces = Pieces(numbered(alphabet, len(head))[codes_P], first_P, weights_P)
    made = merge(tokens, pieces, settings.size, settings.min_frequency, prefix="")
    tokens = filled(tokens, settings)
    described = {
        "type": "BPE",
        "dropout": None,
        **unknown,
        "continuing_subword_prefix": None,
        "end_of_word_suffix": None,
        "byte_fallback": False,
        "ignore_merges": False,
        "vocab": {token: number for number, token in enumerate(tokens)},
        "merges": [[tokens[left], tokens[right]] for left, right in made],
    }
    return tokens, described
