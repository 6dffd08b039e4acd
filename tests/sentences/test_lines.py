"""Wrapped lines become paragraphs, at any width; lines that end something are kept."""

import random
import textwrap

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bertprep.sentences import boilerplate, wikitext_marks
from bertprep.sentences.lines import COUNTERS, may_be_wrapped, unwrap

TEXT = (
    "the harbour master kept two clocks on his wall because he trusted neither of them and every morning walked down to "
    "quay looked at sun decided which should be believed that day while cat slept under stove near window"
)
WORDS = TEXT.split()


def unwrapped(*texts, wanted="auto"):
    """The texts, and the counters that are not 0."""
    counters = dict.fromkeys(COUNTERS, 0)
    found = unwrap(pa.array(texts, pa.string()), wanted, counters).to_pylist()
    return found, {name: count for name, count in counters.items() if count}


def sentence(draw):
    return " ".join(draw.choices(WORDS, k=draw.randint(6, 24))).capitalize() + draw.choice(".....?!")


def paragraphs(seed, count):
    draw = random.Random(seed)
    return [" ".join(sentence(draw) for _ in range(draw.randint(2, 6))) for _ in range(count)]


def wrap(texts, width, between="\n\n", indent="", end="\n"):
    filled = [textwrap.fill(text, width, initial_indent=indent, break_on_hyphens=False) for text in texts]
    return between.join(filled).replace("\n", end)


def words_of(text):
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


@given(st.integers(0, 10**6), st.integers(38, 100), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_filled_paragraphs_come_back_whole(seed, width, end, indented):
    texts = paragraphs(seed, 12)
    layout = {"between": "\n", "indent": "    "} if indented else {}
    [found], counted = unwrapped(wrap(texts, width, end=end, **layout))
    assert words_of(found) == texts
    assert counted["documents_unwrapped"] == 1


@given(st.integers(0, 10**6), st.integers(1, 6))
def test_paragraphs_in_one_line_each_stay(seed, count):
    text = "\n".join(paragraphs(seed, count))
    assert unwrapped(text) == ([text], {})


@given(
    st.lists(st.one_of(st.none(), st.text("ab.\n\r\t -—>漢。1", max_size=60)), max_size=5),
    st.sampled_from(["auto", "wrapped"]),
)
def test_no_letter_is_ever_lost(texts, wanted):
    found, _ = unwrapped(*texts, wanted=wanted)
    assert len(found) == len(texts)
    for text, joined in zip(texts, found, strict=True):
        kept = [char for char in text or "" if char in "ab漢"]
        assert [char for char in joined or "" if char in "ab漢"] == kept


@given(st.integers(0, 10**6))
def test_a_document_is_the_same_alone_and_among_others(seed):
    texts = [
        wrap(paragraphs(seed, 3), 60),
        "\n".join(paragraphs(seed + 1, 3)),
        wrap(paragraphs(seed + 2, 2), 45),
        "",
        None,
    ]
    together, _ = unwrapped(*texts)
    assert together == [unwrapped(text)[0][0] for text in texts]


def test_what_is_screened_out_would_not_have_been_joined():
    long = "A line of some length, which ends nothing and is far too long to be one of a wrapped text, " * 5
    texts = pa.array([long + "\n" + long + "\n" + long, "one\ntwo", "a\nb\nc", "", None])
    assert may_be_wrapped(texts.fill_null("")).tolist() == [False, False, True, False, False]


VERSE = """\
The tide comes in beside the wall,
And takes the footprints from the sand;
It does not mind us, great or small,
Nor whether we are sea or land.
"""
LIST = """\
What to bring:
- a warm coat and two pairs of socks
- bread for three days and some cheese
- a lamp with oil enough for the night
- the letter from the harbour master
"""
UTTERANCES = """\
yes i think so
well you never know with him do you
no
that is what my mother always used to say about the sea
right
"""
ADDRESSES = "Mill Lane 4\nOld Harbour\nNorthumberland\nEngland\n"


@pytest.mark.parametrize("text", [VERSE, LIST, UTTERANCES, ADDRESSES], ids=["verse", "list", "speech", "address"])
def test_lines_that_end_something_stay(text):
    assert unwrapped(text) == ([text], {})


def test_verse_and_lists_within_a_wrapped_book_stay():
    book = "\n\n".join([wrap(paragraphs(1, 3), 64), VERSE.strip(), LIST.strip(), wrap(paragraphs(2, 2), 64)])
    [found], _ = unwrapped(book)
    assert VERSE.strip() in found and LIST.strip() in found
    assert words_of(found)[:3] == paragraphs(1, 3)


def test_a_short_last_line_ends_a_paragraph_without_a_blank_line():
    texts = ["This is a paragraph of a report that was taken from a page, and it ends here.", *paragraphs(5, 2)]
    [found], _ = unwrapped(wrap(texts, 50, between="\n"))
    assert words_of(found)[0] == texts[0]


CUT = """\
We therefore ask the repre-
sentatives of the seven vil-
lages to meet at the old mill. The smart-
looking miller will give them bread, and a well-
known song, a well-known one, will be sung by co\u00ad
operating birds of the wood-
lands. A co-
author who is no coauthor of the mill will not be there.
"""


def test_words_cut_at_a_line_end_are_made_whole():
    [found], counted = unwrapped(CUT)
    for word in (
        "representatives",
        "villages",
        "smart-looking",
        "well-known song",
        "cooperating",
        "woodlands",
        "A coauthor",
    ):
        assert word in found, word
    assert counted["hyphens_removed"] == 5


CHINESE = (
    "　　从前有一个守灯塔的老人，他每天傍晚都要爬上一百二十级台阶，把灯点亮。"
    "来往的船只看见灯光，就知道海岸在什么地方。有一年冬天，海上起了大雾，老人一连三夜没有合眼。"
)


def test_scripts_without_spaces_are_joined_with_nothing():
    lines = [CHINESE[start : start + 20] for start in range(0, len(CHINESE), 20)]
    [found], _ = unwrapped("\n".join([*lines, *lines]))
    assert [line.strip() for line in found.split("\n")] == [CHINESE.strip()] * 2


def test_quoted_mail_loses_its_marks_and_stays_apart_from_the_answer():
    texts = paragraphs(3, 2)
    quoted = textwrap.fill(texts[0], 60, initial_indent="> ", subsequent_indent="> ")
    [found], _ = unwrapped(quoted + "\n" + textwrap.fill(texts[1], 60))
    assert words_of(found) == texts


def test_a_sentence_that_continues_on_the_next_page_is_put_together():
    text = wrap(paragraphs(4, 1), 50)
    lines = text.split("\n")
    cut = next(
        place for place in range(2, len(lines)) if lines[place][0].islower() and lines[place - 1][-1] not in ".!?"
    )
    [found], counted = unwrapped("\n".join([*lines[:cut], "", "- 12 -", "", *lines[cut:]]))
    assert words_of(found) == paragraphs(4, 1)
    assert counted["page_numbers_removed"] == 1


def test_a_paragraph_goes_on_behind_a_quote_and_over_a_slip_of_the_indent():
    text = wrap(paragraphs(8, 20), 66) + "\n\n"
    ways = {
        "He lay under the bed of his aunt and “breathed”\n himself for a time.": True,
        "Then he cried to all of them that it was “so!”\nexclaimed the man at last.": True,
        "He went along the whole of the quay with her, and down to the\n        water, as he had done before.": True,
        "He named them: one\n        by one.": False,  # indented too far, after a line that is not full
        "He said that it was done.\n and then they went home.": False,
        "It is the song of “the mill”\n  Down by the water.": False,
    }
    for added, is_joined in ways.items():
        [found], _ = unwrapped(text + added)
        assert (" ".join(added.split()) in words_of(found)) == is_joined, added


def test_all_or_none_can_be_asked_for():
    text = wrap(paragraphs(6, 2), 60)
    assert unwrapped(text, wanted="paragraph") == ([text], {})
    assert words_of(unwrapped("One line here\nand another", wanted="wrapped")[0][0]) == ["One line here and another"]


def test_a_wrapped_book_gives_whole_sentences(tmp_path, result):
    (tmp_path / "book.txt").write_text("CHAPTER I\n\n" + wrap(paragraphs(7, 30), 66), encoding="utf-8")
    options = ["--document-separator", "file", "--validation-share", 0]
    counted = result("segment", tmp_path / "book.txt", "-o", tmp_path / "joined", *options)["counters"]
    assert counted["documents_unwrapped"] == 1 and counted["documents"] == 1
    whole = sum(text.count(". ") + text.count("! ") + text.count("? ") + 1 for text in paragraphs(7, 30))
    assert counted["sentences"] == whole + 1
    lines = result("segment", tmp_path / "book.txt", "-o", tmp_path / "lines", *options, "--line-breaks", "paragraph")
    assert lines["counters"]["sentences"] > whole + 100


BOOK = (
    "The Project Gutenberg eBook of A Tale\n\n*** START OF THE PROJECT GUTENBERG EBOOK A TALE ***\n\nIt was night.\n\n"
)
FOOT = "*** END OF THE PROJECT GUTENBERG EBOOK A TALE ***\n\nUpdated editions will replace the previous one.\n"


def test_the_licence_of_project_gutenberg_is_left_out_and_counted():
    counters = {"licence_texts": 0}
    texts = pa.array([BOOK + FOOT, "A note on Project Gutenberg.", None])
    found = boilerplate.without_licences(texts, counters).to_pylist()
    assert found[0].strip() == "It was night." and found[1:] == ["A note on Project Gutenberg.", None]
    assert counters == {"licence_texts": 2}


def test_the_marks_of_wikitext_are_taken_out_and_counted() -> None:
    texts = [" = = Early life = = \n\n A well @-@ known town of 1 @,@ 234 . \n = = = More = = = ", "a = b =", "x = 3"]
    counters = dict.fromkeys(wikitext_marks.COUNTERS, 0)
    found = wikitext_marks.without_marks(pa.array(texts), counters).to_pylist()
    assert found == ["\n\n A well-known town of 1,234 . \n", "a = b =", "x = 3"]
    assert counters == {"wikitext_headings": 2, "wikitext_marks": 2}
