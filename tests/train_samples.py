"""Small shard folders and rows for the tests of training, generated without the stages."""

import itertools
import json
from pathlib import Path

import numpy as np
import pyarrow as pa

from bertprep import store
from bertprep.core import schema
from bertprep.core.stages import MASK
from bertprep.shards.settings import MaskSettings
from bertprep.train.data.loader import RowBatch
from bertprep.train.step import Learner
from bertprep.vocab.vocabulary import Vocabulary


def before_step(monkeypatch, number, action):
    """Call `action(learner)` in every run before its step `number`, counted from 0."""
    real_update = Learner.update

    def update(self, step, current):
        if current == number:
            action(self)
        return real_update(self, step, current)

    monkeypatch.setattr(Learner, "update", update)


def after_step(monkeypatch, number, action):
    """Call `action(learner)` in every run after its step `number`, counted from 0."""
    real_update = Learner.update

    def update(self, step, current):
        losses = real_update(self, step, current)
        if current == number:
            action(self)
        return losses

    monkeypatch.setattr(Learner, "update", update)


def interrupt(_):
    """An action that ends the run at once, as a kill would."""
    raise KeyboardInterrupt


SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def vocabulary(size: int = 100, prefix: str = "w") -> Vocabulary:
    """Words w5, w6, ... after the special tokens."""
    return Vocabulary([*SPECIAL, *(f"{prefix}{number}" for number in range(5, size))])


def random_rows(
    count: int, size: int = 100, length: int = 24, seed: int = 0, labels: bool = True, masked: bool = True
) -> RowBatch:
    """Rows [CLS] A [SEP] B [SEP] of random tokens and lengths from 8 to `length`, about 15% masked."""
    draw = np.random.default_rng(seed)
    lengths = draw.integers(8, length + 1, count)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    b_start = draw.integers(3, lengths - 2)
    ids = draw.integers(5, size, offsets[-1]).astype(np.uint16)
    ids[offsets[:-1]], ids[offsets[1:] - 1], ids[offsets[:-1] + b_start - 1] = 2, 3, 3
    places = [np.flatnonzero(ids[low:high] >= 5) for low, high in itertools.pairwise(offsets)]
    chosen = [np.sort(draw.permutation(place)[: max(1, round(0.15 * len(place))) if masked else 0]) for place in places]
    mask_offsets = np.concatenate([[0], np.cumsum([len(each) for each in chosen])])
    positions = np.concatenate(chosen).astype(np.uint16)
    flat = positions + np.repeat(offsets[:-1], np.diff(mask_offsets))
    true_ids = ids[flat].copy()
    ids[flat] = np.where(draw.random(len(flat)) < 0.8, 4, true_ids)
    next_labels = draw.integers(0, 2, count) if labels else np.full(count, 255)
    columns = (ids, offsets, positions, true_ids, mask_offsets, b_start.astype(np.uint16), next_labels.astype(np.uint8))
    return RowBatch(*columns, np.arange(count, dtype=np.uint64))


# deciles of the lengths of rows that `build-pairs --max-length 128` made from English Wikipedia: 84% full on average
DECILES = np.array([8, 79, 94, 103, 108, 113, 117, 120, 124, 127, 128]) / 128


def rows_like_real_ones(count: int, length: int, size: int, seed: int = 0) -> RowBatch:
    """Random rows with realistic lengths, for a vocabulary of `size` tokens."""
    wanted = np.interp(np.linspace(0.02, 0.98, count), np.linspace(0, 1, 11), DECILES * length).round()
    candidates = random_rows(40 * length, size, length, seed)
    lengths = np.diff(candidates.offsets)
    return candidates.take(np.array([np.abs(lengths - each).argmin() for each in wanted]))


def dictionaries(rows: RowBatch) -> list[dict]:
    """The rows in the form of `datasets`."""
    return [
        {
            "input_ids": rows.ids[rows.offsets[row] : rows.offsets[row + 1]].tolist(),
            "segment_b_start": int(rows.segment_b_start[row]),
            "masked_lm_positions": rows.positions[rows.mask_offsets[row] : rows.mask_offsets[row + 1]].tolist(),
            "masked_lm_ids": rows.true_ids[rows.mask_offsets[row] : rows.mask_offsets[row + 1]].tolist(),
            "next_sentence_label": None if rows.labels[row] == 255 else int(rows.labels[row]),
        }
        for row in range(len(rows))
    ]


def as_batch(rows: RowBatch, size: int = 100) -> pa.RecordBatch:
    """The rows with the on-disk schema."""
    described = schema.examples(size)

    def lists(name: str, flat: np.ndarray, offsets: np.ndarray) -> pa.Array:
        kind = described.field(name).type
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(flat, kind.value_type), type=kind)

    columns = [
        lists("input_ids", rows.ids, rows.offsets),
        pa.array(rows.segment_b_start, pa.uint16()),
        lists("masked_lm_positions", rows.positions, rows.mask_offsets),
        lists("masked_lm_ids", rows.true_ids, rows.mask_offsets),
        pa.array([None if label == 255 else label for label in rows.labels.tolist()], pa.uint8()),
        pa.array(rows.pairs, pa.uint64()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=described)


def write_shards(
    folder: Path,
    train: list[RowBatch],
    validation: list[RowBatch] = [],  # noqa: B006  never changed
    words: Vocabulary | None = None,
    compression: str | None = None,
    **settings: object,
) -> str:
    """Write a shard folder with one part for each of the given batches; returns its path as text."""
    words = words or vocabulary()
    words.save(folder / "vocab")
    parts = []
    for split, pieces in (("train", train), ("validation", validation)):
        for number, rows in enumerate(pieces):
            name = f"{split}-{number:05d}-of-{len(pieces):05d}.arrow"
            batch = as_batch(rows, words.size)
            options = pa.ipc.IpcWriteOptions(compression=compression)
            with pa.ipc.new_file(folder / name, batch.schema, options=options) as writer:
                writer.write_batch(batch)
            content = (folder / name).read_bytes()
            parts.append({"name": name, "rows": len(rows), "bytes": len(content), "checksum": store.checksum(content)})
    manifest = {
        "stage": "mask",
        "format_version": schema.FORMAT_VERSION,
        "version": 1,
        "settings": MaskSettings(**settings).as_dict(),
        "inputs": {"pairs": store.checksum(b"pairs")},
        "counters": dict.fromkeys(MASK.counters, 0),
        "parts": parts,
    }
    (folder / "manifest.json").write_text(json.dumps(store.sealed(manifest)))
    return str(folder)
