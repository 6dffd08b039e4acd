"""Texts that hold HTML, of whatever format: a column of them -> plain texts, and the titles of whole pages."""

import pyarrow as pa
import pyarrow.compute as pc

from ...core import schema
from . import page


def without_markup(batch: pa.RecordBatch, counters: dict[str, int]) -> pa.RecordBatch:
    """The documents with plain texts; a page tells its title where there is no other. What gives no text is counted."""
    pages = [page.of_field(text) for text in batch.column("text").to_pylist()]
    for found in pages:
        if found.damage:
            counters[found.damage] = counters.get(found.damage, 0) + 1
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    columns["text"] = pa.array([found.text for found in pages], pa.string())
    columns["title"] = pc.coalesce(columns["title"], pa.array([found.title for found in pages], pa.string()))
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=schema.DOCUMENTS)
