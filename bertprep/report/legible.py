"""Readable names for the tokens of any tokenizer: text if they are text, bytes if they are parts of characters.

    in the vocabulary    Ġthe   le     Ġ   å        ▁the   ##ing   <0xE5>
    shown                the    ##le   ␣   <0xE5>   the    ##ing   <0xE5>

Consecutive tokens that together are a character are shown as that character: å Ľ ½ is 国. A token of white space is shown as a
space, unless it is masked. Ids, positions and the number of tokens do not change: the first token of a character shows it, and
the others show an empty text.
"""

import codecs
import itertools
from typing import Any

from ..core.stages import MASK
from ..vocab.given.pieces import BYTE
from ..vocab.loading import BESIDE, load_vocabulary
from ..vocab.spelling import bytes_of_characters
from ..vocab.vocabulary import Vocabulary

SPACE, HALF = "␣", "\ufffd"  # shown for a token of a space; in `texts`, a part of a character
NAMED = {
    "shown": "id",
    "true": "true_id",
    "guess": "guess_id",
}  # keys of a decoded token that name a token -> key of its id
HEXADECIMAL = "bertprep.hexadecimal"
codecs.register_error(
    HEXADECIMAL,
    lambda error: ("".join(f"<0x{byte:02X}>" for byte in error.object[error.start : error.end]), error.end),  # type: ignore
)


def rows(folder: str, stage: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make decoded rows (`decoding.sample`) readable; rows of WordPiece, and of other stages, are returned unchanged."""
    if stage != MASK.name or not found or "id" not in found[0]["tokens"][0]:
        return found
    vocabulary = load_vocabulary(folder, BESIDE)
    return [{**row, "tokens": _of_row(row["tokens"], row["segment_b_start"], vocabulary)} for row in found]


def entries(vocabulary: Vocabulary, tokens: list[str]) -> list[str]:
    """Readable names of tokens, each by itself."""
    if vocabulary.given is None:
        return tokens
    ids = {token: number for number, token in enumerate(vocabulary.tokens)}
    return [_name(vocabulary, ids[token], bool(vocabulary.is_continuation[ids[token]])) for token in tokens]


def _of_row(tokens: list[dict[str, Any]], second: int, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Readable tokens of a row; `second` is the position at which B begins."""
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
    """A token with readable names; `guess` and `true` are equal only if they are the same token."""
    found = {}
    for name, of in NAMED.items():
        if token.get(name) is not None:
            found[name] = _name(vocabulary, token[of], token[name].startswith("##"))
    if found.get("guess") == found.get("true") and token.get("guess") != token["true"]:
        found["guess"] = token["guess"]
    return {**token, **found}


def _name(vocabulary: Vocabulary, number: int, joins: bool) -> str:
    """The readable name of a token by itself, with `##` if it continues a word."""
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
    """The bytes of a token that is part of a character; None if their encoding in the token is unknown."""
    if byte := BYTE.fullmatch(token):
        return bytes([int(byte[1], 16)])
    byte_of = bytes_of_characters()
    return bytes(byte_of[each] for each in token) if set(token) <= byte_of.keys() else None


def _is_half(token: dict[str, Any], vocabulary: Vocabulary) -> bool:
    """Whether a token is part of a character and need not be predicted."""
    if token["kind"] is not None or token["special"]:
        return False
    return HALF in vocabulary.texts[token["id"]] and _bytes(vocabulary.tokens[token["id"]]) is not None


def _as_one(named: list[dict[str, Any]], run: list[int], vocabulary: Vocabulary) -> None:
    """Show the characters of a run of tokens in its first token, and nothing in the others."""
    data = b"".join(_bytes(vocabulary.tokens[named[at]["id"]]) or b"" for at in run)
    named[run[0]]["shown"] = data.removeprefix(b" ").decode(errors=HEXADECIMAL)
    for at in run[1:]:
        named[at] |= {"shown": "", "space": False}
