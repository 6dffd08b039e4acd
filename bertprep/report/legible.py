"""Tokens of any tokenizer as people read them: text where they are text, bytes where they are parts of characters.

    in the vocabulary    Ġthe   le     Ġ   å        ▁the   ##ing   <0xE5>
    shown                the    ##le   ␣   <0xE5>   the    ##ing   <0xE5>

Tokens side by side that make up characters are shown as these: å Ľ ½ is 国; and a token of a space as one, unless it is masked.
Ids, positions and the number of tokens stay: what is shown with the token before it has an empty text.
"""

import codecs
import itertools
from typing import Any

from ..core.stages import MASK
from ..vocab.given.pieces import BYTE
from ..vocab.loading import BESIDE, load_vocabulary
from ..vocab.spelling import bytes_of_characters
from ..vocab.vocabulary import Vocabulary

SPACE, HALF = "␣", "\ufffd"  # a token of a space; in `texts`, a part of a character
NAMED = {"shown": "id", "true": "true_id", "guess": "guess_id"}  # what a decoded token names, and where its id is
HEXADECIMAL = "bertprep.hexadecimal"
codecs.register_error(
    HEXADECIMAL,
    lambda error: ("".join(f"<0x{byte:02X}>" for byte in error.object[error.start : error.end]), error.end),  # type: ignore
)


def rows(folder: str, stage: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Decoded rows of a folder (`decoding.sample`) for people; those of WordPiece, and of other stages, are so already."""
    if stage != MASK.name or not found or "id" not in found[0]["tokens"][0]:
        return found
    vocabulary = load_vocabulary(folder, BESIDE)
    return [{**row, "tokens": _of_row(row["tokens"], row["segment_b_start"], vocabulary)} for row in found]


def entries(vocabulary: Vocabulary, tokens: list[str]) -> list[str]:
    """Tokens of a vocabulary, each alone."""
    if vocabulary.given is None:
        return tokens
    ids = {token: number for number, token in enumerate(vocabulary.tokens)}
    return [_name(vocabulary, ids[token], bool(vocabulary.is_continuation[ids[token]])) for token in tokens]


def _of_row(tokens: list[dict[str, Any]], second: int, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """The tokens of a row whose second text begins at `second`."""
    named = [_named(token, vocabulary) for token in tokens]
    for half, run in itertools.groupby(range(len(named)), lambda at: (at < second, _is_half(named[at], vocabulary))):
        if half[1]:
            _as_one(named, [*run], vocabulary)
    for before, token in itertools.pairwise(named):
        text = vocabulary.texts[before.get("true_id", before["id"])]
        if before["special"] or not text.endswith(" ") or (before["kind"] and text.isspace()):
            continue
        token |= {name: token[name].removeprefix("##") for name in NAMED if (token.get(name) or "##") != "##"}
        token["space"] = True
        if text.isspace():
            before |= {"shown": "", "space": False}
    return named


def _named(token: dict[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """A token with what it names made legible; `guess` and `true` stay equal where they are the same token."""
    found = {}
    for name, of in NAMED.items():
        if token.get(name) is not None:
            found[name] = _name(vocabulary, token[of], token[name].startswith("##"))
    if found.get("guess") == found.get("true") and token.get("guess") != token["true"]:
        found["guess"] = token["guess"]
    return {**token, **found}


def _name(vocabulary: Vocabulary, number: int, joins: bool) -> str:
    """A token by itself, `##` in front where it goes on with a word."""
    token, text = vocabulary.tokens[number], vocabulary.texts[number]
    if not vocabulary.is_ordinary[number]:
        return token
    if not text.strip():
        return "".join(SPACE if each == " " else each.encode("unicode_escape").decode() for each in text) or token
    data = _bytes(token) if HALF in text else None
    return (
        "##" * (joins and not text.startswith(" ")) + text.strip()
        if data is None
        else data.strip().decode(errors=HEXADECIMAL)
    )


def _bytes(token: str) -> bytes | None:
    """The bytes that a token of a part of a character stands for; None if it is spelt in no known way."""
    if byte := BYTE.fullmatch(token):
        return bytes([int(byte[1], 16)])
    byte_of = bytes_of_characters()
    return bytes(byte_of[each] for each in token) if set(token) <= byte_of.keys() else None


def _is_half(token: dict[str, Any], vocabulary: Vocabulary) -> bool:
    """Whether a token that need not be predicted is a part of a character."""
    if token["kind"] is not None or token["special"]:
        return False
    return HALF in vocabulary.texts[token["id"]] and _bytes(vocabulary.tokens[token["id"]]) is not None


def _as_one(named: list[dict[str, Any]], run: list[int], vocabulary: Vocabulary) -> None:
    """Show the bytes of a run of tokens with its first."""
    data = b"".join(_bytes(vocabulary.tokens[named[at]["id"]]) or b"" for at in run)
    named[run[0]]["shown"] = data.removeprefix(b" ").decode(errors=HEXADECIMAL)
    for at in run[1:]:
        named[at] |= {"shown": "", "space": False}
