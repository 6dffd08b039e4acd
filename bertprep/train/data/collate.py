"""Rows of a shard -> tensors.

`pack` is what our own model reads: rows sorted by length, laid one behind the other without padding, with the groups in
which attention takes them. `pad` is what `transformers` reads (a data collator for its Trainer, or for any loop of your
own): padded `input_ids`, `token_type_ids`, `attention_mask`, `labels`, `next_sentence_label`.

Axes: R rows, T tokens, M masked positions, P positions read out of the encoder, L tokens of a row.
"""

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...core.ragged import offsets_of
from ...vocab.layout import BERT, Layout
from ...vocab.loading import BESIDE, load_vocabulary
from .loader import NO_LABEL, RowBatch

IGNORE = -100  # what cross_entropy leaves out; no valid label, as 0 would be


@dataclasses.dataclass
class Group:
    """Neighbouring rows that attention takes together: all of `length`, or up to it when `offsets_R1` is set."""

    rows: int
    tokens: int
    length: int
    shortest: int = 0
    offsets_R1: Tensor | None = None  # int32: where each row begins, and the end


@dataclasses.dataclass
class Batch:
    """What the model reads; all tensors on one device. See the axes above."""

    ids_T: Tensor
    segments_T: Tensor
    positions_T: Tensor
    read_P: Tensor  # [CLS] of every row, then every masked position, as indices into T
    targets_M: Tensor
    labels_R: Tensor  # 0 next, 1 random, IGNORE where there is none
    groups: list[Group]
    rows: int
    tokens: int
    masked: int
    labelled: int
    squares: int  # the lengths of the rows squared, added up: what attention costs
    words: int = 0

    def to(self, device: torch.device | str) -> "Batch":
        """The same batch on another device; the host does not wait for the copy of one that is `pinned`."""
        return self.with_tensors(lambda tensor: tensor.to(device, non_blocking=True))

    def pinned(self) -> "Batch":
        """The same batch in page-locked memory, from which a GPU copies while the host goes on."""
        return self.with_tensors(Tensor.pin_memory)

    def with_tensors(self, change: Callable[[Tensor], Tensor]) -> "Batch":
        """A copy whose tensors, those of its groups too, are what `change` makes of them."""
        groups = [changed(group, change) for group in self.groups]
        return dataclasses.replace(changed(self, change), groups=groups)


def changed(record: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """A copy of a dataclass with other tensors."""
    tensors = {name: value for name, value in vars(record).items() if isinstance(value, Tensor)}
    return dataclasses.replace(record, **{name: change(value) for name, value in tensors.items()})


def pack(rows: RowBatch, jagged: bool = False) -> Batch:
    """One batch of the rows, shortest first; attention in groups of equal length, or in one of all lengths.

    Groups are quicker on a CPU. One call for all rows is what a GPU wants: its kernels take rows of any lengths.
    """
    rows = rows.take(np.argsort(np.diff(rows.offsets), kind="stable"))
    lengths_R, starts_R = np.diff(rows.offsets), rows.offsets[:-1]
    positions_T = np.arange(rows.offsets[-1]) - np.repeat(starts_R, lengths_R)
    segments_T = positions_T >= np.repeat(rows.layout.second_from(rows.segment_b_start, lengths_R), lengths_R)
    masked_M = rows.positions.astype(np.int64) + np.repeat(starts_R, np.diff(rows.mask_offsets))
    labels_R = np.where(rows.labels == NO_LABEL, IGNORE, rows.labels.astype(np.int64))
    return Batch(
        ids_T=tensor(rows.ids),
        segments_T=tensor(segments_T),
        positions_T=tensor(positions_T),
        read_P=tensor(np.concatenate([starts_R, masked_M])),
        targets_M=tensor(rows.true_ids),
        labels_R=tensor(labels_R),
        groups=[jagged_group(lengths_R)] if jagged else equal_groups(lengths_R),
        rows=len(lengths_R),
        tokens=int(rows.offsets[-1]),
        masked=len(masked_M),
        labelled=int((labels_R != IGNORE).sum()),
        squares=int((lengths_R.astype(np.int64) ** 2).sum()),
    )


def single(row: Sequence[int], segment_b_start: int, masked: Sequence[int], layout: Layout = BERT) -> Batch:
    """One row as a batch, to look at its masked places; their targets are not known."""
    ids = np.array(row)
    return pack(
        RowBatch(
            ids=ids,
            offsets=np.array([0, len(row)]),
            positions=np.array(masked, int),
            true_ids=ids[np.array(masked, int)],
            mask_offsets=np.array([0, len(masked)]),
            segment_b_start=np.array([segment_b_start]),
            labels=np.array([NO_LABEL]),
            pairs=np.array([0]),
            layout=layout,
        )
    )


def equal_groups(lengths_R: np.ndarray) -> list[Group]:
    """Neighbours of equal length; the lengths are sorted."""
    sizes = zip(*(part.tolist() for part in np.unique(lengths_R, return_counts=True)), strict=True)
    return [Group(rows, rows * length, length) for length, rows in sizes]


def jagged_group(lengths_R: np.ndarray) -> Group:
    """All rows in one group; the lengths are sorted."""
    offsets_R1 = torch.from_numpy(offsets_of(lengths_R).astype(np.int32))  # as FlashAttention takes them
    return Group(len(lengths_R), int(lengths_R.sum()), int(lengths_R[-1]), int(lengths_R[0]), offsets_R1)


def tensor(array: np.ndarray) -> Tensor:
    """int64, as embedding lookups and losses want it."""
    return torch.from_numpy(np.ascontiguousarray(array, np.int64))


def pad(examples: Sequence[Mapping[str, Any]], pad_id: int = 0, layout: Layout = BERT) -> dict[str, Tensor]:
    """Rows as `datasets` or pyarrow give them -> padded tensors [R, L] under the names that `transformers` knows.

    `labels` is -100 wherever nothing is to be predicted; `next_sentence_label` is left out when a row has none. `pad_id` and
    `layout` are those of the vocabulary; `collator` takes them from a folder of shards.
    """
    rows, length = len(examples), max(len(example["input_ids"]) for example in examples)
    ids_RL = torch.full((rows, length), pad_id)
    segments_RL, present_RL, labels_RL = (
        torch.zeros_like(ids_RL),
        torch.zeros_like(ids_RL),
        torch.full_like(ids_RL, IGNORE),
    )
    for row, example in enumerate(examples):
        size = len(example["input_ids"])
        ids_RL[row, :size] = torch.as_tensor(example["input_ids"])
        second = layout.second_from(np.array([example["segment_b_start"]]), np.array([size]))
        segments_RL[row, int(second[0]) : size] = 1
        present_RL[row, :size] = 1
        labels_RL[row, torch.as_tensor(example["masked_lm_positions"])] = torch.as_tensor(example["masked_lm_ids"])
    batch = {"input_ids": ids_RL, "token_type_ids": segments_RL, "attention_mask": present_RL, "labels": labels_RL}
    next_labels = [example.get("next_sentence_label") for example in examples]
    if None not in next_labels:
        batch["next_sentence_label"] = torch.tensor(next_labels, dtype=torch.int64)
    return batch


def collator(shards: str) -> Callable[[Sequence[Mapping[str, Any]]], dict[str, Tensor]]:
    """`pad` for the rows of a folder of shards: with the padding and the segments of its vocabulary."""
    vocabulary = load_vocabulary(shards, BESIDE)
    return functools.partial(pad, pad_id=vocabulary.pad_id, layout=vocabulary.layout)
