"""Arithmetic of rows laid end to end, shared by the steps from text to ids."""

from itertools import pairwise

import numpy as np


def starts_of(counts: np.ndarray) -> np.ndarray:
    """Counts -> int64 [n + 1] starts, from 0 to the sum."""
    starts = np.zeros(counts.size + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def ranges(firsts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The integers first, first + 1, ... of every range, end to end: firsts [5, 0], counts [2, 1] give 5, 6, 0."""
    starts = starts_of(counts)
    return np.repeat(firsts - starts[:-1], counts) + np.arange(starts[-1])


def runs(values: np.ndarray) -> list[tuple[int, int]]:
    """First and one past the last index of every run of equal values."""
    bounds = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), values.size]
    return list(pairwise(bounds))
