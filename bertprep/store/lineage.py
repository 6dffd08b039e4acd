"""What a folder was made from, as far as that lies beside it, and where on the way its validation split was lost.

A manifest names its input by digest. Folders can be moved and renamed, so the input is looked for among all folders that
lie in the same place.
"""

import contextlib

from ..core.errors import BertprepError
from ..core.places import folders_beside
from ..core.stages import BUILD_PAIRS, DATA_STAGES, SEGMENT
from .manifest import Manifest, read_manifest

# what a pairing needs at least, where that is more than some text
NEEDED = {
    **dict.fromkeys(
        ("matched", "sentence"),
        " (half of the pairs exchange their B with another document of the same language, so it takes four or more pairs "
        "from two or more documents)",
    ),
    "order": " (half of the pairs are swapped, so it takes two or more)",
}


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


def why_no_validation(made: dict[str, Manifest]) -> str:
    """Why a folder of this lineage has no validation rows, and what to do, for a person."""
    sentences, pairs = made.get(SEGMENT.name), made.get(BUILD_PAIRS.name)
    held_out = sum(rows for _, rows in sentences.parts("validation")) if sentences else 0
    if sentences and not held_out:
        share, documents = sentences.settings["validation_share"], sentences.counters["documents"]
        if not share:
            return "no document was held out (--validation-share 0)"
        return (
            f"none of the {documents:,} documents was held out: each is with a probability of {100 * share:g} %; "
            "segment with a larger --validation-share"
        )
    if not sentences and not pairs:
        return "the data has no validation rows; segment with a --validation-share large enough for the corpus"
    pairing = pairs.settings["pairing"] if pairs else ""
    gave_none = (
        f"of the {held_out:,} documents held out none gave a pair"
        if sentences
        else "no pair was made of the documents held out"
    )
    return f"{gave_none}{NEEDED.get(pairing, '')}; segment with a larger --validation-share"
