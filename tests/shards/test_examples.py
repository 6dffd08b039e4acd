"""Properties of the step from pairs to rows of shards."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from masking import CLS, SEP, vocabulary
from partitions import few

from bertprep.core import schema
from bertprep.core.errors import UsageError
from bertprep.shards.examples import make_examples
from bertprep.shards.settings import MaskSettings

WIDE = 70_000

sides = st.lists(st.integers(7, vocabulary().size - 1), min_size=1, max_size=12)
pair_rows = st.tuples(sides, st.one_of(st.just([]), sides), st.sampled_from([True, False]))


def pairs_of(rows, size=300):
    columns = schema.pairs(size)
    arrays = {
        "ids_a": [a for a, _, _ in rows],
        "ids_b": [b for _, b, _ in rows],
        "is_next": [label if b else None for _, b, label in rows],
    }
    names = ("ids_a", "ids_b", "is_next")
    return pa.Table.from_arrays(
        [pa.array(arrays[name], columns.field(name).type) for name in names],
        schema=pa.schema(map(columns.field, names)),
    )


def examples_of(rows, first=0, settings=None, copy=0, words=None):
    words = words or vocabulary()
    numbers = np.arange(first, first + len(rows), dtype=np.uint64)
    return make_examples(pairs_of(rows, words.size), numbers, settings or MaskSettings(), words, copy, ("train", first))


@few
@given(st.lists(pair_rows, max_size=12))
def test_putting_the_true_ids_back_gives_the_row_of_the_pair(rows):
    table, counters = examples_of(rows)
    assert table.schema == schema.examples(300)
    assert sorted(table["pair"].to_pylist()) == list(range(len(rows)))
    for example in table.to_pylist():
        a, b, label = rows[example["pair"]]
        restored = list(example["input_ids"])
        for place, token in zip(example["masked_lm_positions"], example["masked_lm_ids"], strict=True):
            restored[place] = token
        assert restored == [CLS, *a, SEP, *b, *([SEP] if b else [])]
        assert example["segment_b_start"] == len(a) + 2
        assert example["next_sentence_label"] == (None if not b else 0 if label else 1)
    assert counters["rows"] == len(rows)
    assert counters["tokens"] == len(table["input_ids"].combine_chunks().flatten())
    assert counters["masked"] == len(table["masked_lm_ids"].combine_chunks().flatten())
    kinds = ("masked_as_mask", "masked_as_random", "masked_as_itself")
    assert counters["masked"] == sum(counters[name] for name in kinds)


@few
@given(st.lists(pair_rows, min_size=1, max_size=12), st.integers(0, 12))
def test_a_pair_is_masked_alike_in_any_shard(rows, cut):
    cut = min(cut, len(rows))
    whole, _ = examples_of(rows)
    parts = [examples_of(rows[:cut])[0], examples_of(rows[cut:], first=cut)[0]]
    by_pair = [sorted(table.to_pylist(), key=lambda row: row["pair"]) for table in (whole, pa.concat_tables(parts))]
    assert by_pair[0] == by_pair[1]


def test_rows_of_a_shard_are_shuffled_and_another_copy_differs():
    rows = [([number % 200 + 30], [9, 10, 11, 12, 13, 14], True) for number in range(200)]
    first, second = examples_of(rows)[0], examples_of(rows, copy=1)[0]
    assert first["pair"].to_pylist() != list(range(200))
    assert first["pair"].to_pylist() != second["pair"].to_pylist()
    hidden = [{row["pair"]: row["masked_lm_positions"] for row in table.to_pylist()} for table in (first, second)]
    assert sum(hidden[0][pair] == hidden[1][pair] for pair in range(200)) < 60  # one position of seven: about 29


def test_a_slice_of_a_part_gives_the_same_rows():
    rows = [([30 + number], [40, 41], True) for number in range(20)]
    numbers = np.arange(5, 12, dtype=np.uint64)
    cut = make_examples(pairs_of(rows).slice(5, 7), numbers, MaskSettings(), vocabulary(), 0, ("train", 5))[0]
    assert cut.equals(examples_of(rows[5:12], first=5)[0])


def test_ids_beyond_65535_are_kept_in_32_bits():
    words = vocabulary(WIDE)
    rows = [([WIDE - 1, 66_000, 7], [WIDE - 2, 65_536], False)] * 50
    table, _ = examples_of(rows, words=words, settings=MaskSettings(mask_prob=0.5))
    assert table.schema.field("input_ids").type == pa.list_(pa.uint32())
    for example in table.to_pylist():
        restored = list(example["input_ids"])
        for place, token in zip(example["masked_lm_positions"], example["masked_lm_ids"], strict=True):
            restored[place] = token
        assert restored == [CLS, WIDE - 1, 66_000, 7, SEP, WIDE - 2, 65_536, SEP]
    assert any(token > 65_535 for row in table["input_ids"].to_pylist() for token in row)


def test_65536_entries_still_fit_16_bits():
    words = vocabulary(65_536)
    table, _ = examples_of([([65_535] * 4, [65_534] * 4, True)], words=words)
    assert table.schema.field("input_ids").type == pa.list_(pa.uint16())
    assert set(table["masked_lm_ids"].to_pylist()[0]) <= {65_535, 65_534}


def test_rows_longer_than_positions_can_represent_are_refused():
    longest = [([30] * 65_000, [31] * 532, True)]
    table, counters = examples_of(longest)
    assert counters["tokens"] == 65_535 and len(table["masked_lm_positions"][0]) == round(0.15 * 65_532)
    assert max(table["masked_lm_positions"].to_pylist()[0]) > 60_000
    with pytest.raises(UsageError, match=r"65,536 tokens does not fit.*--max-length"):
        examples_of([([30] * 65_000, [31] * 533, True)])


def test_two_masks_and_a_true_pair_are_three_tasks():
    # the example of many lectures, the cat on the mat: two masks and one label
    a, b = list(range(100, 107)), list(range(110, 116))
    table, _ = examples_of([(a, b, True)], settings=MaskSettings(max_predictions=2))
    row = table.to_pylist()[0]
    assert len(row["masked_lm_positions"]) == 2 and row["next_sentence_label"] == 0
