"""The pairing of the BERT release, compared with a plain implementation that draws the same numbers."""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from partitions import Partition, few, partitions, random_partition

from bertprep.pairs import chunks
from bertprep.pairs.pairings.original import original_pairs


def plain_pairs(documents, longest, short_probability, draws):
    """The published procedure, sentence by sentence, on documents that are lists of sentence lengths.

    Returns (sentences of A, sentences of B, is random) for each pair; a sentence is (document, number).
    """
    return [
        pair
        for number in range(len(documents))
        for pair in plain_pairs_of_document(documents, number, longest, short_probability, draws)
    ]


def plain_pairs_of_document(documents, number, longest, short_probability, draws):
    document, result, chunk, place = documents[number], [], [], 0
    target = longest
    if draws.random() < short_probability:
        target = draws.randint(2, longest)
    while place < len(document):
        chunk.append(place)
        reached = sum(document[each] for each in chunk) >= target
        if reached or place == len(document) - 1:
            a_end = draws.randint(1, len(chunk) - 1) if len(chunk) >= 2 else 1
            a = [(number, each) for each in chunk[:a_end]]
            if len(chunk) == 1 or draws.random() < 0.5:
                wanted = target - sum(document[each] for each in chunk[:a_end])
                result.append((a, plain_random_b(documents, number, wanted, draws), True))
                place -= len(chunk) - a_end
            else:
                result.append((a, [(number, each) for each in chunk[a_end:]], False))
            chunk = []
        place += 1
    return result


def plain_random_b(documents, number, wanted, draws):
    for _ in range(10):
        other = draws.randint(0, len(documents) - 1)
        if other != number:
            break
    start, length, b = draws.randint(0, len(documents[other]) - 1), 0, []
    for place in range(start, len(documents[other])):
        b.append((other, place))
        length += documents[other][place]
        if length >= wanted:
            break
    return b


def ours(partition, longest, short_probability, draws):
    counts = [0, *(len(sentences) for _, sentences in partition.documents)]
    text = chunks.text_of(partition.offsets, np.cumsum(counts))
    bounds = text.passage_bounds_P1

    def sentences(first, last, document):
        assert bounds[document] <= first < last <= bounds[document + 1]
        return [(document, number) for number in text.number_S[first:last].tolist()]

    table = original_pairs(text, longest, short_probability, draws).tolist()
    return [(sentences(*row[:3]), sentences(*row[3:6]), row[6] == 1) for row in table]


@few
@given(
    partition=partitions, longest=st.integers(2, 40), short=st.sampled_from([0.0, 0.1, 0.7]), seed=st.integers(0, 99)
)
def test_same_draws_same_pairs_as_the_published_procedure(partition, longest, short, seed):
    # sentences without tokens, and documents without sentences, never reach the procedure
    full = [(number, each) for number, (_, each) in enumerate(partition.documents) if any(each)]
    named = [[(number, place) for place, length in enumerate(each) if length] for number, each in full]
    lengths = [[length for length in each if length] for _, each in full]
    expected = [
        ([named[document][place] for document, place in a], [named[document][place] for document, place in b], label)
        for a, b, label in plain_pairs(lengths, longest, short, random.Random(seed))
    ]
    assert ours(partition, longest, short, random.Random(seed)) == expected


def test_it_gives_the_known_shares():
    # sentences of 20 tokens on average and chunks of 125, as in English prose: the release labels fewer than half as
    # adjacent, since a chunk of one sentence is always random, and cuts about a tenth of the tokens
    partition = random_partition(documents=150, sentences=60, longest=40)
    rows, counters = partition.pairs(pairing="original", max_length=128)
    adjacent = sum(row["is_next"] for row in rows) / len(rows)
    assert 0.40 < adjacent < 0.49
    in_chunks = counters["tokens_in_pairs"] + counters["tokens_trimmed"]
    assert 0.05 < counters["tokens_trimmed"] / in_chunks < 0.15
    lonely = Partition([("en", [30]), *[("en", [30, 30, 30])] * 20])
    first = [row for row in lonely.pairs(pairing="original", max_length=128)[0] if row["document_a"] == "document-0"]
    assert [row["is_next"] for row in first] == [False]


def test_short_targets_are_drawn_once_per_document():
    partition = Partition([("en", [1] * 400)] * 300)
    rows, _ = partition.pairs(pairing="original", max_length=128, short_probability=0.5)
    totals = {}
    for row in rows:
        if row["is_next"]:
            totals.setdefault(row["document_a"], []).append(len(row["ids_a"]) + len(row["ids_b"]))
    # all chunks of a document except the last have the same target length
    assert all(len(set(each[:-1])) <= 1 for each in totals.values())
    assert 0.3 < sum(each[0] < 125 for each in totals.values()) / len(totals) < 0.7
