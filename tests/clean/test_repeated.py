"""Counts of sentences in more than N documents agree with direct counting."""

import collections

import near_duplicates as plain
import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.clean import repeated

SENTENCE = st.sampled_from(
    ["We use cookies.", "WE USE COOKIES", "Retrieved on 3 May 2014.", "retrieved on: 12 May 1999", "!", ""]
) | st.text(alphabet="ab ", max_size=3)


@given(st.lists(st.lists(SENTENCE, max_size=4), max_size=12), st.integers(1, 3), st.integers(1, 4))
@settings(max_examples=50)
def test_repeated_sentences_are_those_of_a_plain_count(documents, most, size):
    counts = collections.Counter(
        words
        for document in documents
        for words in {tuple(plain.plain_words(sentence)) for sentence in document}
        if words
    )
    parts = [
        pa.array(documents[first : first + size], pa.list_(pa.string())) for first in range(0, len(documents), size)
    ]
    counted = [
        repeated.document_counts(repeated.sentence_hashes(part.flatten()), part.offsets.to_numpy().astype(np.int64))
        for part in parts
    ]
    hashes, totals = repeated.summed(
        np.concatenate([np.empty(0, np.uint64), *(hashes for hashes, _ in counted)]),
        np.concatenate([np.empty(0, np.int64), *(totals for _, totals in counted)]),
    )
    sentences = [sentence for document in documents for sentence in document]
    found = repeated.are_among(repeated.sentence_hashes(pa.array(sentences, pa.string())), hashes[totals > most])
    assert found.tolist() == [counts[tuple(plain.plain_words(sentence))] > most for sentence in sentences]
