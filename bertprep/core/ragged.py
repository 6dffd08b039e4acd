"""Rows of unequal length, kept as a flat array and offsets, the layout that Arrow lists and NumPy share.

N rows, T values in total; `offsets_N1` is int64 [N + 1] and row n is flat[offsets[n] : offsets[n + 1]].
"""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pyarrow as pa


def offsets_of(lengths_N: np.ndarray) -> np.ndarray:
    """Offsets, int64 [N + 1], of consecutive rows with these lengths."""
    offsets = np.zeros(len(lengths_N) + 1, np.int64)
    np.cumsum(lengths_N, out=offsets[1:])
    return offsets


def range_indices(starts_N: np.ndarray, lengths_N: np.ndarray) -> np.ndarray:
    """The integers of [start, start + length) of every row, concatenated, int64 [T].

    Computed as a cumulative sum: steps of 1 within a row, and a jump from the end of a row to the start of the next. That
    is 2 to 3 times as fast as repeating every row's start.

    >>> range_indices(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    filled = lengths_N > 0
    if not filled.all():
        starts_N, lengths_N = starts_N[filled], lengths_N[filled]
    offsets = offsets_of(lengths_N)
    steps = np.ones(offsets[-1], np.int64)
    if len(starts_N):
        steps[0] = starts_N[0]
        steps[offsets[1:-1]] = starts_N[1:] - starts_N[:-1] - lengths_N[:-1] + 1
    return np.cumsum(steps, out=steps)


def row_sums(values_T: np.ndarray, offsets_N1: np.ndarray) -> np.ndarray:
    """Sum of each row, int64 [N]; 0 for an empty row."""
    total = np.zeros(len(values_T) + 1, np.int64)
    np.cumsum(values_T, out=total[1:])
    return total[offsets_N1[1:]] - total[offsets_N1[:-1]]


def long_row_sums(values_T: np.ndarray, offsets_N1: np.ndarray) -> np.ndarray:
    """Like `row_sums`; 3 times as fast for rows of a hundred values and 4 times as slow for rows of two."""
    filled = offsets_N1[1:] > offsets_N1[:-1]
    sums = np.zeros(len(filled), np.int64)
    if filled.any():
        sums[filled] = np.add.reduceat(values_T[: offsets_N1[-1]], offsets_N1[:-1][filled], dtype=np.int64)
    return sums


def list_array(flat: np.ndarray, offsets_N1: np.ndarray, kind: pa.DataType) -> pa.ListArray:
    """An Arrow list column of the flat values; its offsets have 32 bits, so there can be at most 2**31 - 1 values."""
    values = pa.array(flat, type=kind.value_type)
    return pa.ListArray.from_arrays(pa.array(offsets_N1.astype(np.int32)), values, type=kind)


def values_and_offsets(column: pa.Array | pa.ChunkedArray) -> tuple[pa.Array, np.ndarray]:
    """Concatenated values of a list column without nulls, as an Arrow array, and offsets, int64 [N + 1], starting at 0."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    offsets = array.offsets.to_numpy().astype(np.int64)
    return array.values.slice(offsets[0], offsets[-1] - offsets[0]), offsets - offsets[0]


def flat_and_offsets(column: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """NumPy views of a list column without nulls: flat values [T] and offsets int64 [N + 1] starting at 0."""
    values, offsets = values_and_offsets(column)
    return values.to_numpy(zero_copy_only=False), offsets


def filtered_lists(lists: pa.ListArray, kept_T: np.ndarray) -> pa.ListArray:
    """Keep only the values of the lists that are marked in `kept_T`, bool [T]."""
    if kept_T.all():
        return lists
    values, offsets = values_and_offsets(lists)
    kept_before = np.concatenate([[0], np.cumsum(kept_T)])
    return pa.ListArray.from_arrays(pa.array(kept_before[offsets].astype(np.int32)), values.filter(pa.array(kept_T)))


def take_rows(flat: np.ndarray, offsets_N1: np.ndarray, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows at these indices, in this order, as flat values and offsets; twice as fast as Arrow's `take`."""
    lengths = np.diff(offsets_N1)[index]
    return flat[range_indices(offsets_N1[index], lengths)], offsets_of(lengths)


def joined_rows(rows: Iterable[np.ndarray], dtype: np.dtype | type) -> tuple[np.ndarray, np.ndarray]:
    """Concatenate rows into flat values and offsets."""
    arrays = list(rows)
    flat = np.concatenate([np.empty(0, dtype), *arrays]).astype(dtype)
    return flat, offsets_of(np.array([len(array) for array in arrays], np.int64))


def interleaved(
    is_second_N: np.ndarray, first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Merge two sets of rows: each output row is the next one of `second` where marked, else of `first`.

    >>> a, b = (np.array([1, 1, 2]), np.array([0, 2, 3])), (np.array([7]), np.array([0, 1]))
    >>> [each.tolist() for each in interleaved(np.array([False, True, False]), a, b)]
    [[1, 1, 7, 2], [0, 2, 3, 4]]
    """
    flat = np.concatenate([first[0], second[0].astype(first[0].dtype)])
    offsets = np.concatenate([first[1], second[1][1:] + first[1][-1]])
    before = np.cumsum(is_second_N) - is_second_N
    rows = np.arange(len(is_second_N))
    return take_rows(flat, offsets, np.where(is_second_N, len(first[1]) - 1 + before, rows - before))


def runs(values_N: np.ndarray) -> list[tuple[int, int]]:
    """Start and end (exclusive) of every run of equal values.

    >>> runs(np.array([4, 4, 9, 4]))
    [(0, 2), (2, 3), (3, 4)]
    """
    bounds = [0, *(np.flatnonzero(np.diff(values_N)) + 1).tolist(), len(values_N)]
    return list(pairwise(bounds))
