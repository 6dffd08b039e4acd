"""Strings as concatenated arrays of code points.

S sentences, P code points in total.
"""

import numpy as np
import pyarrow as pa

from ..core.ragged import long_row_sums, offsets_of


class Points:
    """The code points of some sentences, concatenated: uint32 [P], and offsets, int64 [S + 1]."""

    def __init__(self, flat_P: np.ndarray, bounds_S1: np.ndarray) -> None:
        self.flat_P, self.bounds_S1 = flat_P, bounds_S1

    @classmethod
    def of(cls, sentences: pa.Array) -> "Points":
        _, offsets, data = sentences.buffers()
        if not len(sentences) or data is None:
            return cls(np.zeros(0, np.uint32), np.zeros(len(sentences) + 1, np.int64))
        bounds = np.frombuffer(offsets, np.int32)[sentences.offset : sentences.offset + len(sentences) + 1].astype(
            np.int64
        )
        raw = np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
        bounds = bounds - bounds[0]
        if not len(raw) or raw.max() < 0x80:
            return cls(raw.astype(np.uint32), bounds)
        flat = np.frombuffer(raw.tobytes().decode().encode("utf-32-le"), np.uint32)
        lengths = long_row_sums((raw & 0xC0) != 0x80, bounds)
        return cls(flat, offsets_of(lengths))

    def only(self, kept_S: np.ndarray) -> "Points":
        """The code points of the sentences marked in `kept_S`, bool [S]."""
        lengths = np.diff(self.bounds_S1)
        return Points(self.flat_P[np.repeat(kept_S, lengths)], offsets_of(lengths[kept_S]))
