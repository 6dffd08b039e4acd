"""What the tokens of a tokenizer stand for: their text, and where words begin and end; told by the marks that it leaves.

    ##ing  ▁the  Ġthe  low</w>      a prefix of pieces within a word, marks of a space before one, a suffix at a word's end

A word here is what lies between two places where a pre-token is sure to begin, so it never cuts a pre-token. By ids alone that
is known of each token whose first character begins pre-tokens only; any other one goes on with the word before it. With the
pre-tokenizer of GPT-2, which parts letters, numbers and other signs, the neighbours tell more:

    Ġsaid , Ġ" The Ġend          words  [Ġsaid] [,] [Ġ"] [The] [Ġend]; but [don] ['t], and ['] [t] stay together as ['t]

V tokens of the vocabulary.
"""

import dataclasses
import re
from typing import Any

import numpy as np
import tokenizers

from ..spelling import BLANK, bytes_of_characters

BYTE = re.compile(r"<0x([0-9A-F]{2})>")
APART, LETTER, NUMBER, SIGN, APOSTROPHE, SPACE = range(6)  # what a token begins or ends with; APART: half a character
AS_FIRST = np.array(
    [APART, LETTER, NUMBER, SIGN, SIGN, SPACE], np.uint8
)  # an apostrophe is a sign, but for what follows it


@dataclasses.dataclass(frozen=True)
class Pieces:
    """Of each token its text, whether it begins a word, and whether it ends one; `told` is False where ids do not tell."""

    texts: list[str]  # a space in front where one is part of it
    has_spaces: bool  # whether texts tell all spaces; else one stands between words
    begins_V: np.ndarray
    ends_V: np.ndarray
    told: bool = True
    first_V: np.ndarray | None = None  # with the pre-tokenizer of GPT-2, the kinds of the first and the last character
    last_V: np.ndarray | None = None

    def joins(self, ids_T: np.ndarray) -> np.ndarray:
        """bool [T]: whether a token goes on with the word of the one before it."""
        joins_T = ~self.begins_V[ids_T]
        joins_T[1:] &= ~self.ends_V[ids_T[:-1]]
        if self.first_V is not None and self.last_V is not None:
            last, first = self.last_V[ids_T[:-1]], self.first_V[ids_T[1:]]
            known = (last != APART) & (last != SPACE) & (first != APART)
            same = (AS_FIRST[last] == AS_FIRST[first]) | ((last == APOSTROPHE) & (first == LETTER))
            joins_T[1:] &= ~known | same
        return joins_T


def pieces_of(content: dict[str, Any], tokenizer: tokenizers.Tokenizer, tokens: list[str]) -> Pieces:
    """What the tokens of a tokenizer.json, in order of id, stand for."""
    model = content["model"]
    kind, no_end = model.get("type"), np.zeros(len(tokens), bool)
    prefix = model.get("continuing_subword_prefix") or ("##" if kind == "WordPiece" else "")
    if kind == "WordLevel":
        return Pieces([*tokens], False, ~no_end, no_end)
    if prefix:
        goes_on = np.array([token.startswith(prefix) and token != prefix for token in tokens])
        return Pieces([token.removeprefix(prefix) for token in tokens], False, ~goes_on, no_end)
    if suffix := model.get("end_of_word_suffix"):
        ends = np.array([token.endswith(suffix) for token in tokens])
        return Pieces([token.removesuffix(suffix) for token in tokens], False, no_end, ends)
    if "ByteLevel" in kinds_of(content, "pre_tokenizer") | kinds_of(content, "normalizer"):
        return _of_bytes(content, tokenizer, tokens)
    texts = _with_bytes([token.replace(BLANK, " ") for token in tokens])
    begins = np.array([token.startswith(BLANK) for token in tokens])
    return Pieces(texts, bool(begins.any()), begins, no_end, bool(begins.any()) and _keeps_words_apart(tokenizer))


def kinds_of(content: dict[str, Any], part: str) -> set[str]:
    """The types of a normalizer or pre-tokenizer and of those within it."""
    return {step["type"] for step in steps_of(content.get(part))}


def steps_of(part: dict[str, Any] | None) -> list[dict[str, Any]]:
    """A normalizer or pre-tokenizer as its steps, in order."""
    if not part:
        return []
    if part["type"] != "Sequence":
        return [part]
    inner = part.get("normalizers") or part.get("pretokenizers") or []
    return [step for each in inner for step in steps_of(each)]


def merges_of(model: dict[str, Any]) -> list[list[str]]:
    """The merges of a BPE as pairs; older files have each in one string."""
    return [merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"]]


def _of_bytes(content: dict[str, Any], tokenizer: tokenizers.Tokenizer, tokens: list[str]) -> Pieces:
    """Tokens of bytes, each shown as a character of its own (GPT-2); Ġ is the space."""
    byte_of = bytes_of_characters()
    raw = [bytes(byte_of[each] for each in token) if set(token) <= byte_of.keys() else None for token in tokens]
    texts = [token if data is None else data.decode(errors="replace") for token, data in zip(tokens, raw, strict=True)]
    begins = np.array([data is not None and len(data) > 1 and data[:1] == b" " != data[1:2] for data in raw])
    steps = steps_of(content.get("pre_tokenizer"))
    none = np.zeros(len(tokens), bool)
    if [step["type"] for step in steps] != ["ByteLevel"] or not steps[0].get("use_regex", True):
        return Pieces(texts, True, begins, none, _keeps_words_apart(tokenizer))
    kinds: dict[str, int] = {"\ufffd": APART}
    for character in {edge for text in texts for edge in (text[:1], text[-1:])} - kinds.keys():
        kinds[character] = _kind(tokenizer, character)
    first, last = (np.array([kinds[text[place]] if text else APART for text in texts], np.uint8) for place in (0, -1))
    return Pieces(texts, True, begins, none, True, first, last)


def _kind(tokenizer: tokenizers.Tokenizer, character: str) -> int:
    """What the pre-tokenizer of GPT-2 takes a character for; asked of itself, whose tables of Unicode are the ones that count."""
    if character in ("'", " "):
        return APOSTROPHE if character == "'" else SPACE
    for kind, other in ((LETTER, "a"), (NUMBER, "1"), (SIGN, "!")):
        if character.strip() and len(tokenizer.pre_tokenizer.pre_tokenize_str(f"x {other}{character}")) == 2:
            return kind
    return APART


def _keeps_words_apart(tokenizer: tokenizers.Tokenizer) -> bool:
    """Whether words apart by a space are never one pre-token; a tokenizer that parts nothing has no words to cut."""
    splitter = tokenizer.pre_tokenizer
    if splitter is None:
        return True
    words = ("x", "Xy", "1", "12,", "a.", "'s", '"x"', "é", "中文", "-", "x-1", "...", "#a", "don't")
    prepare = str if tokenizer.normalizer is None else tokenizer.normalizer.normalize_str
    if len(splitter.pre_tokenize_str(prepare(" ".join(words)))) == 1:
        return True
    for left in words:
        for right in words:
            text = prepare(f"{left} {right}")
            place = next((at for at, each in enumerate(text) if each in (" ", BLANK) and at), None)
            bounds = {bound for _, span in splitter.pre_tokenize_str(text) for bound in span}
            if place is None or not bounds & {place, place + 1}:
                return False
    return True


def _with_bytes(texts: list[str]) -> list[str]:
    """The same, tokens such as <0x41> as the byte that they are."""
    found = [BYTE.fullmatch(text) for text in texts]
    return [
        bytes([int(match.group(1), 16)]).decode(errors="replace") if match else text
        for match, text in zip(found, texts, strict=True)
    ]
