"""Writes output folders; no other code does.

A folder holds parts (see `parts`), perhaps a copy of the vocabulary, and `manifest.json`, which is written last: without
it the folder is unfinished. The manifest contains

    identity    what the folder was made from: stage, version, settings, digests of the inputs
    counters    the sums of the parts' counters
    parts       name, rows, bytes and checksum of every file; `file` if it is stored under another name (object stores)
    digest      a hash of all of that: it shows any changed byte, and identifies the folder as the next stage's input

It contains no time, host or path, so equal runs are byte-identical and folders can be moved. Times and paths go to
`run.jsonl`. A local folder has a lock against concurrent commands; for object stores see `object_folder`.

Raises `StoreError` for unfinished or damaged folders, those made with other settings or by other programs, and those in use.
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
    """An output folder that is being made, with its identity."""

    def __init__(self, location: Location, identity: Identity, scratch: Identity | None = None) -> None:
        """`scratch` is the identity of the files between steps, if it is another one."""
        self.location = location
        self.folder = folder_at(location)
        self.identity = identity
        self.scratch = scratch or identity

    def stored_name(self, name: str) -> str:
        """The name under which a part is stored in this folder."""
        return self.folder.stored_name(name, self.identity.digest())

    def path(self, name: str) -> Location:
        """The location to write a part to."""
        return self.folder.path(self.stored_name(name))

    def changes(self, inputs: bool = True) -> list[str]:
        """Differences between the folder's identity and the wanted one; empty if there are none, or the folder is empty.

        With `inputs=False` the inputs' digests, which may not be known yet, are not compared.
        """
        found = self._found_identity()
        if found is None:
            return []
        return self.identity.changes_from(found if inputs else {**found, "inputs": self.identity.inputs})

    @functools.cached_property
    def _manifest(self) -> Manifest | None:
        """The folder's manifest; None if it is missing or damaged, `StoreError` if it cannot be read.

        Cached until this object changes the folder.
        """
        try:
            return read_manifest(self.location)
        except StoreError as error:
            if isinstance(
                error.__cause__, OSError
            ):  # a failed read: the folder may be intact and must not be overwritten
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
        """Whether the folder has a manifest of this identity, and all parts that it names, with their sizes."""
        manifest = self._manifest
        if manifest is None:
            return False
        if self.identity.changes_from(manifest.content):
            return False
        sizes = self.folder.sizes()
        return all(sizes.get(part.get("file", part["name"])) == part["bytes"] for part in manifest.content["parts"])

    def parts_there(self, names: Sequence[str]) -> list[int]:
        """Which of these parts exist and are not empty, by number; their content is not checked."""
        sizes = self.folder.sizes()
        return [number for number, name in enumerate(names) if sizes.get(self.stored_name(name))]

    def own_parts_there(self, names: Sequence[str]) -> set[int]:
        """Which of these parts exist and are of this identity, by number; their content is not checked (see `check_part`)."""
        return {number for number in self.parts_there(names) if self._is_own(names[number])}

    def _is_own(self, name: str) -> bool:
        """Whether an existing part is of this identity, by its name in an object store, else by its record."""
        stored = self.stored_name(name)
        if stored != name:
            return True
        record = read_record(self.folder.path(name))
        return record is not None and record.get("part") == name and not self.identity.changes_from(record)

    def refuse_other_stage(self) -> None:
        """`StoreError` if another stage made the folder: --overwrite replaces the same kind of output, and deletes no other."""
        found = self._found_identity()
        if found and found.get("stage") != self.identity.stage:
            raise StoreError(
                f"{self.location}: contains the output of {found['stage']}, which {self.identity.stage} does not replace, "
                "even with --overwrite; choose another -o"
            )

    def refuse_others(self) -> None:
        """`StoreError` if the folder contains files not made by bertprep, or the output of another stage."""
        foreign = foreign_files(self.folder)
        if foreign:
            raise StoreError(
                f"{self.location}: contains files not made by bertprep ({', '.join(foreign[:3])}); choose a new folder for -o"
            )
        self.refuse_other_stage()

    def refuse_or_clear(self, overwrite: bool, inputs: bool = True) -> None:
        """Make sure that all parts in the folder are of this identity; else raise `StoreError` with the differences.

        With `overwrite` the files of this stage are deleted; those of other stages or other programs never are.
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
        """Write small files other than parts, each complete or absent; returns their entries."""
        for name, data in files.items():
            self.folder.write(self.stored_name(name), data)
        return [{"name": name, "bytes": len(data), "checksum": checksum(data)} for name, data in files.items()]

    def finish(
        self, entries: list[dict[str, Any]], counters: dict[str, int], notes: dict[str, list[str]] | None = None
    ) -> Manifest:
        """Write the manifest as the last step, and delete scratch files. Empty `notes` are left out."""
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
        """An entry without its counters, and with the stored name if it differs."""
        name, stored = entry["name"], self.stored_name(entry["name"])
        kept = {key: value for key, value in entry.items() if key != "counters"}
        return kept if name == stored else {**kept, "file": stored}

    def tidy(self) -> None:
        """Delete the files that a stage needed only between its steps."""
        digests = (self.identity.digest(), self.scratch.digest())
        for name in self.folder.names():
            if name.startswith(SCRATCH + "/") and self.folder.belongs(name, digests):
                self.folder.delete(name)
        self.folder.delete_empty(SCRATCH)


def add_counters(total: dict[str, int], more: dict[str, int]) -> None:
    """Add counters to `total`, in place."""
    for name, value in more.items():
        total[name] = total.get(name, 0) + value
