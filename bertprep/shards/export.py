"""Shards written for others: a folder of Parquet files, one a shard, with a copy of the vocabulary beside them.

    parquet   the columns of the shards as they are: smaller, and read everywhere, but no longer mapped
    hf        `input_ids, token_type_ids, attention_mask, labels, next_sentence_label`, padded to the longest row of the
              folder: what `transformers` takes with its default collator; labels are -100 where nothing is hidden

`datasets.load_dataset` finds the splits of either by the names of the files. The folder appears under its name when it
is whole. Refuses a folder that holds something.
"""

import dataclasses
import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .. import store
from ..core import schema
from ..core.errors import StageError, StoreError, UsageError
from ..core.places import is_uri
from ..core.ragged import flat_and_offsets, range_indices
from ..store import job
from ..vocab.loading import load_vocabulary
from ..vocab.vocabulary import Vocabulary

KINDS = ("parquet", "hf")
BATCH_ROWS = 16_384  # padded to 512 tokens they are 84 MB
IGNORE = -100  # what the losses of PyTorch leave out

HF = pa.schema(
    [
        schema.field("input_ids", pa.list_(pa.int32()), "token ids, masked and padded"),
        schema.field("token_type_ids", pa.list_(pa.int8()), "0 for [CLS] A [SEP] and padding, 1 for B [SEP]"),
        schema.field("attention_mask", pa.list_(pa.int8()), "1 for tokens, 0 for padding"),
        schema.field("labels", pa.list_(pa.int32()), "true token id where it must be predicted, else -100"),
        schema.field("next_sentence_label", pa.int64(), "0 is next, 1 is random"),
    ]
)


@dataclasses.dataclass(frozen=True)
class Exported:
    """What was written."""

    rows: int
    files: int
    bytes: int


def export(shards: str, output: str, to: str, progress: job.Progress = job.silent) -> Exported:
    """Write a finished shard folder as Parquet files, in one of the `KINDS`."""
    if is_uri(output):
        raise UsageError(f"-o is {output}; give a folder of this machine, and copy it there when it is whole")
    manifest = store.read_manifest(shards, "mask")
    folder = Path(output)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{folder}: holds something already; give a new folder to -o")
    parts = [(path, rows) for split in store.SPLITS for path, rows in manifest.parts(split)]
    vocabulary = load_vocabulary(shards, "vocab/")
    temporary = folder.with_name(f".{folder.name}.tmp")
    try:
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        vocabulary.save(temporary / "vocab")
        length = _longest(parts) if to == "hf" else 0
        with progress("export", sum(rows for _, rows in parts), "rows") as advance:
            for path, rows in parts:
                _write(path, temporary / f"{PurePosixPath(path).stem}.parquet", length, vocabulary)
                advance(rows)
        os.replace(temporary, folder)
    except OSError as error:
        raise StageError(f"{folder}: could not be written ({error.strerror or error}); free some room") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    files = sorted(folder.glob("*.parquet"))
    return Exported(sum(rows for _, rows in parts), len(files), sum(file.stat().st_size for file in files))


def _longest(parts: list[tuple[store.Location, int]]) -> int:
    """Tokens of the longest row."""
    lengths = [np.diff(flat_and_offsets(store.read_part(path)["input_ids"])[1]).max(initial=0) for path, _ in parts]
    return int(max(lengths, default=0))


def _write(source: store.Location, target: Path, length: int, vocabulary: Vocabulary) -> None:
    """One file; columns as they are where `length` is 0, else padded to it."""
    table = store.read_part(source)
    table = table.replace_schema_metadata(None)
    with pq.ParquetWriter(target, HF if length else table.schema, compression="zstd") as writer:
        for batch in _batches(table):
            writer.write_table(_padded(batch, length, vocabulary) if length else batch)


def _batches(table: pa.Table) -> Iterator[pa.Table]:
    for first in range(0, len(table), BATCH_ROWS):
        yield table.slice(first, BATCH_ROWS)


def _padded(table: pa.Table, length: int, vocabulary: Vocabulary) -> pa.Table:
    """The columns of `HF`, every row of the given length."""
    ids, offsets = flat_and_offsets(table["input_ids"])
    positions, mask_offsets = flat_and_offsets(table["masked_lm_positions"])
    true_ids, _ = flat_and_offsets(table["masked_lm_ids"])
    rows, lengths = len(table), np.diff(offsets)
    starts = np.arange(rows) * length
    there = range_indices(starts, lengths)
    ids_T, labels_T = (np.full(rows * length, value, np.int32) for value in (vocabulary.pad_id, IGNORE))
    segments_T, present_T = np.zeros(rows * length, np.int8), np.zeros(rows * length, np.int8)
    ids_T[there], present_T[there] = ids, 1
    start_b = table["segment_b_start"].to_numpy().astype(np.int64)
    segments_T[range_indices(starts + start_b, lengths - start_b)] = 1
    labels_T[positions.astype(np.int64) + np.repeat(starts, np.diff(mask_offsets))] = true_ids
    ends = pa.array(np.arange(rows + 1, dtype=np.int32) * length)
    flat = (ids_T, segments_T, present_T, labels_T)
    lists = [pa.ListArray.from_arrays(ends, pa.array(values)) for values in flat]
    label = table["next_sentence_label"].combine_chunks().cast(pa.int64())
    return pa.Table.from_arrays([*lists, label], schema=HF)
