"""Parts: Arrow IPC files of one record batch that say in their schema metadata what they were made from.

    identity    what a part was made from (`identity`)
    record      identity + the part's name, rows and counters, and a checksum over its content
    entry       what the manifest keeps of a part: name, rows, bytes, checksum of the file

A part and its record are one atomic thing, so an interrupted run goes on part by part and needs no other book-keeping.
Nothing in them tells a clock, a host or a path, so equal parts are equal to the byte.

Refuses, with `StoreError`: what is no whole Arrow file.
"""

import contextlib
import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from ..core.counts import quantity
from ..core.errors import BertprepError, StoreError
from ..core.places import Location, is_failed_read, is_uri, open_input, read_bytes, unreadable
from ..core.records import COUNT, TABLE, TEXT, parsed, table_of, wrong
from .batches import Hashed, checksum, content_checksum, one_batch
from .folder import parent_of
from .identity import Identity
from .part_checks import wrong_values

METADATA_KEY = b"bertprep"
# what damaged bytes come to: Arrow's own errors, text that is none, claims of more memory than there is
DAMAGE = (pa.ArrowException, OSError, ValueError, KeyError, TypeError, MemoryError)


def part_name(split: str, number: int, count: int) -> str:
    """`train-00000-of-00016.arrow`, as the ecosystem names the files of a split."""
    return f"{split}-{number:05d}-of-{count:05d}.arrow"


# -- writing ----------------------------------------------------------------------------------------------------------


def write_file(location: Location, data: bytes | pa.Buffer) -> None:
    """Make a file of these bytes, whole or absent."""
    folder, name = parent_of(location)
    folder.write(name, data)


def with_record(schema: pa.Schema, name: str, identity: Identity) -> pa.Schema:
    """The schema of a file of many batches that says what it is made from, but not what is in it, which comes after."""
    record = {**identity.as_dict(), "part": name, "rows": 0, "content": "", "counters": {}}
    return schema.with_metadata({METADATA_KEY: json.dumps(record, ensure_ascii=False).encode()})


@contextlib.contextmanager
def ipc_file(location: Location, schema: pa.Schema) -> Iterator[pa.ipc.RecordBatchFileWriter]:
    """An Arrow IPC file of many batches, written as they come; whole or absent."""
    folder, name = parent_of(location)
    with folder.create(name) as file, pa.ipc.new_file(pa.PythonFile(file, mode="w"), schema) as writer:
        yield writer


def write_part(
    location: Location,
    name: str,
    table: pa.Table,
    identity: Identity,
    counters: dict[str, int],
    compression: str | None = None,
    bounds: Sequence[int] | None = None,
) -> dict[str, Any]:
    """Write a part of one record batch and return its entry and counters; `name` is what the manifest calls it.

    What is read in pieces between the steps of a stage is one of several batches instead, which `bounds` are those of.
    """
    batch = one_batch(table)
    record = {
        **identity.as_dict(),
        "part": name,
        "rows": len(batch),
        "content": content_checksum(batch),
        "counters": counters,
    }
    schema = table.schema.with_metadata({METADATA_KEY: json.dumps(record, ensure_ascii=False).encode()})
    options = pa.ipc.IpcWriteOptions(compression=compression)
    folder, file_name = parent_of(location)
    # written as it is made: a part in memory twice would be most of what a worker needs
    with folder.create(file_name) as file:
        hashed = Hashed(file)
        with pa.ipc.new_file(pa.PythonFile(hashed, mode="w"), schema, options=options) as writer:
            for first, stop in itertools.pairwise([0, len(batch)] if bounds is None else bounds):
                writer.write_batch(batch.slice(first, stop - first))
    return _entry(name, record, hashed.size, hashed.checksum())


def _entry(name: str, record: dict[str, Any], size: int, total: str) -> dict[str, Any]:
    return {
        "name": name,
        "rows": record["rows"],
        "bytes": size,
        "checksum": total,
        "counters": record["counters"],
    }


def scratch_entry(name: str, counters: dict[str, int] | None = None) -> dict[str, Any]:
    """What a task gives back of a scratch file of many batches, which is in no manifest."""
    return {"name": name, "rows": 0, "bytes": 0, "checksum": "", "counters": counters or {}}


# -- reading ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def damage_told(location: Location) -> Iterator[None]:
    """`StoreError` for what comes of reading a damaged file, `StageError` where reading itself failed."""
    try:
        yield
    except DAMAGE as error:
        raise _unsound(location, error) from error


def open_part(location: Location, *, mapped: bool = True) -> pa.ipc.RecordBatchFileReader:
    """Open an Arrow IPC file, without copying it if it is local. `StoreError` when it is none."""
    with damage_told(location):
        return pa.ipc.open_file(open_input(location, mapped=mapped))


def open_batch(location: Location, number: int | None = None) -> pa.RecordBatch:
    """The batch of a part, for readers that map what they cannot read whole: its offsets are looked at, not its values.

    With a `number` one of its batches, which is all that is read where it is in an object store.
    """
    with damage_told(location):
        file = open_part(location)
        if number is not None:
            batch = file.get_batch(number)
        elif file.num_record_batches == 0:
            batch = pa.RecordBatch.from_pylist([], file.schema)
        elif file.num_record_batches == 1:  # a batch is views on the file; joining several copies them
            batch = file.get_batch(0)
        else:
            batch = pa.RecordBatch.from_struct_array(file.read_all().to_struct_array().combine_chunks())
        batch.validate(full=True)
    return batch


def read_part(location: Location, rows: int | None = None, *, checked: bool = True) -> pa.Table:
    """A part as a table; its columns are views of the file if that is local.

    `StoreError` when it is damaged, has not as many `rows` as its manifest says, or, if `checked`, its values are not
    those that its record is about.
    """
    with damage_told(location):
        source = read_bytes(location) if is_uri(str(location)) else open_input(location)
        table = pa.ipc.open_file(source).read_all()
        # offsets that lead out of the file would end the process, not the call
        table.validate(full=True)
        told = _what_is_wrong(table) if checked else None
        if rows not in (None, len(table)):
            told = f"it has {quantity(len(table), 'row')}, its manifest says {rows:,}"
        if told:
            raise ValueError(told)
    return table


def _what_is_wrong(table: pa.Table) -> str | None:
    record = _parsed_record(table.schema)
    batches = table.to_batches() or [pa.RecordBatch.from_pylist([], table.schema)]
    batch = batches[0] if len(batches) == 1 else one_batch(table)
    if len(batch) != record["rows"] or content_checksum(batch) != record["content"]:
        return "its values have changed since it was written"
    is_scratch = "/" in record["part"]  # of what a stage needs between its steps, whose columns are its own
    return None if is_scratch else wrong_values(table, record["stage"])


def _unsound(location: Location, error: Exception) -> BertprepError:
    """What is damaged has to be made again; where reading failed, another try may be all."""
    if isinstance(error, BertprepError):
        return error
    if isinstance(error, OSError) and is_failed_read(error):
        return unreadable(str(location), error)
    return StoreError(f"{location}: damaged ({str(error).strip()}); create the folder again with --overwrite")


def read_record(location: Location) -> dict[str, Any] | None:
    """The record that a part carries, or None when it is missing, damaged or not one of ours."""
    try:
        return _parsed_record(open_part(location).schema)
    except (StoreError, *DAMAGE):
        return None


RECORD = {
    "stage": TEXT, "version": COUNT, "settings": TABLE, "inputs": TABLE,
    "part": TEXT, "rows": COUNT, "content": TEXT, "counters": table_of(COUNT),
}  # fmt: skip


def _parsed_record(found: pa.Schema) -> dict[str, Any]:
    """What a part says of itself; `ValueError` when that is nothing or not what is written."""
    record = parsed((found.metadata or {}).get(METADATA_KEY, b""))
    if problem := wrong(record, RECORD, tuple(RECORD)):
        raise ValueError(f"its record is incomplete: {problem}")
    return record


def check_part(location: Location, name: str, identity: Identity) -> dict[str, Any] | None:
    """Task: entry and counters of a part that an earlier run left, or None unless it is whole and of this identity."""
    record = read_record(location)
    if record is None or record.get("part") != name or identity.changes_from(record):
        return None
    if record["content"] == "" and "/" in name:  # scratch, of batches that are looked at when they are read
        return scratch_entry(name, record["counters"])
    try:
        data = read_bytes(location)
        file = pa.ipc.open_file(data)
        batch = file.get_batch(0) if file.num_record_batches == 1 else one_batch(file.read_all())
        batch.validate(full=True)
        sound = content_checksum(batch) == record["content"]
    except DAMAGE:
        return None
    return _entry(name, record, len(data), checksum(data)) if sound else None
