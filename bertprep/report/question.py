"""A sentence of a run's own text with one word masked: what its model may be asked first."""

from typing import Any

from ..core.errors import BertprepError
from ..core.scripts import is_east_asian
from . import decoding

ROWS = 40  # looked at
WORDS = range(5, 17)  # in a sentence that reads well
ENDS = frozenset(".!?。！？…")
GAP, EAST_ASIAN_GAP = "\ue000", "\u3013"  # stand where [MASK] will
LETTERS = 4  # of a word worth asking for


def masked_sentence(shards: str) -> str | None:
    """A held-out sentence (else one of training) with its last long word replaced by [MASK]; None where there is none."""
    for split in ("validation", "train"):
        try:
            rows = decoding.sample(shards, split, 0, ROWS, 0)[1]
        except BertprepError:  # no rows there
            continue
        for row in rows:
            if sentence := _masked(row["tokens"][1 : row["segment_b_start"]]):
                return sentence
    return None


def _masked(tokens: list[dict[str, Any]]) -> str | None:
    """A side of a row, its [SEP] behind it, with a word masked; None for one that would read badly."""
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
