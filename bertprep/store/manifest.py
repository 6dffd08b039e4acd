"""The manifest of a finished folder, `manifest.json`, and its validation.

A manifest is checked once, here, when it is read: every name that a reader needs is present with a value of the right type,
every setting is one that the stage accepts, and every file name is one that a store writes. So readers need no checks of
their own. The digest detects accidents but not forgery, so it does not replace these checks.

Raises `StoreError` for unfinished, damaged and forged folders, and for those of another stage than the requested one.
"""

import dataclasses
import json
import re
from collections.abc import Callable
from typing import Any

from ..core.counts import quantity
from ..core.errors import StoreError
from ..core.fields import digest_of, wrong_value
from ..core.places import Location, join, read_bytes
from ..core.records import COUNT, HEX, MOST_BYTES, TABLE, TEXT, ValueKind, each, parsed, shown, wrong
from ..core.schema import FORMAT_VERSION
from ..core.stages import DATA_STAGES
from .batches import file_checksum
from .folder import OutputFolder, folder_at

MANIFEST = "manifest.json"
SPLITS = ("train", "validation")
VOCABULARY_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.txt")
# object stores add twelve digits of the digest
FILE_NAME = re.compile(
    r"(?P<below>\.scratch/|vocab/)?"
    r"((train|validation|piece|group|counted|words|merged|held|hashes|repeated|verdicts|bands|sketches|shared|members|sketched|candidates|clusters|rejected)(-group)?-\d{5,9}-of-\d{5,9}(-[0-9a-f]{12})?\.(arrow|json)"
    r"|(tokenizer|tokenizer_config)(-[0-9a-f]{12})?\.json|vocab(-[0-9a-f]{12})?\.txt|rejected(-[0-9a-f]{12})?\.jsonl)"
)
FIELDS = {
    "stage": TEXT, "version": COUNT, "settings": TABLE, "inputs": TABLE, "counters": TABLE, "parts": each(TABLE), "digest": HEX,
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Manifest:
    """The content of a finished folder's manifest."""

    folder: Location
    content: dict[str, Any]

    @property
    def digest(self) -> str:
        """The digest of the whole folder; it covers the checksum of every part, among others."""
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
        """Total bytes of all files except the manifest."""
        return sum(part["bytes"] for part in self.content["parts"])

    def entries(self, *splits: str) -> list[dict[str, Any]]:
        """The entries of the parts of these splits, in order."""
        return [part for split in splits for part in self.content["parts"] if part["name"].startswith(split + "-")]

    def parts(self, split: str) -> list[tuple[Location, int]]:
        """Locations and rows of a split's parts, in order."""
        return [(self.location(part), part["rows"]) for part in self.entries(split)]

    def parts_rows(self, split: str) -> int:
        """Rows of a split."""
        return sum(rows for _, rows in self.parts(split))

    def location(self, part: dict[str, Any]) -> Location:
        """The location of an entry's file."""
        return join(self.folder, part.get("file", part["name"]))


def sealed(content: dict[str, Any]) -> dict[str, Any]:
    """A manifest's content with its digest, which leaves out names of objects, so that it is the same on any storage."""
    plain = {name: value for name, value in content.items() if name != "digest"}
    plain["parts"] = [{name: value for name, value in part.items() if name != "file"} for part in content["parts"]]
    return {**content, "digest": digest_of(plain)}


def to_json(content: dict[str, Any]) -> bytes:
    """Serialize a manifest."""
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def read_manifest(folder: Location, stage: str | None = None) -> Manifest:
    """Read the manifest of a finished folder. `StoreError` if there is no valid one, or it is not of the given stage."""
    path = join(folder, MANIFEST)
    try:
        data = read_bytes(path, MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError(f"{folder}: {_why_no_manifest(folder_at(folder), stage)}") from None
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror or error})") from error
    content = _checked_content(folder, data)
    if stage and stage not in (content["stage"], DATA_STAGES[content["stage"]].stands_for):
        raise StoreError(f"{folder}: contains the output of {content['stage']}, expected that of {stage}")
    return Manifest(folder, content)


def _why_no_manifest(folder: OutputFolder, stage: str | None) -> str:
    """Describe what was found instead of a finished folder, and what to do."""
    made = f"bertprep {stage}" if stage else "bertprep"
    from_text = FROM_TEXT if stage == "segment" else ""
    names = folder.names()
    if names == ["."]:
        name = str(folder.location).rpartition("/")[2]
        if name in (MANIFEST, "run.jsonl") or FILE_NAME.fullmatch(name):
            return "is a file; give its folder"
        return f"is a file, where a folder made by {made} was expected{from_text}"
    if not folder.exists():
        return f"no such folder; make it with {made}" if stage else "no such folder"
    if "training.json" in names:
        return f"is a model, where a folder made by {made} was expected"
    if several := _several(folder, names, stage):
        return several
    return (
        f"incomplete or not made by {made}: it has no {MANIFEST}; run the command that makes it to complete it"
        f"{from_text}"
    )


# what to do with a corpus, for those who give it where the first stage's output is expected
FROM_TEXT = "; if it is a corpus, turn it into sentences first: bertprep segment CORPUS -o SENTENCES"
DAMAGED = "damaged"  # instead of the kind of a folder


def _several(folder: OutputFolder, names: list[str], stage: str | None) -> str | None:
    """List the finished folders and models below a folder by kind, and which to pass; None if there are none.

    For a run that holds sentences, vocab, pairs and shards, where pairs are expected: "holds 4 folders made by bertprep; give
    run/pairs".
    """
    kinds: dict[str, list[str]] = {}
    for below, _, name in (name.partition("/") for name in names):
        if name in (MANIFEST, "training.json"):
            kinds.setdefault(_kind(folder.path(below)) if name == MANIFEST else "model", []).append(below)
    if not kinds:
        return None
    road = [*dict.fromkeys(stage.folder for stage in DATA_STAGES.values()), "model", DAMAGED]
    found = {kind: sorted(kinds[kind]) for kind in road if kind in kinds}
    listing = "; ".join(f"{kind}: {', '.join(folders)}" for kind, folders in found.items())
    holds = f"holds {quantity(sum(map(len, found.values())), 'folder')} made by bertprep"
    if stage:
        wanted = [folder.path(below) for kind in _kinds_for(stage) for below in found.get(kind, ())]
        if wanted:
            return f"{holds}; give {' or '.join(map(str, wanted))}"
        return f"{holds}, none of them by bertprep {stage}. {listing}"
    twice = [kind for kind, folders in found.items() if len(folders) > 1 and kind != DAMAGED]
    why = (
        f"several of one kind ({', '.join(twice)})"
        if twice
        else f"not named as in a whole run ({', '.join(road[:-1])})"
    )
    return f"{holds}, {why}; give one of them. {listing}"


def _kinds_for(stage: str) -> list[str]:
    """The kinds of folder that a command accepts where it expects the output of a stage."""
    return [each.folder for name, each in DATA_STAGES.items() if stage in (name, each.stands_for)]


def _kind(folder: Location) -> str:
    """The name that `run` gives to a folder of this stage, or `DAMAGED`."""
    try:
        return DATA_STAGES[read_manifest(folder).stage].folder
    except StoreError:
        return DAMAGED


def _checked_content(folder: Location, data: bytes) -> dict[str, Any]:
    path = join(folder, MANIFEST)
    again = "create the folder again with --overwrite"
    try:
        content = parsed(data)
        version, _ = content["format_version"], content["stage"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: not a manifest ({error}); {again}") from error
    if type(version) is not int or version != FORMAT_VERSION:
        raise StoreError(f"{folder}: written in format {shown(version)}, this version reads format {FORMAT_VERSION}")
    problem = wrong(content, FIELDS, tuple(FIELDS))
    if not problem and sealed(content)["digest"] != content["digest"]:
        raise StoreError(f"{path}: was edited or damaged: its digest does not match its content; {again}")
    if problem := problem or what_is_wrong(content):
        raise StoreError(f"{path}: incomplete manifest: {problem}; {again}")
    return content


def what_is_wrong(content: dict[str, Any]) -> str | None:
    """Describe the first value in a manifest's `FIELDS` that no store writes; None if there is none."""
    if content["stage"] not in DATA_STAGES:
        return f"stage is {shown(content['stage'])}; this version knows {', '.join(DATA_STAGES)}"
    stage = DATA_STAGES[content["stage"]]
    for field, kind, needed in (("inputs", HEX, stage.input_names), ("counters", COUNT, stage.counters)):
        found = content[field]
        if problem := wrong(found, dict.fromkeys(found, kind), needed, f"{field}."):
            return problem
    if problem := wrong(content["settings"], {}, stage.needed_settings, "settings."):
        return problem
    if problem := wrong_value(stage.settings, content["settings"]):
        return f"settings.{problem}"
    return _wrong_part(content["parts"])


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) < 200 and bool(FILE_NAME.fullmatch(value))


NAME = ValueKind("the name of a file that bertprep writes; files elsewhere are not read", _is_name)
ENTRY = {"name": NAME, "file": NAME, "bytes": COUNT, "rows": COUNT, "checksum": HEX}


def _wrong_part(parts: list[Any]) -> str | None:
    """Describe the first invalid entry: not an object, not a file of ours, or a name used twice."""
    seen: set[str] = set()
    for number, part in enumerate(parts):
        if problem := wrong(part, ENTRY, ("name", "bytes", "checksum"), f"parts[{number}]."):
            return problem
        needed = ("rows",) if part["name"].endswith(".arrow") else ()
        if problem := wrong(part, {}, needed, f"parts[{number}]."):
            return problem
        for name in {part["name"], part.get("file", part["name"])}:
            if name in seen:
                return f"parts[{number}] lists {name} twice"
            seen.add(name)
    return None


def verify(manifest: Manifest, advance: Callable[[int], object] = lambda amount: None) -> list[str]:
    """Problems of a finished folder's files, one per line; reads every byte, and calls `advance` with their number."""
    folder = folder_at(manifest.folder)
    problems, sizes = [], folder.sizes()
    if read_bytes(folder.path(MANIFEST)) != to_json(manifest.content):
        problems.append(f"{folder.path(MANIFEST)}: its content has changed")
    for part in manifest.content["parts"]:
        name = part.get("file", part["name"])
        size, path = sizes.get(name), folder.path(name)
        if size is None:
            problems.append(f"{path}: missing")
        elif size != part["bytes"]:
            problems.append(f"{path}: {quantity(size, 'byte')}, {part['bytes']:,} expected")
        elif (found := file_checksum(path)) != part["checksum"]:
            problems.append(f"{path}: its content has changed: checksum {found}, {part['checksum']} expected")
        advance(part["bytes"])
    return problems
