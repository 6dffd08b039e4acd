"""Extend a published WordPiece vocabulary by whole words of a domain, chosen by the number of pieces that they save.

In: a vocabulary, and the words of a corpus with their counts. Out: the vocabulary with new pieces, first in [unusedN] entries
and then at the end. All old pieces keep their ids. Uses no random numbers.

WordPiece takes the longest piece at the start of a word, so a new word also matches the start of longer words:

    cardio       card ##io               ->  cardio                 the word itself: one piece saved at each occurrence
    cardiology   card ##iol ##ogy        ->  cardio ##logy          begins with it: also one piece saved
    cardiac      card ##iac              ->  card ##iac             does not begin with it: unchanged

Texts in which no word begins with a new word therefore keep their ids. No `##` pieces are added, since these would change
words everywhere. What follows a word's first piece is split as before, so for each word only its first piece and the number
of pieces after it must be known.

Words are chosen greedily: the next is the one that saves most over all words that begin with it, after which the savings of the
others are updated. A word is not chosen while it would split any counted word into more pieces than before (`stent` alone may do
that to `stenting`); this may change once longer words are chosen. [UNK] costs one piece more than its characters.

Legend: N words, sorted, C candidates in the same order, P pairs of a candidate and a word that begins with it.
"""

import bisect
import heapq
import itertools
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.errors import InputError, UsageError
from ..core.ragged import offsets_of, range_indices
from .contents import Contents
from .vocabulary import UNUSED, Vocabulary
from .wordpiece.trie import PieceTrie

BLOCKED = -1  # a candidate that would split some word into more pieces
BEYOND = "\U0010ffff"


class Words(NamedTuple):
    """The distinct words of a corpus, sorted, and their current split."""

    texts: list[str]
    counts_N: np.ndarray
    costs_N: np.ndarray  # number of pieces; for an unknown word its characters plus one
    firsts_N: np.ndarray  # characters of the first piece, 0 for an unknown word

    @property
    def unknown(self) -> int:
        """Number of occurrences of unknown words."""
        return int(self.counts_N[self.firsts_N == 0].sum())

    @property
    def pieces(self) -> int:
        """Total number of pieces, counting an unknown word as one."""
        return int((self.counts_N * np.where(self.firsts_N == 0, 1, self.costs_N)).sum())


def extend(
    vocabulary: Vocabulary, word_counts: pa.Table, add: int, min_frequency: int, multiple_of: int = 1
) -> tuple[Vocabulary, dict[str, int]]:
    """Add at most `add` words, and round the size up with [unusedN] entries; returns the vocabulary and counters.

    `UsageError` if words would have to come after added tokens, `InputError` if no word saves a piece.
    """
    if vocabulary.given:
        raise UsageError("--extend takes a BERT's WordPiece vocabulary; for another tokenizer use its own with --vocab")
    slots = unused_slots(vocabulary)[:add]
    if add > len(slots) and vocabulary.model_size < vocabulary.size:
        token = vocabulary.tokens[vocabulary.model_size]
        raise UsageError(
            f"--add {add}: the vocabulary has {len(slots)} [unusedN] entries, and no word can be appended, because "
            f"{token!r} was added after its pieces; use --add {len(slots)} or less, or another vocabulary"
        )
    trie = PieceTrie(vocabulary)
    words = words_of(vocabulary, word_counts, trie)
    before = words.pieces, words.unknown, words.firsts_N.copy()
    chosen = Choice(words, candidates_of(vocabulary, words, min_frequency), trie).best(add)
    if not chosen:
        raise InputError(
            f"no word of the sentences occurs {min_frequency} times and would save a piece; the vocabulary already fits them"
        )
    new = [words.texts[number] for number in chosen]
    changed = (before[2] != words.firsts_N) & ~np.isin(np.arange(len(words.texts)), chosen)
    counters = {
        "added": len(new),
        "added_in_unused": min(len(new), len(slots)),
        "frequent_words": int(words.counts_N.sum()),
        "pieces_before": before[0],
        "pieces_after": words.pieces,
        "unknown_before": before[1],
        "unknown_after": words.unknown,
        "cut_anew": int(words.counts_N[changed].sum()),
    }
    return with_words(vocabulary, new, slots, multiple_of), counters


def unused_slots(vocabulary: Vocabulary) -> list[int]:
    """The ids of the [unusedN] entries that can be replaced by words."""
    declared = {token.content for token in vocabulary.added}
    tokens = vocabulary.tokens[: vocabulary.model_size]
    return [number for number, token in enumerate(tokens) if UNUSED.fullmatch(token) and token not in declared]


def with_words(vocabulary: Vocabulary, words: list[str], slots: list[int], multiple_of: int = 1) -> Vocabulary:
    """The vocabulary with words as new pieces, at these ids and then at the end, its size rounded up to a multiple."""
    tokens = list(vocabulary.tokens)
    for number, word in zip(slots, words, strict=False):
        tokens[number] = word
    appended = words[len(slots) :]
    names = (name for number in itertools.count() if (name := f"[unused{number}]") not in vocabulary.ids)
    appended += itertools.islice(names, -(vocabulary.size + len(appended)) % multiple_of)
    size = vocabulary.model_size + len(appended)
    return Vocabulary(*Contents(tokens + appended, vocabulary.rules, vocabulary.added, size, vocabulary.notes))


def words_of(vocabulary: Vocabulary, word_counts: pa.Table, trie: PieceTrie) -> Words:
    """The words with their split by the vocabulary."""
    ordered = word_counts.sort_by("word").combine_chunks()
    column = ordered["word"].combine_chunks().cast(pa.large_string())
    ids, starts = trie.pieces(column)
    firsts = ids[starts[:-1]]
    lengths = np.array([len(token) for token in vocabulary.tokens], np.int64)[firsts]
    is_unknown = firsts == vocabulary.unk_id
    characters = pc.utf8_length(column).to_numpy().astype(np.int64)
    costs = np.where(is_unknown, characters + 1, np.diff(starts))
    return Words(column.to_pylist(), ordered["count"].to_numpy(), costs, np.where(is_unknown, 0, lengths))


def candidates_of(vocabulary: Vocabulary, words: Words, min_frequency: int) -> np.ndarray:
    """Words that may become pieces, int64 [C]: split ones with a letter, frequent enough, and without an added token."""
    prepare = vocabulary.rules.normalizer().normalize_str
    within = [form for token in vocabulary.added if (form := prepare(token.content).strip())]
    found = np.flatnonzero((words.costs_N > 1) & (words.counts_N >= min_frequency)).tolist()
    return np.array(
        [
            number
            for number in found
            if any(map(str.isalpha, text := words.texts[number]))
            and text not in vocabulary.ids
            and not any(form in text for form in within)
        ],
        np.int64,
    )


class Choice:
    """Chooses the words that save most, one after the other."""

    def __init__(self, words: Words, candidates_C: np.ndarray, trie: PieceTrie) -> None:
        self._words, self._candidates_C = words, candidates_C
        texts = words.texts
        ends = [bisect.bisect_left(texts, texts[at] + BEYOND, at) for at in candidates_C.tolist()]
        self._lengths_C = np.array([len(texts[at]) for at in candidates_C.tolist()], np.int64)
        begun_C = np.array(ends, np.int64) - candidates_C
        word_P = range_indices(candidates_C, begun_C)
        candidate_P = np.repeat(np.arange(len(candidates_C)), begun_C)
        shorter = words.firsts_N[word_P] < self._lengths_C[candidate_P]
        self._word_P, self._candidate_P = word_P[shorter], candidate_P[shorter]
        self._starts_C1 = offsets_of(np.bincount(self._candidate_P, minlength=len(candidates_C)))
        begins = self._lengths_C[self._candidate_P].tolist()
        rests = [texts[word][begin:] for word, begin in zip(self._word_P.tolist(), begins, strict=True)]
        behind_P = _pieces_of_endings(trie, rests)
        self._is_known_P = behind_P >= 0
        lengths = np.array([len(text) for text in texts], np.int64)
        self._costs_P = 1 + np.where(self._is_known_P, behind_P, lengths[self._word_P])
        self._by_word = np.argsort(self._word_P, kind="stable")
        self._starts_N1 = offsets_of(np.bincount(self._word_P, minlength=len(texts)))

    def best(self, most: int) -> list[int]:
        """The numbers of the words to add, in the order chosen; `words` are updated to the resulting split."""
        saved = [self._saved(number) for number in range(len(self._candidates_C))]
        heap = [(-gain, number) for number, gain in enumerate(saved) if gain > 0]
        heapq.heapify(heap)
        chosen: list[int] = []
        while heap and len(chosen) < most:
            negative, number = heapq.heappop(heap)
            if -negative != saved[number]:
                continue  # outdated
            chosen.append(int(self._candidates_C[number]))
            for other in self._beginning(self._take(number)):
                gain = self._saved(other)
                if gain != saved[other] and gain > 0:
                    heapq.heappush(heap, (-gain, other))
                saved[other] = gain
        return chosen

    def _changed(self, number: int) -> np.ndarray:
        """The pairs of a candidate with the words whose first piece it would be."""
        pairs = np.arange(self._starts_C1[number], self._starts_C1[number + 1])
        return pairs[self._words.firsts_N[self._word_P[pairs]] < self._lengths_C[number]]

    def _saved(self, number: int) -> int:
        """The number of pieces that a candidate saves in the whole corpus, or BLOCKED."""
        pairs = self._changed(number)
        words = self._word_P[pairs]
        less = self._words.costs_N[words] - self._costs_P[pairs]
        return int((self._words.counts_N[words] * less).sum()) if (less >= 0).all() else BLOCKED

    def _beginning(self, words: np.ndarray) -> list[int]:
        """The candidates with which at least one of these words begins."""
        pairs = range_indices(self._starts_N1[words], np.diff(self._starts_N1)[words])
        return np.unique(self._candidate_P[self._by_word[pairs]]).tolist()

    def _take(self, number: int) -> np.ndarray:
        """Make a candidate a piece; returns the words that this splits differently."""
        pairs = self._changed(number)
        pairs = pairs[self._is_known_P[pairs]]  # a word that remains unknown has no first piece
        words = self._word_P[pairs]
        self._words.costs_N[words], self._words.firsts_N[words] = self._costs_P[pairs], self._lengths_C[number]
        return words


def _pieces_of_endings(trie: PieceTrie, ends: list[str]) -> np.ndarray:
    """The number of pieces of the ends of words; -1 for those that cannot be split."""
    distinct = pa.array(ends, pa.large_string()).dictionary_encode()
    asked = pa.array(["##" + end for end in distinct.dictionary.to_pylist()], pa.large_string())
    ids, starts = trie.pieces(asked)
    pieces_D = np.diff(starts)
    is_unknown = ids[starts[:-1]] == trie.unk_id
    pieces_D[is_unknown] = -1
    pieces_D[pc.equal(distinct.dictionary, "").to_numpy(zero_copy_only=False)] = 0
    return pieces_D[distinct.indices.to_numpy()]
