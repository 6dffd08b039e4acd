"""The text of a tokenizer's tokens, and where words begin and end, by the marks in tokens.

    ##ing  ▁the  Ġthe  low</w>      prefix of pieces within a word, marks for a preceding space, suffix at the end of a word

A word here is the text between two positions at which a pre-token certainly begins, so it never splits a pre-token. From ids
alone this is known for tokens whose first character only occurs at the start of pre-tokens; any other token continues the
word before it. With the pre-tokenizer of GPT-2, which separates letters, numbers and other symbols, adjacent tokens tell more:

    Ġsaid , Ġ" The Ġend          words  [Ġsaid] [,] [Ġ"] [The] [Ġend]; but [don] ['t], and ['] [t] is one word ['t]

V tokens of the vocabulary.
"""

import dataclasses
import re
from typing import Any

import numpy as np
import tokenizers

from ..spelling import BLANK, bytes_of_characters

BYTE = re.compile(r"<0x([0-9A-F]{2})>")
# kinds of a token's first or last character; APART: incomplete UTF-8
APART, LETTER, NUMBER, SIGN, APOSTROPHE, SPACE = range(6)
AS_FIRST = np.array(
    [APART, LETTER, NUMBER, SIGN, SIGN, SPACE], np.uint8
)  # an apostrophe counts as a sign, except for what follows it


@dataclasses.dataclass(frozen=True)
class Pieces:
    """For each token its text, whether it begins a word, and whether it ends one; `told` is False if ids do not show that."""

    texts: list[str]  # including a leading space that is part of a token
    has_spaces: bool  # whether texts contain all spaces; else one separates words
    begins_V: np.ndarray
    ends_V: np.ndarray
    told: bool = True
    first_V: np.ndarray | None = None  # for the pre-tokenizer of GPT-2: kinds of the first and the last character
    last_V: np.ndarray | None = None

    def joins(self, ids_T: np.ndarray) -> np.ndarray:
        """Whether each token continues the word of the token before it, bool [T]."""
        joins_T = ~self.begins_V[ids_T]
        joins_T[1:] &= ~self.ends_V[ids_T[:-1]]
        if self.first_V is not None and self.last_V is not None:
            last, first = self.last_V[ids_T[:-1]], self.first_V[ids_T[1:]]
            known = (last != APART) & (last != SPACE) & (first != APART)
            same = (AS_FIRST[last] == AS_FIRST[first]) | ((last == APOSTROPHE) & (first == LETTER))
            joins_T[1:] &= ~known | same
        return joins_T


def pieces_of(content: dict[str, Any], tokenizer: tokenizers.Tokenizer, tokens: list[str]) -> Pieces:
    """The texts and word boundaries of the tokens of a tokenizer.json, in order of id."""
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
    return Pieces(texts, bool(begins.any()), begins, no_end, bool(begins.any()) and _separates_words(tokenizer))


def kinds_of(content: dict[str, Any], part: str) -> set[str]:
    """The types of a normalizer or pre-tokenizer, including nested ones."""
    return {step["type"] for step in steps_of(content.get(part))}


def steps_of(part: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The steps of a normalizer or pre-tokenizer, in order, without nesting."""
    if not part:
        return []
    if part["type"] != "Sequence":
        return [part]
    inner = part.get("normalizers") or part.get("pretokenizers") or []
    return [step for each in inner for step in steps_of(each)]


def merges_of(model: dict[str, Any]) -> list[list[str]]:
    """The merges of a BPE as pairs; older files have one string per merge."""
    return [merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"]]


def _of_bytes(content: dict[str, Any], tokenizer: tokenizers.Tokenizer, tokens: list[str]) -> Pieces:
    """Tokens of a byte-level model, in which each byte is shown as a character (GPT-2); Ġ is the space."""
    byte_of = bytes_of_characters()
    raw = [bytes(byte_of[each] for each in token) if set(token) <= byte_of.keys() else None for token in tokens]
    texts = [token if data is None else data.decode(errors="replace") for token, data in zip(tokens, raw, strict=True)]
    begins = np.array([data is not None and len(data) > 1 and data[:1] == b" " != data[1:2] for data in raw])
    steps = steps_of(content.get("pre_tokenizer"))
    none = np.zeros(len(tokens), bool)
    if [step["type"] for step in steps] != ["ByteLevel"] or not steps[0].get("use_regex", True):
        return Pieces(texts, True, begins, none, _separates_words(tokenizer))
    kinds: dict[str, int] = {"\ufffd": APART}
    for character in {edge for text in texts for edge in (text[:1], text[-1:])} - kinds.keys():
        kinds[character] = _kind(tokenizer, character)
    first, last = (np.array([kinds[text[place]] if text else APART for text in texts], np.uint8) for place in (0, -1))
    return Pieces(texts, True, begins, none, True, first, last)


def _kind(tokenizer: tokenizers.Tokenizer, character: str) -> int:
    """The kind that the pre-tokenizer of GPT-2 assigns to a character; found by trying it, so its Unicode tables apply."""
    if character in ("'", " "):
        return APOSTROPHE if character == "'" else SPACE
    for kind, other in ((LETTER, "a"), (NUMBER, "1"), (SIGN, "!")):
        if character.strip() and len(tokenizer.pre_tokenizer.pre_tokenize_str(f"x {other}{character}")) == 2:
            return kind
    return APART


def _separates_words(tokenizer: tokenizers.Tokenizer) -> bool:
    """Whether words separated by a space are never one pre-token; false for a tokenizer that does not split texts."""
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
    """The texts with tokens such as <0x41> replaced by their bytes."""
    found = [BYTE.fullmatch(text) for text in texts]
    return [
        bytes([int(match.group(1), 16)]).decode(errors="replace") if match else text
        for match, text in zip(found, texts, strict=True)
    ]
