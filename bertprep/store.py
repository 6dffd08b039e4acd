"""The only writer and owner of output folders.

A folder holds parts (`train-00000-of-00016.arrow`, Arrow IPC files of one record batch), perhaps a copy of the vocabulary,
and `manifest.json`, which is written last: without it the folder is unfinished. Each part carries its own record in its
schema metadata, so a part and its record are one atomic thing, and an interrupted run goes on part by part.

    identity    what a folder was made from: stage, its version, its settings, the digests of its inputs
    record      identity + the name of the part, its rows and its counters
    manifest    identity + counters, and rows, bytes and checksum of every part

Nothing in them tells a clock, a host or a path, so equal runs are equal to the byte and folders can be moved. Times and
paths go to `run.jsonl`. A part is written to a temporary name, synced, and renamed.

Refuses, with `StoreError`: unfinished or damaged folders, folders made otherwise, folders in use, folders of others.
"""

import contextlib
import dataclasses
import hashlib
import json
import os
import re
import shutil
import socket
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from .errors import StageError, StoreError
from .schema import FORMAT_VERSION
from .settings import differences, digest_of

MANIFEST = "manifest.json"
RUNS = "run.jsonl"
LOCK = ".lock"
SCRATCH = ".scratch"  # what a stage needs between its own steps; gone when the folder is finished
METADATA_KEY = b"bertprep"
PART_NAME = re.compile(r"(train|validation|piece|words)-(\d{5,})-of-(\d{5,})\.(arrow|json)")
SPLITS = ("train", "validation")


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


def file_checksum(path: Path) -> str:
    """`checksum` of a file, read in pieces."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


# -- writing ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def create(path: Path) -> Iterator[BinaryIO]:
    """A file that is whole or absent: temporary name, sync, rename. `StageError` when it cannot be written."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if not isinstance(error, OSError):
            raise
        raise StageError(
            f"{path}: could not be written ({error.strerror or error}); what was finished is kept, "
            "and the same command goes on from it once there is room and permission"
        ) from error


def write_file(path: Path, data: Any) -> None:
    """Make a file of these bytes, whole or absent."""
    with create(path) as file:
        file.write(data)


@contextlib.contextmanager
def ipc_file(path: Path, schema: pa.Schema) -> Iterator[pa.ipc.RecordBatchFileWriter]:
    """An Arrow IPC file of many batches, written as they come; whole or absent."""
    with create(path) as file, pa.ipc.new_file(pa.PythonFile(file, mode="w"), schema) as writer:
        yield writer


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened, and a rename is durable by itself
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


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
    rows = pa.array(range(len(table)), pa.int64())
    batch = table.combine_chunks().take(rows).combine_chunks()
    return batch.to_batches()[0] if len(batch) else pa.RecordBatch.from_pylist([], schema=table.schema)


def write_part(
    folder: Path,
    name: str,
    table: pa.Table,
    identity: Identity,
    counters: dict[str, int],
    compression: str | None = None,
) -> dict[str, Any]:
    """Write a part of one record batch and return its record."""
    record = {**identity.as_dict(), "part": name, "rows": len(table), "counters": counters}
    write_file(folder / name, to_ipc([one_batch(table)], table.schema, record, compression))
    return record


# -- reading ----------------------------------------------------------------------------------------------------------


def open_part(path: Path) -> pa.ipc.RecordBatchFileReader:
    """Open an Arrow IPC file without copying it. `StoreError` when it is none."""
    try:
        return pa.ipc.open_file(pa.memory_map(str(path)))
    except (pa.ArrowException, OSError) as error:
        raise StoreError(f"{path}: not a whole Arrow file ({error}); make the folder again with --overwrite") from error


def read_part(path: Path) -> pa.Table:
    """A part as a table whose columns are views of the mapped file."""
    return open_part(path).read_all()


def read_record(path: Path) -> dict[str, Any] | None:
    """The record that a part carries, or None when the file is damaged or not one of ours."""
    try:
        metadata = open_part(path).schema.metadata or {}
        return json.loads(metadata[METADATA_KEY])
    except (StoreError, KeyError, ValueError):
        return None


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What a finished folder says of itself."""

    folder: Path
    content: dict[str, Any]
    digest: str  # of the manifest's bytes: it holds the checksum of every part, so it names the whole folder

    @property
    def counters(self) -> dict[str, int]:
        return self.content["counters"]

    @property
    def settings(self) -> dict[str, Any]:
        return self.content["settings"]

    def parts(self, split: str) -> list[tuple[Path, int]]:
        """Paths and rows of a split's parts, in order."""
        return [
            (self.folder / part["name"], part["rows"])
            for part in self.content["parts"]
            if part["name"].startswith(split + "-")
        ]


def read_manifest(folder: str | Path, stage: str | None = None) -> Manifest:
    """The manifest of a finished folder, of the given stage if one is given. `StoreError` says what is wrong instead."""
    folder = Path(folder)
    made = f"bertprep {stage}" if stage else "bertprep"
    if not folder.is_dir():
        raise StoreError(f"{folder}: no such folder; make it with {made}")
    try:
        data = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        raise StoreError(
            f"{folder}: unfinished or not made by {made}: it has no {MANIFEST}; run the command that makes it again"
        ) from None
    try:
        content = json.loads(data)
        found = content["stage"], content["format_version"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{folder / MANIFEST}: not a manifest ({error}); make the folder again with --overwrite"
        ) from error
    if found[1] != FORMAT_VERSION:
        raise StoreError(f"{folder}: written in format {found[1]}, this version reads format {FORMAT_VERSION}")
    if stage and found[0] != stage:
        raise StoreError(f"{folder}: holds the output of {found[0]}, where that of {stage} was expected")
    return Manifest(folder, content, checksum(data))


def verify(manifest: Manifest) -> list[str]:
    """What is wrong with a finished folder's files, one line a problem; reads every byte."""
    problems = []
    for part in manifest.content["parts"]:
        path = manifest.folder / part["name"]
        if not path.is_file():
            problems.append(f"{path}: missing")
        elif path.stat().st_size != part["bytes"]:
            problems.append(f"{path}: {path.stat().st_size:,} bytes, {part['bytes']:,} expected")
        elif file_checksum(path) != part["checksum"]:
            problems.append(
                f"{path}: its bytes have changed: checksum {file_checksum(path)}, {part['checksum']} expected"
            )
    return problems


# -- a folder being made ----------------------------------------------------------------------------------------------


class Output:
    """An output folder while it is being made; use as a context, which holds the folder's lock.

    `state` is "absent", "partial" (parts of the same identity) or "complete".
    """

    def __init__(self, folder: str | Path, identity: Identity) -> None:
        self.folder = Path(folder)
        self.identity = identity

    def changes(self) -> list[str]:
        """How what stands in the folder differs from what is wanted; empty when nothing stands there or all agrees."""
        found = self._found_identity()
        return [] if found is None else self.identity.changes_from(found)

    def _found_identity(self) -> dict[str, Any] | None:
        with contextlib.suppress(StoreError):
            return read_manifest(self.folder).content
        for path in own_files(self.folder):
            record = read_record(path) if path.suffix == ".arrow" else None
            if record is not None:
                return record
        return None

    def is_complete(self) -> bool:
        """Whether a manifest of this identity stands here and every part that it names has its size."""
        try:
            manifest = read_manifest(self.folder)
        except StoreError:
            return False
        sizes = [(self.folder / part["name"], part["bytes"]) for part in manifest.content["parts"]]
        return not self.identity.changes_from(manifest.content) and all(
            path.is_file() and path.stat().st_size == size for path, size in sizes
        )

    def has_part(self, name: str) -> bool:
        """Whether a part of this identity is there and whole."""
        path = self.folder / name
        record = read_record(path) if path.is_file() else None
        return record is not None and record.get("part") == name and not self.identity.changes_from(record)

    def refuse_or_clear(self, overwrite: bool) -> None:
        """Make sure that only parts of this identity stand in the folder, or say why not.

        With `overwrite` everything of ours is deleted; files of others never are.
        """
        foreign = foreign_files(self.folder)
        if foreign:
            raise StoreError(
                f"{self.folder}: holds files that are not this toolkit's ({', '.join(foreign[:3])}); give a new folder to -o"
            )
        if overwrite:
            clear(self.folder)
            return
        changes = self.changes()
        if changes:
            raise StoreError(
                f"{self.folder}: was made differently: {'; '.join(changes)}. "
                "Redo it with --overwrite, or give another folder to -o"
            )

    def finish(self, parts: list[str], counters: dict[str, int], extra: dict[str, Any] | None = None) -> Manifest:
        """Write the manifest, the last act; remove what was there only between steps."""
        entries = [self._entry(name) for name in parts]
        content = {
            "format_version": FORMAT_VERSION,
            **self.identity.as_dict(),
            **(extra or {}),
            "counters": counters,
            "parts": entries,
        }
        data = (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
        write_file(self.folder / MANIFEST, data)
        self.tidy()
        return Manifest(self.folder, content, checksum(data))

    def tidy(self) -> None:
        """Remove what a stage needed only between its steps."""
        shutil.rmtree(self.folder / SCRATCH, ignore_errors=True)

    def _entry(self, name: str) -> dict[str, Any]:
        path = self.folder / name
        rows = {"rows": open_part_rows(path)} if path.suffix == ".arrow" else {}
        return {"name": name, **rows, "bytes": path.stat().st_size, "checksum": file_checksum(path)}


def open_part_rows(path: Path) -> int:
    """Rows of a part, from its record."""
    record = read_record(path)
    if record is None:
        raise StoreError(f"{path}: carries no record; make the folder again with --overwrite")
    return record["rows"]


def own_files(folder: Path) -> list[Path]:
    """The files in a folder that a store wrote, in order of names; not those of the vocabulary's copy."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path for path in found if _is_own(path.relative_to(folder)))


def _is_own(path: Path) -> bool:
    name = path.parts[-1]
    within = path.parts[:-1] in ((), (SCRATCH,), ("vocab",))
    vocabulary = name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt")
    temporary = name.startswith(".") and name.endswith(".tmp")
    return within and bool(vocabulary or temporary or name in (MANIFEST, RUNS, LOCK) or PART_NAME.fullmatch(name))


def foreign_files(folder: Path) -> list[str]:
    """Files in a folder that no store wrote; a folder's path that is a file counts as one."""
    if folder.exists() and not folder.is_dir():
        return [folder.name]
    found = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    return sorted(str(path.relative_to(folder)) for path in found if not _is_own(path.relative_to(folder)))


def clear(folder: Path) -> None:
    """Delete what a store wrote, the manifest first, so that a crash leaves an unfinished folder; the log of runs stays."""
    (folder / MANIFEST).unlink(missing_ok=True)
    for path in own_files(folder):
        if path.name not in (RUNS, LOCK):
            path.unlink(missing_ok=True)


def discard(folder: str | Path) -> None:
    """Delete what a store wrote, and the folder with it unless something else is in it."""
    folder = Path(folder)
    clear(folder)
    for path in (folder / RUNS, folder / LOCK):
        path.unlink(missing_ok=True)
    for empty in (folder / SCRATCH, folder):
        with contextlib.suppress(OSError):
            empty.rmdir()


def sweep(folder: Path) -> None:
    """Delete the temporary files that a killed run left behind; only the holder of the lock may."""
    for path in own_files(folder):
        if path.name.endswith(".tmp"):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def lock(folder: str | Path) -> Iterator[None]:
    """Hold a folder for this process. `StoreError` names who holds it; a holder that died does not block."""
    folder = Path(folder)
    path = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _locked(path)
    except (FileExistsError, NotADirectoryError):
        raise StoreError(f"{folder}: is a file, or lies below one; give a folder to -o") from None
    except BlockingIOError:
        holder = path.read_text(encoding="utf-8", errors="replace").strip() or "another process"
        raise StoreError(f"{folder}: in use by {holder}; wait for it, or give another folder to -o") from None
    except OSError as error:
        raise StageError(f"{folder}: could not be written ({error.strerror}); give another folder to -o") from error
    try:
        sweep(folder)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _locked(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock_handle(handle)
            # the holder before may have removed the file between our open and our lock
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                os.truncate(handle, 0)
                os.write(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
                return handle
        except OSError:
            os.close(handle)
            raise
        os.close(handle)


def _lock_handle(handle: int) -> None:
    if os.name == "posix":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def log_run(folder: str | Path, event: str, **facts: Any) -> None:
    """Append a line to `run.jsonl`: what happened and when, outside the identity of the data."""
    line = {"event": event, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **facts}
    with open(Path(folder) / RUNS, "a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def read_runs(folder: str | Path) -> list[dict[str, Any]]:
    """The lines of `run.jsonl`, oldest first; a line that a crash cut short is passed over."""
    path = Path(folder) / RUNS
    runs = []
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            with contextlib.suppress(ValueError):
                runs.append(json.loads(line))
    return runs


def add_counters(total: dict[str, int], more: dict[str, int]) -> None:
    """Add counters name by name, in place."""
    for name, value in more.items():
        total[name] = total.get(name, 0) + value
