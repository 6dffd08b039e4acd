"""Find the script that each document and each side is written in: the script of most of its letters.

Scripts must not reveal which pairs are random, so B's are exchanged only within a language and script; see `_writing` in
`pairings/matched.py`.

    "Кошка спит. The cat sleeps well."    5 + 4 Cyrillic letters, 16 Latin ones: latin
    "東京は雨です。"                          3 Han, 3 kana: kana, since Japanese is written in both
    "1994."                                no letter: no script

Counting every letter would take a third of the time of encoding. Most documents have Latin letters only, which a look at
their bytes shows; letters are counted in the other documents only.

Axes: S sentences, D documents, N pieces of text (documents or sides), each of consecutive sentences.
"""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.ragged import offsets_of, row_sums
from ..core.scripts import script_of

NOT_LATIN = 0xC9  # the first byte of U+0240 and beyond in UTF-8; but E2 80 begins dashes and quotation marks
LATIN_LETTER = r"[A-Za-zªºÀ-ÖØ-öø-ɏ]"
WINDOW_CHARACTERS = 1 << 18
KANA_SHARE = 10  # with more than 10 Han characters per kana, text is Chinese that quotes Japanese; as `language.detect`

Counted = tuple[np.ndarray, np.ndarray]  # sentences with letters of a script, ascending; and their letter counts


class Scripts:
    """The letters of each script in the sentences of a partition."""

    def __init__(self, sentences: pa.Array, bounds_D1: np.ndarray) -> None:
        counted = _count_letters(sentences, bounds_D1)
        self.names = ["", *sorted(counted)]
        # per script: the sentences that have letters of it, and the cumulative count of letters before each
        self._rows = {name: rows for name, (rows, _) in counted.items()}
        self._before = {name: offsets_of(letters) for name, (_, letters) in counted.items()}

    def of(self, first_N: np.ndarray, stop_N: np.ndarray) -> np.ndarray:
        """The script of sentences [first, stop), as an index into `names`, int64 [N]; of equal counts the first by name."""
        best_N, most_N = np.zeros(len(first_N), np.int64), np.zeros(len(first_N), np.int64)
        for number, name in enumerate(self.names[1:], 1):
            letters_N = self._letters(name, first_N, stop_N)
            if name == "kana" and "han" in self._rows:
                han_N = self._letters("han", first_N, stop_N)
                letters_N += np.where(letters_N * KANA_SHARE >= han_N, (letters_N > 0) * han_N, 0)
            better_N = letters_N > most_N
            best_N[better_N], most_N[better_N] = number, letters_N[better_N]
        return best_N

    def _letters(self, name: str, first_N: np.ndarray, stop_N: np.ndarray) -> np.ndarray:
        first, stop = (np.searchsorted(self._rows[name], places) for places in (first_N, stop_N))
        return self._before[name][stop] - self._before[name][first]


def _count_letters(sentences: pa.Array, bounds_D1: np.ndarray) -> dict[str, Counted]:
    """For each script, the sentences with letters of it and their counts; 1 in documents with Latin letters only."""
    if not len(sentences):
        return {}
    document_S = np.repeat(np.arange(len(bounds_D1) - 1), np.diff(bounds_D1))
    many_S = (row_sums(_beyond_latin(sentences), bounds_D1) > 0)[document_S]
    has_letter = pc.match_substring_regex(sentences.filter(pa.array(~many_S)), LATIN_LETTER)
    latin = np.flatnonzero(~many_S)[has_letter.to_numpy(zero_copy_only=False)]
    found: dict[str, list[Counted]] = {"latin": [(latin, np.ones(len(latin), np.int64))]} if len(latin) else {}
    _count_all(sentences.filter(pa.array(many_S)), np.flatnonzero(many_S), found)
    return {name: _in_order(parts) for name, parts in found.items()}


def _beyond_latin(sentences: pa.Array) -> np.ndarray:
    """Mark the sentences with a character that may be a letter of a script other than Latin, bool [S]."""
    data_B, offsets_S1 = _bytes(sentences)
    lead = np.flatnonzero(data_B >= NOT_LATIN)
    lead = lead[(data_B[lead] != 0xE2) | (data_B[lead + 1] != 0x80)]
    return np.diff(np.searchsorted(lead, offsets_S1)) > 0


def _bytes(sentences: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The sentences in UTF-8, concatenated, uint8; and their offsets, [S + 1]."""
    _, offsets, data = sentences.buffers()
    offsets_S1 = np.frombuffer(offsets, np.int32)[sentences.offset : sentences.offset + len(sentences) + 1]
    data_B = np.frombuffer(data or b"", np.uint8)[offsets_S1[0] : offsets_S1[-1]]
    return data_B, offsets_S1 - offsets_S1[0]


def _count_all(sentences: pa.Array, rows: np.ndarray, found: dict[str, list[Counted]]) -> None:
    """Add the letter counts of the sentences to `found`, in windows; `rows` are their indices in the partition."""
    lengths = pc.utf8_length(sentences).to_numpy(zero_copy_only=False).astype(np.int64)
    windows = np.flatnonzero(np.diff(np.cumsum(lengths) // WINDOW_CHARACTERS, prepend=-1))
    for first, stop in pairwise([*windows.tolist(), len(rows)]):
        text = _bytes(sentences.slice(first, stop - first))[0].tobytes().decode()
        points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        known = np.flatnonzero(np.bincount(points))
        scripts = [script_of(chr(point)) for point in known.tolist()]
        names = sorted({*scripts} - {""})
        table = np.zeros(known.max(initial=0) + 1, np.uint8)
        table[known] = [names.index(name) + 1 if name else 0 for name in scripts]
        number_C, offsets = table[points], offsets_of(lengths[first:stop])
        for number, name in enumerate(names, 1):
            letters = np.diff(np.searchsorted(np.flatnonzero(number_C == number), offsets))
            some = np.flatnonzero(letters)
            found.setdefault(name, []).append((rows[first:stop][some], letters[some]))


def _in_order(parts: list[Counted]) -> Counted:
    rows, letters = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(rows, kind="stable")
    return rows[order], letters[order]
