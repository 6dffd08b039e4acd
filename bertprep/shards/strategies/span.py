"""Spans of neighbouring words (Joshi et al. 2020, SpanBERT, section 3.1).

Every word draws a span length from the geometric distribution with p = 0.2, truncated at 10 words (mean 3.8). The words of a
row are visited in random order. At each word that is not chosen yet a span of the drawn length begins; it ends earlier before
a chosen word, a special token, or a word that exceeds the budget. So the budget is filled as long as any remaining word fits.
All tokens of a span are replaced by [MASK], or by random tokens, or kept, together, as in SpanBERT.
"""

import numpy as np

from ...core import randomness
from ...core.ragged import range_indices
from .rows import LENGTH, Choice, RowsToMask, Words, choice_of, words_of

P, LONGEST = 0.2, 10
# cumulative probability of spans of at most 1, 2, ..., LONGEST - 1 words
_UP_TO = (1 - (1 - P) ** np.arange(1, LONGEST)) / (1 - (1 - P) ** LONGEST)


def choose_spans(rows: RowsToMask) -> Choice:
    """Choose spans of whole words, up to the budget."""
    words = words_of(rows, rows.vocabulary.joins(rows.ids_T))
    wanted_W = span_lengths(words.draws(rows, LENGTH))
    order = words.random_order(rows)
    lead_W = _lay(words, order, wanted_W, rows.budget_N)
    chosen = np.flatnonzero(lead_W >= 0)
    sizes = words.size_W[chosen]
    flat_P = range_indices(words.first_W[chosen], sizes)
    return choice_of(rows, flat_P, np.repeat(words.first_W[lead_W[chosen]], sizes))


def span_lengths(words: np.ndarray) -> np.ndarray:
    """Map random bits, uint64, to span lengths from 1 to LONGEST words, int64."""
    return 1 + np.searchsorted(_UP_TO, randomness.uniform(words), side="right")


def _lay(words: Words, order: np.ndarray, wanted_W: np.ndarray, budget_N: np.ndarray) -> np.ndarray:
    """For each word the first word of its span, or -1. Each round lays one span in every row."""
    lead_W = np.full(len(order) + 1, -1)
    goes_on_W, size_W = np.append(words.goes_on_W, False), np.append(words.size_W, 0)
    left_N = budget_N.copy()
    # rows with budget left: their place in the order of words, and its end
    row, place, end = np.arange(len(left_N)), words.offsets_N1[:-1].copy(), words.offsets_N1[1:]
    while len(row):
        going = (place < end) & (left_N[row] > 0)
        row, place, end = row[going], place[going], end[going]
        start = order[place]
        place += 1
        live = np.flatnonzero((lead_W[start] < 0) & (size_W[start] <= left_N[row]))
        start, live_row = start[live], row[live]
        for step in range(LONGEST):
            word = start + step
            runs = (lead_W[word] < 0) & (size_W[word] <= left_N[live_row])
            runs &= (step == 0) | (goes_on_W[word] & (step < wanted_W[start]))
            start, live_row = start[runs], live_row[runs]
            if not len(start):
                break
            lead_W[start + step] = start
            left_N[live_row] -= size_W[start + step]
    return lead_W[:-1]
