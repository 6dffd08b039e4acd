"""For a book in one file that is one document, or one per paragraph, the command suggests how to split it into chapters."""

import pytest

from bertprep.corpus.chapters import pattern_of

PARAGRAPH = "Alice was tired of sitting there. She had nothing to do at all.\nThe Rabbit ran close by her."
NAMES = ("CHAPTER I. Down the Hole", "CHAPTER II. The Pool of Tears", "CHAPTER III", "CHAPTER IV. The Rabbit")
BOOK = "A Book\n\n" + "\n\n".join(f"{name}\n\n{PARAGRAPH} It was {name.title()}." for name in NAMES)


def test_patterns_are_of_clear_headings_alone():
    for text, expected in (
        (BOOK, ("(CHAPTER .*)", NAMES[0], 4)),
        ("第一章 开始\n他走了。\n第二章 中间\n她来了。\n第三章 结束\n完。", ("(第.*[章回].*)", "第一章 开始", 3)),
        ("Kapitel 1\nA.\nKapitel 2\nB.\nKapitel 3\nC.", ("(Kapitel .*)", "Kapitel 1", 3)),
        ("Chapter I\nA.\nChapter II\nB.", None),  # too few
        ("Chapter one was long and it went on and on about the weather, the sea and all the people in it.\n" * 5, None),
        ("CHAPTER I\n" * 5, None),  # the same line again
    ):
        assert pattern_of(text) == expected


@pytest.mark.parametrize("separator", ["file", "blank-line"])
def test_a_book_is_told_how_to_be_cut_and_then_gives_pairs(separator, tmp_path, command):
    (tmp_path / "book.txt").write_text(BOOK, encoding="utf-8")
    to = ("-o", tmp_path / "out", "--workers", 1, "--validation-share", 0)
    code, _, err = command("segment", tmp_path / "book.txt", *to, "--document-separator", separator)
    asked = "--document-separator 're:(CHAPTER .*)'"
    assert code == 0 and f"book.txt has 4 chapter headings such as 'CHAPTER I. Down the Hole'; {asked}" in err
    code, out, err = command(
        "segment", tmp_path / "book.txt", *to, "--document-separator", "re:(CHAPTER .*)", "--overwrite"
    )
    assert code == 0 and out.count("5 documents") == 1 and "chapter headings" not in err
