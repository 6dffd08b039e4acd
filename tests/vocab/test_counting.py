"""Words counted and merged in any number of ranges, in one level or two, equal the words of all parts counted at once."""

import contextlib

import pyarrow as pa
import pytest
import store_helpers as helpers
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep import store
from bertprep.processes.runner import Execution
from bertprep.sentences import job as segment
from bertprep.sentences.settings import SegmentSettings
from bertprep.store import Identity, levels
from bertprep.store import job as job_of_parts
from bertprep.vocab import counting, job, training
from bertprep.vocab.settings import VocabSettings

ONE, TWO = 0, 1 << 40  # READ_BYTES: reading a batch costs nothing, or more than anything, which gives one or two levels


@contextlib.contextmanager
def ranges_in(read_bytes, words=10**9, batch_bytes=1, most=20_000):
    """Set the words per range, one level or two, and the number of most frequent words for a vocabulary."""
    with pytest.MonkeyPatch.context() as patch:
        for place, name, value in (
            *((counting, "RANGE_WORDS", words), (counting, "LEAST_AT_ONCE", 3), (training, "TRAINING_WORDS", most)),
            *((levels, "WINDOW_BYTES", 400), (levels, "BATCH_BYTES", batch_bytes), (levels, "READ_BYTES", read_bytes)),
        ):
            patch.setattr(place, name, value)
        yield


@pytest.fixture(scope="module")
def sentences(tmp_path_factory):
    root = tmp_path_factory.mktemp("counting")
    helpers.write_corpus(root / "in", megabytes=0.1)
    text = "naïve Привет мир 東京 ภาษาไทย. Größer als дом.\n\n"
    (root / "in" / "more.txt").write_text("".join(f"{text[number % 30 :]}{number}." for number in range(40)))
    segment.segment([str(root / "in")], str(root / "s"), SegmentSettings(partitions=6), Execution(1))
    return str(root / "s")


def vocabulary(sentences, folder, model="wordpiece"):
    """File -> content of what `train-vocab` writes to a new folder."""
    job.train_vocab(sentences, str(folder), VocabSettings(size=300, model=model), Execution(1))
    assert not (folder / ".scratch").exists()
    return helpers.contents(folder)


def test_ranges_and_levels_change_no_byte(sentences, tmp_path):
    for number, (model, most) in enumerate((("wordpiece", 20_000), ("wordpiece", 150), ("bpe", 150))):
        with ranges_in(ONE, most=most):
            expected = vocabulary(sentences, tmp_path / f"{number} at once", model)
        assert expected["manifest.json"].count(b"words_") >= 5
        for read_bytes, words, batch_bytes in ((ONE, 1500, 1), (TWO, 1500, 1), (TWO, 500, 2000)):
            with ranges_in(read_bytes, words, batch_bytes, most):
                name = f"{number} {read_bytes} {words}"
                assert vocabulary(sentences, tmp_path / name, model) == expected


class Killed(BaseException):
    """Raised to end a run at any point."""


def test_an_interrupted_run_goes_on_between_the_levels(sentences, tmp_path):
    with ranges_in(ONE):
        expected = vocabulary(sentences, tmp_path / "at once")
    made, run_parts = [], job_of_parts.run_parts
    with ranges_in(TWO, 1500), pytest.MonkeyPatch.context() as patch:
        for most in range(4, 200, 9):

            def run(planned, *given, most=most):
                def function(task):
                    if len(made) == most:
                        raise Killed
                    made.append(task.name)
                    return write(task)

                write = planned.function
                return run_parts(job_of_parts.dataclasses.replace(planned, function=function), *given)

            patch.setattr(job_of_parts, "run_parts", run)
            with contextlib.suppress(Killed):
                assert vocabulary(sentences, tmp_path / "killed") == expected
                break
        else:
            raise AssertionError("it never came to an end")
    kinds = {name.split("/")[1].rsplit("-", 3)[0] for name in made}
    assert len(made) == len(set(made)) and kinds == {"counted", "words-group", "merged"}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.text("abñ東", min_size=1, max_size=4), st.integers(1, 3), max_size=30),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 12),
)
def test_the_most_frequent_of_ranges_are_those_of_all(tmp_path_factory, ranges, most):
    """Small ranges with many equally frequent words, read in batches of three."""
    folder = tmp_path_factory.mktemp("merged")
    tables, paths = [], []
    with ranges_in(ONE, most=most):
        for number, words in enumerate(ranges):
            own = {f"{number}{word}": count for word, count in words.items()}
            tables.append(pa.table([list(own), list(own.values())], schema=training.WORD_COUNTS))
            ordered = counting._most_frequent(tables[-1])
            bounds = [*range(0, len(ordered), 3), len(ordered)]
            paths.append(folder / str(number))
            store.write_part(paths[-1], f".scratch/{number}", ordered, Identity("x", 1, {}, {}), {}, bounds=bounds)
        every = pa.concat_tables(tables).to_pylist()
        first = sorted(every, key=lambda row: (-row["count"], row["word"]))[:most]
        assert counting.most_frequent(paths).to_pylist() == sorted(first, key=lambda row: row["word"])
