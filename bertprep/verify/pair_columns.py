"""A part of pairs as arrays."""

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.ragged import flat_and_offsets


class PairColumns:
    """A part of pairs, its columns as arrays."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.ids = {side: flat_and_offsets(table[f"ids_{side}"]) for side in "ab"}
        self.length = {side: np.diff(offsets) for side, (_, offsets) in self.ids.items()}

    def column(self, name: str) -> np.ndarray:
        """An integer column, -1 where it is null."""
        return pc.fill_null(self.table[name].combine_chunks().cast(pa.int64()), -1).to_numpy(zero_copy_only=False)

    @cached_property
    def is_next(self) -> np.ndarray:
        """int8 [N]: 1, 0, or -1 where it is null."""
        column = self.table["is_next"].combine_chunks().cast(pa.int8())
        return pc.fill_null(column, -1).to_numpy(zero_copy_only=False)

    @cached_property
    def same_document(self) -> np.ndarray:
        same = pc.equal(self.table["document_a"].combine_chunks(), self.table["document_b"].combine_chunks())
        return pc.fill_null(same, False).to_numpy(zero_copy_only=False)

    def follows(self, first: str, second: str) -> np.ndarray:
        """bool [N]: whether one side begins where the other ends, in the same document."""
        end = self.column(f"first_sentence_{first}") + self.column(f"sentence_count_{first}")
        return self.same_document & (self.column(f"first_sentence_{second}") == end)
