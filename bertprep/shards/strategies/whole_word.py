"""Whole words: all pieces of a word are masked, or none.

The words of a row are visited in random order, and each word that fits into the remaining budget is chosen. A word that did not
fit never fits later, so the budget is filled as long as any remaining word fits. The part of a word that is left at the edge of
a side counts as a word; so does a Chinese character (`chinese.py` finds Chinese words).
"""

import numpy as np

from ...core.ragged import range_indices, row_sums
from .rows import Choice, RowsToMask, Words, choice_of, words_of


def choose_words(rows: RowsToMask) -> Choice:
    """Choose whole words, up to the budget."""
    return fill(rows, words_of(rows, rows.vocabulary.joins(rows.ids_T)))


def fill(rows: RowsToMask, words: Words) -> Choice:
    """Choose words in random order, each if it fits into the remaining budget of its row."""
    order = words.random_order(rows)
    row, size, left_N = words.row_W[order], words.size_W[order], rows.budget_N.copy()
    taken = [order[:0]]
    # each round takes the words of a row before the first that does not fit; that word never fits later
    while len(order):
        fits = size <= left_N[row]
        order, row, size = order[fits], row[fits], size[fits]
        offsets_N1 = np.searchsorted(row, np.arange(len(left_N) + 1))
        running = np.cumsum(size)
        before_N = np.concatenate([[0], running])[offsets_N1[:-1]]
        now = running - before_N[row] <= left_N[row]
        taken.append(order[now])
        left_N -= row_sums(np.where(now, size, 0), offsets_N1)
        order, row, size = order[~now], row[~now], size[~now]
    chosen = np.concatenate(taken)
    flat_P = range_indices(words.first_W[chosen], words.size_W[chosen])
    return choice_of(rows, flat_P, flat_P)
