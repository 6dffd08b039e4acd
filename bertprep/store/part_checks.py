"""Checks that a part's values must pass before any computation, whoever wrote it.

Checksums detect accidents. A folder from others may be forged with matching checksums, and a position outside its row or
an id outside the vocabulary could then crash a library, or worse. The checks are a few passes over flat arrays, some
milliseconds per part; `bertprep verify` checks the meaning of the values.
"""

import numpy as np
import pyarrow as pa

from ..core import schema
from ..core.counts import quantity
from ..core.errors import StoreError
from ..core.ragged import flat_and_offsets
from ..core.stages import DATA_STAGES, MASK

NULLS_ALLOWED = (
    "title",
    "source_id",
    "is_next",
    "document_b",
    "first_sentence_b",
    "sentence_count_b",
    "next_sentence_label",
)


def wrong_values(table: pa.Table, stage: str) -> str | None:
    """Describe what is wrong with the columns or values of a part of this stage; None if nothing is."""
    if not len(table):
        return None
    return wrong_columns(table, stage) or (_places(table) if stage == MASK.name else None)


def wrong_columns(table: pa.Table | pa.RecordBatch, stage: str) -> str | None:
    """Describe what is wrong with the names, types and nulls of a part's columns; None if nothing is. Reads no values."""
    columns = DATA_STAGES[stage].columns if stage in DATA_STAGES else None
    if columns is None:
        return None
    if not any(schema.is_of(table.schema, columns(size)) for size in (1, 1 << 20)):
        return f"its columns are not those of {stage}"
    for name, column in zip(table.schema.names, table.columns, strict=True):
        chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
        inside = [chunk.values for chunk in chunks] if pa.types.is_list(column.type) else []
        if name not in NULLS_ALLOWED and (column.null_count or any(values.null_count for values in inside)):
            return f"column {name} has a missing value"
    return None


def _places(table: pa.Table) -> str | None:
    _, offsets = flat_and_offsets(table["input_ids"])
    positions, mask_offsets = flat_and_offsets(table["masked_lm_positions"])
    if not np.array_equal(mask_offsets, flat_and_offsets(table["masked_lm_ids"])[1]):
        return "a row has another number of masked_lm_positions than of masked_lm_ids"
    lengths = np.diff(offsets)
    if len(positions) and (positions >= np.repeat(lengths, np.diff(mask_offsets))).any():
        return "a masked_lm_position is beyond the end of its row"
    if (table["segment_b_start"].to_numpy() > lengths).any():
        return "a segment_b_start is beyond the end of its row"
    return None


def check_ids(table: pa.Table, names: tuple[str, ...], size: int, where: object) -> None:
    """Raise `StoreError` if an id in one of these list columns is not below the vocabulary's size."""
    for name in names:
        ids = flat_and_offsets(table[name])[0]
        if len(ids) and int(ids.max()) >= size:
            raise StoreError(
                f"{where}: {name} has an id of {int(ids.max())}, and the vocabulary {quantity(size, 'entry')}; "
                "create the folder again with --overwrite"
            )
