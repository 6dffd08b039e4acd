"""Partitions of made-up sentences for the tests of pairing: every token id is unique, so a side tells where it is from."""

import itertools

import numpy as np
import pyarrow as pa
from hypothesis import settings
from hypothesis import strategies as st

from bertprep.pairs.pair import make_pairs
from bertprep.pairs.settings import PairSettings

few = settings(max_examples=40, deadline=None)  # a busy machine is no failure

VOCABULARY_SIZE = 1_000_000  # ids are uint32: room for one id a token


class Partition:
    """Documents given as (language, sentence lengths in tokens)."""

    def __init__(self, documents):
        self.documents = documents
        self.names = [f"document-{number}" for number in range(len(documents))]
        lengths = [length for _, sentences in documents for length in sentences]
        self.offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
        self.ids = np.arange(self.offsets[-1], dtype=np.uint32)
        self.first_sentence = list(itertools.accumulate((len(sentences) for _, sentences in documents), initial=0))
        self.table = pa.table(
            {
                "document_id": pa.array(self.names, pa.string()),
                "language": pa.array([language for language, _ in documents], pa.string()),
                "sentences": pa.array([[""] * len(sentences) for _, sentences in documents], pa.list_(pa.string())),
            }
        )

    def pairs(self, identity=(0, "train", 0), **settings):
        """The pairs as dictionaries, and the counters."""
        made = PairSettings(**settings)
        table, counters = make_pairs(self.table, self.ids, self.offsets, made, identity, VOCABULARY_SIZE)
        return table.to_pylist(), counters

    def tokens_of(self, row, side):
        """[first, last) token ids of the sentences that a side says it is from."""
        place = self.first_sentence[self.names.index(row[f"document_{side}"])] + row[f"first_sentence_{side}"]
        return self.offsets[place], self.offsets[place + row[f"sentence_count_{side}"]]

    def sentences_of(self, row, side):
        """(document, sentence) of every sentence that has tokens."""
        document, first = self.names.index(row[f"document_{side}"]), row[f"first_sentence_{side}"]
        numbers = range(first, first + row[f"sentence_count_{side}"])
        return [(document, number) for number in numbers if self.documents[document][1][number]]

    def language_of(self, row, side):
        return self.documents[self.names.index(row[f"document_{side}"])][0]


def random_partition(documents=40, sentences=25, longest=40, seed=0, languages=("en",)):
    """A partition such as a corpus gives: documents of unequal numbers of sentences of unequal lengths."""
    draw = np.random.default_rng(seed)
    counts = draw.integers(1, 2 * sentences, documents)
    lengths = [draw.integers(1, longest, count).tolist() for count in counts]
    return Partition([(languages[number % len(languages)], each) for number, each in enumerate(lengths)])


# sentences may be empty, or longer than any row; documents may be empty, alone in their language, or most of the text
sentence_lengths = st.one_of(st.integers(0, 12), st.integers(0, 60))
documents = st.tuples(
    st.sampled_from(["en", "en", "en", "zh", "de"]),
    st.one_of(st.lists(sentence_lengths, max_size=6), st.lists(sentence_lengths, min_size=20, max_size=60)),
)
partitions = st.lists(documents, max_size=14).map(Partition)
