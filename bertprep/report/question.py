"""Choose a sentence of a run's own text and mask one word: a first question for its model."""

from typing import Any

from ..core.errors import BertprepError
from ..core.scripts import is_east_asian
from . import decoding

ROWS = 40  # number of rows searched
WORDS = range(5, 17)  # lengths of sentences that read well
ENDS = frozenset(".!?。！？…")
GAP, EAST_ASIAN_GAP = "\ue000", "\u3013"  # placeholders for [MASK]
LETTERS = 4  # minimum length of the masked word


def masked_sentence(shards: str) -> str | None:
    """A held-out sentence (else a training sentence) with its last long word replaced by [MASK]; None if none is suitable."""
    for split in ("validation", "train"):
        try:
            rows = decoding.sample(shards, split, 0, ROWS, 0)[1]
        except BertprepError:  # no rows in this split
            continue
        for row in rows:
            if sentence := _masked(row["tokens"][1 : row["segment_b_start"]]):
                return sentence
    return None


def _masked(tokens: list[dict[str, Any]]) -> str | None:
    """Text A of a row (tokens up to its [SEP]) with a word masked; None if it is not a sentence that reads well."""
    text = [token for token in tokens if token["shown"] != tokens[-1]["shown"]]
    words = [token["true"] or token["shown"] for token in text]
    plain = all(token["true"] or not token["special"] for token in text) and not {"Ġ", "▁"} & {*"".join(words)}
    whole = [word for word in words if not word.startswith("##")]
    if not plain or len(whole) not in WORDS or words[-1] not in ENDS or words[0].startswith(("-", "##")):
        return None
    after = [*words[1:], ""]
    places = [place for place, word in enumerate(words) if _is_worth(word) and not after[place].startswith("##")]
    if not places:
        return None
    place = places[-1]
    gap = EAST_ASIAN_GAP if is_east_asian(words[place][0]) else GAP  # spaced as the word would be
    return decoding.readable([*words[:place], gap, *words[place + 1 :]]).replace(gap, "[MASK]")


def _is_worth(word: str) -> bool:
    return word.isalpha() and (len(word) >= LETTERS or is_east_asian(word[0]))
