"""The only writer and owner of output folders.

A folder holds parts (see `parts`), perhaps a copy of the vocabulary, and `manifest.json`, which is written last: without
it the folder is unfinished. The manifest is

    identity    what the folder was made from: stage, its version, its settings, the digests of its inputs
    counters    the sum of what the parts counted
    parts       name, rows, bytes and checksum of every file; `file` where it is kept under another name (object stores)
    digest      over all of that, so that a changed byte shows, and the next stage knows its input by it

Nothing in it tells a clock, a host or a path, so equal runs are equal to the byte and folders can be moved. Times and
paths go to `run.jsonl`. Locally a lock keeps two commands apart; how object stores do without is told in `folder`.

Refuses, with `StoreError`: unfinished or damaged folders, folders made otherwise, folders in use, folders of others.
"""

import contextlib
import dataclasses
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

from .errors import StoreError
from .folder import LOCK, LOG, LOG_OBJECTS, TEMPORARY, Folder, Location, folder_at, join, read_bytes
from .parts import (
    Identity,
    check_part,
    checksum,
    file_checksum,
    ipc_file,
    one_batch,
    open_batch,
    open_part,
    part_name,
    read_part,
    read_record,
    write_file,
    write_part,
)
from .schema import FORMAT_VERSION
from .settings import digest_of

__all__ = [
    "LOCK",
    "TEMPORARY",
    "Identity",
    "Location",
    "Manifest",
    "Output",
    "add_counters",
    "check_part",
    "checksum",
    "discard",
    "file_checksum",
    "folder_at",
    "ipc_file",
    "join",
    "lock",
    "log_run",
    "one_batch",
    "open_batch",
    "open_part",
    "part_name",
    "read_bytes",
    "read_manifest",
    "read_part",
    "read_record",
    "read_runs",
    "sealed",
    "verify",
    "write_file",
    "write_part",
]

MANIFEST = "manifest.json"
SCRATCH = ".scratch"  # what a stage needs between its own steps; gone when the folder is finished
SPLITS = ("train", "validation")
VOCABULARY_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.txt")
# with the twelve digits that object stores add
FILE_NAME = re.compile(
    r"(?P<below>\.scratch/|vocab/)?"
    r"((train|validation|piece|words)-\d{5,}-of-\d{5,}(-[0-9a-f]{12})?\.(arrow|json)"
    r"|(tokenizer|tokenizer_config)(-[0-9a-f]{12})?\.json|vocab(-[0-9a-f]{12})?\.txt)"
)


# -- finished folders -------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What a finished folder says of itself."""

    folder: Location
    content: dict[str, Any]

    @property
    def digest(self) -> str:
        """Names the whole folder: it is over the checksum of every part, among others."""
        return self.content["digest"]

    @property
    def stage(self) -> str:
        """The stage that made the folder."""
        return self.content["stage"]

    @property
    def counters(self) -> dict[str, int]:
        return self.content["counters"]

    @property
    def settings(self) -> dict[str, Any]:
        return self.content["settings"]

    @property
    def bytes(self) -> int:
        """Bytes of all files but the manifest."""
        return sum(part["bytes"] for part in self.content["parts"])

    def parts(self, split: str) -> list[tuple[Location, int]]:
        """Locations and rows of a split's parts, in order."""
        chosen = [part for part in self.content["parts"] if part["name"].startswith(split + "-")]
        return [(self.location(part), part["rows"]) for part in chosen]

    def location(self, part: dict[str, Any]) -> Location:
        """Where the file of an entry is."""
        return join(self.folder, part.get("file", part["name"]))


def sealed(content: dict[str, Any]) -> dict[str, Any]:
    """A manifest's content with its digest; names of objects do not enter, so a folder is the same on any storage."""
    plain = {name: value for name, value in content.items() if name != "digest"}
    plain["parts"] = [{name: value for name, value in part.items() if name != "file"} for part in content["parts"]]
    return {**content, "digest": digest_of(plain)}


def _to_json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def read_manifest(folder: Location, stage: str | None = None) -> Manifest:
    """The manifest of a finished folder, of the given stage if one is given. `StoreError` says what is wrong instead."""
    try:
        data = read_bytes(join(folder, MANIFEST))
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError(f"{folder}: {_why_no_manifest(folder_at(folder), stage)}") from None
    except OSError as error:
        raise StoreError(f"{join(folder, MANIFEST)}: cannot be read ({error})") from error
    content = _checked_content(folder, data)
    if stage and content["stage"] != stage:
        raise StoreError(f"{folder}: holds the output of {content['stage']}, where that of {stage} was expected")
    return Manifest(folder, content)


def _why_no_manifest(folder: Folder, stage: str | None) -> str:
    """What stands where a finished folder was expected, and what to give or do instead."""
    made = f"bertprep {stage}" if stage else "bertprep"
    names = folder.names()
    if names == ["."]:
        return "is a file; give the folder that it lies in"
    if not folder.exists():
        return f"no such folder; make it with {made}" if stage else "no such folder"
    if "training.json" in names:
        return f"is a model, where a folder made by {made} was expected"
    whole = {PurePosixPath(name).parent.as_posix() for name in names if PurePosixPath(name).name == MANIFEST}
    if below := sorted(name for name in whole if "/" not in name):
        return f"holds a whole run; name one of its folders: {', '.join(str(folder.path(name)) for name in below[:5])}"
    return f"unfinished or not made by {made}: it has no {MANIFEST}; run the command that makes it again"


def _checked_content(folder: Location, data: bytes) -> dict[str, Any]:
    path = join(folder, MANIFEST)
    again = "make the folder again with --overwrite"
    try:
        content = json.loads(data)
        version, _ = content["format_version"], content["stage"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: not a manifest ({error}); {again}") from error
    if version != FORMAT_VERSION:
        raise StoreError(f"{folder}: written in format {version}, this version reads format {FORMAT_VERSION}")
    try:
        names = [name for part in content["parts"] for name in (part["name"], part.get("file", part["name"]))]
        whole = sealed(content)["digest"] == content["digest"]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise StoreError(f"{path}: not a whole manifest ({error}); {again}") from error
    for name in names:
        if not isinstance(name, str) or not FILE_NAME.fullmatch(name):
            raise StoreError(
                f"{path}: names {name!r} as a part, which this toolkit would not; nothing is read from there"
            )
    try:
        _check_kinds(content)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise StoreError(f"{path}: not a whole manifest ({error}); {again}") from error
    if not whole:
        raise StoreError(f"{path}: was edited or damaged: its digest does not fit what it says; {again}")
    return content


def _check_kinds(content: dict[str, Any]) -> None:
    """Refuse values that no store writes, so that readers can rely on them; `TypeError` names the first."""
    numbers = {**content["counters"], "version": content["version"]}
    texts = {"stage": content["stage"], **content["inputs"], "digest": content["digest"]}
    for part in content["parts"]:
        numbers |= {f"{name} of {part['name']}": part[name] for name in ("bytes", "rows") if name in part}
        texts |= {f"checksum of {part['name']}": part["checksum"]}
        part["bytes"], part.get("rows" if part["name"].endswith(".arrow") else "bytes")
    wrong = [name for name, value in numbers.items() if type(value) is not int]
    wrong += [name for name, value in texts.items() if not isinstance(value, str)]
    wrong += [] if isinstance(content["settings"], dict) else ["settings"]
    if wrong:
        raise TypeError(f"{wrong[0]} is of another kind")


def verify(manifest: Manifest, advance: Callable[[int], object] = lambda amount: None) -> list[str]:
    """What is wrong with a finished folder's files, one line a problem; reads every byte, and tells `advance` how many."""
    folder = folder_at(manifest.folder)
    problems = []
    if read_bytes(folder.path(MANIFEST)) != _to_json(manifest.content):
        problems.append(f"{folder.path(MANIFEST)}: its bytes have changed")
    for part in manifest.content["parts"]:
        name = part.get("file", part["name"])
        size, path = folder.size(name), folder.path(name)
        if size is None:
            problems.append(f"{path}: missing")
        elif size != part["bytes"]:
            problems.append(f"{path}: {size:,} bytes, {part['bytes']:,} expected")
        elif (found := file_checksum(path)) != part["checksum"]:
            problems.append(f"{path}: its bytes have changed: checksum {found}, {part['checksum']} expected")
        advance(part["bytes"])
    return problems


# -- a folder being made ----------------------------------------------------------------------------------------------


class Output:
    """An output folder while it is being made, by one identity."""

    def __init__(self, location: Location, identity: Identity, scratch: Identity | None = None) -> None:
        """`scratch` is the identity of what is written between steps, where that is another."""
        self.location = location
        self.folder = folder_at(location)
        self.identity = identity
        self.scratch = scratch or identity

    def stored_name(self, name: str) -> str:
        """Under which name a part is kept here."""
        return self.folder.stored_name(name, self.identity.digest())

    def path(self, name: str) -> Location:
        """Where a part is to be written to."""
        return self.folder.path(self.stored_name(name))

    def changes(self, inputs: bool = True) -> list[str]:
        """How what stands in the folder differs from what is wanted; empty when nothing stands there or all agrees.

        `inputs` says whether the inputs' digests, which may not be known yet, are compared.
        """
        found = self._found_identity()
        if found is None:
            return []
        return self.identity.changes_from(found if inputs else {**found, "inputs": self.identity.inputs})

    def _manifest(self) -> Manifest | None:
        """The manifest that stands here; None when there is none or a damaged one, `StoreError` when that cannot be told."""
        try:
            return read_manifest(self.location)
        except StoreError as error:
            if isinstance(error.__cause__, OSError):  # it may well be sound: not what to write over
                raise
            return None

    def _found_identity(self) -> dict[str, Any] | None:
        if manifest := self._manifest():
            return manifest.content
        records = (read_record(self.folder.path(name)) for name in own_files(self.folder) if name.endswith(".arrow"))
        return next((record for record in records if record is not None), None)

    def is_complete(self) -> bool:
        """Whether a manifest of this identity stands here and every part that it names has its size."""
        manifest = self._manifest()
        if manifest is None:
            return False
        parts = manifest.content["parts"]
        return not self.identity.changes_from(manifest.content) and all(
            self.folder.size(part.get("file", part["name"])) == part["bytes"] for part in parts
        )

    def has_part(self, name: str) -> bool:
        """Whether a part of this identity is there; its content is not looked at (`check_part` does)."""
        stored = self.stored_name(name)
        record = read_record(self.folder.path(stored)) if self.folder.size(stored) else None
        return record is not None and record.get("part") == name and not self.identity.changes_from(record)

    def refuse_or_clear(self, overwrite: bool, inputs: bool = True) -> None:
        """Make sure that only parts of this identity stand in the folder, or say why not.

        With `overwrite` everything of ours is deleted; files of others never are.
        """
        foreign = foreign_files(self.folder)
        if foreign:
            raise StoreError(
                f"{self.location}: holds files that are not this toolkit's ({', '.join(foreign[:3])}); "
                "give a new folder to -o"
            )
        if overwrite:
            clear(self.folder)
            return
        changes = self.changes(inputs)
        if changes:
            raise StoreError(
                f"{self.location}: was made differently: {'; '.join(changes)}. "
                "Redo it with --overwrite, or give another folder to -o"
            )

    def write_files(self, files: dict[str, bytes]) -> list[dict[str, Any]]:
        """Write small files other than parts, each whole or absent; their entries."""
        for name, data in files.items():
            self.folder.write(self.stored_name(name), data)
        return [{"name": name, "bytes": len(data), "checksum": checksum(data)} for name, data in files.items()]

    def finish(self, entries: list[dict[str, Any]], counters: dict[str, int]) -> Manifest:
        """Write the manifest, the last act; remove what was there only between steps."""
        content = sealed(
            {
                "format_version": FORMAT_VERSION,
                **self.identity.as_dict(),
                "counters": counters,
                "parts": [self._with_file(entry) for entry in entries],
            }
        )
        self.folder.write(MANIFEST, _to_json(content))
        self.tidy()
        return Manifest(self.location, content)

    def _with_file(self, entry: dict[str, Any]) -> dict[str, Any]:
        """An entry without its counters, and with the name of the file where that is another."""
        name, stored = entry["name"], self.stored_name(entry["name"])
        kept = {key: value for key, value in entry.items() if key != "counters"}
        return kept if name == stored else {**kept, "file": stored}

    def tidy(self) -> None:
        """Remove what a stage needed only between its steps."""
        digests = (self.identity.digest(), self.scratch.digest())
        for name in self.folder.names():
            if name.startswith(SCRATCH + "/") and self.folder.belongs(name, digests):
                self.folder.delete(name)
        self.folder.delete_empty(SCRATCH)


def own_files(folder: Folder) -> list[str]:
    """Names of the files in a folder that a store wrote, if the folder is one of ours at all."""
    return [name for name in folder.names() if _is_own_name(name)]


def _is_own_name(name: str) -> bool:
    path = PurePosixPath(name)
    if path.name.startswith(".") and path.name.endswith(TEMPORARY):
        return str(path.parent) in (".", SCRATCH, "vocab")
    return name in (MANIFEST, LOG, LOCK) or str(path.parent) == LOG_OBJECTS or bool(FILE_NAME.fullmatch(name))


def foreign_files(folder: Folder) -> list[str]:
    """Files in a folder that no store wrote: by their names, and where nothing else shows the folder to be ours, all."""
    names = [name for name in folder.names() if name != LOCK]
    strange = [name for name in names if not _is_own_name(name)]
    if strange or not names or _is_ours(folder):
        return strange
    # others name their files like this too; ours carry a record
    return [name for name in names if not name.endswith(".arrow") or read_record(folder.path(name)) is None]


def _is_ours(folder: Folder) -> bool:
    """Whether the manifest or the log of runs is one that a store wrote."""
    if any({"event", "stage"} <= run.keys() for run in _runs(folder)):
        return True
    try:
        content = json.loads(read_bytes(folder.path(MANIFEST)))
        return {"format_version", "stage", "inputs", "parts"} <= content.keys()
    except (FileNotFoundError, NotADirectoryError, ValueError, AttributeError):
        return False


def clear(folder: Folder) -> None:
    """Delete what a store wrote, the manifest first, so that a crash leaves an unfinished folder; the log of runs stays."""
    folder.delete(MANIFEST)
    for name in own_files(folder):
        if name not in (LOG, LOCK) and not name.startswith(LOG_OBJECTS + "/"):
            folder.delete(name)


def discard(location: Location) -> None:
    """Delete what a store wrote, and the folder with it unless something else is in it."""
    folder = folder_at(location)
    for name in [MANIFEST, *own_files(folder)]:
        folder.delete(name)
    for empty in (SCRATCH, "vocab", "."):
        folder.delete_empty(empty)


@contextlib.contextmanager
def lock(location: Location) -> Iterator[None]:
    """Hold a folder for this process, and leave no temporary file in it. `StoreError` names who else holds it."""
    folder = folder_at(location)
    with folder.held():
        _sweep(folder)
        try:
            yield
        finally:
            _sweep(folder)


def _sweep(folder: Folder) -> None:
    """Delete the temporary files that killed processes left behind; only the holder of the lock may."""
    for name in own_files(folder):
        if name.endswith(TEMPORARY):
            folder.delete(name)


# -- the log of runs --------------------------------------------------------------------------------------------------


def log_run(location: Location, event: str, **facts: Any) -> None:
    """Add a line to the log of runs: what happened and when, outside the identity of the data."""
    line = {"event": event, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **facts}
    folder_at(location).log(json.dumps(line, ensure_ascii=False))


def read_runs(location: Location) -> list[dict[str, Any]]:
    """The log of runs, oldest first; a line that a crash cut short is passed over."""
    return _runs(folder_at(location))


def _runs(folder: Folder) -> list[dict[str, Any]]:
    runs = []
    for line in folder.log_lines():
        with contextlib.suppress(ValueError):
            run = json.loads(line)
            if isinstance(run, dict):
                runs.append(run)
    return runs


def add_counters(total: dict[str, int], more: dict[str, int]) -> None:
    """Add counters name by name, in place."""
    for name, value in more.items():
        total[name] = total.get(name, 0) + value
