"""Export shards for other tools: a folder of Parquet files, one per shard, and a copy of the vocabulary.

    parquet   the columns of the shards, unchanged: smaller than Arrow and widely supported, but not memory-mapped
    hf        `input_ids, token_type_ids, attention_mask, labels, next_sentence_label`, padded to the longest row of the
              folder: the input of `transformers` with its default collator; labels are -100 for tokens that are not masked;
              `next_sentence_label` only if rows have one, since a column of nulls would make a trainer's loss NaN

`datasets.load_dataset` finds the splits of both kinds by file name. The files appear when all are complete. A folder that is
not empty is refused.
"""

import dataclasses
import errno
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .. import store
from ..core import schema
from ..core.errors import StageError, UsageError
from ..core.places import is_uri
from ..core.ragged import flat_and_offsets, range_indices
from ..store import job
from ..store.lineage import refuse_parts_of_others
from ..vocab.layout import Layout
from ..vocab.loading import whole_vocabulary
from ..vocab.vocabulary import Vocabulary

KINDS = ("parquet", "hf")
BATCH_ROWS = 16_384
BATCH_BYTES = 80 << 20  # BATCH_ROWS rows padded to 512 tokens; of longer rows, fewer are written at once
TOKEN_BYTES = 10  # per padded token, all columns together
IGNORE = -100  # the default ignore_index of PyTorch's losses

HF = pa.schema(
    [
        schema.field("input_ids", pa.list_(pa.int32()), "token ids, masked and padded"),
        schema.field(
            "token_type_ids",
            pa.list_(pa.int8()),
            "0 for A, its special tokens and padding, 1 for B where the tokenizer says so",
        ),
        schema.field("attention_mask", pa.list_(pa.int8()), "1 for tokens, 0 for padding"),
        schema.field("labels", pa.list_(pa.int32()), "true token id where it must be predicted, else -100"),
        schema.field("next_sentence_label", pa.int64(), "0 is next, 1 is random"),
    ]
)


@dataclasses.dataclass(frozen=True)
class Padding:
    """How rows become columns of `HF`: length, padding id, layout of segments, and whether there are next-sentence labels."""

    length: int
    pad_id: int
    layout: Layout
    labelled: bool

    @property
    def schema(self) -> pa.Schema:
        return HF if self.labelled else HF.remove(HF.get_field_index("next_sentence_label"))


@dataclasses.dataclass(frozen=True)
class Exported:
    """Rows, files and bytes written."""

    rows: int
    files: int
    bytes: int


def export(shards: str, output: str, to: str, progress: job.Progress = job.silent) -> Exported:
    """Write a complete shard folder as Parquet files; `to` is one of `KINDS`."""
    if is_uri(output):
        raise UsageError(f"-o is {output}; choose a local folder, and copy it there when it is complete")
    manifest = store.read_manifest(shards, "mask")
    refuse_parts_of_others(manifest, *store.SPLITS)
    folder = Path(output)
    parts = [(path, rows) for split in store.SPLITS for path, rows in manifest.parts(split)]
    vocabulary = whole_vocabulary(shards)
    try:
        with (
            store.made_whole(folder) as private,
            progress("export", sum(rows for _, rows in parts), "rows") as advance,
        ):
            vocabulary.save(private / "vocab")
            padding = _padding(parts, vocabulary) if to == "hf" else None
            for path, rows in parts:
                _write(path, private / f"{PurePosixPath(path).stem}.parquet", padding)
                advance(rows)
    except OSError as error:
        advice = (
            "free some disk space, and run again" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "nothing is kept"
        )
        raise StageError(f"{folder}: cannot be written ({error.strerror or error}); {advice}") from error
    files = sorted(folder.glob("*.parquet"))
    return Exported(sum(rows for _, rows in parts), len(files), sum(file.stat().st_size for file in files))


def _padding(parts: list[tuple[store.Location, int]], vocabulary: Vocabulary) -> Padding:
    """The padding for all rows of a folder."""
    length, labelled = 0, False
    for path, _ in parts:
        table = store.read_part(path)
        length = max(length, int(np.diff(flat_and_offsets(table["input_ids"])[1]).max(initial=0)))
        labelled = labelled or table["next_sentence_label"].null_count < len(table)
    return Padding(length, vocabulary.pad_id, vocabulary.layout, labelled)


def _write(source: store.Location, target: Path, padding: Padding | None) -> None:
    """Write one file; without `padding`, with the columns of the shard."""
    table = store.read_part(source)
    table = table.replace_schema_metadata(None)
    with pq.ParquetWriter(target, padding.schema if padding else table.schema, compression="zstd") as writer:
        for batch in _batches(table, padding.length * TOKEN_BYTES if padding else table.nbytes // max(len(table), 1)):
            writer.write_table(_padded(batch, padding) if padding else batch)


def _batches(table: pa.Table, row_bytes: int) -> Iterator[pa.Table]:
    rows = min(BATCH_ROWS, max(1, BATCH_BYTES // max(row_bytes, 1)))
    for first in range(0, len(table), rows):
        yield table.slice(first, rows)


def _padded(table: pa.Table, padding: Padding) -> pa.Table:
    """Convert rows to the columns of `padding.schema`, each padded to `padding.length`."""
    ids, offsets = flat_and_offsets(table["input_ids"])
    positions, mask_offsets = flat_and_offsets(table["masked_lm_positions"])
    true_ids, _ = flat_and_offsets(table["masked_lm_ids"])
    rows, lengths = len(table), np.diff(offsets)
    starts = np.arange(rows) * padding.length
    there = range_indices(starts, lengths)
    ids_T, labels_T = (np.full(rows * padding.length, value, np.int32) for value in (padding.pad_id, IGNORE))
    segments_T, present_T = (np.zeros(rows * padding.length, np.int8) for _ in range(2))
    ids_T[there], present_T[there] = ids, 1
    second = padding.layout.second_from(table["segment_b_start"].to_numpy(), lengths)
    segments_T[range_indices(starts + second, lengths - second)] = 1
    labels_T[positions.astype(np.int64) + np.repeat(starts, np.diff(mask_offsets))] = true_ids
    ends = pa.array(np.arange(rows + 1, dtype=np.int32) * padding.length)
    flat = (ids_T, segments_T, present_T, labels_T)
    columns = [pa.ListArray.from_arrays(ends, pa.array(values)) for values in flat]
    if padding.labelled:
        columns.append(table["next_sentence_label"].combine_chunks().cast(pa.int64()))
    return pa.Table.from_arrays(columns, schema=padding.schema)
