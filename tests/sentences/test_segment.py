"""Documents in, clean sentences out: what is left out is counted, and the partition depends on the text alone."""

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bertprep.core import schema
from bertprep.sentences import documents as stage
from bertprep.sentences.settings import SegmentSettings


def table(*texts: str | None, **more: list) -> pa.Table:
    count = len(texts)
    columns = {
        "source": ["a.txt"] * count,
        "source_id": [None] * count,
        "line": list(range(1, count + 1)),
        "title": [None] * count,
        "declared_language": [None] * count,
        "paragraph_lines": [None] * count,
        "source_group": ["1"] * count,
        "text": list(texts),
    }
    return pa.table(columns, schema=schema.DOCUMENTS) if not more else _with(columns, more)


def _with(columns: dict, more: dict) -> pa.Table:
    return pa.table({**columns, **more}).cast(pa.schema([*schema.DOCUMENTS, pa.field("piece", pa.int32())]))


def sentences(*texts: str | None, **settings: Any) -> tuple[list[list[str]], dict[str, int]]:
    found, counters = stage.segment(table(*texts), SegmentSettings(lang="en", **settings))
    return found["sentences"].to_pylist(), {name: count for name, count in counters.items() if count}


def test_columns_and_order() -> None:
    found, counters = stage.segment(table("One. Two.", "", "Three.", piece=[0, 1, 2]), SegmentSettings())
    assert set(found.column_names) == {*schema.SENTENCES.names, "line", "piece"}
    assert found["sentences"].to_pylist() == [["One.", "Two."], ["Three."]]
    assert found["line"].to_pylist() == [1, 3] and found["piece"].to_pylist() == [0, 2]
    assert counters["documents_read"] == 3 and counters["documents_empty"] == 1


def test_sentences_without_letters_are_left_out() -> None:
    text = "A word.\n* * *\n----\n1984\n— 12.5 % —\n五。\nك\nEnd."
    assert sentences(text) == (
        [["A word.", "五。", "ك", "End."]],
        {"documents_read": 1, "sentences_without_letters": 4},
    )
    kept, counters = sentences(text, drop_symbols=False)
    assert "1984" in kept[0] and "* * *" in kept[0] and "sentences_without_letters" not in counters


def test_long_sentences_are_cut_and_nothing_is_lost() -> None:
    found = sentences("Short.\n" + "x" * 51 + "\n" + "é" * 50, max_sentence_chars=50, line_breaks="paragraph")
    assert found == ([["Short.", "x" * 50, "x", "é" * 50]], {"documents_read": 1, "sentences_cut": 1})
    [words], _ = sentences("word " * 30, max_sentence_chars=50)
    assert " ".join(words).split() == ["word"] * 30 and max(map(len, words)) <= 50


def test_a_number_stays_with_its_sentence() -> None:
    [found], _ = sentences("2023. 5. 1. 에 서울에서 열렸다. 그는 왔다.\n3.1.\nSee Thm. 3.1. It holds.")
    assert all(any(char.isalpha() for char in sentence) for sentence in found)
    assert "2023. 5. 1." in found[0] and any("3.1." in sentence for sentence in found)


def test_short_and_empty_documents_are_left_out() -> None:
    found = sentences("Ab.", "***", "", None, "é" * 5, "Four.", min_document_chars=5)
    assert found == (
        [["é" * 5], ["Four."]],
        {"documents_read": 6, "documents_empty": 3, "documents_short": 1, "sentences_without_letters": 1},
    )


def test_no_documents() -> None:
    found, counters = stage.segment(table(), SegmentSettings())
    assert len(found) == 0 and not any(counters.values())
    assert stage.gather(found.select(schema.SENTENCES.names).cast(schema.SENTENCES))[1]["words"] == 0


def test_a_line_is_a_sentence_where_that_is_said() -> None:
    assert sentences("One. Still one.\nTwo\n\n", splitter="lines")[0] == [["One. Still one.", "Two"]]


def test_abbreviations_of_ones_own() -> None:
    text = "Ask qqx. Peter now. Ask zzx. Peter now."
    assert sentences(text)[0] == [["Ask qqx.", "Peter now.", "Ask zzx.", "Peter now."]]
    assert sentences(text, abbreviations="qqx. foo")[0] == [["Ask qqx. Peter now.", "Ask zzx.", "Peter now."]]


@given(st.text(st.sampled_from("ab é中\n."), max_size=400))
def test_long_documents_are_cut_but_not_lost(text: str) -> None:
    settings = SegmentSettings(max_document_chars=1000, splitter="lines")
    text = (text + "\nend of it. ") * 12
    counters = dict.fromkeys(stage.COUNTERS, 0)
    cut = stage._cut_long(table("first", text, "last"), settings.max_document_chars, counters)
    pieces = cut["text"].to_pylist()
    assert pieces[0] == "first" and pieces[-1] == "last"
    assert "".join(pieces[1:-1]) == text
    assert all(0 < len(piece) <= 1000 for piece in pieces)
    assert all(piece.endswith(("\n", " ")) for piece in pieces[1:-2])
    assert counters["documents_cut"] == (len(text) > 1000)
    assert cut["line"].to_pylist() == [1, *[2] * (len(pieces) - 2), 3]


def test_text_without_blanks_is_cut_between_characters() -> None:
    assert stage._pieces("中" * 2500, 1000) == ["中" * 1000, "中" * 1000, "中" * 500]


def test_an_id_is_the_hash_of_the_cleaned_text() -> None:
    found, _ = stage.segment(table("One  one.\tTwo.", "One one. Two.", "One one.\nTwo."), SegmentSettings())
    known = hashlib.blake2b(b"One one.\nTwo.", digest_size=16).hexdigest()
    assert found["document_id"].to_pylist() == [known] * 3


IDS = pa.array([hashlib.blake2b(str(number).encode(), digest_size=16).hexdigest() for number in range(20_000)])


@pytest.mark.parametrize(
    ("train", "validation", "share"), [(1, 1, 0.02), (7, 1, 0.1), (16, 3, 0.5), (5, 0, 0.0), (4096, 84, 0.02)]
)
def test_partitions_get_even_shares(train: int, validation: int, share: float) -> None:
    numbers = stage.partition_numbers(IDS, train, validation, share)
    assert numbers.min() >= 0 and numbers.max() < train + validation
    in_validation = (numbers >= train).mean()
    # five standard errors of a share, and of the least filled partition
    assert abs(in_validation - share) <= 5 * (share / len(IDS)) ** 0.5
    sizes = np.bincount(numbers, minlength=train + validation)
    for low, high, part in ((0, train, 1 - share), (train, train + validation, share)):
        if high > low:
            mean = part * len(IDS) / (high - low)
            assert abs(sizes[low:high] - mean).max() <= 6 * mean**0.5 + 1


def test_the_partition_of_a_document_is_its_own() -> None:
    numbers = stage.partition_numbers(IDS, 16, 2, 0.1)
    order = np.random.Philox(key=1).random_raw(len(IDS)).argsort()
    assert (stage.partition_numbers(IDS.take(pa.array(order)), 16, 2, 0.1) == numbers[order]).all()


@pytest.mark.parametrize("train", [1, 2, 50])
def test_more_partitions_keep_the_validation_documents(train: int) -> None:
    chosen = [stage.partition_numbers(IDS, train, validation, 0.1) >= train for validation in (1, 2, 9)]
    reference = stage.partition_numbers(IDS, 16, 2, 0.1) >= 16
    assert all((one == reference).all() for one in chosen)


def rows(*documents: tuple[str, list[str]]) -> pa.Table:
    count = len(documents)
    columns = {
        "document_id": [name for name, _ in documents],
        "source": ["a.txt"] * count,
        "source_id": [str(number) for number in range(count)],
        "title": [None] * count,
        "language": ["en"] * count,
        "sentences": [found for _, found in documents],
        "source_group": ["1"] * len(documents),
    }
    return pa.table(columns, schema=schema.SENTENCES)


def test_of_equal_documents_the_first_stays() -> None:
    found, counters = stage.gather(
        rows(("c", ["C."]), ("a", ["A."]), ("c", ["C."]), ("b", ["B.", "Two b."]), ("c", ["C."]))
    )
    assert found["source_id"].to_pylist() == ["1", "3", "0"]
    assert counters == {
        "documents_duplicate": 2,
        "documents": 3,
        "documents_of_one_sentence": 2,
        "sentences": 4,
        "sentences_without_end_mark": 0,
        "words": 5,
        "words_latin": 5,
        "characters": 12,
    }
    kept, counters = stage.gather(rows(("c", ["C."]), ("a", ["A."]), ("c", ["C."])), keep_duplicates=True)
    assert kept["source_id"].to_pylist() == ["1", "0", "2"] and counters["documents_duplicate"] == 0


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcd"),
            st.lists(st.sampled_from(["one", "two words", "三个字", "😀 x"]), min_size=1, max_size=3),
        ),
        max_size=9,
    )
)
def test_words_are_counted(documents: list[tuple[str, list[str]]]) -> None:
    _, counters = stage.gather(rows(*documents), keep_duplicates=True)
    words = {"one": 1, "two words": 2, "三个字": 3, "😀 x": 2}
    assert counters["words"] == sum(words[one] for _, found in documents for one in found)
