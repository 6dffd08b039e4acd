"""Added tokens in texts: found before a text is split into words, as by `tokenizers`.

Three kinds, from the fastest to the slowest:

    unchanged        such as the special [URL]: found in the bytes of a text, each becomes a chunk
    within a word    such as glioma, matched in prepared text: found in distinct words, once for each
    across words     such as New York, or with a condition on neighbouring characters: `tokenizers` encodes the whole text

Texts that may contain one of the last kind are found by their words, conservatively.

Legend: B bytes, C chunks, W words, N texts, M positions.
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import tokenizers
from tokenizers import models, pre_tokenizers

from ...core.ragged import joined_rows, row_sums
from ..chunked import any_of, blocks, texts_of
from ..vocabulary import Vocabulary
from .words import Normaliser


class WholeTokens:
    """The added tokens of a vocabulary, by the way in which they are found."""

    def __init__(self, vocabulary: Vocabulary, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        prepare = vocabulary.rules.normalizer().normalize_str
        split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
        standing: dict[str, int] = {}
        within: dict[str, int] = {}
        parts: list[str] = []
        conditional: list[str] = []
        for token in vocabulary.added:
            has_condition = token.single_word or token.lstrip or token.rstrip
            number, form = vocabulary.ids[token.content], prepare(token.content)
            pieces = [piece for piece, _ in split(form)]
            # if the form is also a piece, it has another id
            is_one_word = pieces == [form] and vocabulary.ids.get(form, number) == number
            if not token.normalized and has_condition:
                conditional.append(token.content)
            elif not token.normalized:
                standing[token.content] = number
            elif is_one_word and not has_condition:
                within[form] = number
            else:
                parts.append(max(pieces, key=len))
        self._contents, self._ids = pa.array(list(standing), pa.large_string()), np.array([*standing.values(), -1])
        self._standing, self._within, self._parts, self._conditional = map(
            any_of, (standing, within, parts, conditional)
        )
        self._standing_bytes = re.compile(self._standing.encode())
        self._word_tokenizer, self._word_ids = word_tokenizer(vocabulary, within)

    def apart(self, texts: pa.Array | pa.ChunkedArray) -> np.ndarray:
        """Which texts may contain a token that spans words, bool [N]."""
        if not self._parts and not self._conditional:
            return np.zeros(len(texts), bool)
        found = [np.empty(0, bool)]
        for text_B, offsets in blocks(texts):
            chunks, starts = self._normaliser.raw.cut(text_B, offsets)
            distinct = chunks.dictionary_encode()
            words, word_starts = self._normaliser.words(distinct.dictionary)
            may_D = row_sums(matching(words, self._parts), word_starts) > 0
            may_N = row_sums(may_D[distinct.indices.to_numpy()], starts) > 0
            found.append(may_N | matching(texts_of(text_B, offsets), self._conditional))
        return np.concatenate(found)

    def places(self, text_B: np.ndarray, offsets: np.ndarray) -> np.ndarray | None:
        """Start and end of tokens found unchanged, int64 [M, 2], or None; text i lies between offsets[i] and offsets[i + 1]."""
        rows = np.flatnonzero(matching(texts_of(text_B, offsets), self._standing)).tolist()
        if not rows:
            return None
        data = text_B.tobytes()
        spans = (
            match.span()
            for row in rows
            for match in self._standing_bytes.finditer(data, offsets[row], offsets[row + 1])
        )
        return np.array(list(spans), np.int64)

    def ids_of(self, chunks: pa.LargeStringArray) -> np.ndarray:
        """The id of the token that each chunk equals, or -1, int64 [C]."""
        found = pc.fill_null(pc.index_in(chunks, self._contents), -1)
        return self._ids[found.to_numpy(zero_copy_only=False)]

    def within(self, words: pa.LargeStringArray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
        """Which words contain a token, bool [W], and the ids of these words with their offsets."""
        holds_W = matching(words, self._within)
        found = words.filter(pa.array(holds_W)).to_pylist()
        encoded = self._word_tokenizer.encode_batch_fast(found, add_special_tokens=False)
        return holds_W, joined_rows((self._word_ids[each.ids] for each in encoded), np.int64)


def matching(texts: pa.LargeStringArray, pattern: str) -> np.ndarray:
    """Which texts match, bool [N]; an empty pattern never does."""
    if not pattern:
        return np.zeros(len(texts), bool)
    return pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)


def word_tokenizer(vocabulary: Vocabulary, within: dict[str, int]) -> tuple[tokenizers.Tokenizer, np.ndarray]:
    """A tokenizer for prepared words that finds these tokens in them; and our id for each of its ids."""
    ours = {token: number for number, token in enumerate(vocabulary.tokens[: vocabulary.model_size])}
    ours = {"[UNK]": vocabulary.unk_id, **ours, **within}
    model = {token: number for number, token in enumerate(ours)}
    tokenizer = tokenizers.Tokenizer(
        models.WordPiece(model, unk_token="[UNK]", max_input_chars_per_word=vocabulary.rules.max_word_chars)
    )
    tokenizer.add_tokens([tokenizers.AddedToken(form, normalized=False) for form in within])
    return tokenizer, np.array(list(ours.values()))
