"""Parts: Arrow IPC files of one record batch that say in their schema metadata what they were made from.

    identity    what a part was made from: stage, its version, its settings, the digests of its inputs
    record      identity + the part's name, rows and counters, and a checksum over its content
    entry       what the manifest keeps of a part: name, rows, bytes, checksum of the file

A part and its record are one atomic thing, so an interrupted run goes on part by part and needs no other book-keeping.
Nothing in them tells a clock, a host or a path, so equal parts are equal to the byte.

Refuses, with `StoreError`: what is no whole Arrow file. `StageError`: a part that is too large for one batch.
"""

import contextlib
import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from .errors import StageError, StoreError
from .files import is_uri
from .folder import Location, open_input, parent_of, read_bytes
from .settings import differences, digest_of

METADATA_KEY = b"bertprep"
BLOCK_BYTES = 1 << 22


@dataclasses.dataclass(frozen=True)
class Identity:
    """What makes two folders the same: same stage, version, settings and inputs, same bytes."""

    stage: str
    version: int
    settings: dict[str, Any]
    inputs: dict[str, str]  # name of an input -> its digest

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    def digest(self) -> str:
        """32 hex digits over all of it."""
        return digest_of(self.as_dict())

    def changes_from(self, other: dict[str, Any]) -> list[str]:
        """How a folder made with `other` differs, one line a thing: `mask_prob 0.15 -> 0.2`; empty when it does not."""
        if other.get("stage") != self.stage:
            return [f"stage {other.get('stage')} -> {self.stage}"]
        lines = differences(other.get("settings", {}), self.settings)
        if other.get("version") != self.version:
            lines.append(f"version of {self.stage} {other.get('version')} -> {self.version}")
        before = other.get("inputs", {})
        changed = [name for name in {**before, **self.inputs} if before.get(name) != self.inputs.get(name)]
        short = [(name, str(before.get(name))[:8], str(self.inputs.get(name))[:8]) for name in changed]
        return lines + [f"input {name} {old} -> {new}" for name, old, new in short]


def part_name(split: str, number: int, count: int) -> str:
    """`train-00000-of-00016.arrow`, as the ecosystem names the files of a split."""
    return f"{split}-{number:05d}-of-{count:05d}.arrow"


def checksum(data: Any) -> str:
    """32 hex digits over bytes."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def file_checksum(location: Location) -> str:
    """`checksum` of a file, read in pieces."""
    total = hashlib.blake2b(digest_size=16)
    with open_input(location, mapped=False) as file:
        while block := file.read(BLOCK_BYTES):
            total.update(block)
    return total.hexdigest()


# -- writing ----------------------------------------------------------------------------------------------------------


def write_file(location: Location, data: bytes | pa.Buffer) -> None:
    """Make a file of these bytes, whole or absent."""
    folder, name = parent_of(location)
    folder.write(name, data)


@contextlib.contextmanager
def ipc_file(location: Location, schema: pa.Schema) -> Iterator[pa.ipc.RecordBatchFileWriter]:
    """An Arrow IPC file of many batches, written as they come; whole or absent."""
    folder, name = parent_of(location)
    with folder.create(name) as file, pa.ipc.new_file(pa.PythonFile(file, mode="w"), schema) as writer:
        yield writer


def to_ipc(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, record: dict[str, Any], compression: str | None = None
) -> pa.Buffer:
    """An Arrow IPC file in memory, with the record in its schema metadata."""
    schema = schema.with_metadata({METADATA_KEY: json.dumps(record, ensure_ascii=False).encode()})
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_file(sink, schema, options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue()


def one_batch(table: pa.Table) -> pa.RecordBatch:
    """The table as one record batch of arrays built anew, so that equal values give equal bytes."""
    # slices, null slots and offsets differ between equal arrays; a round trip through take makes them alike
    taken = table.combine_chunks().take(pa.array(np.arange(len(table))))
    batches = taken.combine_chunks().to_batches()
    if len(batches) > 1:
        raise StageError(
            f"a part of {table.nbytes:,} bytes is too large for one batch; redo segment with more --partitions"
        )
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)


def write_part(
    location: Location,
    name: str,
    table: pa.Table,
    identity: Identity,
    counters: dict[str, int],
    compression: str | None = None,
) -> dict[str, Any]:
    """Write a part of one record batch and return its entry and counters; `name` is what the manifest calls it."""
    batch = one_batch(table)
    record = {
        **identity.as_dict(),
        "part": name,
        "rows": len(batch),
        "content": content_checksum(batch),
        "counters": counters,
    }
    data = to_ipc([batch], table.schema, record, compression)
    write_file(location, data)
    return _entry(name, record, data)


def content_checksum(batch: pa.RecordBatch) -> str:
    """`checksum` over a batch's values, whatever compression it is kept under."""
    return checksum(batch.serialize())


def _entry(name: str, record: dict[str, Any], data: Any) -> dict[str, Any]:
    return {
        "name": name,
        "rows": record["rows"],
        "bytes": len(data),
        "checksum": checksum(data),
        "counters": record["counters"],
    }


# -- reading ----------------------------------------------------------------------------------------------------------


def open_part(location: Location, *, mapped: bool = True) -> pa.ipc.RecordBatchFileReader:
    """Open an Arrow IPC file, without copying it if it is local. `StoreError` when it is none."""
    try:
        return pa.ipc.open_file(open_input(location, mapped=mapped))
    except (pa.ArrowException, OSError) as error:
        raise StoreError(
            f"{location}: not a whole Arrow file ({error}); make the folder again with --overwrite"
        ) from error


def read_part(location: Location) -> pa.Table:
    """A part as a table; its columns are views of the file if that is local."""
    if not is_uri(str(location)):
        return open_part(location).read_all()
    try:
        return pa.ipc.open_file(read_bytes(location)).read_all()
    except (pa.ArrowException, OSError) as error:
        raise StoreError(f"{location}: cannot be read ({error}); make the folder again with --overwrite") from error


def read_record(location: Location) -> dict[str, Any] | None:
    """The record that a part carries, or None when it is missing, damaged or not one of ours."""
    try:
        metadata = open_part(location).schema.metadata or {}
        return json.loads(metadata[METADATA_KEY])
    except (StoreError, KeyError, ValueError):
        return None


def check_part(location: Location, name: str, identity: Identity) -> dict[str, Any] | None:
    """Task: entry and counters of a part that an earlier run left, or None unless it is whole and of this identity."""
    record = read_record(location)
    if record is None or record.get("part") != name or identity.changes_from(record):
        return None
    try:
        data = read_bytes(location)
        batch = pa.ipc.open_file(data).get_batch(0)
        sound = content_checksum(batch) == record["content"]
    except (pa.ArrowException, OSError, KeyError):
        return None
    return _entry(name, record, data) if sound else None
