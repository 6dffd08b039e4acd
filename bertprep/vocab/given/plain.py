"""The symbols that the model gets for plain chunks, by a table of characters whose entries come from `tokenizers`.

In `tokenizers`, normalizing and splitting a chunk takes longer than the search for its pieces. Most chunks are a space and
characters whose normalization does not depend on their neighbours, and each of which is part of a word, a word by itself, or a
word together with adjacent symbols. Each character is tried once:

    xÉy ÉÉ -> ▁xéy, ▁éé             part of a word, normalized to é
    x.y .. -> ▁x, ., y, ▁., .       a word by itself with this tokenizer
    x!y !! -> Ġx, !, y, Ġ!!         a symbol with this one
    x's    -> Ġx, 's                not plain

Never plain are combining marks and other characters that normalization or grapheme clusters may combine with neighbours, and the
characters of longer strings that the normalizer replaces. A chunk with a character that is not plain, or with a second space,
is left to `tokenizers`.

Legend: B bytes, C chunks, P plain chunks, W their words, T characters, S symbols for the model.
"""

import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ...core.ragged import offsets_of, range_indices, row_sums
from ..spelling import BLANK
from .pieces import steps_of
from .spaces import ASK, CODE_POINTS, NEVER, SAFE, Split, goes_with_others

SPACED, BARE = CODE_POINTS, CODE_POINTS + 1  # table entries for the start of a word with and without a space before it
JAMO = ((0x1100, 0x1200), (0xA960, 0xA980), (0xD7B0, 0xD800))  # parts of syllables
ALONE, SIGN = SAFE + 1, SAFE + 2  # a word by itself, or together with other symbols
VOWEL_JAMO = 0x1160  # jamo from here on combine with the one before them

Symbols = Callable[[str], np.ndarray | None]  # a model's symbols for a text; None for an unknown character


class Spelled(NamedTuple):
    """Which chunks are plain, and the concatenated symbols of their words; those of plain chunk p begin at starts[p]."""

    plain_C: np.ndarray
    symbols_S: np.ndarray
    bounds_W1: np.ndarray
    starts_P1: np.ndarray


class PlainChunks:
    """The table of characters."""

    def __init__(self, content: dict[str, Any], split: Split, symbols: Symbols) -> None:
        """`ValueError` if no chunk is plain."""
        self._split, self._symbols = split, symbols
        self._replaced = _replaced(content)
        self._bare, self._spaced = self._before_word(""), self._before_word(" ")
        self._kinds = np.zeros(CODE_POINTS + 2, np.uint8)
        self._first, self._count = np.zeros(CODE_POINTS + 2, np.int32), np.zeros(CODE_POINTS + 2, np.int32)
        self._results = self._known("")
        self._put({SPACED: self._known(self._spaced), BARE: self._known(self._bare)})

    def _before_word(self, before: str) -> str:
        """What comes before a word that is preceded by this text."""
        pieces = self._split(f"{before}xy")
        if len(pieces) != 1 or not pieces[0].endswith("xy"):
            raise ValueError("a word is not one pre-token")
        return pieces[0].removesuffix("xy")

    def _known(self, text: str) -> np.ndarray:
        symbols = self._symbols(text)
        if symbols is None:
            raise ValueError("the model does not know the mark of a space")
        return symbols

    def _put(self, symbols_of: dict[int, np.ndarray]) -> None:
        codes, sizes = [*symbols_of], np.array([each.size for each in symbols_of.values()], np.int64)
        self._kinds[codes], self._count[codes] = SAFE, sizes
        self._first[codes] = self._results.size + offsets_of(sizes)[:-1]
        self._results = np.concatenate([self._results, *symbols_of.values()])

    def spelled(self, text_B: np.ndarray, offsets: np.ndarray) -> Spelled:
        """The symbols of all plain chunks; `text_B` is UTF-8 and chunk i lies between offsets[i] and offsets[i + 1]."""
        codes_T = np.frombuffer(text_B.tobytes().decode().encode("utf-32-le"), np.uint32).astype(np.int64)
        bounds = offsets_of((text_B & 0xC0) != 0x80)[offsets]
        self._learn(codes_T)
        filled = np.flatnonzero(np.diff(bounds) > 0)
        begins = bounds[:-1][filled]
        is_spaced = codes_T[begins] == ord(" ")
        codes_T[begins[is_spaced]] = SPACED
        codes_T = np.insert(codes_T, begins[~is_spaced], BARE)
        lengths_C = np.diff(bounds)
        lengths_C[filled[~is_spaced]] += 1
        plain_C = (lengths_C > 1) & (row_sums(self._kinds[codes_T] < SAFE, offsets_of(lengths_C)) == 0)
        codes_T, starts = codes_T[np.repeat(plain_C, lengths_C)], offsets_of(lengths_C[plain_C])
        counts_T = self._count[codes_T]
        symbols_S = self._results[range_indices(self._first[codes_T], counts_T)]
        begins_T = self._begin_words(codes_T, starts[:-1])
        bounds = offsets_of(counts_T)
        return Spelled(
            plain_C, symbols_S, np.append(bounds[:-1][begins_T], bounds[-1]), offsets_of(row_sums(begins_T, starts))
        )

    def _begin_words(self, codes_T: np.ndarray, firsts: np.ndarray) -> np.ndarray:
        """Whether a word begins at each character; a chunk's first character is its space, which belongs to the second."""
        kinds_T = self._kinds[codes_T]
        alone_T, sign_T = kinds_T == ALONE, kinds_T == SIGN
        begins_T = alone_T.copy()
        begins_T[1:] |= alone_T[:-1] | (sign_T[1:] != sign_T[:-1])
        begins_T[firsts + 1] = False
        begins_T[firsts] = True
        return begins_T

    def _learn(self, codes_T: np.ndarray) -> None:
        new = np.unique(codes_T[self._kinds[codes_T] == ASK]).tolist()
        forms = {code: self._classified(chr(code)) for code in new}
        symbols_of = {code: self._symbols(text) for code, (text, kind) in forms.items() if kind != NEVER}
        self._kinds[new] = NEVER
        known = {code: symbols for code, symbols in symbols_of.items() if symbols is not None}
        self._put(known)
        self._kinds[[*known]] = [forms[code][1] for code in known]

    def _classified(self, character: str) -> tuple[str, int]:
        """The normalized form and the kind of a character, if they do not depend on its position, else NEVER."""
        if not _stands_alone(character):
            return "", NEVER
        bare, spaced, c = self._bare, self._spaced, character
        pieces = self._split(f"x{c}y {c} {c}y x{c} x{c}s {c}{c}")
        first = self._split(f"{c} y")
        text = first[0].removeprefix(bare) if first else ""
        characters = {*text, *unicodedata.normalize("NFKD", character)}
        if len(text.split()) != 1 or not _stands_alone(text[0]) or characters & self._replaced or BLANK in text:
            return "", NEVER
        if first != [f"{bare}{text}", f"{spaced}y"]:
            return "", NEVER
        words = [f"{bare}x|{text}|y", *(f"{spaced}{word}" for word in (text, f"{text}|y", f"x|{text}", f"x|{text}|s"))]
        apart = [piece for word in words for piece in word.split("|")]
        if pieces == [*(word.replace("|", "") for word in words), f"{spaced}{text}{text}"]:
            return text, SAFE
        if "|" not in text and pieces == [*apart, f"{spaced}{text}", text]:
            return text, ALONE
        with_others = [f"{bare}x", f"{text}.", f"{spaced}x", f".{text}", "y"]
        if (
            "|" not in text
            and pieces == [*apart, f"{spaced}{text}{text}"]
            and self._split(f"x{c}. x.{c}y") == with_others
        ):
            return text, SIGN
        return "", NEVER


def _stands_alone(character: str) -> bool:
    """Whether no normalizer combines a character with its neighbours."""
    if unicodedata.category(character)[0] not in "LNPS" or goes_with_others(character):
        return False
    if any(first <= ord(character) < stop for first, stop in JAMO):
        return False
    return not VOWEL_JAMO <= ord(unicodedata.normalize("NFKD", character)[0]) < JAMO[0][1]


def _replaced(content: dict[str, Any]) -> set[str]:
    """Characters of strings that the normalizer replaces as a unit."""
    steps = [step for step in steps_of(content.get("normalizer")) if step["type"] == "Replace"]
    patterns = [pattern for step in steps if len(pattern := step["pattern"].get("String") or "") > 1]
    found = set("".join(patterns))
    if any(character.isalnum() for character in found):
        raise ValueError("letters are replaced together")
    return found
