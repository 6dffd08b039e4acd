"""Find the folders that a folder was made from, if they are in the same parent folder.

A manifest names its input by digest. Folders can be moved and renamed, so the input is searched for among all folders in
the same parent.
"""

import contextlib

from ..core.errors import BertprepError
from ..core.places import folders_beside
from ..core.stages import DATA_STAGES
from .manifest import Manifest, read_manifest


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


def lineage(manifest: Manifest) -> dict[str, Manifest]:
    """Stage -> manifest of the folder and of its inputs that were found: `mask`, `build-pairs`, `segment`."""
    found: dict[str, Manifest] = {}
    last: Manifest | None = manifest
    while last is not None:
        found[last.stage] = last
        last = input_beside(last)
    return found
