"""Properties of exported shards."""

import pyarrow.parquet as pq
import pytest

from bertprep import store
from bertprep.core.errors import StoreError
from bertprep.shards.export import export
from bertprep.vocab.vocabulary import Vocabulary


def rows_of(folder, split="train"):
    return [row for path, _ in store.read_manifest(folder).parts(split) for row in store.read_part(path).to_pylist()]


def exported_rows(folder, split="train"):
    return [row for path in sorted(folder.glob(f"{split}-*.parquet")) for row in pq.read_table(path).to_pylist()]


@pytest.mark.parametrize("split", store.SPLITS)
def test_parquet_holds_the_same_rows(split, tmp_path, road):
    done = export(str(road / "shards"), str(tmp_path / "out"), "parquet")
    assert exported_rows(tmp_path / "out", split) == rows_of(road / "shards", split)
    assert done.rows == sum(len(rows_of(road / "shards", each)) for each in store.SPLITS)


def test_hf_holds_the_same_rows_padded(tmp_path, road, monkeypatch):
    monkeypatch.setattr("bertprep.shards.export.BATCH_ROWS", 7)
    export(str(road / "shards"), str(tmp_path / "out"), "hf")
    pad = Vocabulary.load(tmp_path / "out" / "vocab").pad_id
    ours, theirs = rows_of(road / "shards"), exported_rows(tmp_path / "out")
    length = max(len(row["input_ids"]) for split in store.SPLITS for row in rows_of(road / "shards", split))
    assert len(ours) == len(theirs)
    for row, padded in zip(ours, theirs, strict=True):
        size, start_b = len(row["input_ids"]), row["segment_b_start"]
        assert padded["input_ids"] == row["input_ids"] + [pad] * (length - size)
        assert padded["attention_mask"] == [1] * size + [0] * (length - size)
        assert padded["token_type_ids"] == [0] * start_b + [1] * (size - start_b) + [0] * (length - size)
        hidden = dict(zip(row["masked_lm_positions"], row["masked_lm_ids"], strict=True))
        assert padded["labels"] == [hidden.get(place, -100) for place in range(length)]
        assert padded["next_sentence_label"] == row["next_sentence_label"]


def test_a_folder_that_is_not_empty_is_refused(tmp_path, road):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="is not empty"):
        export(str(road / "shards"), str(tmp_path), "hf")
    with pytest.raises(StoreError, match="contains the output of build-pairs"):
        export(str(road / "pairs"), str(tmp_path / "out"), "hf")


def test_the_command_reports_what_it_wrote(tmp_path, road, result):
    told = result("export", road / "shards", "-o", tmp_path / "out", "--to", "parquet")
    assert told["rows"] == len(rows_of(road / "shards")) + len(rows_of(road / "shards", "validation"))
    assert not list(tmp_path.glob(".*"))


def test_hf_of_rows_without_pairs_has_no_column_of_nulls(tmp_path, road, command):
    """Nulls would become NaN in a trainer: "expected target dtype to be Long, but got Float"."""
    pairs, shards, out = (tmp_path / name for name in ("pairs", "shards", "out"))
    quiet = ("--workers", 1, "--quiet")
    assert (
        command("build-pairs", road / "sentences", "--vocab", road / "vocab", "-o", pairs, "--pairing", "none", *quiet)[
            0
        ]
        == 0
    )
    assert command("mask", pairs, "-o", shards, *quiet)[0] == 0
    export(str(shards), str(out), "hf")
    for path in out.glob("*.parquet"):
        table = pq.read_table(path)
        assert table.column_names == ["input_ids", "token_type_ids", "attention_mask", "labels"]
        assert not any(column.null_count for column in table.columns)
    assert len(exported_rows(out)) == len(rows_of(shards)) > 0
