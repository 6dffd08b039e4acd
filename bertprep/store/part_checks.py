"""What must hold of a part's values before anyone computes with them, whoever wrote it.

Checksums tell accidents. A folder from elsewhere may be forged with checksums that fit, and a place beyond a row or an
id beyond the vocabulary would then end the work with an error of a library, or worse. The checks are few passes over
flat arrays, some milliseconds a part; what the values mean is for `bertprep verify`.
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
    """What is wrong with the columns or values of a part of this stage, or None."""
    if not len(table):
        return None
    return wrong_columns(table, stage) or (_places(table) if stage == MASK.name else None)


def wrong_columns(table: pa.Table | pa.RecordBatch, stage: str) -> str | None:
    """What is wrong with the names, types and missing values of a part's columns, or None; looks at no value."""
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
    """`StoreError` when an id in one of these list columns is not below the vocabulary's size."""
    for name in names:
        ids = flat_and_offsets(table[name])[0]
        if len(ids) and int(ids.max()) >= size:
            raise StoreError(
                f"{where}: {name} has an id of {int(ids.max())}, and the vocabulary {quantity(size, 'entry')}; "
                "create the folder again with --overwrite"
            )
