"""Single tokens (Devlin et al. 2019, section 3.1)."""

import numpy as np

from ...core import randomness
from ...core.ragged import offsets_of, range_indices, row_sums
from .rows import CHOICE, Choice, RowsToMask, shuffled


def choose_tokens(rows: RowsToMask) -> Choice:
    """Choose exactly `budget` ordinary tokens in each row, uniformly.

    Each position draws 32 bits; the positions with the smallest draws of a row are chosen.
    """
    lengths_N = np.diff(rows.offsets_N1)
    flat = np.flatnonzero(rows.ordinary_T)
    row = np.repeat(np.arange(len(lengths_N)), lengths_N)[flat]
    position = (flat - rows.offsets_N1[row]).astype(np.uint64)
    words = shuffled(row, randomness.mix(rows.keys_N[row], CHOICE + position), position)
    starts = offsets_of(row_sums(rows.ordinary_T, rows.offsets_N1))[:-1]
    chosen = words[range_indices(starts, rows.budget_N)]
    position_P = np.sort(chosen & np.uint64(0xFFFF_0000_0000_FFFF)) & np.uint64(0xFFFF)
    return Choice(position_P, position_P, rows.budget_N)
