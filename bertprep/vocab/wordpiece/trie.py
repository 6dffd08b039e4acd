"""Split words into the ids of pieces: greedy longest match, for many words in parallel, in a trie stored as a hash table.

Legend: B bytes, W words, P pieces, T bytes of all tokens.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...core import native
from ...core.ragged import offsets_of
from ..trie import EMPTY, grown, hash_table, slot_of
from ..vocabulary import Vocabulary

# number of words that walk the trie together
WALKERS = 1 << 15


class PieceTrie:
    """Longest match first for many words at once, all of which walk one trie of bytes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.unk_id = vocabulary.unk_id
        self._max_word_chars = vocabulary.rules.max_word_chars
        # pieces longer than any word never match, and would only make the trie deep
        longest, tokens = self._max_word_chars + len("##"), vocabulary.tokens[: vocabulary.model_size]
        usable = [(number, token) for number, token in enumerate(tokens) if len(token) <= longest]
        # node 0 is the start of a word, node 1 the inside of one
        heads = [(token.encode(), 0, number) for number, token in usable]
        tails = [(token[2:], 1, number) for token, _, number in heads if token[:2] == b"##" and len(token) > 2]
        spelled, nodes, numbers = zip(*heads, *tails, strict=True)
        keys, self._accept = grown(spelled, np.array(nodes), np.array(numbers))
        self._keys, self._nodes, self._probes = hash_table(keys)

    def _step(self, node: np.ndarray, byte: np.ndarray) -> np.ndarray:
        """The node reached from each node by each byte, -1 if there is none."""
        key = (node.astype(np.uint32) << np.uint32(8)) | byte
        slot = slot_of(key, self._keys.size)
        found = np.where(self._keys[slot] == key, self._nodes[slot], -1)
        for _ in range(1, self._probes):
            missing = np.flatnonzero((found < 0) & (self._keys[slot] != EMPTY))
            if not missing.size:
                break
            slot[missing] = (slot[missing] + 1) & (self._keys.size - 1)
            again = slot[missing]
            found[missing] = np.where(self._keys[again] == key[missing], self._nodes[again], -1)
        return found

    def pieces(self, words: pa.LargeStringArray) -> tuple[np.ndarray, np.ndarray]:
        """Ids of all words, and int64 [W + 1]: word i has ids[starts[i]:starts[i + 1]], at least one."""
        bad_W = pc.greater(pc.utf8_length(words), self._max_word_chars).to_numpy(zero_copy_only=False).copy()
        if native.loops:
            return self._pieces_by_loops(words, bad_W)
        nothing, end = pa.scalar("", pa.large_string()), pa.scalar("\0", pa.large_string())
        ended = pc.binary_join_element_wise(words, nothing, end)
        bounds = np.frombuffer(ended.buffers()[1], np.int64)[ended.offset :][: len(words) + 1]
        text_B = np.frombuffer(ended.buffers()[2], np.uint8)
        found: list[tuple[np.ndarray, ...]] = [(np.empty(0, np.int64),) * 3]
        for start in range(0, len(words), WALKERS):
            word = start + np.flatnonzero(~bad_W[start : start + WALKERS])
            found += self._walk(text_B, word, bounds[word], bounds[word + 1] - 1, bad_W)
        owner, rank, ids = (np.concatenate(column) for column in zip(*found, strict=True))
        good = ~bad_W[owner]
        owner, rank, ids = owner[good], rank[good], ids[good]
        counts_W = np.bincount(owner, minlength=len(words))
        counts_W[bad_W] = 1
        starts = offsets_of(counts_W)
        ids_P = np.full(starts[-1], self.unk_id, np.int64)
        ids_P[starts[owner] + rank] = ids
        return ids_P, starts

    def _pieces_by_loops(self, words: pa.LargeStringArray, bad_W: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        _, offset_buffer, byte_buffer = words.buffers()
        bounds = np.frombuffer(offset_buffer, np.int64)[words.offset :][: len(words) + 1]
        text_B = np.frombuffer(byte_buffer, np.uint8)[bounds[0] : bounds[-1]]
        ids, counts_W = np.empty(text_B.size + len(words), np.uint32), np.empty(len(words), np.int64)
        bounds = bounds - bounds[0]
        tables = self._keys, self._nodes, self._accept
        count = native.loops.pieces(text_B, bounds, bad_W, *tables, self.unk_id, ids, counts_W)
        return ids[:count].astype(np.int64), offsets_of(counts_W)

    def _walk(
        self, text_B: np.ndarray, word: np.ndarray, place: np.ndarray, end: np.ndarray, bad_W: np.ndarray
    ) -> Iterator[tuple[np.ndarray, ...]]:
        """Pieces as (word, number within the word, id); marks in `bad_W` the words that cannot be split into pieces."""
        node, best, best_place, rank = np.zeros_like(word), np.full_like(word, -1), place.copy(), np.zeros_like(word)
        while word.size:
            reached = self._step(node, text_B[place])
            stuck = np.flatnonzero(reached < 0)
            node = reached
            place = place + 1
            accepted = self._accept[reached]
            np.copyto(best, accepted, where=accepted >= 0)
            np.copyto(best_place, place, where=accepted >= 0)
            if not stuck.size:
                continue
            piece = best[stuck]
            bad_W[word[stuck[piece < 0]]] = True
            whole = stuck[piece >= 0]
            yield word[whole], rank[whole], best[whole]
            place[stuck] = best_place[stuck]
            node[stuck] = 1
            rank[stuck] += 1
            best[stuck] = -1
            done = np.zeros(word.size, bool)
            done[stuck] = (piece < 0) | (best_place[stuck] == end[stuck])
            if done.any():
                going = np.flatnonzero(~done)
                word, place, end, node = word[going], place[going], end[going], node[going]
                best, best_place, rank = best[going], best_place[going], rank[going]
