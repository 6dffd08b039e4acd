"""Signs that are looked for in whole columns of texts as they stand: some thirty times as fast as `pyarrow.compute`."""

import numpy as np
import pyarrow as pa


def holding(texts: pa.Array, sign: str) -> np.ndarray:
    """Which texts hold the sign, bool [N]; a null does not."""
    import polars as pl

    return pl.Series("text", texts, dtype=pl.String).str.contains(sign, literal=True).fill_null(False).to_numpy()
