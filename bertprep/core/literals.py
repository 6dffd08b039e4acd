"""Search whole columns of texts for a literal string, twice as fast as `pyarrow.compute` if it is rare; and change the
texts that contain it.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

RARE = 16  # a string is rare if at most one text in RARE contains it


def holding(texts: pa.Array, sign: str) -> np.ndarray:
    """Which texts contain the string `sign`, bool [N]; False for a null.

    All texts are searched as one buffer, and after a hit the rest of that text is skipped. With too many hits, Arrow searches.
    """
    texts = texts.cast(pa.large_string()).fill_null("")
    _, offset_buffer, byte_buffer = texts.buffers()
    found_N = np.zeros(len(texts), bool)
    if not len(texts) or byte_buffer is None:
        return found_N
    bounds = np.frombuffer(offset_buffer, np.int64)[texts.offset :][: len(texts) + 1]
    first, wanted = int(bounds[0]), sign.encode()
    data = byte_buffer.slice(first, int(bounds[-1]) - first).to_pybytes()
    at = data.find(wanted)
    for _ in range(len(texts) // RARE + 2):
        if at < 0:
            return found_N
        number = int(np.searchsorted(bounds, first + at, "right")) - 1
        end = int(bounds[number + 1]) - first
        found_N[number] = within = at + len(wanted) <= end
        at = data.find(wanted, end if within else at + 1)
    return pc.match_substring(texts, sign).to_numpy(zero_copy_only=False)


def changed_where(texts: pa.Array, signed_N: np.ndarray, change: Callable[[str], str]) -> pa.Array:
    """Apply `change` to the texts, strings [N], where `signed_N`, bool [N], is true."""
    rows = np.flatnonzero(signed_N)
    if not len(rows):
        return texts
    changed = pa.array([change(texts[row].as_py()) for row in rows.tolist()], pa.string())
    return pc.replace_with_mask(texts.cast(pa.string()), pa.array(signed_N), changed)
