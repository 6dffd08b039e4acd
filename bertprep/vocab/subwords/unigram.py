"""The unigram model: pieces with probabilities that make the text, split in all possible ways, probable (Kudo 2018).

    seed      up to `SEEDS` substrings of words that cover the most characters, and every character
    EM        `ROUNDS` times: expected count of each piece over all splits; new probabilities from these (Bayesian, by digamma)
    prune     remove pieces without which the text is hardly less probable, up to a quarter of all; repeat from EM until
              few more than requested are left; then keep the most probable

As in sentencepiece. Characters are always kept, so that words spelled with them are never unknown. Sums have a fixed order and
scores are rounded, so equal counts give equal bytes on one kind of processor; between kinds, exp and log may differ in the last
digit.

Legend: P places, E edges, K pieces; see `lattice`.
"""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from ...core.ragged import offsets_of, range_indices
from ..settings import VocabSettings
from ..training import WordCounts, filled, frequent_words
from .bpe import kept_characters, marked, without_others
from .lattice import LONGEST, Lattice

LONGEST_PIECE = 16  # characters, as in sentencepiece
SEEDS = 300_000
SHRINK = 0.75
ROUNDS = 2  # EM iterations between prunings
SPARE = 1.1  # pruning stops at this multiple of the requested number of pieces
TINY = 1e-300
MOST_PLACES = 2_000_000  # characters of the most frequent words, about 500 bytes of memory each
RARE = 0.5  # pieces with a lower expected count are removed


class Pieces(NamedTuple):
    """Substrings that may become pieces, each with one place where it occurs, and all places of all of them."""

    place_K: np.ndarray
    length_K: np.ndarray
    count_K: np.ndarray
    start_E: np.ndarray  # places, ascending
    piece_E: np.ndarray


def learn(word_counts: pa.Table, head: list[str], settings: VocabSettings) -> tuple[list[str], dict[str, Any]]:
    """The pieces, most probable first, after the special tokens."""
    words = frequent_words(marked(word_counts), MOST_PLACES)
    words = without_others(words, np.sort(kept_characters(words, settings.size - len(head))))
    pieces = seeds(words, settings.min_frequency)
    score_K = fitted(words, pieces, settings.size - len(head))
    texts = [
        "".join(map(chr, words.codes_P[place : place + length].tolist()))
        for place, length in zip(pieces.place_K.tolist(), pieces.length_K.tolist(), strict=True)
    ]
    order = sorted(np.flatnonzero(np.isfinite(score_K)).tolist(), key=lambda number: (-score_K[number], texts[number]))
    tokens = filled([*head, *(texts[number] for number in order)], settings)
    scores = [0.0] * len(head) + [round(float(score_K[number]), 6) for number in order]
    scores += [min(scores)] * (len(tokens) - len(scores))
    vocab = [list(pair) for pair in zip(tokens, scores, strict=True)]
    return tokens, {"type": "Unigram", "unk_id": tokens.index("[UNK]"), "vocab": vocab, "byte_fallback": False}


def cut_long(first_P: np.ndarray) -> np.ndarray:
    """Where words begin, bool [P], if long ones are cut into several."""
    starts = np.flatnonzero(first_P)
    within = np.arange(first_P.size) - np.repeat(starts, np.diff(starts, append=first_P.size))
    return within % LONGEST == 0


def seeds(words: WordCounts, min_frequency: int) -> Pieces:
    """Every character, and the longer substrings that cover the most; grown by one character at a time."""
    ends = np.append(np.flatnonzero(cut_long(words.first_P))[1:], words.codes_P.size)
    end_P = np.repeat(ends, np.diff(ends, prepend=0))
    codes, code_P = np.unique(words.codes_P, return_inverse=True)
    at, number_A = np.arange(words.codes_P.size), code_P
    found: list[tuple[np.ndarray, ...]] = []
    for length in range(1, LONGEST_PIECE + 1):
        counts = np.bincount(number_A, words.weights_P[at])
        often = np.ones(counts.size, bool) if length == 1 else counts >= min_frequency
        first = np.full(counts.size, words.codes_P.size)
        np.minimum.at(first, number_A, at)
        new = np.cumsum(often) - 1
        stays = often[number_A]
        at, number_A = at[stays], new[number_A[stays]]
        found.append((first[often], np.full(int(often.sum()), length), counts[often], at, number_A))
        goes_on = at + length < end_P[at]
        at, number_A = at[goes_on], number_A[goes_on]
        if not at.size:
            break
        _, number_A = np.unique(number_A * codes.size + code_P[at + length], return_inverse=True)
    return _most_covering(found)


def _most_covering(found: list[tuple[np.ndarray, ...]]) -> Pieces:
    """The pieces of all lengths in one table, without the longer ones that cover least."""
    bases = offsets_of(np.array([len(each[0]) for each in found]))[:-1].tolist()
    place_K, length_K, count_K = (np.concatenate([each[column] for each in found]) for column in range(3))
    covers = np.where(length_K == 1, np.inf, count_K * length_K)
    kept = np.zeros(len(place_K), bool)
    kept[np.lexsort((place_K, -covers))[: max(SEEDS, len(found[0][0]))]] = True
    start_E = np.concatenate([each[3] for each in found])
    piece_E = np.concatenate([each[4] + base for each, base in zip(found, bases, strict=True)])
    stays = kept[piece_E]
    start_E, piece_E = start_E[stays], (np.cumsum(kept) - 1)[piece_E[stays]]
    order = np.argsort(start_E, kind="stable")
    return Pieces(place_K[kept], length_K[kept], count_K[kept], start_E[order], piece_E[order])


def lattices(words: WordCounts, pieces: Pieces) -> tuple[Lattice, Lattice]:
    """The lattice of all words, and that of all pieces, each without the edge that is the whole piece."""
    begins_P = cut_long(words.first_P)
    starts = np.flatnonzero(begins_P)
    word_P = np.cumsum(begins_P) - 1
    node_E = pieces.start_E + word_P[pieces.start_E]  # a word has one node more than places
    edges = (node_E, node_E + pieces.length_K[pieces.piece_E], pieces.piece_E)
    corpus = Lattice(np.diff(starts, append=begins_P.size), words.weights_P[starts].astype(np.float64), edges)
    first_E = offsets_of(np.bincount(pieces.start_E, minlength=begins_P.size))
    counts_K = first_E[pieces.place_K + pieces.length_K] - first_E[pieces.place_K]
    among = range_indices(first_E[pieces.place_K], counts_K)
    owner = np.repeat(np.arange(len(counts_K)), counts_K)
    begin = pieces.start_E[among] - pieces.place_K[owner]
    end = begin + pieces.length_K[pieces.piece_E[among]]
    inside = (end <= pieces.length_K[owner]) & (pieces.piece_E[among] != owner)
    base = offsets_of(pieces.length_K + 1)[:-1][owner]
    parts = ((base + begin)[inside], (base + end)[inside], pieces.piece_E[among][inside])
    return corpus, Lattice(pieces.length_K, np.ones(len(counts_K)), parts)


def fitted(words: WordCounts, pieces: Pieces, size: int) -> np.ndarray:
    """Log probabilities of at most `size` pieces, float64 [K]; -inf for all others."""
    corpus, parts = lattices(words, pieces)
    is_character = pieces.length_K == 1
    alive = np.ones(len(is_character), bool)
    score_K = np.log(pieces.count_K / pieces.count_K.sum())
    while True:
        for _ in range(ROUNDS):
            expected = corpus.expected(np.exp(score_K))
            alive &= is_character | (expected >= RARE)
            score_K = _scores(expected, alive)
        if alive.sum() <= SPARE * size:
            break
        corpus.keep(alive)
        parts.keep(alive)
        left = max(int(SPARE * size), int(SHRINK * alive.sum()))
        alive = _pruned(corpus, parts, score_K, is_character, alive, left)
        score_K[~alive] = -np.inf
        corpus.keep(alive)
    ranked = np.lexsort((pieces.place_K, -np.where(is_character, np.inf, score_K)))[:size]
    final = np.full(len(score_K), -np.inf)
    final[ranked] = score_K[ranked]
    return final


def _scores(expected: np.ndarray, alive: np.ndarray) -> np.ndarray:
    """Log probabilities from expected counts, with a sparse prior: rare pieces get less than their share."""
    counts = np.where(alive, np.maximum(expected, RARE), 1)
    return np.where(alive, digamma(counts) - digamma(counts[alive].sum(keepdims=True)), -np.inf)


def _pruned(
    corpus: Lattice, parts: Lattice, score_K: np.ndarray, is_character: np.ndarray, alive: np.ndarray, left: int
) -> np.ndarray:
    """Which pieces are kept: those whose removal would make the best splits least probable."""
    _, words, used = corpus.likeliest(score_K)
    often_K = np.bincount(used, corpus.weights_R[words], minlength=len(score_K))
    instead, owners, others = parts.likeliest(score_K)
    total = often_K.sum()
    # if a piece is removed, its count goes to the pieces that replace it
    more = np.bincount(owners, minlength=len(score_K)) - 1
    after = total + often_K * more
    others_log = np.bincount(
        owners, np.log(np.maximum(often_K[others] + often_K[owners], TINY)), minlength=len(score_K)
    )
    lost = np.log(np.maximum(often_K, TINY) / total) - (others_log - (more + 1) * np.log(after))
    loss_K = np.where(np.isfinite(instead), often_K / total * np.where(np.isfinite(instead), lost, 0), np.inf)
    is_best = score_K >= instead  # else no best split uses the piece
    loss_K = np.where(is_best, loss_K, -np.inf)
    rank = np.where(is_character, np.inf, np.where(alive, loss_K, -np.inf))
    kept = np.zeros(len(alive), bool)
    kept[np.lexsort((np.arange(len(rank)), -score_K, -rank))[:left]] = True
    return (kept & alive) | is_character


def digamma(x: np.ndarray) -> np.ndarray:
    """The derivative of the log-gamma function, to about nine digits, for x from 0.5."""
    shifted, less = x.astype(np.float64), np.zeros(x.shape)
    for _ in range(7):
        less, shifted = less + 1 / shifted, shifted + 1
    inverse = 1 / shifted**2
    series = inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse / 240)))
    return np.log(shifted) - 0.5 / shifted - series - less
