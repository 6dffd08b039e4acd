"""`--splitter sentencex`: the library's sentences, line by line, as pieces of the text."""

import sys

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core.errors import UsageError
from bertprep.sentences import documents as stage
from bertprep.sentences.settings import SegmentSettings
from bertprep.sentences.split.sentencex import split_sentencex

pytest.importorskip("sentencex")


def sentences(text: str | None, language: str | None = "en") -> list[str]:
    return split_sentencex(pa.array([text], pa.string()), pa.array([language], pa.string()))[0].as_py()


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Mr. Hill came. Did you?  Yes!", ["Mr. Hill came.", "Did you?", "Yes!"]),
        ("de", "Das ist z. B. gut. Ja.", ["Das ist z. B. gut.", "Ja."]),
        ("zh", "下雨了。我们在家。", ["下雨了。", "我们在家。"]),
        ("hi", "वे पढ़ाते हैं। ठीक है।", ["वे पढ़ाते हैं।", "ठीक है।"]),
        ("und", "One. Two.", ["One.", "Two."]),
        ("xx", "One. Two.", ["One.", "Two."]),
        (None, "One. Two.", ["One.", "Two."]),
    ],
)
def test_sentences_of_the_library(language: str | None, text: str, expected: list[str]) -> None:
    assert sentences(text, language) == expected


def test_a_line_end_always_ends_a_sentence() -> None:
    assert sentences("a heading\nThe text goes\r\n\n \n on. And on.") == [
        "a heading",
        "The text goes",
        "on.",
        "And on.",
    ]


def test_null_and_empty_texts() -> None:
    found = split_sentencex(pa.array([None, "", " \n", "A."], pa.string()), pa.array(["en"] * 4))
    assert found.to_pylist() == [None, [], [], ["A."]]
    assert found.type == pa.list_(pa.string())


TEXTS = st.lists(st.sampled_from([*'ab .!?\n"()…。猫', "Mr. ", "The ", "U.S. ", "é", "हैं।", "\u00a0"]), max_size=30).map(
    "".join
)


@settings(deadline=None)
@given(TEXTS, st.sampled_from(["en", "de", "zh", "hi", "ru", "und"]))
def test_sentences_are_pieces_of_the_text(text: str, language: str) -> None:
    place = 0
    for sentence in sentences(text, language):
        assert sentence and sentence == sentence.strip() and "\n" not in sentence
        found = text.find(sentence, place)
        assert found >= 0 and not text[place:found].strip()
        place = found + len(sentence)
    assert not text[place:].strip()


def test_the_stage_uses_it_where_that_is_said() -> None:
    columns = {
        "source": ["a"],
        "source_id": [None],
        "line": [1],
        "title": [None],
        "declared_language": [None],
        "paragraph_lines": [False],
        "text": ["Prof. Hill\tcame. *** He sat."],
    }
    documents = pa.table({name: pa.array(values) for name, values in columns.items()})
    found, counters = stage.segment(documents, SegmentSettings(splitter="sentencex"))
    assert found["sentences"].to_pylist() == [["Prof. Hill came.", "*** He sat."]]
    assert counters["blanks_joined"] == 1


def test_where_it_is_missing_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentencex", None)
    with pytest.raises(UsageError, match=r"sentencex.*pip install 'bertprep\[sentencex\]'"):
        sentences("One. Two.")


def test_own_abbreviations_are_refused() -> None:
    for splitter in ("lines", "sentencex"):
        with pytest.raises(UsageError, match=r"--abbreviations .* --splitter rules"):
            SegmentSettings(splitter=splitter, abbreviations="qqx.")
