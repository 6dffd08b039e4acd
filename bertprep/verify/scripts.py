"""The scripts of documents, from their text, and whether the scripts of the sides predict the label, from their tokens.

A text has the script of most of its letters (the first by name if counts are equal). Japanese mixes kana and Han: if there is at
least one kana per ten Han characters, the Han count as kana.
"""

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.ragged import row_sums
from ..core.scripts import script_of, script_of_word
from ..vocab.vocabulary import Vocabulary
from .checks import STANDARD_ERRORS, Finding

Lists = tuple[np.ndarray, np.ndarray]  # flat ids and offsets


def script_of_text(text: str) -> str:
    """The script of most letters, "" for text without letters.

    >>> script_of_text("東京は雨"), script_of_text("1994"), script_of_text("日本語 means Japanese")
    ('kana', '', 'latin')
    """
    letters: Counter[str] = Counter()
    for character, count in Counter(text).items():
        letters[script_of(character)] += count
    del letters[""]
    if letters["kana"] and 10 * letters["kana"] >= letters["han"]:
        letters["kana"] += letters["han"]
    most = max(letters.values(), default=0)
    return min(script for script, count in letters.items() if count == most) if most else ""


def scripts_of_documents(sentences: pa.ListArray) -> np.ndarray:
    """The script of each document, object [D]."""
    texts = pc.binary_join(sentences, " ")
    return np.array([script_of_text(text.as_py() or "") for text in texts], object)


class ScriptAudit:
    """Checks that scripts do not predict the label: counts pairs by the scripts of A and B and by label.

    A side has the script of most of its tokens, a token that of its first letter; special tokens, including [UNK], have none.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        of_token = [
            script_of_word(text) if is_ordinary else ""
            for text, is_ordinary in zip(vocabulary.texts, vocabulary.is_ordinary, strict=True)
        ]
        self.names = sorted({"", *of_token})
        self._number_V = np.array([self.names.index(name) for name in of_token], np.uint8)
        self.counts = np.zeros((len(self.names), len(self.names), 2), np.int64)  # A, B, label

    def add(self, a: Lists, b: Lists, random_N: np.ndarray) -> None:
        """Count pairs; `random_N` is true if the label is random."""
        np.add.at(self.counts, (self._sides(*a), self._sides(*b), random_N.astype(np.int64)), 1)

    def _sides(self, ids_T: np.ndarray, offsets_N1: np.ndarray) -> np.ndarray:
        number_T = self._number_V[np.minimum(ids_T, len(self._number_V) - 1)]
        best_N, most_N = np.zeros((2, len(offsets_N1) - 1), np.int64)
        for number in np.unique(number_T[number_T > 0]).tolist():
            tokens_N = row_sums(number_T == number, offsets_N1)
            best_N[tokens_N > most_N] = number
            most_N = np.maximum(most_N, tokens_N)
        return best_N

    def finding(self) -> Finding:
        """Compare how many random and adjacent pairs have sides in two scripts."""
        known = self.counts[1:, 1:]
        two = known.sum((0, 1)) - np.trace(known)
        total = self.counts.sum((0, 1))
        share = total[1] / max(total.sum(), 1)
        deviation = np.sqrt(two.sum() * share * (1 - share) * (1 - two.sum() / max(total.sum(), 1)))
        found = f"{two[0]:,} of {total[0]:,} of label 0 and {two[1]:,} of {total[1]:,} of label 1 join two scripts"
        ok = bool(abs(two[1] - two.sum() * share) <= STANDARD_ERRORS * deviation + 1e-9)
        expected = f"as many of each label, within {STANDARD_ERRORS:g} standard errors"
        return Finding("scripts do not predict the label", expected, found, ok)
