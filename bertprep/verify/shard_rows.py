"""Rows of shards for auditing: select those with valid ids and positions, and check their layout."""

import dataclasses

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..core.ragged import flat_and_offsets, row_sums
from ..vocab.vocabulary import Vocabulary
from .checks import LoadedPart, Tally, structural_ids


@dataclasses.dataclass(frozen=True)
class ShardRows:
    """Rows of a shard with valid ids and positions: `shown_T` as stored, `true_T` with the true ids restored."""

    numbers: np.ndarray  # row numbers in the part
    offsets: np.ndarray
    shown_T: np.ndarray
    true_T: np.ndarray
    place_P: np.ndarray  # indices of the masked tokens in shown_T
    mask_offsets: np.ndarray
    start_b: np.ndarray
    label: np.ndarray  # int64, -1 for null
    pair: np.ndarray

    @property
    def length(self) -> np.ndarray:
        return np.diff(self.offsets)


def sound_rows(part: LoadedPart, vocabulary: Vocabulary, inside: Tally, places: Tally) -> ShardRows:
    """Count rows with ids outside the vocabulary and rows with invalid positions; returns the other rows."""
    table = part.table
    ids, offsets = flat_and_offsets(table["input_ids"])
    positions, mask_offsets = flat_and_offsets(table["masked_lm_positions"])
    true_ids, true_offsets = flat_and_offsets(table["masked_lm_ids"])
    foreign = (row_sums(ids >= vocabulary.size, offsets) + row_sums(true_ids >= vocabulary.size, true_offsets)) > 0
    inside.add(part, foreign)
    wrong = np.diff(mask_offsets) != np.diff(true_offsets)
    owner = np.repeat(np.arange(len(wrong)), np.diff(mask_offsets))
    positions = positions.astype(np.int64)
    wrong[owner[positions >= np.diff(offsets)[owner]]] = True
    back = np.diff(positions, prepend=-1) <= 0
    back[mask_offsets[:-1][np.diff(mask_offsets) > 0]] = False
    wrong[owner[back]] = True
    special = ~vocabulary.is_ordinary[np.minimum(true_ids, vocabulary.size - 1)] & (true_ids < vocabulary.size)
    on_special = row_sums(special, true_offsets) > 0
    places.add(part, wrong | on_special)
    kept = np.flatnonzero(~wrong & ~foreign)
    return _rows(table.take(pa.array(kept)) if len(kept) < len(table) else table, kept)


def _rows(table: pa.Table, numbers: np.ndarray) -> ShardRows:
    shown, offsets = flat_and_offsets(table["input_ids"])
    positions, mask_offsets = flat_and_offsets(table["masked_lm_positions"])
    place = positions.astype(np.int64) + np.repeat(offsets[:-1], np.diff(mask_offsets))
    true = shown.copy()
    true[place] = flat_and_offsets(table["masked_lm_ids"])[0]
    label = pc.fill_null(table["next_sentence_label"].combine_chunks().cast(pa.int64()), -1)
    columns = table["segment_b_start"].to_numpy().astype(np.int64), label.to_numpy(), table["pair"].to_numpy()
    return ShardRows(numbers, offsets, shown, true, place, mask_offsets, *columns)


def wrong_layout(rows: ShardRows, vocabulary: Vocabulary) -> np.ndarray:
    """Mark rows that do not have the vocabulary's layout, such as [CLS] A [SEP] B [SEP], or [CLS] A [SEP] without B; bool [N]."""
    layout, has_b = vocabulary.layout, rows.start_b < rows.length
    expected = special_tokens(has_b, vocabulary)
    wrong = (rows.length <= expected) | (rows.start_b > rows.length)
    wrong |= has_b & (rows.start_b <= len(layout.before) + len(layout.between))
    first, stop, end = rows.offsets[:-1], rows.offsets[1:], len(rows.true_T) - 1
    for bound, tokens, which in (
        (first, layout.before, np.ones(len(has_b), bool)),
        (first + rows.start_b - len(layout.between), layout.between, has_b),
        (stop - len(layout.after), layout.after, has_b),
        (stop - len(layout.alone), layout.alone, ~has_b),
    ):
        for place, token in enumerate(tokens):
            wrong |= which & (rows.true_T[np.clip(bound + place, 0, end)] != token)
    structural = np.isin(rows.true_T, structural_ids(vocabulary))
    return wrong | (row_sums(structural, rows.offsets) != expected)


def special_tokens(has_b_N: np.ndarray, vocabulary: Vocabulary) -> np.ndarray:
    """Number of special tokens in the layout of each row, int64 [N]."""
    layout = vocabulary.layout
    counts = len(layout.between) + len(layout.after), len(layout.alone)
    return len(layout.before) + np.where(has_b_N, *counts)


def in_words(vocabulary: Vocabulary) -> str:
    """The layout of a row in words, such as [CLS] A [SEP] B [SEP]."""
    layout = vocabulary.layout
    before, between, after = (
        " ".join(vocabulary.tokens[each] for each in ids) for ids in (layout.before, layout.between, layout.after)
    )
    return f"{before} A {between} B {after}".strip()


def unknown_token(vocabulary: Vocabulary) -> str:
    return vocabulary.tokens[vocabulary.unk_id]
