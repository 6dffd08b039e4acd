"""Train a WordPiece vocabulary from the words of a corpus and their counts. Uses no random numbers.

In: sentences, then counts (`count_words` per partition, `merge_counts` over partitions). Out: a `Vocabulary`.

Pieces are learnt as by the WordPiece trainer of `tokenizers`: start from characters, and repeatedly merge the most frequent
pair of adjacent pieces; among equally frequent pairs, the one with the smaller ids. That trainer is not used for two
reasons: its character ids and ties follow the order of a hash map that differs between processes, and it takes words one by
one from a text, so counts of a large corpus would have to be scaled down. Here the loop runs over distinct words with exact
counts, however large the corpus; on counts that both can process, the results agree.
The price: about 150 bytes per character of the distinct words.
"""

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.errors import InputError, UsageError
from .chunked import counted
from .merges import Pieces, merge
from .settings import VocabSettings
from .vocabulary import SPECIAL_TOKENS, TextRules, Vocabulary
from .wordpiece import normaliser_of

WORD_COUNTS = pa.schema([("word", pa.string()), ("count", pa.int64())])
# rarer words are left out to bound memory; 204 MB of English, whose vocabulary keeps growing, has 450,000 in total
TRAINING_WORDS = 500_000
# `tokenizers` keeps 1,000 characters; Chinese and Japanese need more, and get them up to this coverage of the text
ALWAYS_KEPT, COVERAGE = 1_000, 0.9999
CODE_POINTS = 0x110000
HARMS = ("letters_stripped", "letters_taken_apart")  # counters of letters changed by stripping accents


def text_rules(settings: VocabSettings) -> TextRules:
    """The settings' rules for text; accents are stripped if the text is lower-cased, unless set otherwise, as in BERT."""
    strip_accents = settings.lowercase if settings.strip_accents is None else settings.strip_accents
    return TextRules(lowercase=settings.lowercase, strip_accents=strip_accents)


def count_words(texts: pa.Array | pa.ChunkedArray, rules: TextRules) -> tuple[pa.Table, dict[str, int]]:
    """Words as WordPiece sees them, sorted, with their counts; words that are too long for it are left out.

    Also counters of what stripping accents does to letters of scripts other than Latin and Greek: how many lose a mark,
    and how many are decomposed into several letters.
    """
    normaliser = normaliser_of(rules)
    chunks, counts_C = counted(texts, normaliser.raw.cut)
    harmed = letters_harmed(chunks, counts_C) if rules.strip_accents else np.zeros(len(HARMS), np.int64)
    words, starts = normaliser.words(chunks)
    short = pc.less_equal(pc.utf8_length(words), rules.max_word_chars)
    counts_W = np.repeat(counts_C, np.diff(starts))
    table = pa.table([words.cast(pa.string()), counts_W], schema=WORD_COUNTS).filter(short)
    return merge_counts([table]), dict(zip(HARMS, harmed.tolist(), strict=True))


def letters_harmed(chunks: pa.LargeStringArray, counts_C: np.ndarray) -> np.ndarray:
    """The number of letters changed by stripping accents, one number for each of HARMS; chunk c occurs counts_C[c] times."""
    beyond = pc.invert(pc.string_is_ascii(chunks))
    texts = chunks.filter(beyond)
    codes = np.frombuffer("".join(texts.to_pylist()).encode("utf-32-le"), np.uint32)
    weights = np.repeat(counts_C[beyond.to_numpy(zero_copy_only=False)], pc.utf8_length(texts).to_numpy())
    distinct, inverse = np.unique(codes, return_inverse=True)
    harms = np.array([_harm_of_stripping(chr(code)) for code in distinct.tolist()], np.int64)
    return np.bincount(harms[inverse], weights, minlength=len(HARMS) + 1)[:-1].astype(np.int64)


@cache
def _harm_of_stripping(character: str) -> int:
    """The effect of stripping accents on a letter, as an index into HARMS; len(HARMS) if it is harmless.

    Some marks distinguish letters: a vowel sign of Hindi, the breve of \u0439, a dakuten. Marks on Latin and Greek letters
    are lost too, but stripping them is customary, and the uncased models do it. A Korean syllable loses nothing, but is
    decomposed into two or three letters, each of which is a token.
    """
    decomposed = unicodedata.normalize("NFD", character)
    kept = [each for each in decomposed if unicodedata.category(each) != "Mn"]
    if len(kept) < len(decomposed):
        is_custom = unicodedata.name(decomposed[0], "").startswith(("LATIN", "GREEK", "COMBINING"))
        return len(HARMS) if is_custom else HARMS.index("letters_stripped")
    return HARMS.index("letters_taken_apart") if len(kept) > 1 else len(HARMS)


def merge_counts(tables: list[pa.Table]) -> pa.Table:
    """Merge the counts of several parts into one table, sorted by word."""
    together = pa.concat_tables(tables or [WORD_COUNTS.empty_table()])
    merged = together.group_by("word").aggregate([("count", "sum")])
    return merged.rename_columns({"count_sum": "count"}).select(WORD_COUNTS.names).sort_by("word").combine_chunks()


class WordCounts(NamedTuple):
    """The distinct words from which pieces are learnt, as concatenated characters."""

    codes_P: np.ndarray  # code point of each character
    weights_P: np.ndarray  # count of its word
    first_P: np.ndarray  # bool: begins a word

    def without_others_than(self, kept: np.ndarray) -> "WordCounts":
        """Drop words with a character that is not in `kept`: such a word is [UNK] as a whole, so its pieces are useless."""
        starts = np.flatnonzero(self.first_P)
        lost_W = np.logical_or.reduceat(numbered(kept, 0)[self.codes_P] < 0, starts)
        stay_P = np.repeat(~lost_W, np.diff(starts, append=len(self.codes_P)))
        return WordCounts(*(column[stay_P] for column in self))


class Characters(NamedTuple):
    """The characters of a corpus, the most frequent first, and the number of entries for each."""

    codes: np.ndarray
    counts: np.ndarray
    entries: np.ndarray  # one, plus one for the ## form if it occurs


def train(word_counts: pa.Table, settings: VocabSettings) -> Vocabulary:
    """Train a vocabulary; it is the same for equal counts and settings, in any process.

    Special tokens come first in BERT's order ([PAD], [unusedN], [UNK], [CLS], [SEP], [MASK]), then characters and their
    ## forms by code point, then merges in the order made. A corpus too small for `size` gives fewer entries.
    Characters: the 1,000 most frequent, more while needed to cover 99.99% of the text, up to half of the vocabulary, and as
    many as there is room for after the merges; all others become [UNK]. `InputError` if there is no word, `UsageError` if
    there is no room for an entry.
    """
    head = head_of(settings)
    room = settings.size - len(head)
    if room < 1:
        raise UsageError(
            f"--size {settings.size} leaves no room for pieces besides {len(head)} special and unused entries"
        )
    if not word_counts.num_rows:
        raise InputError("the sentences contain no words; look at them with: bertprep inspect")
    words = frequent_words(word_counts)
    characters = _characters(words)
    kept = _allowed(characters, room)
    while True:
        tokens, merges = _learn(head, np.sort(characters.codes[kept]), words, settings)
        # room left by merges goes to further characters, each of which saves its words from [UNK]
        free = room - int(characters.entries[kept].sum()) - merges
        more = ~kept & (np.cumsum(np.where(kept, 0, characters.entries)) <= free)
        if not more.any():
            return Vocabulary(filled(tokens, settings), text_rules(settings))
        kept |= more


def head_of(settings: VocabSettings) -> list[str]:
    """The tokens before all pieces: special and unused ones in BERT's order."""
    return ["[PAD]", *(f"[unused{number}]" for number in range(settings.unused)), *SPECIAL_TOKENS[1:]]


def filled(tokens: list[str], settings: VocabSettings) -> list[str]:
    """The tokens, filled up to a multiple with [unusedN] entries if the corpus gave too few."""
    more = -len(tokens) % settings.multiple_of
    return [*tokens, *(f"[unused{settings.unused + number}]" for number in range(more))]


def frequent_words(word_counts: pa.Table, most_characters: int | None = None) -> WordCounts:
    """The most frequent words, with at most `most_characters` characters in total."""
    order = pc.sort_indices(word_counts, sort_keys=[("count", "descending"), ("word", "ascending")])
    frequent = word_counts.take(order[:TRAINING_WORDS]).combine_chunks()
    lengths_W = pc.utf8_length(frequent["word"]).to_numpy().astype(np.int64)
    if most_characters is not None:
        frequent = frequent.slice(0, max(1, int(np.searchsorted(np.cumsum(lengths_W), most_characters, side="right"))))
        lengths_W = lengths_W[: len(frequent)]
    codes_P = np.frombuffer("".join(frequent["word"].to_pylist()).encode("utf-32-le"), np.uint32).astype(np.int64)
    first_P = np.zeros(codes_P.size, bool)
    first_P[np.cumsum(lengths_W) - lengths_W] = True
    return WordCounts(codes_P, np.repeat(frequent["count"].to_numpy(), lengths_W), first_P)


def _learn(head: list[str], kept: np.ndarray, words: WordCounts, settings: VocabSettings) -> tuple[list[str], int]:
    """All tokens, and the number of merges among them; `kept` are the code points that get entries, ascending."""
    codes_P, weights_P, first_P = words.without_others_than(kept)
    inner = np.flatnonzero(np.bincount(codes_P[~first_P]))
    tokens = [*head, *map(chr, kept), *("##" + chr(code) for code in inner)]
    beginning, within = numbered(kept, len(head)), numbered(inner, len(head) + kept.size)
    pieces_P = np.where(first_P, beginning[codes_P], within[codes_P])
    characters = len(tokens)
    merge(tokens, Pieces(pieces_P, first_P, weights_P), settings.size, settings.min_frequency)
    return tokens, len(tokens) - characters


def numbered(codes: np.ndarray, start: int) -> np.ndarray:
    """For every code point its index in `codes` plus `start`; -1 for those not among them."""
    numbers = np.full(CODE_POINTS, -1, np.int64)
    numbers[codes] = start + np.arange(codes.size)
    return numbers


def _characters(words: WordCounts) -> Characters:
    """All characters of the words."""
    codes = np.flatnonzero(np.bincount(words.codes_P))
    counts = np.bincount(words.codes_P, words.weights_P)[codes].astype(
        np.int64
    )  # sums below 2**53 are exact in float64
    ranked = np.lexsort((codes, -counts))
    within = np.bincount(words.codes_P[~words.first_P], minlength=CODE_POINTS) > 0
    return Characters(codes[ranked], counts[ranked], 1 + within[codes[ranked]].astype(np.int64))


def _allowed(characters: Characters, room: int) -> np.ndarray:
    """Which characters get entries before any merge, bool; `room` is the number of entries to share with merges."""
    entries, covered = np.cumsum(characters.entries), np.cumsum(characters.counts)
    rank = np.arange(len(entries))
    needed = int(np.searchsorted(covered, COVERAGE * covered[-1])) + 1
    return (entries <= room) & ((rank < ALWAYS_KEPT) | ((rank < needed) & (entries <= room // 2)))
