"""Parts: Arrow IPC files of one record batch, with a record of their origin in the schema metadata.

    identity    what a part was made from (`identity`)
    record      identity + the part's name, rows and counters, and a checksum of its content
    entry       what the manifest keeps of a part: name, rows, bytes, checksum of the file

A part and its record are written atomically as one file, so an interrupted run resumes part by part without further state.
They contain no time, host or path, so equal parts are byte-identical.

Raises `StoreError` for files that are not complete Arrow files.
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
# errors of reading damaged bytes: Arrow's own, invalid text, sizes beyond the memory
DAMAGE = (pa.ArrowException, OSError, ValueError, KeyError, TypeError, MemoryError)


def part_name(split: str, number: int, count: int) -> str:
    """`train-00000-of-00016.arrow`, the naming scheme of Hugging Face datasets for a split's files."""
    return f"{split}-{number:05d}-of-{count:05d}.arrow"


# -- writing ----------------------------------------------------------------------------------------------------------


def write_file(location: Location, data: bytes | pa.Buffer) -> None:
    """Write a file with these bytes that is either complete or absent."""
    folder, name = parent_of(location)
    folder.write(name, data)


def with_record(schema: pa.Schema, name: str, identity: Identity) -> pa.Schema:
    """The schema of a file of many batches with its identity, but without rows and checksum, which are not known yet."""
    record = {**identity.as_dict(), "part": name, "rows": 0, "content": "", "counters": {}}
    return schema.with_metadata({METADATA_KEY: json.dumps(record, ensure_ascii=False).encode()})


@contextlib.contextmanager
def ipc_file(location: Location, schema: pa.Schema) -> Iterator[pa.ipc.RecordBatchFileWriter]:
    """Open a new Arrow IPC file for writing batches one by one; it is either complete or absent."""
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
    """Write a part of one record batch; returns its entry with its counters. `name` is its name in the manifest.

    With `bounds`, the rows at which batches begin and end, it has several batches, to be read one by one between steps.
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
    # written while it is made: a second copy in memory would be most of a worker's memory
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
    """The entry that a task returns for a scratch file of many batches, which is in no manifest."""
    return {"name": name, "rows": 0, "bytes": 0, "checksum": "", "counters": counters or {}}


# -- reading ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def damage_as_error(location: Location) -> Iterator[None]:
    """Turn errors of reading into `StoreError` if the file is damaged, and `StageError` if the read itself failed."""
    try:
        yield
    except DAMAGE as error:
        raise _read_error(location, error) from error


def open_part(location: Location, *, mapped: bool = True) -> pa.ipc.RecordBatchFileReader:
    """Open an Arrow IPC file, without copying it if it is local. `StoreError` if it is not one."""
    with damage_as_error(location):
        return pa.ipc.open_file(open_input(location, mapped=mapped))


def open_batch(location: Location, number: int | None = None) -> pa.RecordBatch:
    """The batch of a part, for readers that map parts too large for memory: its offsets are checked, its values are not.

    With a `number`, that one of its batches; from an object store only this is read.
    """
    with damage_as_error(location):
        file = open_part(location)
        if number is not None:
            batch = file.get_batch(number)
        elif file.num_record_batches == 0:
            batch = pa.RecordBatch.from_pylist([], file.schema)
        elif file.num_record_batches == 1:  # a view on the file; joining several batches would copy them
            batch = file.get_batch(0)
        else:
            batch = pa.RecordBatch.from_struct_array(file.read_all().to_struct_array().combine_chunks())
        batch.validate(full=True)
    return batch


def read_part(location: Location, rows: int | None = None, *, checked: bool = True) -> pa.Table:
    """A part as a table; its columns are views of the file if that is local.

    `StoreError` if it is damaged, does not have the `rows` of its manifest, or, if `checked`, its values do not match its
    record.
    """
    with damage_as_error(location):
        source = read_bytes(location) if is_uri(str(location)) else open_input(location)
        table = pa.ipc.open_file(source).read_all()
        # offsets that point outside the file would crash the process
        table.validate(full=True)
        problem = _what_is_wrong(table) if checked else None
        if rows not in (None, len(table)):
            problem = f"it has {quantity(len(table), 'row')}, its manifest says {rows:,}"
        if problem:
            raise ValueError(problem)
    return table


def _what_is_wrong(table: pa.Table) -> str | None:
    record = _parsed_record(table.schema)
    batches = table.to_batches() or [pa.RecordBatch.from_pylist([], table.schema)]
    batch = batches[0] if len(batches) == 1 else one_batch(table)
    if len(batch) != record["rows"] or content_checksum(batch) != record["content"]:
        return "its values have changed since it was written"
    is_scratch = "/" in record["part"]  # scratch files have columns of their own
    return None if is_scratch else wrong_values(table, record["stage"])


def _read_error(location: Location, error: Exception) -> BertprepError:
    """The error for an unreadable part: if damaged, make it again; if only reading failed, run the command again."""
    if isinstance(error, BertprepError):
        return error
    if isinstance(error, OSError) and is_failed_read(error):
        return unreadable(str(location), error)
    return StoreError(f"{location}: damaged ({str(error).strip()}); create the folder again with --overwrite")


def read_record(location: Location) -> dict[str, Any] | None:
    """The record of a part; None if it is missing, damaged or not one of ours."""
    try:
        return _parsed_record(open_part(location).schema)
    except (StoreError, *DAMAGE):
        return None


RECORD = {
    "stage": TEXT, "version": COUNT, "settings": TABLE, "inputs": TABLE,
    "part": TEXT, "rows": COUNT, "content": TEXT, "counters": table_of(COUNT),
}  # fmt: skip


def _parsed_record(found: pa.Schema) -> dict[str, Any]:
    """The record in a part's schema; `ValueError` if it is missing or invalid."""
    record = parsed((found.metadata or {}).get(METADATA_KEY, b""))
    if problem := wrong(record, RECORD, tuple(RECORD)):
        raise ValueError(f"its record is incomplete: {problem}")
    return record


def check_part(location: Location, name: str, identity: Identity) -> dict[str, Any] | None:
    """Task: the entry, with counters, of a part of an earlier run; None unless it is complete and of this identity."""
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
