"""Properties of pairing, on generated partitions and on examples by hand."""

import collections

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from partitions import Partition, few, partitions, random_partition

from bertprep.core import randomness
from bertprep.pairs import chunks
from bertprep.pairs.pairings import PAIRINGS

HALF_RANDOM = ("matched", "sentence")
lengths = st.sampled_from([16, 17, 24, 33])
DEGENERATE = [
    Partition([]),
    Partition([("en", [])]),
    Partition([("en", [5] * 30)]),
    Partition([("en", [5, 6]), ("en", [7, 8])]),
    Partition([("en", [5])] * 9),
    Partition([("en", [3] * 200), ("en", [3] * 4), ("en", [3] * 4)]),
    Partition([("en", [0, 0]), ("en", [0, 4, 0, 0, 4, 0]), ("en", [4, 0, 4]), ("en", [4, 4]), ("en", [4, 4, 0])]),
    Partition([("en", [500, 400]), ("en", [1, 500]), ("en", [500, 1]), ("en", [300, 300])]),
    Partition([("en", [4] * 20), ("en", [4] * 20), ("zh", [4] * 20)]),
]


@pytest.mark.parametrize("pairing", HALF_RANDOM)
@few
@given(partition=partitions, max_length=lengths, seed=st.integers(0, 5))
def test_exactly_half_is_random_in_every_language(pairing, partition, max_length, seed):
    rows, counters = partition.pairs(pairing=pairing, max_length=max_length, seed=seed)
    labels = collections.defaultdict(list)
    for row in rows:
        labels[partition.language_of(row, "a")].append(row["is_next"])
    assert all(2 * sum(each) == len(each) for each in labels.values())
    assert counters["pairs"] == len(rows) == 2 * counters["pairs_random"]


@pytest.mark.parametrize("pairing", HALF_RANDOM)
@few
@given(partition=partitions, max_length=lengths)
def test_labels_are_true_and_languages_are_not_mixed(pairing, partition, max_length):
    rows, _ = partition.pairs(pairing=pairing, max_length=max_length)
    check_labels(partition, rows)
    check_rows(partition, rows, max_length)
    used = [sentence for row in rows for side in "ab" for sentence in partition.sentences_of(row, side)]
    assert len(used) == len(set(used))


def check_labels(partition, rows):
    for row in rows:
        follows = row["first_sentence_b"] == row["first_sentence_a"] + row["sentence_count_a"]
        if row["is_next"]:
            assert row["document_a"] == row["document_b"] and follows
        else:
            assert row["document_a"] != row["document_b"]
            assert partition.language_of(row, "a") == partition.language_of(row, "b")


def check_rows(partition, rows, max_length):
    """Each side is a non-empty run of the tokens of its recorded sentences, and the row fits."""
    for row in rows:
        for side in "ab":
            ids, (first, last) = row[f"ids_{side}"], partition.tokens_of(row, side)
            assert ids and ids == list(range(ids[0], ids[0] + len(ids)))
            assert first <= ids[0] and ids[-1] < last
        assert len(row["ids_a"]) + len(row["ids_b"]) + 3 <= max_length


@pytest.mark.parametrize("pairing", [*HALF_RANDOM, "order", "none"])
@few
@given(partition=partitions, max_length=lengths)
def test_every_token_is_accounted_for(pairing, partition, max_length):
    rows, counters = partition.pairs(pairing=pairing, max_length=max_length)
    told = ("tokens_in_pairs", "tokens_trimmed", "tokens_left_over", "tokens_dropped")
    assert counters["tokens"] == len(partition.ids) == sum(counters[name] for name in told)
    assert counters["tokens_in_pairs"] == sum(len(row["ids_a"]) + len(row["ids_b"]) for row in rows)
    least = 1 if pairing == "none" else 2  # sentences that a row needs
    lonely = sum(sum(length > 0 for length in sentences) < least for _, sentences in partition.documents)
    assert counters["documents_without_pair"] == lonely


@pytest.mark.parametrize("pairing", PAIRINGS)
@pytest.mark.parametrize("partition", DEGENERATE, ids=range(len(DEGENERATE)))
def test_degenerate_partitions_are_paired_or_counted(pairing, partition):
    rows, counters = partition.pairs(pairing=pairing, max_length=32)
    assert len(rows) == counters["pairs"]
    if pairing in HALF_RANDOM:
        check_labels(partition, rows)
        check_rows(partition, rows, 32)


def test_one_document_gives_no_matched_pair():
    rows, counters = Partition([("en", [5] * 30)]).pairs(max_length=16)
    assert (
        rows == []
        and counters["pairs_dropped"] == 15
        and counters["tokens_dropped"] == 150 - counters["tokens_trimmed"]
    )


def test_a_language_of_one_document_gives_no_matched_pair():
    partition = Partition([("en", [5] * 20), ("en", [5] * 20), ("zh", [5] * 20)])
    rows, _ = partition.pairs(max_length=16, short_probability=0.0)
    assert rows and {partition.language_of(row, "a") for row in rows} == {"en"}


def test_a_document_of_three_quarters_of_the_text_is_kept_whole():
    # 18 pairs of the large document and 6 of others: 12 are random, 6 of them of the large one
    partition = Partition([("en", [5] * 36), ("en", [5] * 6), ("en", [5] * 6)])
    rows, counters = partition.pairs(max_length=16, short_probability=0.0)
    assert (len(rows), counters["pairs_random"], counters["pairs_dropped"]) == (24, 12, 0)


def test_sentences_without_tokens_do_not_hide_that_b_follows_a():
    partition = Partition([("en", [4, 0, 0, 4, 0])] * 4)
    rows, _ = partition.pairs(max_length=16)
    assert len(rows) == 4
    check_labels(partition, rows)


@few
@given(partition=partitions, max_length=lengths)
def test_half_of_the_ordered_pairs_are_swapped(partition, max_length):
    rows, counters = partition.pairs(pairing="order", max_length=max_length)
    check_rows(partition, rows, max_length)
    assert 2 * counters["pairs_random"] == len(rows)
    for row in rows:
        first, second = "ab" if row["is_next"] else "ba"
        assert row["document_a"] == row["document_b"]
        assert row[f"first_sentence_{second}"] == row[f"first_sentence_{first}"] + row[f"sentence_count_{first}"]


@few
@given(partition=partitions, max_length=lengths)
def test_without_pairing_there_is_no_b_and_no_label(partition, max_length):
    rows, counters = partition.pairs(pairing="none", max_length=max_length)
    assert counters["tokens_left_over"] == counters["tokens_dropped"] == counters["pairs_random"] == 0
    for row in rows:
        assert row["ids_b"] == [] and row["is_next"] is None and row["document_b"] is None
        assert 0 < len(row["ids_a"]) <= max_length - 2


@pytest.mark.parametrize("pairing", PAIRINGS)
def test_another_seed_pass_split_or_partition_gives_other_draws(pairing):
    partition = random_partition()
    first, _ = partition.pairs(pairing=pairing)
    assert first == partition.pairs(pairing=pairing)[0]
    others = [
        partition.pairs(pairing=pairing, seed=1),
        partition.pairs((1, "train", 0), pairing=pairing),
        partition.pairs((0, "validation", 0), pairing=pairing),
        partition.pairs((0, "train", 1), pairing=pairing),
    ]
    assert all(first != other for other, _ in others) and others[0][0] != others[1][0]


def test_the_lengths_of_random_and_adjacent_bs_are_the_same_but_for_chance():
    # the two B's of a couple have the same length, whether exchanged or not; only the choice of couples is random
    partition = random_partition(documents=200)
    rows, _ = partition.pairs()
    mean = {label: np.mean([len(row["ids_b"]) for row in rows if row["is_next"] is label]) for label in (True, False)}
    spread = np.std([len(row["ids_b"]) for row in rows])
    assert abs(mean[True] - mean[False]) < 5 * spread * (8 / len(rows)) ** 0.5  # couples, not pairs, are independent


@few
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 40)), max_size=20), st.integers(1, 40), st.integers(0, 9))
@example([(20, 20)], 31, 0)
def test_trimming_takes_one_token_at_a_time_from_the_longer(sides, longest, seed):
    a, b = (sides_of_lengths([each[side] for each in sides]) for side in (0, 1))
    trimmed_a, trimmed_b = chunks.trim(a, b, longest, randomness.Stream(seed))
    for row, (length_a, length_b) in enumerate(sides):
        while length_a + length_b > longest:
            if length_a > length_b:
                length_a -= 1
            else:
                length_b -= 1
        assert (trimmed_a.length[row], trimmed_b.length[row]) == (length_a, length_b)
    for before, after in ((a, trimmed_a), (b, trimmed_b)):
        assert (after.start >= before.start).all() and (after.stop <= before.stop).all()


def test_trimming_cuts_front_and_back_alike():
    a, b = sides_of_lengths([100] * 1000), sides_of_lengths([100] * 1000)
    trimmed, _ = chunks.trim(a, b, 100, randomness.Stream(0))
    cut = (trimmed.start - a.start).sum()  # of 50,000 tokens; a standard error is 112
    assert abs(cut - 25_000) < 5 * 112


def sides_of_lengths(lengths):
    stop = np.cumsum(lengths, dtype=np.int64)
    nothing = np.zeros(len(lengths), np.int64)
    return chunks.Sides(stop - np.array(lengths, np.int64), stop, nothing, nothing, nothing)


@few
@given(partition=partitions, least=st.sampled_from([1, 2]), data=st.data())
def test_packing_fills_chunks_until_the_next_sentence_would_overflow(partition, least, data):
    counts = np.array([0, *(len(sentences) for _, sentences in partition.documents)])
    text = chunks.text_of(partition.offsets, np.cumsum(counts))
    most = len(text.number_S) // least + 1
    targets = data.draw(st.lists(st.integers(2, 30), min_size=most, max_size=most))
    first, last, document = chunks.pack(text, np.array(targets), least)
    expected = plain_chunks(partition, targets, least)
    found = [
        (number, text.number_S[low:high].tolist()) for low, high, number in zip(first, last, document, strict=True)
    ]
    assert found == expected


@few
@given(partition=partitions, least=st.sampled_from([1, 2]), target=st.integers(2, 30))
def test_packing_backwards_is_packing_what_is_read_backwards(partition, least, target):
    turned = [(language, sentences[::-1]) for language, sentences in partition.documents[::-1]]
    chunks_of = {}
    for pack, documents in ((chunks.pack, turned), (chunks.pack_backwards, partition.documents)):
        lengths = [length for _, sentences in documents for length in sentences if length]
        bounds = np.cumsum([0, *(sum(length > 0 for length in sentences) for _, sentences in documents)])
        ends = np.cumsum([0, *lengths])
        text = chunks.Text(ends, np.arange(len(lengths)), bounds, np.arange(len(bounds) - 1))
        found = zip(*pack(text, np.full(len(lengths) + 1, target), least), strict=True)
        chunks_of[pack] = [(lengths[first:last], int(document)) for first, last, document in found]
    last = len(partition.documents) - 1
    backwards = [(lengths[::-1], last - document) for lengths, document in chunks_of[chunks.pack][::-1]]
    assert chunks_of[chunks.pack_backwards] == backwards


def test_lengths_do_not_predict_the_order():
    partition = random_partition(documents=400, sentences=100)
    rows, _ = partition.pairs(pairing="order", max_length=64)
    spans = [[np.subtract(*partition.tokens_of(row, side)[::-1]) for side in "ab"] for row in rows]
    longer_first = np.array([(a - b) * (1 if row["is_next"] else -1) for (a, b), row in zip(spans, rows, strict=True)])
    # if all were packed from the front, the first side would be longer by 4.2 tokens, 26 standard errors
    assert abs(longer_first.mean()) < 4 * longer_first.std() / len(rows) ** 0.5


def plain_chunks(partition, targets, least):
    targets, result = iter(targets), []
    for number, (_, sentences) in enumerate(partition.documents):
        waiting = [place for place, length in enumerate(sentences) if length]
        while len(waiting) >= least:
            target, chunk = next(targets), waiting[:least]
            for place in waiting[least:]:
                if sum(sentences[each] for each in [*chunk, place]) > target:
                    break
                chunk.append(place)
            result.append((number, chunk))
            waiting = waiting[len(chunk) :]
    return result


def test_targets_are_short_with_the_given_probability():
    targets = chunks.draw_targets(randomness.Stream(0), 100_000, 125, 0.1)
    short = targets[targets < 125]
    # one short target in 124 is the longest itself; five standard errors
    assert abs(len(short) - 10_000 * 123 / 124) < 5 * (100_000 * 0.1 * 0.9) ** 0.5
    assert short.min() == 2 and abs(short.mean() - 63) < 5 * 35.5 / len(short) ** 0.5


def test_few_tokens_are_lost_where_sentences_are_short():
    _, counters = random_partition(documents=400).pairs(max_length=128)
    lost = counters["tokens"] - counters["tokens_in_pairs"]
    assert lost < 0.02 * counters["tokens"]
