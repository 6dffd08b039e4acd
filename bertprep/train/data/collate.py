"""Convert rows of a shard to tensors.

`pack` is for our own model: rows sorted by length and concatenated without padding, with groups for attention. `pad` is for
`transformers` (a data collator for its Trainer, or for your own loop): padded `input_ids`, `token_type_ids`, `attention_mask`,
`labels`, `next_sentence_label`.

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

IGNORE = -100  # the default ignore_index of cross_entropy


@dataclasses.dataclass
class Group:
    """Consecutive rows that attention processes together: all of `length`, or at most `length` if `offsets_R1` is set."""

    rows: int
    tokens: int
    length: int
    shortest: int = 0
    offsets_R1: Tensor | None = None  # int32: start of each row, and the end


@dataclasses.dataclass
class Batch:
    """The input of the model; all tensors are on one device."""

    ids_T: Tensor
    segments_T: Tensor
    positions_T: Tensor
    read_P: Tensor  # [CLS] of every row, then every masked position, as indices into T
    targets_M: Tensor
    labels_R: Tensor  # 0 next, 1 random, IGNORE for none
    groups: list[Group]
    rows: int
    tokens: int
    masked: int
    labelled: int
    squares: int  # sum of the squared lengths of the rows, for the cost of attention
    words: int = 0

    def to(self, device: torch.device | str) -> "Batch":
        """Copy the batch to a device; from a `pinned` batch, asynchronously."""
        return self.with_tensors(lambda tensor: tensor.to(device, non_blocking=True))

    def pinned(self) -> "Batch":
        """Copy the batch to page-locked memory, from which a GPU can copy asynchronously."""
        return self.with_tensors(Tensor.pin_memory)

    def with_tensors(self, change: Callable[[Tensor], Tensor]) -> "Batch":
        """A copy with `change` applied to all tensors, including those of the groups."""
        groups = [changed(group, change) for group in self.groups]
        return dataclasses.replace(changed(self, change), groups=groups)


def changed(record: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """A copy of a dataclass with `change` applied to its tensors."""
    tensors = {name: value for name, value in vars(record).items() if isinstance(value, Tensor)}
    return dataclasses.replace(record, **{name: change(value) for name, value in tensors.items()})


def pack(rows: RowBatch, jagged: bool = False) -> Batch:
    """Pack rows into a batch, shortest first; attention in groups of equal length, or `jagged` in one group.

    Groups of equal length are faster on a CPU, one group on a GPU, whose kernels take rows of different lengths.
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
    """A batch of one row, to predict its masked positions, whose targets are unknown."""
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
    """Groups of equal length, from sorted lengths."""
    sizes = zip(*(part.tolist() for part in np.unique(lengths_R, return_counts=True)), strict=True)
    return [Group(rows, rows * length, length) for length, rows in sizes]


def jagged_group(lengths_R: np.ndarray) -> Group:
    """All rows in one group, from sorted lengths."""
    offsets_R1 = torch.from_numpy(offsets_of(lengths_R).astype(np.int32))  # the dtype that FlashAttention requires
    return Group(len(lengths_R), int(lengths_R.sum()), int(lengths_R[-1]), int(lengths_R[0]), offsets_R1)


def tensor(array: np.ndarray) -> Tensor:
    """An array as an int64 tensor, for embedding lookups and losses."""
    return torch.from_numpy(np.ascontiguousarray(array, np.int64))


def pad(examples: Sequence[Mapping[str, Any]], pad_id: int = 0, layout: Layout = BERT) -> dict[str, Tensor]:
    """Convert rows from `datasets` or pyarrow to padded tensors [R, L] with the names of `transformers`.

    `labels` is -100 for tokens that are not masked; `next_sentence_label` is left out if any row has none. `pad_id` and `layout`
    are those of the vocabulary; `collator` reads them from a folder of shards.
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
    """`pad` for the rows of a folder of shards, with the padding id and the layout of its vocabulary."""
    vocabulary = load_vocabulary(shards, BESIDE)
    return functools.partial(pad, pad_id=vocabulary.pad_id, layout=vocabulary.layout)
