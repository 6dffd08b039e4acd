"""How a row is laid out: the special tokens around its sides A and B, and which of its tokens are of the second segment.

    BERT        [CLS] A [SEP] B [SEP]      segment 1 from B on
    RoBERTa     <s> A </s> </s> B </s>     segment 0 throughout

A vocabulary of ours has BERT's layout; any other tokenizer tells its own, see `given/template`.

N rows, T tokens in all.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np


@dataclasses.dataclass(frozen=True)
class Layout:
    """Ids of special tokens, in order."""

    before: tuple[int, ...]  # A; the first of them is what the next-sentence head reads
    between: tuple[int, ...]  # A and B
    after: tuple[int, ...]  # B
    alone: tuple[int, ...]  # behind A where there is no B
    early: int | None = 0  # so many of `between` are of segment 1, as B is; None: no token is

    @classmethod
    def of_bert(cls, cls_id: int, sep_id: int) -> "Layout":
        """[CLS] A [SEP] B [SEP]."""
        return cls((cls_id,), (sep_id,), (sep_id,), (sep_id,))

    def special_tokens(self, with_b: bool) -> int:
        """How many there are in a row."""
        return len(self.before) + (len(self.between) + len(self.after) if with_b else len(self.alone))

    @property
    def ids(self) -> list[int]:
        """The distinct ones, ascending."""
        return sorted({*self.before, *self.between, *self.after, *self.alone})

    def row(self, a: Sequence[int], b: Sequence[int] | None = None) -> tuple[list[int], int]:
        """A row's ids and where B begins: the row's length without B.

        >>> Layout.of_bert(2, 3).row([7, 8], [9]), Layout((0,), (2, 2), (2,), (2,), None).row([7], [9])
        (([2, 7, 8, 3, 9, 3], 4), ([0, 7, 2, 2, 9, 2], 4))
        """
        if b is None:
            row = [*self.before, *a, *self.alone]
            return row, len(row)
        head = [*self.before, *a, *self.between]
        return [*head, *b, *self.after], len(head)

    def second_from(self, start_b_N: np.ndarray, lengths_N: np.ndarray) -> np.ndarray:
        """From which place on a row is of segment 1, int64 [N]: its length where it has no such token."""
        lengths_N = lengths_N.astype(np.int64)
        if self.early is None:
            return lengths_N
        start_b_N = start_b_N.astype(np.int64)
        return np.where(start_b_N < lengths_N, start_b_N - self.early, lengths_N) if self.early else start_b_N


BERT = Layout.of_bert(0, 0)  # where only the number of tokens and their segments count
