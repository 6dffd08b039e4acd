"""Where on the way from sentences to pairs the validation split was lost."""

from ..core.stages import BUILD_PAIRS, CLEAN, SEGMENT
from ..store import Manifest
from .pairings import PAIRINGS

FIXED = {"validation_ids": "--validation-ids", "validation_corpus": "--validation"}  # inputs that fix what is held out


def fixed_by(sentences: Manifest) -> str | None:
    """The option by which it was said what is held out, or None where a share of the documents is."""
    return next((option for name, option in FIXED.items() if name in sentences.content["inputs"]), None)


def lost(manifest: Manifest, source: Manifest | None) -> str | None:
    """That the validation split came out empty, of the stage in which it did; `source` is what the folder was made from."""
    if manifest.stage == SEGMENT.name:
        asked = bool(manifest.settings["validation_share"] or fixed_by(manifest))
    else:
        asked = manifest.stage in (BUILD_PAIRS.name, CLEAN.name) and bool(source and source.parts_rows("validation"))
    if not asked or manifest.parts_rows("validation"):
        return None
    made = {each.stage: each for each in (manifest, source) if each}
    return f"the validation split is empty: {why_no_validation(made)}"


def why_no_validation(made: dict[str, Manifest]) -> str:
    """Why a folder of this lineage has no validation rows, and what to do, for a person."""
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
