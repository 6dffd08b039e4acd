"""Check whether the label can be predicted without reading: from the style of characters, and from the sources of the texts.

    A  “I see,” he said.    B  "Not at all."      two styles: B is from another book, so the label is random
    A  I see, he said.      B  "Not at all."      nothing to compare: a guess is right half of the time

A publisher uses curly or straight quotation marks, `--` or `—`, capitals or none, throughout. If random pairs mix styles more
often than adjacent pairs, a model learns that instead of language. For each kind of character, the guess is "next if A and B have
a style in common"; it is made only for pairs in which both sides have characters of the kind. So what neighbours share because
they are neighbours (speech follows speech, numbers follow numbers) does not count as a leak.

Violates no guarantee, since it is a property of the corpus: only warns.

Axes: N pairs, V entries of the vocabulary, T tokens of a side.
"""

import dataclasses
import unicodedata
from collections.abc import Callable

import numpy as np

from ..core.scripts import script_of_word
from ..vocab.vocabulary import Vocabulary
from .checks import STANDARD_ERRORS, Finding

LEAST_GAIN = 0.01  # minimum gain over chance for a warning
Lists = tuple[np.ndarray, np.ndarray]  # flat ids and offsets

QUOTES = {
    **dict.fromkeys('"', 0),
    **dict.fromkeys("“”„‟", 1),
    **dict.fromkeys("«»‹›", 2),
    **dict.fromkeys("「」『』", 3),
}
APOSTROPHES = {"'": 0, "’": 1, "‘": 1, "`": 2, "´": 3}
DASHES = {"-": 0, "–": 1, "—": 2, "―": 3, "−": 4}
MOST_STYLES = 63


def _digits(character: str) -> int | None:
    """The code point of the zero in the series of a digit, such as that of Arabic-Indic digits; None for other characters."""
    return ord(character) - value if (value := unicodedata.decimal(character, None)) is not None else None


def _script(character: str) -> str | None:
    return script_of_word(character) or None


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of character; `style` returns the style of a character of this kind, and None for all others."""

    name: str
    style: Callable[[str], object]
    advice: str = ""


PLAIN = "segment with --plain-quotes"
APART = "give each source to segment as a separate argument, or name its field with --source-field"
KINDS = (
    Kind("quotation marks", QUOTES.get, PLAIN),
    Kind("apostrophes", APOSTROPHES.get, PLAIN),
    Kind("dashes", DASHES.get, APART),
    Kind("digits", _digits, APART),
    Kind("scripts", _script, APART),
)


class Guess:
    """How often the label can be guessed from whether A and B have something in common."""

    def __init__(self, name: str, advice: str) -> None:
        self.name, self.advice = name, advice
        self.counts = np.zeros((2, 2), np.int64)  # [something in common, label is next]
        self.pairs = 0

    def add(self, in_common_N: np.ndarray, can_tell_N: np.ndarray, next_N: np.ndarray) -> None:
        """Count pairs; the label is guessed only in those of `can_tell_N`."""
        self.pairs += len(next_N)
        np.add.at(self.counts, (in_common_N[can_tell_N].astype(int), next_N[can_tell_N].astype(int)), 1)

    def share(self) -> tuple[float, float]:
        """The share of all labels guessed correctly, and its standard error under the null hypothesis.

        Both labels have the same weight, even if more of the pairs that can be guessed have one of them.
        """
        by_label = self.counts.sum(0)
        if not by_label.all():
            return 0.5, 0.0
        rates = self.counts[1] / by_label
        common = self.counts[1].sum() / by_label.sum()
        weight = by_label.sum() / self.pairs
        error = np.sqrt(common * (1 - common) * (1 / by_label).sum())
        return 0.5 + abs(rates[1] - rates[0]) / 2 * weight, float(error) / 2 * weight

    @property
    def tells(self) -> bool:
        """Whether the guess is significantly better than chance, by at least LEAST_GAIN."""
        share, error = self.share()
        return share - STANDARD_ERRORS * error > 0.5 and share >= 0.5 + LEAST_GAIN

    def words(self) -> str:
        share, error = self.share()
        return f"{self.name} {100 * share:.1f} % (± {100 * 1.96 * error:.1f})"


class Styles:
    """Guesses by the style of the characters in the tokens of pairs."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        tokens = [
            text if is_ordinary else ""
            for text, is_ordinary in zip(vocabulary.texts, vocabulary.is_ordinary, strict=True)
        ]
        self.guesses = [Guess(kind.name, kind.advice) for kind in KINDS]
        self._styles = [_styles_of_tokens(tokens, kind) for kind in KINDS]
        self.case = None if vocabulary.lowercase else Guess("capitals", APART)
        self._letters_V = np.array([_letters(token) for token in tokens], np.uint64)

    def of_sides(self, side: Lists) -> list[np.ndarray]:
        """For each kind, and for capitals, the styles of each side as a bit mask, uint64 [N]."""
        return [_of_sides(styles_V, *side) for styles_V in (*self._styles, self._letters_V)]

    def add(self, a: Lists, b: Lists, next_N: np.ndarray) -> None:
        """Count pairs; `next_N` is true if the label is next."""
        *kinds, (letters_a, letters_b) = zip(self.of_sides(a), self.of_sides(b), strict=True)
        for guess, (of_a, of_b) in zip(self.guesses, kinds, strict=True):
            guess.add((of_a & of_b) > 0, (of_a > 0) & (of_b > 0), next_N)
        if self.case:
            self.case.add(letters_a == letters_b, (letters_a > 0) & (letters_b > 0), next_N)

    def finding(self) -> Finding:
        """How well each kind of character predicts the label."""
        guesses = self.guesses + ([self.case] if self.case else [])
        return finding("the style of characters does not predict the label", guesses)


def finding(promise: str, guesses: list[Guess]) -> Finding:
    """The finding for several guesses: which of them predict the label, and what to do about it."""
    predictive = [guess for guess in guesses if guess.tells]
    found = ", ".join(guess.words() for guess in guesses if guess.counts.sum()) or "no such characters"
    for guess in predictive:
        share, _ = guess.share()
        found += f". The label can be guessed at {100 * share:.0f} % from {guess.name} alone: {guess.advice}"
    expected = f"50 %, within {STANDARD_ERRORS:g} standard errors or {100 * LEAST_GAIN:g} %"
    return Finding(promise, expected, found, True, warns=bool(predictive))


def _styles_of_tokens(tokens: list[str], kind: Kind) -> np.ndarray:
    """The styles of each token's characters as a bit mask, uint64 [V]; styles beyond the first 63 are ignored."""
    numbers: dict[object, int] = {}
    of_character: dict[str, int] = {}
    for character in {character for token in tokens for character in token}:
        if (style := kind.style(character)) is not None:
            of_character[character] = numbers.setdefault(style, len(numbers))
    bits = {each: 1 << number for each, number in of_character.items() if number < MOST_STYLES}
    styles = np.zeros(len(tokens), np.uint64)
    for number, token in enumerate(tokens):
        for character in token:
            styles[number] |= np.uint64(bits.get(character, 0))
    return styles


def _letters(token: str) -> int:
    """1 if there are lower-case letters, plus 2 if there are capitals."""
    return any(character.islower() for character in token) + 2 * any(character.isupper() for character in token)


def _of_sides(styles_V: np.ndarray, ids_T: np.ndarray, offsets_N1: np.ndarray) -> np.ndarray:
    """The styles of each side as a bit mask, uint64 [N]; 0 for an empty side; ids outside the vocabulary are ignored."""
    bits_T1 = np.append(np.append(styles_V, np.uint64(0))[np.minimum(ids_T, len(styles_V))], np.uint64(0))
    sides = np.bitwise_or.reduceat(bits_T1, offsets_N1[:-1]) if len(offsets_N1) > 1 else np.zeros(0, np.uint64)
    sides[offsets_N1[:-1] == offsets_N1[1:]] = 0
    return sides
