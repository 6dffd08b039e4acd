"""Examples: pairs in, masked rows such as `[CLS] A [SEP] B [SEP]` out (columns of `schema.examples`).

Axes: N rows, T tokens in total.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core import randomness, schema
from ..core.counts import quantity
from ..core.errors import UsageError
from ..core.ragged import flat_and_offsets, list_array, offsets_of, range_indices, take_rows
from ..vocab.vocabulary import Vocabulary
from .mask import MAX_ROW_LENGTH, MaskedRows, mask_rows
from .settings import MaskSettings


def assemble(
    a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray], vocabulary: Vocabulary
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lay out rows with the special tokens of the vocabulary's layout (Devlin et al. 2019, figure 1).

    `a` and `b` are flat ids with offsets. Returns ids [T], offsets int64 [N + 1], and the position at which B begins, int64 [N]
    (the row's length if B is empty).
    """
    (ids_a, offsets_a), (ids_b, offsets_b) = a, b
    length_a, length_b = np.diff(offsets_a), np.diff(offsets_b)
    layout, has_b = vocabulary.layout, length_b > 0
    special = np.where(has_b, layout.special_tokens(True), layout.special_tokens(False))
    offsets = offsets_of(length_a + length_b + special)
    end_a = offsets[:-1] + len(layout.before) + length_a
    ids = np.empty(offsets[-1], vocabulary.dtype)
    for place, token in enumerate(layout.before):
        ids[offsets[:-1] + place] = token
    for starts, tokens in (
        (end_a[has_b], layout.between),
        (offsets[1:][has_b] - len(layout.after), layout.after),
        (end_a[~has_b], layout.alone),
    ):
        for place, token in enumerate(tokens):
            ids[starts + place] = token
    ids[range_indices(end_a - length_a, length_a)] = ids_a
    start_b = np.where(has_b, end_a - offsets[:-1] + len(layout.between), np.diff(offsets))
    ids[range_indices(offsets[:-1] + start_b, length_b)] = ids_b
    return ids, offsets, start_b


def make_examples(
    pairs: pa.Table,
    numbers: np.ndarray,
    settings: MaskSettings,
    vocabulary: Vocabulary,
    copy: int,
    shard: tuple[str, int],
) -> tuple[pa.Table, dict[str, int]]:
    """Make masked examples from pairs, in random order; returns them and their counters.

    `numbers` uint64 [N] are the pairs' row numbers in their split. They, `copy` and the seed determine the masks; `shard`
    (the split and the first row) only determines the order.
    """
    order = randomness.Stream("shard", settings.seed, copy, *shard).permutation(len(pairs))
    a, b = (take_rows(*flat_and_offsets(pairs[name]), order) for name in ("ids_a", "ids_b"))
    ids, offsets, start_b = assemble(a, b, vocabulary)
    longest = int(np.diff(offsets).max(initial=0))
    if longest > MAX_ROW_LENGTH:
        raise UsageError(
            f"a row of {quantity(longest, 'token')} does not fit: shards hold rows of at most {MAX_ROW_LENGTH}; "
            "build pairs with a smaller --max-length"
        )
    masked = mask_rows(ids, offsets, numbers[order], settings, vocabulary, copy)
    is_next = pairs["is_next"].combine_chunks().take(pa.array(order))
    table = _table(masked, offsets, start_b, is_next, numbers[order], vocabulary)
    return table, _count(ids, offsets, masked, vocabulary)


def _table(
    masked: MaskedRows,
    offsets: np.ndarray,
    start_b: np.ndarray,
    is_next: pa.BooleanArray,
    numbers: np.ndarray,
    vocabulary: Vocabulary,
) -> pa.Table:
    columns = schema.examples(vocabulary.size)
    kind = columns.field("input_ids").type
    label = pc.invert(is_next).cast(pa.uint8())  # 0 is next, as in transformers
    arrays = [
        list_array(masked.ids_T, offsets, kind),
        pa.array(start_b.astype(np.uint16)),
        list_array(masked.positions_P, masked.mask_offsets_N1, columns.field("masked_lm_positions").type),
        list_array(masked.true_ids_P, masked.mask_offsets_N1, kind),
        label,
        pa.array(numbers),
    ]
    return pa.Table.from_arrays(arrays, schema=columns)


def _count(ids: np.ndarray, offsets: np.ndarray, masked: MaskedRows, vocabulary: Vocabulary) -> dict[str, int]:
    flat = masked.positions_P.astype(np.int64) + np.repeat(offsets[:-1], np.diff(masked.mask_offsets_N1))
    shown = masked.ids_T[flat]
    as_mask, kept = int((shown == vocabulary.mask_id).sum()), int((shown == masked.true_ids_P).sum())
    return {
        "rows": len(offsets) - 1,
        "tokens": len(ids),
        "tokens_ordinary": int(vocabulary.is_ordinary[ids].sum()),
        "masked": len(flat),
        "masked_as_mask": as_mask,
        "masked_as_random": len(flat) - as_mask - kept,
        "masked_as_itself": kept,
    }
