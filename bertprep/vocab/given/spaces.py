"""Where a text can be cut so that its parts have the same ids as the whole: before a space between two words.

A tokenizer whose pre-tokenizer ends a pre-token at every space treats each word independently. This holds if every step is
known not to look beyond a word (`NORMALIZERS`, `SPLITTERS`), one step ends words at spaces, and some pairs of words have the
same ids together as apart. The characters next to a space must each pass that test too, once:

    a b         cut before the space: letters
    a\u3000 b    not cut: the first character is white space itself, or may be for a normalizer
    a\u200b b    not cut: the character may be removed, and white space may precede it
    a\u0301 b    cut: a mark on a letter; a mark on a character that is removed may be removed too

BPE without a pre-tokenizer (Gemma, Llama) qualifies too, if no piece continues after a space, since no merge crosses it then.

B bytes of texts, S spaces.
"""

import unicodedata
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import tokenizers

from ..chunked import texts_of
from ..spelling import BLANK
from .pieces import merges_of, steps_of

NORMALIZERS = {
    "NFC",
    "NFD",
    "NFKC",
    "NFKD",
    "Nmt",
    "Lowercase",
    "StripAccents",
    "Strip",
    "BertNormalizer",
    "Precompiled",
}
WHITE_PATTERNS = {" {2,}", r"\s+", r"\s{2,}", r"[ ]{2,}"}  # these match only white space
PARTING = {"WhitespaceSplit", "Whitespace", "BertPreTokenizer"}
SPLITTERS = {*PARTING, "ByteLevel", "Metaspace", "Digits", "Punctuation"}
_CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_SIGNS = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
PATTERNS = {  # no match of these has a space after another character
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",  # GPT-2
    rf"{_CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}|{_SIGNS}",  # cl100k, Llama 3
    rf"{_CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}|{_SIGNS}",  # Qwen 2
    r" ?[^\s\p{P}]+| ?\p{P}|\s",  # what `train-vocab` writes for BPE and Unigram
}
WORDS = ("x", "Xy", "1", "12,", "a.", "'s", '"x"', "é", "中文", "-", "x-1", "...", "#a", "don't", "(", "x1y")
CONTROLS = {
    "Cc",
    "Cf",
    "Cn",
    "Co",
    "Cs",
    "Zs",
    "Zl",
    "Zp",
}  # general categories that are never cut at
CODE_POINTS = 0x110000
JOINING = ((0x0D4E, 0x0D4F), (0x11000, 0x12000), (0x1F1E6, 0x1F200))  # prefixes in Indic scripts, flags
ASK, NEVER, SAFE, MARK = range(4)  # whether a text may be cut at a space next to a character; ASK: not known yet
MOST_MARKS = 8  # consecutive combining marks that are examined

Split = Callable[[str], list[str]]


def splitter_of(content: dict[str, Any], tokenizer: tokenizers.Tokenizer) -> Split | None:
    """A function from a text to its pre-tokens, for a tokenizer that treats each word independently; else None."""
    if not _normalizes_words(content):
        return None
    parts_at_spaces = _parts_at_spaces(content)
    if not (parts_at_spaces or _merges_words(content)):
        return None

    def split(text: str) -> list[str]:
        normalizer, splitter = (
            tokenizer.normalizer,
            tokenizer.pre_tokenizer,
        )  # an empty one is falsy in old versions
        prepared = text if normalizer is None else normalizer.normalize_str(text)
        pieces = [prepared] if splitter is None else [piece for piece, _ in splitter.pre_tokenize_str(prepared)]
        return pieces if parts_at_spaces else [part for piece in pieces for part in _at_blanks(piece)]

    pairs = product(WORDS, repeat=2)
    return split if all(split(f"{left} {right}") == split(left) + split(f" {right}") for left, right in pairs) else None


def _at_blanks(text: str) -> list[str]:
    return [BLANK * (place > 0) + part for place, part in enumerate(text.split(BLANK)) if place or part]


def _normalizes_words(content: dict[str, Any]) -> bool:
    for step in steps_of(content.get("normalizer")):
        if step["type"] == "Replace":
            pattern = step["pattern"].get("String")
            is_local = pattern is not None and (
                pattern == " " or not {*pattern} & {" ", BLANK, "\t", "\n", "\r", "\u3000", "\xa0"}
            )
            if not is_local and step["pattern"].get("Regex") not in WHITE_PATTERNS:
                return False
        elif step["type"] not in NORMALIZERS:
            return False
    return True


def _parts_at_spaces(content: dict[str, Any]) -> bool:
    """Whether the pre-tokenizer has only known steps, one of which ends words at spaces."""
    ends = False
    strips = any(step["type"] == "Strip" for step in steps_of(content.get("normalizer")))
    for step in steps_of(content.get("pre_tokenizer")):
        if step["type"] == "Split":
            if step["pattern"].get("Regex") not in PATTERNS or step["behavior"] != "Isolated" or step.get("invert"):
                return False
            ends = True
        elif step["type"] not in SPLITTERS or (
            step["type"] == "Metaspace" and strips and step.get("prepend_scheme") == "first"
        ):
            return False
        ends |= step["type"] in PARTING or bool(step["type"] == "ByteLevel" and step.get("use_regex", True))
        ends |= bool(step["type"] == "Metaspace" and step.get("split", True))
    return ends


def _merges_words(content: dict[str, Any]) -> bool:
    """Whether this is BPE over whole sentences whose pieces never continue after a space."""
    model = content["model"]
    normalizer, splitter = (steps_of(content.get(part)) for part in ("normalizer", "pre_tokenizer"))
    if model["type"] != "BPE" or model.get("ignore_merges") or BLANK not in model["vocab"]:
        return False
    is_replaced = [(step["type"], step.get("content")) for step in normalizer] == [("Replace", BLANK)] and not splitter
    is_marked = [(step["type"], step.get("replacement")) for step in splitter] == [
        ("Metaspace", BLANK)
    ] and not normalizer
    if not (is_replaced or is_marked):
        return False
    return not any(BLANK in "".join(pair).lstrip(BLANK) for pair in merges_of(model))


class SpaceCutter:
    """Cuts texts before spaces where this is known to be safe."""

    def __init__(self, split: Split) -> None:
        self._split = split
        self._kinds = np.zeros(CODE_POINTS, np.uint8)

    def cut(self, text_B: np.ndarray, offsets: np.ndarray) -> tuple[pa.LargeStringArray, np.ndarray]:
        """All chunks of all texts, and int64 [N + 1]: text i has the chunks from starts[i] to starts[i + 1].

        `text_B` is UTF-8, text i lies between offsets[i] and offsets[i + 1]; the chunks are views of `text_B`.
        """
        cuts = np.zeros(text_B.size + 1, bool)
        cuts[offsets] = True
        space_S = np.flatnonzero(text_B[1:-1] == ord(" ")) + 1 if text_B.size > 2 else np.empty(0, np.int64)
        space_S = space_S[~(cuts[space_S] | cuts[space_S + 1])]
        safe_S = self._may_end(text_B, space_S, cuts)
        safe_S &= self._kinds_of(_codes_at(text_B, space_S + 1)) >= SAFE
        cuts[space_S[safe_S]] = True
        bounds = np.flatnonzero(cuts)
        return texts_of(text_B, bounds), np.searchsorted(bounds, offsets)

    def _may_end(self, text_B: np.ndarray, place_S: np.ndarray, begins: np.ndarray) -> np.ndarray:
        """Whether the character before each position may end a part, bool [S]; for a mark, its base character counts."""
        safe_S = np.zeros(len(place_S), bool)
        left = np.arange(len(place_S))
        for _ in range(MOST_MARKS):
            place_S = _place_before(text_B, place_S)
            kinds_S = self._kinds_of(_codes_at(text_B, place_S))
            safe_S[left[kinds_S == SAFE]] = True
            goes_on = np.flatnonzero((kinds_S == MARK) & ~begins[place_S])
            left, place_S = left[goes_on], place_S[goes_on]
        return safe_S

    def _kinds_of(self, codes_S: np.ndarray) -> np.ndarray:
        kinds_S = self._kinds[codes_S]
        if (unknown_S := kinds_S == ASK).any():
            for code in np.unique(codes_S[unknown_S]).tolist():
                kind = MARK if goes_with_others(chr(code)) else SAFE
                self._kinds[code] = kind if self._is_safe(chr(code)) else NEVER
            kinds_S = self._kinds[codes_S]
        return kinds_S

    def _is_safe(self, character: str) -> bool:
        """Whether a character next to a cut is encoded as in the whole text."""
        if character.isspace() or character in (BLANK, "\ufffd") or unicodedata.category(character) in CONTROLS:
            return False
        split, x, y = self._split, self._split("x"), self._split(" y")
        after, before, alone = split(f"x{character}"), split(f" {character}y"), split(f" {character}")
        return (
            split(f"x{character} y") == after + y
            and split(f"x {character}y") == x + before
            and split(f"x {character} y") == x + alone + y
        )


def goes_with_others(character: str) -> bool:
    """Whether a character is a mark or part of a grapheme cluster, so that normalizers may combine it with neighbours."""
    code, category = ord(character), unicodedata.category(character)
    apart = unicodedata.normalize("NFKD", character)[0]
    if category[0] == "M" or unicodedata.category(apart)[0] == "M" or (category == "Sk" and code >= 0x80):
        return True
    return any(first <= code < stop for first, stop in JOINING)


def _codes_at(text_B: np.ndarray, place_S: np.ndarray) -> np.ndarray:
    """The code points that begin at these positions."""
    lead = text_B[place_S].astype(np.int32)
    codes = lead.copy()
    for width, low, high in ((2, 0xC0, 0xE0), (3, 0xE0, 0xF0), (4, 0xF0, 0xF8)):
        which = np.flatnonzero((lead >= low) & (lead < high))
        found = lead[which] & (0x7F >> width)
        for step in range(1, width):
            found = (found << 6) | (text_B[place_S[which] + step] & 0x3F)
        codes[which] = found
    return codes


def _place_before(text_B: np.ndarray, place_S: np.ndarray) -> np.ndarray:
    """The start of the character that ends at each position."""
    lead_S = place_S - 1
    for _ in range(3):
        within = np.flatnonzero((text_B[lead_S] & 0xC0) == 0x80)
        if not len(within):
            break
        lead_S[within] -= 1
    return lead_S
