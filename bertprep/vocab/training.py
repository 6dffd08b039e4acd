"""Words of a corpus and their counts -> a WordPiece vocabulary. Draws nothing at random.

In: sentences, then counts (`count_words` a partition, `merge_counts` over partitions). Out: a `Vocabulary`.

Pieces are learnt as the WordPiece trainer of `tokenizers` learns them: start from characters, merge the most frequent
pair of neighbours, again and again; of equally frequent pairs the one with the smaller ids. Its trainer is not used,
for two reasons: ids of characters and ties follow the order of a hash map that differs from process to process, and it
takes words one by one from a text, so that the counts of a large corpus would have to be scaled down. Here the loop
runs over distinct words and exact counts, however large the corpus; on counts that both can take the two agree.
The price: some 0.05 ms a merge (`merges`), and about 150 bytes a character of the distinct words.
"""

import unicodedata
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.errors import InputError, UsageError
from .merges import Pairs, merge
from .settings import VocabSettings
from .vocabulary import SPECIAL_TOKENS, TextRules, Vocabulary
from .wordpiece import Normaliser, blocks

WORD_COUNTS = pa.schema([("word", pa.string()), ("count", pa.int64())])
# Rarer words are left out to bound memory; 204 MB of English whose vocabulary keeps growing has 450,000 in all
TRAINING_WORDS = 500_000
# `tokenizers` keeps 1,000 characters; Chinese and Japanese need more, and get them while they cover this share of the text
ALWAYS_KEPT, COVERAGE = 1_000, 0.9999
CODE_POINTS = 0x110000


def text_rules(settings: VocabSettings) -> TextRules:
    """The settings' rules for text; accents go with the case unless said otherwise, like the original."""
    strip_accents = settings.lowercase if settings.strip_accents is None else settings.strip_accents
    return TextRules(lowercase=settings.lowercase, strip_accents=strip_accents)


def count_words(texts: pa.Array | pa.ChunkedArray, settings: VocabSettings) -> tuple[pa.Table, dict[str, int]]:
    """Words as WordPiece sees them and how often each occurs, sorted by word; those too long for it are left out.

    Counts besides the letters of scripts other than Latin and Greek that lose a mark when accents are stripped.
    """
    rules = text_rules(settings)
    normaliser = Normaliser(rules)
    tables, stripped = [], 0
    for text_B, offsets in blocks(texts):
        chunks, _ = normaliser.raw.cut(text_B, offsets)
        distinct = chunks.dictionary_encode()
        counts_C = np.bincount(distinct.indices.to_numpy(), minlength=len(distinct.dictionary))
        if rules.strip_accents:
            stripped += _letters_stripped(distinct.dictionary, counts_C)
        words, starts = normaliser.words(distinct.dictionary)
        counts_W = np.repeat(counts_C, np.diff(starts))
        short = pc.less_equal(pc.utf8_length(words), rules.max_word_chars)
        tables.append(pa.table([words.cast(pa.string()), counts_W], schema=WORD_COUNTS).filter(short))
    return merge_counts(tables), {"letters_stripped": stripped}


def _letters_stripped(chunks: pa.LargeStringArray, counts_C: np.ndarray) -> int:
    """How many letters of other scripts lose a mark, in chunks that occur so often."""
    beyond = pc.invert(pc.string_is_ascii(chunks))
    texts = chunks.filter(beyond)
    codes = np.frombuffer("".join(texts.to_pylist()).encode("utf-32-le"), np.uint32)
    weights = np.repeat(counts_C[beyond.to_numpy(zero_copy_only=False)], pc.utf8_length(texts).to_numpy())
    distinct, inverse = np.unique(codes, return_inverse=True)
    loses = np.array([_loses_a_mark(chr(code)) for code in distinct.tolist()], bool)
    return int(weights[loses[inverse]].sum())


@cache
def _loses_a_mark(character: str) -> bool:
    """Whether stripping accents takes a mark that tells letters apart: a vowel sign of Hindi, the breve of \u0439, a dakuten.

    Marks on Latin and Greek letters do too, but there stripping them is the custom, and what the uncased models do.
    """
    decomposed = unicodedata.normalize("NFD", character)
    if all(unicodedata.category(each) != "Mn" for each in decomposed):
        return False
    return not unicodedata.name(decomposed[0], "").startswith(("LATIN", "GREEK", "COMBINING"))


def merge_counts(tables: list[pa.Table]) -> pa.Table:
    """Counts of several parts as one table, sorted by word."""
    together = pa.concat_tables(tables or [WORD_COUNTS.empty_table()])
    merged = together.group_by("word").aggregate([("count", "sum")])
    return merged.rename_columns({"count_sum": "count"}).select(WORD_COUNTS.names).sort_by("word").combine_chunks()


def train(word_counts: pa.Table, settings: VocabSettings) -> Vocabulary:
    """The vocabulary of the most useful pieces; the same for the same counts and settings, in any process.

    Special tokens come first in BERT's order ([PAD], [unusedN], [UNK], [CLS], [SEP], [MASK]), then characters and their
    ## forms by code point, then merges as they were made. A corpus too small for `size` gives fewer entries.
    Characters: the 1,000 most frequent, more while they are needed to cover 99.99% of the text and take no more than
    half of the vocabulary; all others become [UNK]. `InputError` when there is no word, `UsageError` when no entry is left.
    """
    head = ["[PAD]", *(f"[unused{number}]" for number in range(settings.unused)), *SPECIAL_TOKENS[1:]]
    room = settings.size - len(head)
    if room < 1:
        raise UsageError(
            f"--size {settings.size} leaves nothing to learn beside {len(head)} special and unused entries"
        )
    if not word_counts.num_rows:
        raise InputError("there is no word to learn a vocabulary from; look at the sentences with: bertprep inspect")
    order = pc.sort_indices(word_counts, sort_keys=[("count", "descending"), ("word", "ascending")])
    frequent = word_counts.take(order[:TRAINING_WORDS]).combine_chunks()
    lengths_W = pc.utf8_length(frequent["word"]).to_numpy().astype(np.int64)
    codes_P = np.frombuffer("".join(frequent["word"].to_pylist()).encode("utf-32-le"), np.uint32).astype(np.int64)
    weights_P = np.repeat(frequent["count"].to_numpy(), lengths_W)
    first_P = np.zeros(codes_P.size, bool)
    first_P[np.cumsum(lengths_W) - lengths_W] = True
    kept = _characters(codes_P, weights_P, first_P, room)
    # a word with any other character is [UNK] as a whole, so its pieces are of no use
    lost_W = np.logical_or.reduceat(_numbered(kept, 0)[codes_P] < 0, np.flatnonzero(first_P))
    stay_P = np.repeat(~lost_W, lengths_W)
    codes_P, weights_P, first_P = codes_P[stay_P], weights_P[stay_P], first_P[stay_P]
    inner = np.flatnonzero(np.bincount(codes_P[~first_P]))
    tokens = [*head, *map(chr, kept), *("##" + chr(code) for code in inner)]
    beginning, within = _numbered(kept, len(head)), _numbered(inner, len(head) + kept.size)
    pieces_P = np.where(first_P, beginning[codes_P], within[codes_P])
    merge(tokens, Pairs(pieces_P, first_P, weights_P), settings.size, settings.min_frequency)
    return Vocabulary(tokens, text_rules(settings))


def _numbered(codes: np.ndarray, start: int) -> np.ndarray:
    """For every code point its number, counted from `start` in the order of `codes`; -1 for those not among them."""
    numbers = np.full(CODE_POINTS, -1, np.int64)
    numbers[codes] = start + np.arange(codes.size)
    return numbers


def _characters(codes_P: np.ndarray, weights_P: np.ndarray, first_P: np.ndarray, room: int) -> np.ndarray:
    """Code points that get entries, ascending; `room` is the number of entries to share with merges."""
    codes = np.flatnonzero(np.bincount(codes_P))
    counts = np.bincount(codes_P, weights_P)[codes].astype(np.int64)  # sums below 2**53 are exact in float64
    ranked = np.lexsort((codes, -counts))
    # one entry, and one more for the ## form if it occurs
    within = np.bincount(codes_P[~first_P], minlength=CODE_POINTS) > 0
    entries = np.cumsum(1 + within[codes[ranked]])
    covered = np.cumsum(counts[ranked])
    needed = int(np.searchsorted(covered, COVERAGE * covered[-1])) + 1
    beyond = np.arange(codes.size) >= ALWAYS_KEPT
    allowed = (entries <= room) & (~beyond | ((np.arange(codes.size) < needed) & (entries <= room // 2)))
    return np.sort(codes[ranked[allowed]])
