"""Shards can be read by common tools."""

import numpy as np
import polars as pl
import pytest

from bertprep import store
from bertprep.shards.export import export

SPLITS = ("train", "validation")


def our_rows(folder, split):
    return [row for path, _ in store.read_manifest(folder).parts(split) for row in store.read_part(path).to_pylist()]


@pytest.mark.parametrize("compression", ["none", "zstd", "lz4"])
def test_a_shard_is_one_batch_and_uncompressed_a_view(compression, tmp_path, road, result):
    result("mask", road / "pairs", "-o", tmp_path / "s", "--compression", compression, "--shards", 3, "--workers", 1)
    parts = store.read_manifest(tmp_path / "s").parts("train")
    rows = [count for _, count in parts]
    assert len(rows) == 3 and max(rows) - min(rows) <= 1
    assert our_rows(tmp_path / "s", "train")
    for path, _ in parts:
        file = store.open_part(path)
        assert file.num_record_batches == 1
        if compression == "none":
            column = file.get_batch(0).column("input_ids").values
            assert not column.to_numpy(zero_copy_only=True).flags.owndata


def test_any_number_of_shards_holds_the_same_rows(tmp_path, road, result):
    found = []
    for count in (1, 4):
        result("mask", road / "pairs", "-o", tmp_path / str(count), "--shards", count, "--workers", 1)
        found.append(sorted(our_rows(tmp_path / str(count), "train"), key=lambda row: row["pair"]))
    assert found[0] == found[1]


def test_datasets_finds_the_splits_by_name(tmp_path, road):
    datasets = pytest.importorskip("datasets")
    read = datasets.load_dataset("arrow", data_dir=str(road / "shards"), cache_dir=str(tmp_path))
    assert set(read) == set(SPLITS)
    for split in SPLITS:
        assert read[split].to_list() == our_rows(road / "shards", split)


def test_datasets_reads_what_was_exported(tmp_path, road):
    datasets = pytest.importorskip("datasets")
    export(str(road / "shards"), str(tmp_path / "hf"), "hf")
    read = datasets.load_dataset("parquet", data_dir=str(tmp_path / "hf"), cache_dir=str(tmp_path / "cache"))
    assert {split: len(read[split]) for split in SPLITS} == {s: len(our_rows(road / "shards", s)) for s in SPLITS}


def test_polars_reads_a_split(road):
    frame = pl.read_ipc(road / "shards" / "train-*.arrow")
    assert frame.to_dicts() == our_rows(road / "shards", "train")


def test_duckdb_reads_a_split_through_arrow(road):
    duckdb = pytest.importorskip("duckdb")
    table = store.read_part(store.read_manifest(road / "shards").parts("train")[0][0])
    query = "select count(*), sum(len(masked_lm_positions)), avg(next_sentence_label) from shard"
    count, masked, share = duckdb.connect().register("shard", table).execute(query).fetchone()
    rows = table.to_pylist()
    assert (count, masked) == (len(rows), sum(len(row["masked_lm_positions"]) for row in rows))
    assert share == pytest.approx(np.mean([row["next_sentence_label"] for row in rows]))


@pytest.mark.slow
@pytest.mark.parametrize("way", ["our collator", "exported"])
def test_transformers_trains_on_shards(way, tmp_path, road):
    datasets, transformers = pytest.importorskip("datasets"), pytest.importorskip("transformers")
    from bertprep.train.data.collate import pad

    if way == "exported":
        export(str(road / "shards"), str(tmp_path / "hf"), "hf")
        source, collator = ("parquet", tmp_path / "hf"), transformers.default_data_collator
    else:
        source, collator = ("arrow", road / "shards"), pad
    read = datasets.load_dataset(source[0], data_dir=str(source[1]), cache_dir=str(tmp_path / "cache"))
    config = transformers.BertConfig(
        vocab_size=2000, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    arguments = transformers.TrainingArguments(
        str(tmp_path / "out"), max_steps=3, per_device_train_batch_size=8, remove_unused_columns=False, use_cpu=True,
        report_to=[], save_strategy="no", eval_strategy="steps", eval_steps=3,
    )  # fmt: skip
    trainer = transformers.Trainer(
        transformers.BertForPreTraining(config), arguments, collator, read["train"], read["validation"]
    )
    outcome = trainer.train()
    # ln 2000 for the masked tokens and ln 2 for the label: an untrained model
    assert outcome.global_step == 3 and outcome.training_loss == pytest.approx(np.log(2000) + np.log(2), abs=0.5)


def test_grouping_by_length_leaves_little_padding(road):
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from transformers.trainer_pt_utils import LengthGroupedSampler

    lengths = [len(row["input_ids"]) for row in our_rows(road / "shards", "train")]
    grouped = [lengths[place] for place in LengthGroupedSampler(16, lengths=lengths)]

    def padding(order):
        batches = [order[first : first + 16] for first in range(0, len(order), 16)]
        return 1 - sum(order) / sum(max(batch) * len(batch) for batch in batches)

    assert padding(grouped) < 0.03 < padding(lengths)
