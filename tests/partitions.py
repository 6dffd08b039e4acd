"""Partitions of generated sentences for the tests of pairing; every token id is unique, so it shows where a side is from."""

import itertools

import numpy as np
import pyarrow as pa
from hypothesis import settings
from hypothesis import strategies as st

from bertprep.pairs.pair import make_pairs
from bertprep.pairs.settings import PairSettings

few = settings(max_examples=40, deadline=None)  # no deadline, for busy machines
VOCABULARY_SIZE = 1_000_000  # ids are uint32; enough for one id per token


class Partition:
    """Documents given as (language, sentence lengths in tokens), and optionally the texts of their sentences."""

    def __init__(self, documents, texts=None):
        self.documents = documents
        self.texts = texts or [["a"] * len(sentences) for _, sentences in documents]
        self.names = [f"document-{number}" for number in range(len(documents))]
        lengths = [length for _, sentences in documents for length in sentences]
        self.offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
        self.ids = np.arange(self.offsets[-1], dtype=np.uint32)
        self.first_sentence = list(itertools.accumulate((len(sentences) for _, sentences in documents), initial=0))
        self.table = pa.table(
            {
                "document_id": pa.array(self.names, pa.string()),
                "language": pa.array([language for language, _ in documents], pa.string()),
                "sentences": pa.array(self.texts, pa.list_(pa.string())),
            }
        )

    def pairs(self, identity=(0, "train", 0), **settings):
        """The pairs as dictionaries, and the counters."""
        made = PairSettings(**settings)
        table, counters = make_pairs(self.table, self.ids, self.offsets, made, identity, VOCABULARY_SIZE)
        return table.to_pylist(), counters

    def tokens_of(self, row, side):
        """[first, last) token ids of the sentences that a side is from, according to the row."""
        place = self.first_sentence[self.names.index(row[f"document_{side}"])] + row[f"first_sentence_{side}"]
        return self.offsets[place], self.offsets[place + row[f"sentence_count_{side}"]]

    def sentences_of(self, row, side):
        """(document, sentence) of every sentence of a side that has tokens."""
        document, first = self.names.index(row[f"document_{side}"]), row[f"first_sentence_{side}"]
        numbers = range(first, first + row[f"sentence_count_{side}"])
        return [(document, number) for number in numbers if self.documents[document][1][number]]

    def language_of(self, row, side):
        return self.documents[self.names.index(row[f"document_{side}"])][0]

    def texts_of(self, row, side):
        """The text of a side's document, and the text of its sentences."""
        document = self.texts[self.names.index(row[f"document_{side}"])]
        first, count = row[f"first_sentence_{side}"], row[f"sentence_count_{side}"]
        return "".join(document), "".join(document[first : first + count])


def random_partition(documents=40, sentences=25, longest=40, seed=0, languages=("en",)):
    """A realistic partition: documents with different numbers of sentences, of different lengths."""
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

# documents of unknown and of given languages, whose sentences may mix scripts
WORDS = ("bos", "Straße", "кот", "གཞུང", "ପିଲା", "大熊猫", "東京は", "カナ", "한국", "1994", "λόγος и", "кот bos", "−")
said = st.one_of(st.sampled_from(WORDS), st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join))


@st.composite
def mixed_partitions(draw):
    """Partitions whose documents are in several scripts."""
    made = []
    for _ in range(draw(st.integers(0, 14))):
        usual = draw(st.sampled_from(WORDS))
        sentences = draw(st.lists(st.one_of(st.just(usual), said), max_size=30))
        lengths = draw(st.lists(sentence_lengths, min_size=len(sentences), max_size=len(sentences)))
        made.append((draw(st.sampled_from(["und", "und", "en", "zh"])), lengths, sentences))
    return Partition([(language, lengths) for language, lengths, _ in made], [each for *_, each in made])
