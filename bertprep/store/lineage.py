"""Find the folders that a folder was made from, if they are in the same parent folder.

A manifest names its input by digest. Folders can be moved and renamed, so the input is searched for among all folders in
the same parent.
"""

import contextlib

from ..core.errors import BertprepError, StoreError
from ..core.places import folders_beside, is_uri
from ..core.stages import DATA_STAGES
from .identity import Identity
from .manifest import Manifest, read_manifest
from .parts import read_record


def input_beside(manifest: Manifest) -> Manifest | None:
    """The manifest of the folder that this one was made from, if it is in the same parent folder; else None."""
    name, made_by = DATA_STAGES[manifest.stage].inputs[0]
    if made_by is None:
        return None
    for place in folders_beside(manifest.folder):
        with contextlib.suppress(BertprepError):  # a foreign or damaged folder is skipped
            found = read_manifest(place, made_by)
            if found.digest == manifest.content["inputs"].get(name):
                return found
    return None


def refuse_parts_of_others(manifest: Manifest, *splits: str) -> None:
    """Raise `StoreError` for a part that was copied here from another folder, by the record in its metadata.

    Parts without a record, and those in an object store, whose names say what they belong to, are not examined.
    """
    content = manifest.content
    identity = Identity(content["stage"], content["version"], content["settings"], content["inputs"])
    for part in manifest.entries(*splits):
        location = manifest.location(part)
        record = None if is_uri(str(location)) else read_record(location)
        if record is None:
            continue
        changes = [] if record["part"] == part["name"] else [f"part {record['part']} -> {part['name']}"]
        if changes := changes + identity.changes_from(record):
            raise StoreError(
                f"{location}: is a part of another folder ({'; '.join(changes)}); put back the file that bertprep "
                f"{manifest.stage} wrote, or create the folder again with --overwrite"
            )


def lineage(manifest: Manifest) -> dict[str, Manifest]:
    """Stage -> manifest of the folder and of its inputs that were found: `mask`, `build-pairs`, `segment`."""
    found: dict[str, Manifest] = {}
    last: Manifest | None = manifest
    while last is not None:
        found[last.stage] = last
        last = input_beside(last)
    return found
