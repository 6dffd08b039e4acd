"""The columns of a part of pairs as arrays."""

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.ragged import flat_and_offsets


class PairColumns:
    """The columns of a part of pairs as NumPy arrays, computed on demand."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.ids = {side: flat_and_offsets(table[f"ids_{side}"]) for side in "ab"}
        self.length = {side: np.diff(offsets) for side, (_, offsets) in self.ids.items()}

    def column(self, name: str) -> np.ndarray:
        """An integer column, int64 [N], -1 for null."""
        return pc.fill_null(self.table[name].combine_chunks().cast(pa.int64()), -1).to_numpy(zero_copy_only=False)

    @cached_property
    def is_next(self) -> np.ndarray:
        """The label, int8 [N]: 1, 0, or -1 for null."""
        column = self.table["is_next"].combine_chunks().cast(pa.int8())
        return pc.fill_null(column, -1).to_numpy(zero_copy_only=False)

    @cached_property
    def same_document(self) -> np.ndarray:
        same = pc.equal(self.table["document_a"].combine_chunks(), self.table["document_b"].combine_chunks())
        return pc.fill_null(same, False).to_numpy(zero_copy_only=False)

    def follows(self, first: str, second: str) -> np.ndarray:
        """Whether side `second` begins where `first` ends, in the same document; bool [N]."""
        end = self.column(f"first_sentence_{first}") + self.column(f"sentence_count_{first}")
        return self.same_document & (self.column(f"first_sentence_{second}") == end)
