"""What a strategy is given and gives back, and how a row falls into words.

N rows, T tokens in all, W words in all, P chosen positions in all.
"""

import dataclasses

import numpy as np

from ...core import randomness
from ...vocab.vocabulary import Vocabulary

# counters of the draws for a position: each use has 65,536 of its own, as many as a row has positions
CHOICE, KIND, REPLACEMENT, LENGTH = (np.uint64(use << 16) for use in range(4))


@dataclasses.dataclass(frozen=True)
class RowsToMask:
    """Rows laid end to end; fewer than 65,536, each of at most 65,535 tokens."""

    ids_T: np.ndarray
    offsets_N1: np.ndarray  # int64
    ordinary_T: np.ndarray  # bool: may be chosen
    budget_N: np.ndarray  # int64: how many to choose, at most
    keys_N: np.ndarray  # uint64: what every draw hangs on
    vocabulary: Vocabulary


@dataclasses.dataclass(frozen=True)
class Choice:
    """The chosen positions, rows in order and ascending within. Those of one `lead` become [MASK] or not together."""

    position_P: np.ndarray  # uint64, within the row
    lead_P: np.ndarray  # uint64, the position whose draw decides; each one its own, or the first of its span
    count_N: np.ndarray  # int64, of each row


@dataclasses.dataclass(frozen=True)
class Words:
    """The words of some rows, in order: neighbouring ordinary tokens. Between two words of one run there is nothing."""

    first_W: np.ndarray  # int64, into the flat ids
    size_W: np.ndarray  # int64, tokens
    row_W: np.ndarray  # int64
    offsets_N1: np.ndarray  # int64: row n has the words [offsets[n], offsets[n + 1])
    goes_on_W: np.ndarray  # bool: the word before it is its neighbour, with no special token between

    def draws(self, rows: RowsToMask, use: np.uint64) -> np.ndarray:
        """Random bits for each word, from its row's key and its first position, uint64 [W]."""
        position_W = (self.first_W - rows.offsets_N1[self.row_W]).astype(np.uint64)
        return randomness.mix(rows.keys_N[self.row_W], use + position_W)

    def random_order(self, rows: RowsToMask) -> np.ndarray:
        """The words of each row in a random order, rows in order, int64 [W]."""
        number_T = np.empty(len(rows.ids_T), np.int64)
        number_T[self.first_W] = np.arange(len(self.first_W))
        position_W = self.first_W - rows.offsets_N1[self.row_W]
        words = shuffled(self.row_W, self.draws(rows, CHOICE), position_W)
        row, position = words >> np.uint64(48), words & np.uint64(0xFFFF)
        return number_T[rows.offsets_N1[row] + position.astype(np.int64)]


def shuffled(row: np.ndarray, draw: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Words of row (16 bits), the draw's upper half (32) and position (16), in order: row by row, positions at random.

    One sort of plain integers, four times as quick as sorting row and draw together.
    """
    upper = (draw >> np.uint64(32)) << np.uint64(16)
    return np.sort((row.astype(np.uint64) << np.uint64(48)) | upper | position.astype(np.uint64))


def words_of(rows: RowsToMask, joins_T: np.ndarray) -> Words:
    """Cut rows into words: an ordinary token joins the one before it where `joins_T` says so.

    The special tokens between A and B part them, so no word reaches from one to the other. A word with an unknown piece in it
    is none of the words, since it cannot be taken whole.
    """
    lengths_N = np.diff(rows.offsets_N1)
    text_T = rows.ordinary_T
    if rows.vocabulary.given:  # of WordPiece an unknown word is one token; others may have known pieces beside it
        text_T = text_T | (rows.ids_T == rows.vocabulary.unk_id)
    after_text_T = np.zeros(len(joins_T), bool)
    after_text_T[1:] = text_T[:-1]
    after_text_T[rows.offsets_N1[:-1][lengths_N > 0]] = False
    first_W = np.flatnonzero(text_T & ~(joins_T & after_text_T))
    # a word's tokens are those of the text from its first to the next word's: specials lie between words only
    ends = np.append(first_W, len(joins_T))
    size_W = _counts(text_T, ends)
    whole_W = size_W == (_counts(rows.ordinary_T, ends) if rows.vocabulary.given else size_W)
    goes_on_W = after_text_T[first_W] & np.append(True, whole_W[:-1])[: len(first_W)]
    first_W = first_W[whole_W]
    offsets_N1 = np.searchsorted(first_W, rows.offsets_N1)
    row_W = np.repeat(np.arange(len(lengths_N)), np.diff(offsets_N1))
    return Words(first_W, size_W[whole_W], row_W, offsets_N1, goes_on_W[whole_W])


def _counts(true_T: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """How many are true from each of the places in ascending order to the next."""
    return np.add.reduceat(true_T, ends[:-1], dtype=np.int64) if len(ends) > 1 else ends[:-1]


def choice_of(rows: RowsToMask, flat_P: np.ndarray, lead_P: np.ndarray) -> Choice:
    """The choice of these places in the flat ids, in any order; each with the flat place of its lead."""
    order = np.argsort(flat_P)
    flat_P, lead_P = flat_P[order], lead_P[order]
    bounds = np.searchsorted(flat_P, rows.offsets_N1)
    start_P = np.repeat(rows.offsets_N1[:-1], np.diff(bounds))
    return Choice((flat_P - start_P).astype(np.uint64), (lead_P - start_P).astype(np.uint64), np.diff(bounds))
