"""Split texts into chunks and chunks into words: where BERT's pre-tokenizer cuts, and what its normalizer makes of a chunk.

Both are learnt by trying `tokenizers`, once for every 256 code points that occur; no Unicode table is coded here.

Legend: B bytes, C chunks, W words.
"""

import functools
from collections.abc import Callable, Iterator
from itertools import pairwise
from unicodedata import category, combining

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from tokenizers import pre_tokenizers

from ...core import native
from ...core.ragged import offsets_of, range_indices, runs
from ..chunked import texts_of
from ..vocabulary import TextRules

WITHIN, WHITE, ALONE = 0, 1, 2
CODE_POINTS, PAGE = 0x110000, 256


class Cutter:
    """Cuts texts where BERT's pre-tokenizer cuts them whatever the neighbouring characters."""

    def __init__(self, normalise: Callable[[str], str]) -> None:
        """`normalise` is applied to a text before the pre-tokenizer."""
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
            # ASCII is known already, and no other character becomes a comma
            page = [code for code in page if code >= 128]
            if not self._normalise("".join(map(chr, page))):
                continue
            pieces = self._pieces(",".join(f"x{chr(code)}x" for code in page))
            commas = [-1, *(place for place, piece in enumerate(pieces) if piece == ","), len(pieces)]
            for code, (before, after) in zip(page, pairwise(commas), strict=True):
                self._alone[code] = _kind(pieces[before + 1 : after]) != WITHIN

    def cut(
        self, text_B: np.ndarray, offsets: np.ndarray, whole: np.ndarray | None = None
    ) -> tuple[pa.LargeStringArray, np.ndarray]:
        """All chunks of all texts, and int64 [N + 1]: text i has the chunks from starts[i] to starts[i + 1].

        `text_B` is UTF-8, text i lies between offsets[i] and offsets[i + 1]. The chunks are views of `text_B`; ASCII white
        space stays at the end of the chunk before it. `whole`, int64 [M, 2], are start and end of ranges that are one chunk
        whatever their content.
        """
        cuts = self._cuts_by_loops(text_B) if native.loops else self._cuts(text_B)
        if whole is not None:
            cuts[range_indices(whole[:, 0], whole[:, 1] - whole[:, 0])] = False
            cuts[whole] = True
        cuts[offsets] = True
        bounds = np.flatnonzero(cuts)
        return texts_of(text_B, bounds), np.searchsorted(bounds, offsets)

    def _cuts_by_loops(self, text_B: np.ndarray) -> np.ndarray:
        """Whether a chunk begins at each byte, or ends before it, bool [B + 1]; not yet for the ends of texts."""
        cuts, wanted = np.empty(text_B.size + 1, bool), np.zeros(self._learnt.size, bool)
        if native.loops.cut(text_B, self._kinds, self._alone, self._learnt, wanted, cuts):
            self._learn(np.flatnonzero(wanted) * PAGE)
            native.loops.cut(text_B, self._kinds, self._alone, self._learnt, wanted, cuts)
        return cuts

    def _cuts(self, text_B: np.ndarray) -> np.ndarray:
        kind_B = self._kinds[text_B]
        cuts = np.empty(text_B.size + 1, bool)
        np.equal(kind_B, ALONE, out=cuts[:-1])
        cuts[1:-1] |= (kind_B[1:] == WITHIN) & (kind_B[:-1] != WITHIN)
        if text_B.size and text_B.max() >= 0x80:
            self._cut_beyond_ascii(text_B, kind_B, cuts)
        return cuts

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
            # white space joins the chunk before it, as in ASCII
            ends = ends[ends < text_B.size]
            cuts[ends[kind_B[ends] != WHITE]] = True


def _kind(pieces: list[str]) -> int:
    """The kind of the text between two letters x: white space, alone, or within a word (or removed)."""
    if len(pieces) < 2 or pieces[0] != "x" or pieces[-1] != "x":
        return WITHIN
    return WHITE if len(pieces) == 2 else ALONE


def _new_pages(codes: np.ndarray, learnt: np.ndarray) -> Iterator[list[int]]:
    """The code points of every page that occurs for the first time; marks it in `learnt`."""
    seen = np.zeros_like(learnt)
    seen[codes // PAGE] = True
    for page in np.flatnonzero(seen & ~learnt).tolist():
        yield [code for code in range(page * PAGE, (page + 1) * PAGE) if not 0xD800 <= code < 0xE000]
    learnt |= seen


class CharacterMap:
    """BERT's normalizer as a table from characters to strings, many times as fast; its entries come from `tokenizers`.

    The normalizer treats characters independently, except that decomposition sorts adjacent combining marks. A text with a
    remaining mark that could be sorted (or a character that Python's Unicode tables lack) is normalized by `tokenizers`
    itself; if accents are stripped, that is hardly ever needed.
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
                # unassigned or private use: all are removed
                continue
            for code in page:
                text = self._normalise(chr(code))
                results.append(np.frombuffer(text.encode("utf-32-le"), np.uint32))
                self._first[code], self._count[code] = size, len(text)
                self._sortable[code] = any(combining(mark) or category(mark) == "Cn" for mark in text)
                size += len(text)
        self._results = np.concatenate(results)

    def normalise(self, text: str) -> str:
        """The same result as BERT's normalizer."""
        codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        self._learn(codes)
        if self._sortable[codes].any():
            return self._normalise(text)
        return self._results[range_indices(self._first[codes], self._count[codes])].tobytes().decode("utf-32-le")


class Normaliser:
    """Splits chunks into the model's words, by BERT's normalizer and pre-tokenizer."""

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
            return plain, offsets_of(counts_C)
        odd_words, counts_C[odd_C] = self._slow_words(chunks.filter(pa.array(odd_C)).to_pylist())
        # `together` has the plain words first; restore the order of chunks
        first = np.zeros(len(chunks), np.int64)
        first[~odd_C] = offsets_of(counts_C[~odd_C])[:-1]
        first[odd_C] = offsets_of(counts_C[odd_C])[:-1] + len(plain)
        together = pa.concat_arrays([plain, odd_words])
        return together.take(pa.array(range_indices(first, counts_C))), offsets_of(counts_C)

    def _slow_words(self, chunks: list[str]) -> tuple[pa.LargeStringArray, np.ndarray]:
        """Words, and their number per chunk. No odd chunk contains a comma or gives one, so commas separate them."""
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


@functools.lru_cache(maxsize=4)
def normaliser_of(rules: TextRules) -> Normaliser:
    """A shared normalizer for these rules: learning the characters takes a tenth of a second."""
    return Normaliser(rules)


def _parts(chunks: list[str]) -> list[list[str]]:
    """Lists of about 64 KB of text, so that an odd character makes only that much text slow."""
    ends = np.cumsum([len(chunk) for chunk in chunks]) >> 15
    return [chunks[start:stop] for start, stop in runs(ends)]
