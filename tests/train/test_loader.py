"""Rows are read from memory-mapped files in an order that is a function of (seed, epoch, sample number)."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from train_samples import as_batch, random_rows, vocabulary, write_shards

from bertprep.shards.settings import MaskSettings
from bertprep.train.data import collate
from bertprep.train.data.examples import Examples
from bertprep.train.data.loader import Order, joined, masked_anew, open_part


def same(left, right) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(vars(left).values(), vars(right).values(), strict=True))


@pytest.mark.parametrize("compression", [None, "zstd", "lz4"])
def test_parts_give_the_rows_that_were_written(tmp_path, compression):
    pieces = [random_rows(20), random_rows(1, seed=1), random_rows(13, seed=2, labels=False)]
    examples = Examples([write_shards(tmp_path, pieces, compression=compression)], "train")
    assert len(examples) == 34
    assert same(examples.take(np.arange(34)), joined([piece.take(np.arange(len(piece))) for piece in pieces]))
    assert same(examples.take(np.array([25])), pieces[2].take(np.array([4])))


def test_an_uncompressed_part_is_mapped_and_not_copied(tmp_path):
    folder = Path(write_shards(tmp_path, [random_rows(500)]))
    before = pa.total_allocated_bytes()
    rows = open_part(next(folder.glob("train-*")))
    assert pa.total_allocated_bytes() - before < 1000 < rows.ids.nbytes


@pytest.mark.parametrize("count", [0, 3])
def test_a_part_may_hold_any_number_of_batches(tmp_path, count):
    batch = as_batch(random_rows(10))
    with pa.ipc.new_file(tmp_path / "part.arrow", batch.schema) as writer:
        for _ in range(count):
            writer.write_batch(batch)
    assert len(open_part(tmp_path / "part.arrow")) == 10 * count


def test_each_epoch_is_another_order_of_all_rows():
    order = Order(np.array([0, 40, 41, 100]), seed=3)
    epochs = [np.concatenate([rows for _, rows in order.samples(100 * epoch, 100 * epoch + 100)]) for epoch in range(3)]
    assert all(sorted(rows.tolist()) == list(range(100)) for rows in epochs)
    assert epochs[0].tolist() != epochs[1].tolist() != epochs[2].tolist()
    assert (
        epochs[0].tolist() != np.concatenate([rows for _, rows in Order(order.part_ends, 4).samples(0, 100)]).tolist()
    )


@pytest.mark.parametrize("slab_rows", [1, 30, 60, 10**6])
def test_slabs_give_every_row_once_and_any_step_directly(slab_rows):
    ends = np.cumsum([0, 10, 25, 7, 30, 28])
    whole = [(epoch, row) for epoch, rows in Order(ends, 0, slab_rows).samples(0, 250) for row in rows.tolist()]
    assert [epoch for epoch, _ in whole] == [0] * 100 + [1] * 100 + [2] * 50
    assert sorted(row for epoch, row in whole if epoch == 1) == list(range(100))
    for first in (0, 3, 99, 100, 187):
        part = Order(ends, 0, slab_rows).samples(first, first + 33)
        assert [(epoch, row) for epoch, rows in part for row in rows.tolist()] == whole[first : first + 33]


def test_a_slab_keeps_its_parts_together():
    ends = np.arange(0, 101, 10)
    rows = np.concatenate([rows for _, rows in Order(ends, 0, slab_rows=20).samples(0, 100)])
    assert [len(set((slab // 10).tolist())) for slab in rows.reshape(5, 20)] == [2] * 5


def test_dynamic_masking_masks_other_tokens_of_the_same_text():
    rows, words = random_rows(200), vocabulary()
    settings = MaskSettings(seed=7)

    def text(masked):
        ids = masked.ids.copy()
        ids[masked.positions + np.repeat(masked.offsets[:-1], np.diff(masked.mask_offsets))] = masked.true_ids
        return ids.tolist()

    first, again, second = (masked_anew(rows, settings, words, epoch) for epoch in (0, 0, 1))
    assert text(first) == text(second) == text(rows)
    assert same(first, again) and not np.array_equal(first.positions, second.positions)
    some = rows.take(np.array([150, 3]))
    assert same(masked_anew(some, settings, words, 1), second.take(np.array([150, 3])))


def test_pack_lays_rows_out_by_length_without_padding():
    rows = random_rows(30)
    batch = collate.pack(rows)
    assert batch.tokens == len(rows.ids) == sum(group.tokens for group in batch.groups)
    assert [group.length for group in batch.groups] == sorted({group.length for group in batch.groups})
    assert batch.ids_T[batch.read_P[:30]].tolist() == [2] * 30
    assert int((batch.positions_T == 0).sum()) == 30
    assert batch.masked == len(batch.targets_M) == len(batch.read_P) - 30


def test_pad_makes_what_transformers_reads():
    example = {"input_ids": [2, 7, 4, 3, 9, 3], "segment_b_start": 4, "masked_lm_positions": [2], "masked_lm_ids": [8]}
    short = {"input_ids": [2, 4, 3], "segment_b_start": 3, "masked_lm_positions": [1], "masked_lm_ids": [6]}
    batch = collate.pad([{**example, "next_sentence_label": 1}, {**short, "next_sentence_label": 0}])
    assert batch["input_ids"].tolist() == [[2, 7, 4, 3, 9, 3], [2, 4, 3, 0, 0, 0]]
    assert batch["token_type_ids"].tolist() == [[0, 0, 0, 0, 1, 1], [0] * 6]
    assert batch["attention_mask"].tolist() == [[1] * 6, [1, 1, 1, 0, 0, 0]]
    assert batch["labels"].tolist() == [[-100, -100, 8, -100, -100, -100], [-100, 6, -100, -100, -100, -100]]
    assert batch["next_sentence_label"].tolist() == [1, 0]
    assert "next_sentence_label" not in collate.pad([{**short, "next_sentence_label": None}])


def test_rows_read_by_pyarrow_can_be_padded():
    batch = collate.pad(as_batch(random_rows(6)).to_pylist())
    assert batch["labels"].shape == batch["input_ids"].shape
    assert batch["input_ids"].dtype == torch.int64
