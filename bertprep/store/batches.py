"""Record batches whose bytes are a function of their values alone, and checksums of files and of values.

Raises `StageError` if a table is too large for one batch.
"""

import hashlib
import zlib
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa

from ..core.counts import quantity
from ..core.errors import StageError
from ..core.places import Location, open_input

BLOCK_BYTES = 1 << 22


def checksum(data: Any) -> str:
    """A hash of bytes, 32 hex digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def file_checksum(location: Location) -> str:
    """`checksum` of a file, which is read in blocks."""
    total = hashlib.blake2b(digest_size=16)
    with open_input(location, mapped=False) as file:
        while block := file.read(BLOCK_BYTES):
            total.update(block)
    return total.hexdigest()


class Hashed:
    """A file wrapper that counts and hashes the bytes written to it."""

    closed = False

    def __init__(self, target: BinaryIO) -> None:
        self.target = target
        self.size = 0
        self._total = hashlib.blake2b(digest_size=16)

    def write(self, data: Any) -> int:
        """Write bytes to the target and add them to the hash."""
        self._total.update(data)
        self.size += len(data)
        self.target.write(data)
        return len(data)

    def checksum(self) -> str:
        """`checksum` of all bytes written so far."""
        return self._total.hexdigest()

    def flush(self) -> None:
        """Do nothing; the target's owner flushes it."""


class Summed:
    """A file that keeps only the CRC-32 of the bytes written to it."""

    closed = False
    total = 0

    def write(self, data: Any) -> int:
        """Add bytes to the CRC."""
        self.total = zlib.crc32(data, self.total)
        return len(data)

    def flush(self) -> None:
        """Do nothing."""


def one_batch(table: pa.Table) -> pa.RecordBatch:
    """The table as one record batch whose bytes are a function of its values alone."""
    table = table.combine_chunks()
    if any(column.num_chunks > 1 for column in table.columns):
        raise StageError(
            f"a part of {quantity(table.nbytes, 'byte')} is too large for one batch; run segment again with more --partitions"
        )
        # equal arrays may differ in slices, null slots and offsets; `take` rebuilds them identically
    every = pa.array(np.arange(len(table)))
    arrays = [_only_chunk(column) for column in table.columns]
    arrays = [array if is_canonical(array) else array.take(every) for array in arrays]
    return pa.RecordBatch.from_arrays(arrays, schema=table.schema)


def _only_chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)


def is_canonical(array: pa.Array) -> bool:
    """Whether an array of numbers, strings, or lists of them is stored without slices or unused bytes."""
    _, *buffers = array.buffers()
    if array.offset or array.null_count or not len(array):
        return False
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        return buffers[0].size == len(array) * array.type.byte_width
    if pa.types.is_list(array.type):
        bounds, inside = array.offsets, is_canonical(array.values)
        return inside and bounds[0].as_py() == 0 and bounds[-1].as_py() == len(array.values)
    if pa.types.is_string(array.type):
        bounds = np.frombuffer(buffers[0], np.int32)
        return len(bounds) == len(array) + 1 and bounds[0] == 0 and bounds[-1] == buffers[1].size
    return False


def content_checksum(batch: pa.RecordBatch) -> str:
    """CRC-32 of a batch's values, 8 hex digits, independent of compression.

    Checked whenever a part is read, at a tenth of the cost of `checksum`; the manifest has the `checksum` of the file.
    """
    summed = Summed()
    with pa.ipc.new_stream(pa.PythonFile(summed, mode="w"), batch.schema.remove_metadata()) as writer:
        writer.write_batch(batch)
    return f"{summed.total:08x}"
