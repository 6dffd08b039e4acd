"""A field's words for a published WordPiece vocabulary: whole words, chosen by the pieces that they save.

In: a vocabulary, and the words of a corpus with their counts. Out: the vocabulary with new pieces, in [unusedN] entries first
and then behind the others. All old pieces keep their ids. Draws nothing at random.

WordPiece takes the longest piece that a word begins with, so a new word is found in longer ones too:

    cardio       card ##io               ->  cardio                 the word itself: one piece saved, each time
    cardiology   card ##iol ##ogy        ->  cardio ##logy          begins with it: another one saved
    cardiac      card ##iac              ->  card ##iac             does not begin with it: as it was

A text in which no word begins with a new word therefore has the ids that it had. No `##` pieces are added, since these
would change words anywhere. What follows a word's first piece is cut as before, so of each word only the first piece and the
number of pieces behind it have to be known.

One word is taken at a time, that which saves most in all words that begin with it; what the others save is then counted anew.
A word is not taken as long as it would cut a counted word into more pieces than it has (`stent` alone may do that to
`stenting`), which may change when longer ones were taken. [UNK] counts as one piece more than its characters.

Legend: N words in order, C candidates in the same order, P pairs of a candidate and a word that begins with it.
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

BLOCKED = -1  # a candidate that would cut some word into more pieces
BEYOND = "\U0010ffff"


class Words(NamedTuple):
    """The distinct words of a corpus in order, and what each is cut into so far."""

    texts: list[str]
    counts_N: np.ndarray
    costs_N: np.ndarray  # pieces; of an unknown word its characters and one more
    firsts_N: np.ndarray  # characters of the first piece, 0 of an unknown word

    @property
    def unknown(self) -> int:
        """How often an unknown word occurs."""
        return int(self.counts_N[self.firsts_N == 0].sum())

    @property
    def pieces(self) -> int:
        """All pieces, an unknown word being one."""
        return int((self.counts_N * np.where(self.firsts_N == 0, 1, self.costs_N)).sum())


def extend(
    vocabulary: Vocabulary, word_counts: pa.Table, add: int, min_frequency: int, multiple_of: int = 1
) -> tuple[Vocabulary, dict[str, int]]:
    """The vocabulary with at most `add` words more, its size rounded up by [unusedN] entries, and what that comes to.

    `UsageError` where words would have to lie behind added tokens, `InputError` where no word saves anything.
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
    anew = (before[2] != words.firsts_N) & ~np.isin(np.arange(len(words.texts)), chosen)
    counters = {
        "added": len(new),
        "added_in_unused": min(len(new), len(slots)),
        "frequent_words": int(words.counts_N.sum()),
        "pieces_before": before[0],
        "pieces_after": words.pieces,
        "unknown_before": before[1],
        "unknown_after": words.unknown,
        "cut_anew": int(words.counts_N[anew].sum()),
    }
    return with_words(vocabulary, new, slots, multiple_of), counters


def unused_slots(vocabulary: Vocabulary) -> list[int]:
    """The ids of the [unusedN] entries that a word may take."""
    declared = {token.content for token in vocabulary.added}
    tokens = vocabulary.tokens[: vocabulary.model_size]
    return [number for number, token in enumerate(tokens) if UNUSED.fullmatch(token) and token not in declared]


def with_words(vocabulary: Vocabulary, words: list[str], slots: list[int], multiple_of: int = 1) -> Vocabulary:
    """The vocabulary with words as pieces of their own, in these ids and then behind all others, filled to a multiple."""
    tokens = list(vocabulary.tokens)
    for number, word in zip(slots, words, strict=False):
        tokens[number] = word
    behind = words[len(slots) :]
    names = (name for number in itertools.count() if (name := f"[unused{number}]") not in vocabulary.ids)
    behind += itertools.islice(names, -(vocabulary.size + len(behind)) % multiple_of)
    size = vocabulary.model_size + len(behind)
    return Vocabulary(*Contents(tokens + behind, vocabulary.rules, vocabulary.added, size, vocabulary.notes))


def words_of(vocabulary: Vocabulary, word_counts: pa.Table, trie: PieceTrie) -> Words:
    """The words as the vocabulary cuts them."""
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
    """The words that may become pieces, int64 [C]: cut ones with a letter, that occur often enough and hold no added token."""
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
    """The words that would save most, one after the other."""

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
        behind_P = _behind(trie, rests)
        self._is_known_P = behind_P >= 0
        lengths = np.array([len(text) for text in texts], np.int64)
        self._costs_P = 1 + np.where(self._is_known_P, behind_P, lengths[self._word_P])
        self._by_word = np.argsort(self._word_P, kind="stable")
        self._starts_N1 = offsets_of(np.bincount(self._word_P, minlength=len(texts)))

    def best(self, most: int) -> list[int]:
        """The numbers of the words to take, the first one first; afterwards `words` are as they are then cut."""
        saved = [self._saved(number) for number in range(len(self._candidates_C))]
        heap = [(-gain, number) for number, gain in enumerate(saved) if gain > 0]
        heapq.heapify(heap)
        chosen: list[int] = []
        while heap and len(chosen) < most:
            negative, number = heapq.heappop(heap)
            if -negative != saved[number]:
                continue  # counted anew since
            chosen.append(int(self._candidates_C[number]))
            for other in self._beginning(self._take(number)):
                gain = self._saved(other)
                if gain != saved[other] and gain > 0:
                    heapq.heappush(heap, (-gain, other))
                saved[other] = gain
        return chosen

    def _changed(self, number: int) -> np.ndarray:
        """The pairs of a candidate with the words that it would be the first piece of."""
        pairs = np.arange(self._starts_C1[number], self._starts_C1[number + 1])
        return pairs[self._words.firsts_N[self._word_P[pairs]] < self._lengths_C[number]]

    def _saved(self, number: int) -> int:
        """The pieces that a candidate saves in the whole corpus, or BLOCKED."""
        pairs = self._changed(number)
        words = self._word_P[pairs]
        less = self._words.costs_N[words] - self._costs_P[pairs]
        return int((self._words.counts_N[words] * less).sum()) if (less >= 0).all() else BLOCKED

    def _beginning(self, words: np.ndarray) -> list[int]:
        """The candidates that some of these words begin with."""
        pairs = range_indices(self._starts_N1[words], np.diff(self._starts_N1)[words])
        return np.unique(self._candidate_P[self._by_word[pairs]]).tolist()

    def _take(self, number: int) -> np.ndarray:
        """Make a candidate a piece; the words that this cuts anew."""
        pairs = self._changed(number)
        pairs = pairs[self._is_known_P[pairs]]  # what was unknown and stays so has no first piece
        words = self._word_P[pairs]
        self._words.costs_N[words], self._words.firsts_N[words] = self._costs_P[pairs], self._lengths_C[number]
        return words


def _behind(trie: PieceTrie, ends: list[str]) -> np.ndarray:
    """How many pieces the ends of words are cut into; -1 of one that cannot be."""
    distinct = pa.array(ends, pa.large_string()).dictionary_encode()
    asked = pa.array(["##" + end for end in distinct.dictionary.to_pylist()], pa.large_string())
    ids, starts = trie.pieces(asked)
    pieces_D = np.diff(starts)
    is_unknown = ids[starts[:-1]] == trie.unk_id
    pieces_D[is_unknown] = -1
    pieces_D[pc.equal(distinct.dictionary, "").to_numpy(zero_copy_only=False)] = 0
    return pieces_D[distinct.indices.to_numpy()]
