"""Rows for training step n, for any n, without reading the steps before it.

Each part is memory-mapped and read through one NumPy view per column, so opening a data set reads almost nothing, and data may be
larger than memory. (`pyarrow.Table.take` on a memory-mapped table is hundreds of times slower.)

The order of rows is a pure function of (seed, epoch, sample number). Sample n is in epoch n // rows. An epoch is a random order
of *slabs*, which are random groups of parts with about `SLAB_ROWS` rows, and a random order of rows within each slab:

    6 parts of 1 million rows    ->   slab 0: parts 4, 0, 3, 1    slab 1: parts 5, 2
    epoch 0                      ->   4 million rows of slab 0 in random order, then 2 million of slab 1
    sample 5,000,000             ->   epoch 0, slab 1, its row number 1,000,000 in that order

Up to `SLAB_ROWS` rows, this is a single uniform permutation. Beyond that, rows are shuffled only within their slab, which is
enough because documents are distributed over the parts by hash; and a slab fits into the page cache. No state is kept between
steps: a run resumes by asking for the next step, with any number of processes.
"""

import bisect
import dataclasses
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ... import store
from ...core import randomness
from ...core.counts import quantity
from ...core.errors import StoreError, UsageError
from ...core.ragged import offsets_of, range_indices
from ...shards.mask import mask_rows
from ...shards.settings import MaskSettings
from ...store.part_checks import wrong_columns
from ...vocab.layout import BERT, Layout
from ...vocab.vocabulary import Vocabulary
from ..settings import TrainSettings

SLAB_ROWS = 4_000_000  # about 1 GB of ids at length 128
NO_LABEL = 255


@dataclasses.dataclass(frozen=True)
class RowBatch:
    """R rows as flat columns: row r has ids[offsets[r]:offsets[r + 1]], and likewise positions with mask_offsets.

    Two rows, [CLS] the [MASK] [SEP] and [CLS] it [SEP]:

        ids           2 10 4 3 2 11 3    offsets       0 4 7
        positions     2                  mask_offsets  0 1 1    true_ids  57
    """

    ids: np.ndarray
    offsets: np.ndarray
    positions: np.ndarray
    true_ids: np.ndarray
    mask_offsets: np.ndarray
    segment_b_start: np.ndarray
    labels: np.ndarray  # uint8, NO_LABEL for none
    pairs: np.ndarray
    layout: Layout = BERT  # that of the vocabulary; it says which tokens are in the second segment

    def __len__(self) -> int:
        return len(self.pairs)

    def take(self, index: np.ndarray) -> "RowBatch":
        """A copy of the rows at these indices, in this order."""
        tokens, offsets = spans(self.offsets, index)
        masks, mask_offsets = spans(self.mask_offsets, index)
        return RowBatch(
            self.ids[tokens], offsets, self.positions[masks], self.true_ids[masks], mask_offsets,
            self.segment_b_start[index], self.labels[index], self.pairs[index], self.layout,
        )  # fmt: skip


def spans(offsets: np.ndarray, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Indices into the flat values of the lists at `index`, concatenated, and the offsets of the result.

    >>> spans(np.array([0, 4, 7]), np.array([1, 0]))
    (array([4, 5, 6, 0, 1, 2, 3]), array([0, 3, 7]))
    """
    starts = offsets[index].astype(np.int64)
    lengths = offsets[index + 1] - starts
    return range_indices(starts, lengths), offsets_of(lengths)


def joined(pieces: list[RowBatch]) -> RowBatch:
    """Concatenate pieces from `RowBatch.take`, whose offsets begin at 0."""
    if len(pieces) == 1:
        return pieces[0]
    columns = {
        field.name: np.concatenate([getattr(piece, field.name) for piece in pieces])
        for field in dataclasses.fields(RowBatch)
        if field.name != "layout"
    }
    for name in ("offsets", "mask_offsets"):
        lengths = np.concatenate([np.diff(getattr(piece, name)) for piece in pieces])
        columns[name] = offsets_of(lengths)
    return RowBatch(**columns, layout=pieces[0].layout)


def open_part(path: Path) -> RowBatch:
    """Open a part file as views on the memory-mapped file; a compressed file is read. `StoreError` for unexpected columns.

    Only offsets are checked: `StoreError` for a row without tokens, or with different numbers of true ids and positions.
    """
    batch = store.open_batch(path)
    if problem := wrong_columns(batch, "mask"):
        raise StoreError(f"{path}: {problem}; create the folder again with --overwrite")
    ids, positions, true_ids = (batch.column(name) for name in ("input_ids", "masked_lm_positions", "masked_lm_ids"))
    labels = batch.column("next_sentence_label")
    if not np.diff(values(ids.offsets)).all() or not np.array_equal(
        values(positions.offsets), values(true_ids.offsets)
    ):
        raise StoreError(
            f"{path}: has an empty row, or another number of masked_lm_ids than of masked_lm_positions; {VERIFY}"
        )
    return RowBatch(
        values(ids.values), values(ids.offsets), values(positions.values), values(true_ids.values),
        values(positions.offsets), values(batch.column("segment_b_start")),
        values(labels.fill_null(NO_LABEL) if labels.null_count else labels), values(batch.column("pair")),
    )  # fmt: skip


def values(array: pa.Array) -> np.ndarray:
    """A NumPy view of an array, never a copy."""
    return array.to_numpy(zero_copy_only=True)


VERIFY = "bertprep verify tells more; create the folder again with --overwrite"


def wrong_values(rows: RowBatch, size: int) -> str | None:
    """The problem of rows that would index beyond the model's tables, or None (checksums detect accidental changes)."""
    lengths = np.diff(rows.offsets)
    for name, ids in (("input_ids", rows.ids), ("masked_lm_ids", rows.true_ids)):
        if (largest := int(ids.max(initial=0))) >= size:
            return f"{name} has an id of {largest}, and the vocabulary {quantity(size, 'entry')}"
    if (rows.positions >= np.repeat(lengths, np.diff(rows.mask_offsets))).any():
        return "a masked_lm_position is beyond the end of its row"
    if (rows.segment_b_start > lengths).any():
        return "a segment_b_start is beyond the end of its row"
    if ((rows.labels > 1) & (rows.labels != NO_LABEL)).any():
        return "a next_sentence_label is neither 0 nor 1"
    return None


class Order:
    """The order of rows in each epoch."""

    def __init__(self, part_ends: np.ndarray, seed: int, slab_rows: int = SLAB_ROWS) -> None:
        self.part_ends, self.seed, self.slab_rows = part_ends, seed, slab_rows
        self.rows = int(part_ends[-1])
        self.slabs = functools.lru_cache(2)(self._slabs)
        self.slab_order = functools.lru_cache(2)(self._slab_order)

    def samples(self, first: int, last: int) -> Iterator[tuple[int, np.ndarray]]:
        """Yield (epoch, row indices) of the samples first .. last - 1, in several pieces if a slab or an epoch ends."""
        while first < last:
            epoch, slab = self.slab_at(first)
            _, slab_ends = self.slabs(epoch)
            start = first - epoch * self.rows - slab_ends[slab]
            count = min(last - first, slab_ends[slab + 1] - slab_ends[slab] - start)
            yield epoch, self.slab_order(epoch, slab)[start : start + count]
            first += count

    def slab_at(self, sample: int) -> tuple[int, int]:
        """The epoch and the slab of a sample."""
        epoch, place = divmod(sample, self.rows)
        return epoch, bisect.bisect_right(self.slabs(epoch)[1], place) - 1

    def slabs_from(self, first: int, last: int) -> Iterator[list[int]]:
        """Yield the parts of each slab that contains any of the samples first .. last - 1."""
        while first < last:
            epoch, slab = self.slab_at(first)
            slabs, ends = self.slabs(epoch)
            yield slabs[slab]
            first = epoch * self.rows + ends[slab + 1]

    def _slabs(self, epoch: int) -> tuple[list[list[int]], list[int]]:
        """The parts of each slab, and the sample at which each slab ends within the epoch (from 0)."""
        slabs: list[list[int]] = [[]]
        rows = [0]
        for part in randomness.Stream("slabs", self.seed, epoch).permutation(len(self.part_ends) - 1).tolist():
            part_rows = int(self.part_ends[part + 1] - self.part_ends[part])
            if slabs[-1] and rows[-1] + part_rows > self.slab_rows:
                slabs.append([])
                rows.append(0)
            slabs[-1].append(part)
            rows[-1] += part_rows
        return slabs, [0, *np.cumsum(rows).tolist()]

    def _slab_order(self, epoch: int, slab: int) -> np.ndarray:
        parts = sorted(self.slabs(epoch)[0][slab])
        rows = np.concatenate([np.arange(self.part_ends[part], self.part_ends[part + 1]) for part in parts])
        return rows[randomness.Stream("rows", self.seed, epoch, slab).permutation(len(rows))]


def dynamic_masks(folders: list[str], settings: TrainSettings) -> MaskSettings | None:
    """The settings for dynamic masking; None if the run uses the masks of the shards."""
    if settings.dynamic is False:
        return None
    try:
        return mask_settings(folders, settings.seed)
    except UsageError:
        if settings.dynamic:
            raise
        return None


def mask_settings(folders: list[str], seed: int) -> MaskSettings:
    """The folders' common masking settings with another seed, for dynamic masking; `UsageError` if they differ."""
    names = {field.name for field in dataclasses.fields(MaskSettings)}
    found = [store.read_manifest(folder, "mask").settings for folder in folders]
    settings = [MaskSettings(**{name: value for name, value in each.items() if name in names}) for each in found]
    indifferent: dict[str, Any] = {"seed": 0, "shards": None, "compression": "none"}
    for folder, each in zip(folders, settings, strict=True):
        if each.copies > 1:
            raise UsageError(
                f"{folder}: holds {quantity(each.copies, 'masked copy')}; --dynamic draws new masks every epoch "
                f"and needs --copies 1"
            )
        if dataclasses.replace(each, **indifferent) != dataclasses.replace(settings[0], **indifferent):
            raise UsageError(
                f"{folders[0]} and {folder} were masked with different settings; --dynamic needs the same in all"
            )
    return dataclasses.replace(settings[0], seed=seed)


def words_in(rows: RowBatch, starts_word_V: np.ndarray) -> int:
    """Number of words in the rows before masking, that is, of tokens that begin a word."""
    masked = rows.ids[rows.positions + np.repeat(rows.offsets[:-1], np.diff(rows.mask_offsets))]
    counts = [int(starts_word_V[ids].sum()) for ids in (rows.ids, rows.true_ids, masked)]
    return counts[0] + counts[1] - counts[2]


def masked_anew(rows: RowBatch, settings: MaskSettings, vocabulary: Vocabulary, epoch: int) -> RowBatch:
    """Restore the true tokens of rows, and mask them again with the same function as `bertprep mask`."""
    ids = rows.ids.copy()
    ids[rows.positions + np.repeat(rows.offsets[:-1], np.diff(rows.mask_offsets))] = rows.true_ids
    masked = mask_rows(ids, rows.offsets, rows.pairs, settings, vocabulary, epoch)
    return dataclasses.replace(
        rows,
        ids=masked.ids_T,
        positions=masked.positions_P,
        true_ids=masked.true_ids_P,
        mask_offsets=masked.mask_offsets_N1,
    )
