"""The only writer and owner of output folders.

A folder holds parts (see `parts`), perhaps a copy of the vocabulary, and `manifest.json`, which is written last: without
it the folder is unfinished. The manifest is

    identity    what the folder was made from: stage, its version, its settings, the digests of its inputs
    counters    the sum of what the parts counted
    parts       name, rows, bytes and checksum of every file; `file` where it is kept under another name (object stores)
    digest      over all of that, so that a changed byte shows, and the next stage knows its input by it

Nothing in it tells a clock, a host or a path, so equal runs are equal to the byte and folders can be moved. Times and
paths go to `run.jsonl`. Locally a lock keeps two commands apart; how object stores do without is told in `object_folder`.

Refuses, with `StoreError`: unfinished or damaged folders, folders made otherwise, folders in use, folders of others.
"""

import functools
from collections.abc import Sequence
from typing import Any

from ..core.errors import StoreError
from ..core.places import Location
from ..core.schema import FORMAT_VERSION
from .batches import checksum
from .folder import folder_at
from .identity import Identity
from .manifest import MANIFEST, Manifest, read_manifest, sealed, to_json
from .ownership import SCRATCH, clear, foreign_files, own_files
from .parts import read_record

PIECES = f"{SCRATCH}/piece-"


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

    @functools.cached_property
    def _manifest(self) -> Manifest | None:
        """The manifest that stands here; None when there is none or a damaged one, `StoreError` when that cannot be told.

        Read once, and again after this object has changed the folder.
        """
        try:
            return read_manifest(self.location)
        except StoreError as error:
            if isinstance(error.__cause__, OSError):  # it may well be sound: not what to write over
                raise
            return None

    def _forget(self) -> None:
        vars(self).pop("_manifest", None)

    def _found_identity(self) -> dict[str, Any] | None:
        if manifest := self._manifest:
            return manifest.content
        # pieces of the input carry no record, and there may be a hundred thousand of them
        names = (name for name in own_files(self.folder) if name.endswith(".arrow") and not name.startswith(PIECES))
        records = (read_record(self.folder.path(name)) for name in names)
        return next((record for record in records if record is not None), None)

    def is_complete(self) -> bool:
        """Whether a manifest of this identity stands here and every part that it names has its size."""
        manifest = self._manifest
        if manifest is None:
            return False
        if self.identity.changes_from(manifest.content):
            return False
        sizes = self.folder.sizes()
        return all(sizes.get(part.get("file", part["name"])) == part["bytes"] for part in manifest.content["parts"])

    def parts_there(self, names: Sequence[str]) -> list[int]:
        """Which of these parts have a file that is not empty, by number; what is in it is not looked at."""
        sizes = self.folder.sizes()
        return [number for number, name in enumerate(names) if sizes.get(self.stored_name(name))]

    def own_parts_there(self, names: Sequence[str]) -> set[int]:
        """Which of these parts are there and of this identity, by number; their content is not looked at (`check_part` does)."""
        return {number for number in self.parts_there(names) if self._is_own(names[number])}

    def _is_own(self, name: str) -> bool:
        """Whether a part that is there is of this identity: its name tells in an object store, else its record."""
        stored = self.stored_name(name)
        if stored != name:
            return True
        record = read_record(self.folder.path(name))
        return record is not None and record.get("part") == name and not self.identity.changes_from(record)

    def refuse_other_stage(self) -> None:
        """`StoreError` when another stage made the folder: --overwrite means to make the same thing anew, not to lose it."""
        found = self._found_identity()
        if found and found.get("stage") != self.identity.stage:
            raise StoreError(
                f"{self.location}: contains the output of {found['stage']}, which {self.identity.stage} does not replace, "
                "even with --overwrite; choose another -o"
            )

    def refuse_others(self) -> None:
        """`StoreError` when there are files of others in the folder, or what another stage made."""
        foreign = foreign_files(self.folder)
        if foreign:
            raise StoreError(
                f"{self.location}: contains files not made by bertprep ({', '.join(foreign[:3])}); choose a new folder for -o"
            )
        self.refuse_other_stage()

    def refuse_or_clear(self, overwrite: bool, inputs: bool = True) -> None:
        """Make sure that only parts of this identity stand in the folder, or say why not.

        With `overwrite` everything of this stage is deleted; files of others, and what other stages made, never are.
        """
        self.refuse_others()
        if overwrite:
            clear(self.folder)
            self._forget()
            return
        changes = self.changes(inputs)
        if changes:
            raise StoreError(
                f"{self.location}: was made with other settings: {'; '.join(changes)}. Use --overwrite to "
                "replace it, or choose another -o"
            )

    def write_files(self, files: dict[str, bytes]) -> list[dict[str, Any]]:
        """Write small files other than parts, each whole or absent; their entries."""
        for name, data in files.items():
            self.folder.write(self.stored_name(name), data)
        return [{"name": name, "bytes": len(data), "checksum": checksum(data)} for name, data in files.items()]

    def finish(
        self, entries: list[dict[str, Any]], counters: dict[str, int], notes: dict[str, list[str]] | None = None
    ) -> Manifest:
        """Write the manifest, the last act; remove what was there only between steps. Of the notes, empty ones are not kept."""
        content = sealed(
            {
                "format_version": FORMAT_VERSION,
                **self.identity.as_dict(),
                "counters": counters,
                "parts": [self._with_file(entry) for entry in entries],
                **{name: lines for name, lines in (notes or {}).items() if lines},
            }
        )
        self.folder.write(MANIFEST, to_json(content))
        self._forget()
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


def add_counters(total: dict[str, int], more: dict[str, int]) -> None:
    """Add counters name by name, in place."""
    for name, value in more.items():
        total[name] = total.get(name, 0) + value
