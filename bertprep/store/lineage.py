"""What a folder was made from, as far as that lies beside it.

A manifest names its input by digest. Folders can be moved and renamed, so the input is looked for among all folders that
lie in the same place.
"""

import contextlib

from ..core.errors import BertprepError
from ..core.places import folders_beside
from ..core.stages import DATA_STAGES
from .manifest import Manifest, read_manifest


def input_beside(manifest: Manifest) -> Manifest | None:
    """The folder that this one was made from, if it lies beside it."""
    name, made_by = DATA_STAGES[manifest.stage].inputs[0]
    if made_by is None:
        return None
    for place in folders_beside(manifest.folder):
        with contextlib.suppress(BertprepError):  # another's folder, or a damaged one; the digest still names the input
            found = read_manifest(place, made_by)
            if found.digest == manifest.content["inputs"].get(name):
                return found
    return None


def lineage(manifest: Manifest) -> dict[str, Manifest]:
    """The folder and what it was made from, step by step, by the name of the stage: `mask`, `build-pairs`, `segment`."""
    found: dict[str, Manifest] = {}
    last: Manifest | None = manifest
    while last is not None:
        found[last.stage] = last
        last = input_beside(last)
    return found
