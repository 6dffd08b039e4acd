"""Text -> ids of a WordPiece vocabulary, the ids that `tokenizers` gives, many times as fast.

WordPiece treats every word on its own, so a word needs encoding once. Three steps, each over whole arrays:

    texts --Cutter--> chunks --dictionary--> distinct new chunks --Normaliser--> words --PieceTrie--> ids, then one gather

A chunk is what lies between two places where BERT's pre-tokeniser is sure to cut: a word as it stands in the text, or a
mark of punctuation, or a Chinese character, with the white space after it. Where it cuts is not written down here but
asked of `tokenizers`, once for every 256 code points that occur, so that its Unicode tables are the only ones.
The price: memory for the distinct chunks (bounded by `cache_limit`) and about three times the bytes of a block of text.

Legend: B bytes, C chunks, D distinct chunks, W words, P pieces.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple
from unicodedata import category, combining

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from tokenizers import pre_tokenizers

from .vocabulary import TextRules, Vocabulary

__all__ = ["Encoder", "Vocabulary"]

# A part's tables should fit the processor's cache; a block looks into the encoder's cache once
PART_BYTES, BLOCK_BYTES = 1 << 20, 64 << 20
# so many words walk the trie together
WALKERS = 1 << 15
WITHIN, WHITE, ALONE = 0, 1, 2
CODE_POINTS, PAGE = 0x110000, 256


class Cutter:
    """Cuts texts where BERT's pre-tokeniser cuts them, whatever stands to the left and right."""

    def __init__(self, normalise: Callable[[str], str]) -> None:
        """`normalise` is what happens to a text before the pre-tokeniser sees it."""
        self._normalise = normalise
        self._splitter = pre_tokenizers.BertPreTokenizer()
        self._alone = np.zeros(CODE_POINTS, bool)
        self._learnt = np.zeros(CODE_POINTS // PAGE, bool)
        self._kinds = np.zeros(256, np.uint8)
        for code in range(128):
            self._kinds[code] = _kind(self._pieces(f"x{chr(code)}x"))

    def _pieces(self, text: str) -> list[str]:
        return [piece for piece, _ in self._splitter.pre_tokenize_str(self._normalise(text))]

    def _learn(self, codes: np.ndarray) -> None:
        for page in _new_pages(codes, self._learnt):
            # ASCII is known already, and nothing beyond it becomes a comma
            page = [code for code in page if code >= 128]
            if not self._normalise("".join(map(chr, page))):
                continue
            pieces = self._pieces(",".join(f"x{chr(code)}x" for code in page))
            commas = [-1, *(place for place, piece in enumerate(pieces) if piece == ","), len(pieces)]
            for code, (before, after) in zip(page, pairwise(commas), strict=True):
                self._alone[code] = _kind(pieces[before + 1 : after]) != WITHIN

    def cut(self, text_B: np.ndarray, offsets: np.ndarray) -> tuple[pa.LargeStringArray, np.ndarray]:
        """All chunks of all texts, and int64 [N + 1]: text i has the chunks from starts[i] to starts[i + 1].

        `text_B` is UTF-8, text i lies from offsets[i] to offsets[i + 1]. The chunks are views of `text_B`; ASCII white
        space stays at the end of the chunk before it.
        """
        kind_B = self._kinds[text_B]
        cuts = np.empty(text_B.size + 1, bool)
        np.equal(kind_B, ALONE, out=cuts[:-1])
        cuts[1:-1] |= (kind_B[1:] == WITHIN) & (kind_B[:-1] != WITHIN)
        if text_B.size and text_B.max() >= 0x80:
            self._cut_beyond_ascii(text_B, kind_B, cuts)
        cuts[offsets] = True
        bounds = np.flatnonzero(cuts)
        buffers = [None, pa.py_buffer(bounds), pa.py_buffer(text_B)]
        chunks = pa.Array.from_buffers(pa.large_string(), bounds.size - 1, buffers)
        return chunks, np.searchsorted(bounds, offsets)

    def _cut_beyond_ascii(self, text_B: np.ndarray, kind_B: np.ndarray, cuts: np.ndarray) -> None:
        leads = np.flatnonzero(text_B >= 0xC0)
        lead_bytes = text_B[leads]
        for width, low, high in ((2, 0xC0, 0xE0), (3, 0xE0, 0xF0), (4, 0xF0, 0xF8)):
            starts = leads[(lead_bytes >= low) & (lead_bytes < high)]
            if not starts.size:
                continue
            codes = text_B[starts].astype(np.int32) & (0x7F >> width)
            for place in range(1, width):
                codes = (codes << 6) | (text_B[starts + place] & 0x3F)
            self._learn(codes)
            starts = starts[self._alone[codes]]
            cuts[starts] = True
            ends = starts + width
            # white space joins the chunk before it here too
            ends = ends[ends < text_B.size]
            cuts[ends[kind_B[ends] != WHITE]] = True


def _kind(pieces: list[str]) -> int:
    """What stood between two letters x: white space, something alone, or something within a word (or removed)."""
    if len(pieces) < 2 or pieces[0] != "x" or pieces[-1] != "x":
        return WITHIN
    return WHITE if len(pieces) == 2 else ALONE


def _new_pages(codes: np.ndarray, learnt: np.ndarray) -> Iterator[list[int]]:
    """The code points of every page met for the first time; marks it in `learnt`."""
    seen = np.zeros_like(learnt)
    seen[codes // PAGE] = True
    for page in np.flatnonzero(seen & ~learnt).tolist():
        yield [code for code in range(page * PAGE, (page + 1) * PAGE) if not 0xD800 <= code < 0xE000]
    learnt |= seen


class CharacterMap:
    """BERT's normaliser as a table from character to characters, many times as fast; its entries come from `tokenizers`.

    The normaliser treats characters one by one but for one thing: decomposition sorts neighbouring combining marks.
    A text where a mark survives that could be sorted (or a character that Python's Unicode does not know) goes to
    `tokenizers` itself; with accents stripped hardly any does.
    """

    def __init__(self, normalise: Callable[[str], str]) -> None:
        self._normalise = normalise
        self._learnt = np.zeros(CODE_POINTS // PAGE, bool)
        self._sortable = np.zeros(CODE_POINTS, bool)
        self._first, self._count = np.zeros(CODE_POINTS, np.int32), np.zeros(CODE_POINTS, np.uint8)
        self._results = np.empty(0, np.uint32)

    def _learn(self, codes: np.ndarray) -> None:
        results, size = [self._results], self._results.size
        for page in _new_pages(codes, self._learnt):
            if not self._normalise("".join(map(chr, page))):
                # unassigned or private: all of it is removed
                continue
            for code in page:
                text = self._normalise(chr(code))
                results.append(np.frombuffer(text.encode("utf-32-le"), np.uint32))
                self._first[code], self._count[code] = size, len(text)
                self._sortable[code] = any(combining(mark) or category(mark) == "Cn" for mark in text)
                size += len(text)
        self._results = np.concatenate(results)

    def normalise(self, text: str) -> str:
        """The same as BERT's normaliser gives."""
        codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        self._learn(codes)
        if self._sortable[codes].any():
            return self._normalise(text)
        return self._results[_ranges(self._first[codes], self._count[codes])].tobytes().decode("utf-32-le")


class Normaliser:
    """Chunks -> the words that the model gets, by BERT's normaliser and pre-tokeniser."""

    def __init__(self, rules: TextRules) -> None:
        self._rules = rules
        normalise = rules.normalizer().normalize_str
        self._map = CharacterMap(normalise)
        self.raw = Cutter(normalise)
        self._normal = Cutter(str)

    def words(self, chunks: pa.LargeStringArray) -> tuple[pa.LargeStringArray, np.ndarray]:
        """All words of all chunks, and int64 [C + 1]: chunk i has the words from starts[i] to starts[i + 1]."""
        chunks = pc.ascii_rtrim_whitespace(chunks)
        odd = pc.or_(pc.invert(pc.string_is_ascii(chunks)), pc.match_substring_regex(chunks, r"[\x00-\x1f\x7f]"))
        odd_C = odd.to_numpy(zero_copy_only=False)
        counts_C = (pc.binary_length(chunks).to_numpy() > 0).astype(np.int64)
        plain = chunks.filter(pa.array(~odd_C & (counts_C > 0)))
        if self._rules.lowercase:
            plain = pc.ascii_lower(plain)
        if not odd_C.any():
            return plain, _starts(counts_C)
        odd_words, counts_C[odd_C] = self._slow_words(chunks.filter(pa.array(odd_C)).to_pylist())
        # the plain words come first in `together`; put every chunk's words in its place
        first = np.zeros(len(chunks), np.int64)
        first[~odd_C] = _starts(counts_C[~odd_C])[:-1]
        first[odd_C] = _starts(counts_C[odd_C])[:-1] + len(plain)
        together = pa.concat_arrays([plain, odd_words])
        return together.take(pa.array(_ranges(first, counts_C))), _starts(counts_C)

    def _slow_words(self, chunks: list[str]) -> tuple[pa.LargeStringArray, np.ndarray]:
        """Words and their number a chunk. No odd chunk holds a comma and nothing becomes one, so commas part them."""
        words, counts = [], []
        for part in _parts(chunks):
            text = self._map.normalise(",".join(part)).encode()
            text_B = np.frombuffer(text, np.uint8)
            found, _ = self._normal.cut(text_B, np.array([0, text_B.size]))
            found = pc.ascii_rtrim_whitespace(found)
            comma = pc.equal(found, ",").to_numpy(zero_copy_only=False)
            real = ~comma & (pc.binary_length(found).to_numpy() > 0)
            counts.append(np.bincount(np.cumsum(comma)[real], minlength=len(part)))
            words.append(found.filter(pa.array(real)))
        return pa.concat_arrays(words), np.concatenate(counts)


class PieceTrie:
    """Longest match first over many words at once: all words walk one trie of bytes in step."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._unk_id = vocabulary.unk_id
        self._max_word_chars = vocabulary.rules.max_word_chars
        # node 0 begins a word, node 1 goes on with it
        heads = [(token.encode(), 0, number) for number, token in enumerate(vocabulary.tokens)]
        tails = [(token[2:], 1, number) for token, _, number in heads if token[:2] == b"##" and len(token) > 2]
        spelled, nodes, numbers = zip(*heads, *tails, strict=True)
        keys, self._accept = _grow(spelled, np.array(nodes), np.array(numbers))
        self._keys, self._nodes, self._probes = _hash_table(keys)

    def _step(self, node: np.ndarray, byte: np.ndarray) -> np.ndarray:
        """The node reached from each node by each byte, -1 where there is none."""
        key = (node.astype(np.uint32) << np.uint32(8)) | byte
        slot = _slot(key, self._keys.size)
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
        nothing, end = pa.scalar("", pa.large_string()), pa.scalar("\0", pa.large_string())
        ended = pc.binary_join_element_wise(words, nothing, end)
        bounds = np.frombuffer(ended.buffers()[1], np.int64)[ended.offset :][: len(words) + 1]
        text_B = np.frombuffer(ended.buffers()[2], np.uint8)
        bad_W = pc.greater(pc.utf8_length(words), self._max_word_chars).to_numpy(zero_copy_only=False).copy()
        found: list[tuple[np.ndarray, ...]] = [(np.empty(0, np.int64),) * 3]
        for start in range(0, len(words), WALKERS):
            word = start + np.flatnonzero(~bad_W[start : start + WALKERS])
            found += self._walk(text_B, word, bounds[word], bounds[word + 1] - 1, bad_W)
        owner, rank, ids = (np.concatenate(column) for column in zip(*found, strict=True))
        good = ~bad_W[owner]
        owner, rank, ids = owner[good], rank[good], ids[good]
        counts_W = np.bincount(owner, minlength=len(words))
        counts_W[bad_W] = 1
        starts = _starts(counts_W)
        ids_P = np.full(starts[-1], self._unk_id, np.int64)
        ids_P[starts[owner] + rank] = ids
        return ids_P, starts

    def _walk(
        self, text_B: np.ndarray, word: np.ndarray, place: np.ndarray, end: np.ndarray, bad_W: np.ndarray
    ) -> Iterator[tuple[np.ndarray, ...]]:
        """Pieces as (word, number within the word, id); marks in `bad_W` the words that cannot be put together."""
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


class Encoder:
    """Encodes batches of texts; keeps what it learnt about their chunks from batch to batch."""

    def __init__(self, vocabulary: Vocabulary, cache_limit: int = 1_000_000) -> None:
        """`cache_limit` bounds the distinct chunks kept between batches, about 50 bytes each."""
        self.vocabulary = vocabulary
        self.cache_limit = cache_limit
        self._normaliser = Normaliser(vocabulary.rules)
        self._trie = PieceTrie(vocabulary)
        self._known = pa.array([], pa.large_string())
        self._ids = np.empty(0, vocabulary.dtype)
        self._starts = np.zeros(1, np.int64)

    def encode(self, texts: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
        """Ids of all texts end to end, and int64 [N + 1] offsets: text i has ids[offsets[i]:offsets[i + 1]].

        A null is an empty text. Special tokens are neither added nor recognised: [SEP] in a text is three words.
        """
        ids, lengths = [np.empty(0, self.vocabulary.dtype)], [np.empty(0, np.int64)]
        parts: list[Part] = []
        size = 0
        for text_B, offsets in blocks(texts):
            parts.append(self._part(text_B, offsets))
            size += text_B.size
            if size >= BLOCK_BYTES:
                self._encode_parts(parts, ids, lengths)
                parts, size = [], 0
        self._encode_parts(parts, ids, lengths)
        return np.concatenate(ids), _starts(np.concatenate(lengths))

    def _part(self, text_B: np.ndarray, offsets: np.ndarray) -> "Part":
        chunks, text_starts = self._normaliser.raw.cut(text_B, offsets)
        encoded = chunks.dictionary_encode()
        return Part(encoded.dictionary, encoded.indices.to_numpy(), text_starts)

    def _encode_parts(self, parts: list["Part"], ids: list[np.ndarray], lengths: list[np.ndarray]) -> None:
        """Append every part's ids and the lengths of its texts."""
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
            ids_D = known_ids[_ranges(known_starts[index], counts_D)]
            counts_C = counts_D[part.index_C]
            ids.append(ids_D[_ranges((np.cumsum(counts_D) - counts_D)[part.index_C], counts_C)])
            lengths.append(np.diff(_starts(counts_C)[part.text_starts]))

    def _look_up(self, distinct: list[pa.LargeStringArray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The number of every chunk in a list of known ones, and the list's ids and starts."""
        count = sum(map(len, distinct))
        # hashing a known chunk takes 50 ns, encoding it anew 0.8 us: small batches leave the cache alone
        cached = len(self._known) <= 8 * count
        known = self._known if cached else self._known[:0]
        # the cache goes in front, so that chunks known already keep their numbers
        together = pa.concat_arrays([known, *distinct]).dictionary_encode()
        dictionary, index_D = together.dictionary, together.indices.to_numpy()[len(known) :]
        ids, starts = self._encode_new(dictionary[len(known) :])
        if cached:
            ids, starts = np.concatenate([self._ids, ids]), np.concatenate([self._starts[:-1], starts + self._ids.size])
            self._keep(dictionary, ids, starts, index_D)
        return index_D, ids, starts

    def _encode_new(self, chunks: pa.LargeStringArray) -> tuple[np.ndarray, np.ndarray]:
        words, word_starts = self._normaliser.words(chunks)
        distinct = words.dictionary_encode()
        ids, starts = self._trie.pieces(distinct.dictionary)
        index_W = distinct.indices.to_numpy()
        counts_W = np.diff(starts)[index_W]
        ids = ids[_ranges(starts[index_W], counts_W)].astype(self.vocabulary.dtype)
        return ids, _starts(counts_W)[word_starts]

    def _keep(self, known: pa.LargeStringArray, ids: np.ndarray, starts: np.ndarray, index_D: np.ndarray) -> None:
        """Remember all chunks; when they are too many, half of the limit: those that the most parts of this block had."""
        if len(known) > self.cache_limit:
            uses = np.bincount(index_D, minlength=len(known))
            kept = np.argsort(-uses, kind="stable")[: self.cache_limit // 2]
            counts = np.diff(starts)[kept]
            known, ids, starts = known.take(pa.array(kept)), ids[_ranges(starts[kept], counts)], _starts(counts)
        self._known, self._ids, self._starts = known, ids, starts


class Part(NamedTuple):
    """Some texts cut: their distinct chunks, the number of every chunk among these, the first chunk of every text."""

    distinct: pa.LargeStringArray
    index_C: np.ndarray
    text_starts: np.ndarray


def blocks(texts: pa.Array | pa.ChunkedArray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Texts as (UTF-8 bytes, int64 offsets), about PART_BYTES at a time, whole texts each; null is empty."""
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


def _starts(counts: np.ndarray) -> np.ndarray:
    """Counts -> int64 [n + 1] starts, from 0 to the sum."""
    starts = np.zeros(counts.size + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def _ranges(firsts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The integers first, first + 1, ... of every range, end to end: firsts [5, 0], counts [2, 1] give 5, 6, 0."""
    starts = _starts(counts)
    return np.repeat(firsts - starts[:-1], counts) + np.arange(starts[-1])


def _parts(chunks: list[str]) -> list[list[str]]:
    """Lists of about 64 KB of text, so that an odd character sends no more than that the slow way."""
    ends = np.cumsum([len(chunk) for chunk in chunks]) >> 15
    return [chunks[start:stop] for start, stop in _runs(ends)]


def _runs(values: np.ndarray) -> list[tuple[int, int]]:
    bounds = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), values.size]
    return list(pairwise(bounds))


EMPTY = np.uint32(0xFFFFFFFF)


def _slot(key: np.ndarray, size: int) -> np.ndarray:
    """Multiplicative hashing of uint32 keys to a table whose size is a power of two."""
    return (key * np.uint32(0x9E3779B1)) >> np.uint32(33 - size.bit_length())


def _grow(spelled: tuple[bytes, ...], node: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A trie, a byte of all tokens at a time: edges as keys (node << 8 | byte), edge i leads to node i + 2; ids by node."""
    lengths = np.array([len(token) for token in spelled])
    bytes_T = np.frombuffer(b"".join(spelled) + b"\0", np.uint8)
    first = _starts(lengths)[:-1]
    keys: list[np.ndarray] = []
    count, depth = 2, 0
    while (longer := np.flatnonzero(lengths > depth)).size:
        key = (node[longer] << 8) | bytes_T[first[longer] + depth]
        distinct, inverse = np.unique(key, return_inverse=True)
        node[longer] = inverse + count
        keys.append(distinct)
        count += distinct.size
        depth += 1
    # the last place stands for "no node", -1
    accept = np.full(count + 1, -1, np.int64)
    accept[node] = numbers
    return np.concatenate(keys).astype(np.uint32), accept


def _hash_table(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Open addressing at a load of at most a quarter: keys, nodes, and the longest probe."""
    size = 1 << int(4 * keys.size - 1).bit_length()
    table, nodes = np.full(size, EMPTY, np.uint32), np.zeros(size, np.int64)
    left, probes = np.arange(keys.size), 0
    while left.size:
        slots = (_slot(keys[left], size) + np.uint32(probes)) & np.uint32(size - 1)
        free, chosen = np.unique(slots, return_index=True)
        chosen = chosen[table[free] == EMPTY]
        table[slots[chosen]], nodes[slots[chosen]] = keys[left[chosen]], left[chosen] + 2
        left, probes = np.delete(left, chosen), probes + 1
    return table, nodes, probes
