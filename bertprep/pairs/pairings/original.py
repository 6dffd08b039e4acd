"""The pairing of the BERT release, with its quirks (Devlin et al. 2019, A.1, and create_pretraining_data.py).

A chunk closes after the sentence that reaches the target length, which is drawn once per document. A chunk of one sentence
always gets a random B. A random B is a run of sentences from a random place in another document (of ten draws, the first from
another document, else the last), and the sentences of the chunk that it replaces are used again. Sentences are ranges into the
flat ids, as in `chunks`. Each passage of a document with holes is packed separately.
"""

from typing import Protocol

import numpy as np

from .. import chunks
from ..chunks import Text
from ..partition import Made, Partition, trimmed
from ..settings import PairSettings


class OriginalDraws(Protocol):
    """The two draws that the algorithm uses; `random.Random` implements them."""

    def random(self) -> float:
        """A number in [0, 1)."""

    def randint(self, low: int, high: int) -> int:
        """An integer from low to high, both included."""


def make(part: Partition, settings: PairSettings) -> Made:
    """Make the pairs."""
    table = original_pairs(part.text, part.longest, settings.short_probability, part.draws)
    a = chunks.sides_of(part.text, table[:, 0], table[:, 1], table[:, 2])
    b = chunks.sides_of(part.text, table[:, 3], table[:, 4], table[:, 5])
    a, b = trimmed(part, a, b)
    return Made(a, b, table[:, 6] == 0)


def original_pairs(text: Text, longest: int, short_probability: float, draws: OriginalDraws) -> np.ndarray:
    """Make pairs as rows of (first, last, passage) for A, the same for B, and 1 if B is random: int64 [N, 7].

    Sentences [first, last) are indices into the whole text. Not trimmed yet: A and B together may exceed `longest`.
    """
    bounds = text.passage_bounds_P1.tolist()
    passages = [number for number in range(len(bounds) - 1) if bounds[number + 1] > bounds[number]]
    maker = _Maker(
        text.token_offsets_S1.tolist(),
        [(bounds[number], bounds[number + 1]) for number in passages],
        text.document_P[passages].tolist() if passages else [],
        draws,
    )
    rows = [row for number in range(len(passages)) for row in maker.passage(number, longest, short_probability)]
    table = np.array(rows, np.int64).reshape(-1, 7)
    names = np.array(passages, np.int64)
    table[:, [2, 5]] = names[table[:, [2, 5]]] if len(rows) else 0
    return table


class _Maker:
    """Makes the pairs of one passage after another, from one sequence of draws."""

    def __init__(
        self, ends: list[int], passages: list[tuple[int, int]], documents: list[int], draws: OriginalDraws
    ) -> None:
        self._ends = ends  # sentence s has tokens [ends[s], ends[s + 1])
        self._passages = passages
        self._documents = documents  # of the passages
        self._draws = draws

    def passage(self, number: int, longest: int, short_probability: float) -> list[tuple[int, ...]]:
        draws, ends = self._draws, self._ends
        first, end = self._passages[number]
        target = longest
        if draws.random() < short_probability:
            target = draws.randint(2, longest)
        rows: list[tuple[int, ...]] = []
        start = sentence = first
        while sentence < end:
            sentence += 1
            if sentence < end and ends[sentence] - ends[start] < target:
                continue
            count = sentence - start
            middle = start + (draws.randint(1, count - 1) if count >= 2 else 1)
            if count == 1 or draws.random() < 0.5:
                b = self._random_b(number, target - (ends[middle] - ends[start]))
                rows.append((start, middle, number, *b, 1))
                sentence = middle  # the sentences that would have been B are used again
            else:
                rows.append((start, middle, number, middle, sentence, number, 0))
            start = sentence
        return rows

    def _random_b(self, number: int, target: int) -> tuple[int, int, int]:
        draws, ends = self._draws, self._ends
        for _ in range(10):
            other = draws.randint(0, len(self._passages) - 1)
            if self._documents[other] != self._documents[number]:
                break
        first, end = self._passages[other]
        start = first + draws.randint(0, end - first - 1)
        stop = start + 1
        while stop < end and ends[stop] - ends[start] < target:
            stop += 1
        return start, stop, other
