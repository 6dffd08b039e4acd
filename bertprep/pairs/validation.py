"""Where on the way from sentences to pairs the validation split was lost."""

from ..core.counts import quantity
from ..core.stages import BUILD_PAIRS, SEGMENT
from ..store import Manifest
from .pairings import PAIRINGS


def why_no_validation(made: dict[str, Manifest]) -> str:
    """Why a folder of this lineage has no validation rows, and what to do, for a person."""
    sentences, pairs = made.get(SEGMENT.name), made.get(BUILD_PAIRS.name)
    held_out = sum(rows for _, rows in sentences.parts("validation")) if sentences else 0
    if sentences and not held_out:
        share, documents = sentences.settings["validation_share"], sentences.counters["documents"]
        if not share:
            return "no documents were held out (--validation-share 0)"
        return (
            f"none of the {quantity(documents, 'document')} was held out: each is with a probability of {100 * share:g} %; "
            "segment with a larger --validation-share"
        )
    if not sentences and not pairs:
        return "the data has no validation rows; segment with a --validation-share large enough for the corpus"
    needs = PAIRINGS[pairs.settings["pairing"]].needs if pairs else ""
    gave_none = (
        f"of the {quantity(held_out, 'document')} held out none gave a pair"
        if sentences
        else "the held-out documents gave no pairs"
    )
    return f"{gave_none}{f' ({needs})' if needs else ''}; segment with a larger --validation-share"
