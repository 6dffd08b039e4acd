"""The layout of a row: the special tokens around segments A and B, and which tokens belong to the second segment.

    BERT        [CLS] A [SEP] B [SEP]      segment 1 from B on
    RoBERTa     <s> A </s> </s> B </s>     segment 0 throughout

A WordPiece vocabulary has BERT's layout; other tokenizers define their own, see `given/template`.

N rows, T tokens in all.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np


@dataclasses.dataclass(frozen=True)
class Layout:
    """Ids of special tokens, in order."""

    before: tuple[int, ...]  # before A; the next-sentence head reads the first of them
    between: tuple[int, ...]  # between A and B
    after: tuple[int, ...]  # after B
    alone: tuple[int, ...]  # after A if there is no B
    early: int | None = 0  # how many of `between` are in segment 1, as B is; None: the whole row is segment 0

    @classmethod
    def of_bert(cls, cls_id: int, sep_id: int) -> "Layout":
        """[CLS] A [SEP] B [SEP]."""
        return cls((cls_id,), (sep_id,), (sep_id,), (sep_id,))

    def special_tokens(self, with_b: bool) -> int:
        """The number of special tokens in a row."""
        return len(self.before) + (len(self.between) + len(self.after) if with_b else len(self.alone))

    @property
    def ids(self) -> list[int]:
        """The distinct ids, ascending."""
        return sorted({*self.before, *self.between, *self.after, *self.alone})

    def row(self, a: Sequence[int], b: Sequence[int] | None = None) -> tuple[list[int], int]:
        """A row's ids and the start of B, which is the row's length if there is no B.

        >>> Layout.of_bert(2, 3).row([7, 8], [9]), Layout((0,), (2, 2), (2,), (2,), None).row([7], [9])
        (([2, 7, 8, 3, 9, 3], 4), ([0, 7, 2, 2, 9, 2], 4))
        """
        if b is None:
            row = [*self.before, *a, *self.alone]
            return row, len(row)
        head = [*self.before, *a, *self.between]
        return [*head, *b, *self.after], len(head)

    def second_from(self, start_b_N: np.ndarray, lengths_N: np.ndarray) -> np.ndarray:
        """The start of segment 1 in each row, int64 [N]: the row's length if it has no such token."""
        lengths_N = lengths_N.astype(np.int64)
        if self.early is None:
            return lengths_N
        start_b_N = start_b_N.astype(np.int64)
        return np.where(start_b_N < lengths_N, start_b_N - self.early, lengths_N) if self.early else start_b_N


BERT = Layout.of_bert(0, 0)  # for uses in which only the number of tokens and their segments matter
