"""Explain at which stage, from sentences to pairs, the validation split became empty."""

from ..core.stages import BUILD_PAIRS, CLEAN, SEGMENT
from ..store import Manifest
from .pairings import PAIRINGS

FIXED = {"validation_ids": "--validation-ids", "validation_corpus": "--validation"}  # inputs that fix what is held out


def fixed_by(sentences: Manifest) -> str | None:
    """The option that names the held-out documents, or None if a random share of the documents is held out."""
    return next((option for name, option in FIXED.items() if name in sentences.content["inputs"]), None)


def lost(manifest: Manifest, source: Manifest | None) -> str | None:
    """A warning if this stage made the validation split empty, else None; `source`: the folder that this one was made from."""
    if manifest.stage == SEGMENT.name:
        asked = bool(manifest.settings["validation_share"] or fixed_by(manifest))
    else:
        asked = manifest.stage in (BUILD_PAIRS.name, CLEAN.name) and bool(source and source.parts_rows("validation"))
    if not asked or manifest.parts_rows("validation"):
        return None
    made = {each.stage: each for each in (manifest, source) if each}
    return f"the validation split is empty: {why_no_validation(made)}"


def why_no_validation(made: dict[str, Manifest]) -> str:
    """Why a folder with these manifests (by stage) has no validation rows, and what to do, as a message for the user."""
    sentences, pairs = made.get(SEGMENT.name), made.get(BUILD_PAIRS.name)
    held_out = sentences.parts_rows("validation") if sentences else 0
    if sentences and not held_out:
        share, documents = sentences.settings["validation_share"], sentences.counters["documents"]
        if option := fixed_by(sentences):
            none = f"none of the {documents:,} documents is" if documents > 1 else "the only document is not"
            return f"{none} one that {option} holds out; segment without --limit"
        if not share:
            return "no documents were held out (--validation-share 0)"
        none = f"none of the {documents:,} documents was" if documents > 1 else "the only document was not"
        return (
            f"{none} held out: each document is held out with a probability of {100 * share:g} %; "
            "segment with a larger --validation-share"
        )
    if (cleaned := made.get(CLEAN.name)) and not cleaned.parts_rows("validation"):
        found = "clean rejected all documents held out" if sentences else "no document that clean left is held out"
        return f"{found}; use fewer rules, or segment with a larger --validation-share"
    if not sentences and not pairs:
        return "the data has no validation rows; segment with a --validation-share large enough for the corpus"
    needs = PAIRINGS[pairs.settings["pairing"]].needs if pairs else ""
    gave_none = (
        (
            "the only document held out gave no pair"
            if held_out == 1
            else f"of the {held_out:,} documents held out none gave a pair"
        )
        if sentences
        else "the held-out documents gave no pairs"
    )
    return f"{gave_none}{f' ({needs})' if needs else ''}; segment with a larger --validation-share"
