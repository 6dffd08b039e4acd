"""Cleaning changes and counts exactly what the settings say."""

import re
import unicodedata

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bertprep.sentences import clean
from bertprep.sentences.settings import SegmentSettings

ODD = "".join(map(chr, (*clean.CONTROL_POINTS, *clean.BLANK_POINTS)))
TEXTS = st.text(
    st.one_of(
        st.sampled_from("ab é中😀\n\r\t\v\x00\x7f \u0301\u200c\u200d\u212b\u2126가가" + ODD),
        st.characters(codec="utf-8"),
    )
)


def run(texts: list[str | None], **settings: bool) -> tuple[list[str], dict[str, int]]:
    counters = dict.fromkeys(clean.COUNTERS, 0)
    result = clean.clean(pa.array(texts, pa.string()), SegmentSettings(**settings), counters)
    assert result.type == pa.string() and result.null_count == 0
    return result.to_pylist(), counters


def expected(text: str) -> str:
    """Every rule applied to the whole text, one after the other."""
    if re.search("[\x80-\x84\x86-\x9f]", text):
        text = text.translate({ord(code): character for code, character in clean.WINDOWS_1252.items()})
    text = re.sub("\x85(?=[ \t\r\n\xa0\"'”’»)\\]!?.,;:]|\\Z)", "…", text)
    text = re.sub("\r\n?|[\v\f\x1c-\x1f\x85\u2028\u2029]", "\n", text)
    series = pl.Series([text]).str.replace_all(clean.CONTROL, "")
    return unicodedata.normalize("NFC", series.str.replace_all(r"[^\S\n]+", " ").to_list()[0])


@given(st.lists(TEXTS, max_size=6))
def test_looking_first_changes_nothing(texts: list[str]) -> None:
    assert run([*texts])[0] == [expected(text) for text in texts]


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_cleaned_text_is_clean(texts: list[str]) -> None:
    once, _ = run(texts)
    again, counters = run(once)
    assert again == once and not any(counters.values())


@given(st.lists(TEXTS, max_size=4), st.integers(0, 3))
def test_a_slice_is_as_good_as_a_copy(texts: list[str], skip: int) -> None:
    column = pa.array(["x  \t\u0301"] * skip + texts + ["\0"], pa.string()).slice(skip, len(texts))
    counters = dict.fromkeys(clean.COUNTERS, 0)
    assert clean.clean(column, SegmentSettings(), counters).to_pylist() == [expected(text) for text in texts]


def test_code_points_said_to_be_composed_are() -> None:
    composed = {point for first, last in clean.COMPOSED for point in range(first, last + 1)}
    seconds = set()
    for point in range(0x110000):
        character = chr(point)
        if 0xD800 <= point < 0xE000:
            continue
        if point in composed:
            assert not unicodedata.combining(character), hex(point)
            assert unicodedata.is_normalized("NFC", character), hex(point)
        # the decomposed parts of a character, without the first, may combine with one before it
        decomposed = unicodedata.normalize("NFD", character)
        if unicodedata.is_normalized("NFC", character) and len(decomposed) > 1:
            seconds.update(map(ord, decomposed[1:]))
    assert not seconds & composed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("e\u0301 A\u030a \u212b", "é Å Å"),
        ("\u1112\u1161\u11ab", "한"),
        ("क\u094d\u200dष नम\u200cस्ते", "क\u094d\u200dष नम\u200cस्ते"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("ﬁ ² Ⅷ １", "ﬁ ² Ⅷ １"),
        ("a\x00b\x1bc\x7fd\x90e\ufefff\uffff", "abcdef"),
        ("a\r\nb\rc\u2028d\u2029e\x85f", "a\nb\nc\nd\ne\nf"),
        ("a\vb\fc\x1cd\x1de\x1ef\x1fg", "a\nb\nc\nd\ne\nf\ng"),
        ("It\x92s a well\x97known inn, open 1990\x961995.", "It’s a well—known inn, open 1990–1995."),
        ("\x93Come in,\x94 she said\x85 They didn\x92t.", "“Come in,” she said… They didn’t."),
        ("It costs \x80\x835\x85more\x81.", "It costs €ƒ5…more."),
        ("Wait\x85 what\x85", "Wait… what…"),
        ("One.\x85Two.\x85\x85Three.", "One.\nTwo.\n\nThree."),
        ("a  b\t\tc \u00a0\u2003\u3000 d", "a b c d"),
        ("a\u202fb", "a b"),
        ("a \x00 b", "a b"),
        ("e\x00\u0301", "é"),
        (" a \n b ", " a \n b "),
        (None, ""),
    ],
)
def test_examples(before: str | None, after: str) -> None:
    assert run([before])[0] == [after]


def test_what_was_changed_is_counted() -> None:
    _, counters = run(
        ["a\x00\x00b", "c  d \t e\u00a0f", "e\u0301", "plain", "中文。", "a\x96b\x85c", "d\x85 e", "f\x85g"]
    )
    assert counters == {
        "windows_1252_codes": 3,
        "control_characters": 2,
        "blanks_joined": 3,
        "documents_composed": 1,
    }


@pytest.mark.parametrize(
    ("setting", "after"),
    [
        ({"unicode_nfc": False}, "e\u0301 b c"),
        ({"drop_control": False}, "é b\x00 c"),
        ({"join_blanks": False}, "é \t b c"),
        ({"unicode_nfc": False, "drop_control": False, "join_blanks": False}, "e\u0301 \t b\x00 c"),
    ],
)
def test_each_step_can_be_left_out(setting: dict[str, bool], after: str) -> None:
    found = run(["e\u0301 \t b\x00 c"], **setting)[0][0]
    assert re.sub("  +", " ", found) == re.sub("  +", " ", after)


def test_control_characters_may_be_kept_and_line_ends_are_none() -> None:
    assert run(["a\x92b\x85 c\fd"], drop_control=False)[0] == ["a\x92b\n c\nd"]


def test_what_is_done_to_lines_sees_line_ends_of_one_kind_and_all_blanks() -> None:
    seen = []

    def double(texts: pa.Array) -> pa.Array:
        seen.extend(texts.to_pylist())
        return pa.array([text * 2 for text in texts.to_pylist()])

    counters = dict.fromkeys(clean.COUNTERS, 0)
    found = clean.clean(pa.array([" a\r\n  b \f", "c"]), SegmentSettings(), counters, double)
    assert seen == [" a\n  b \n", "c"]
    assert found.to_pylist() == [" a\n b \n a\n b \n", "cc"]
