"""Books: their chapters in order, and nothing else; files that are not books, malicious or encrypted are refused by name."""

from pathlib import Path

import books
import pyarrow as pa
import pytest
from books import page
from corpora import documents, write

from bertprep.core.errors import InputError
from bertprep.corpus import navigation
from bertprep.corpus.formats import epub
from bertprep.corpus.web import page as web_page

pytest.importorskip("resiliparse")

CHAPTER = page("<section epub:type='chapter'><h2>I</h2><p>It rained all\n day.</p><p>Nobody came.</p></section>")


def text_of(body: str, attributes: str = "") -> str | None:
    return epub.chapter_text(page(body, attributes))[1]


def test_a_chapter_is_a_document_in_the_order_of_the_spine(tmp_path: Path) -> None:
    pages = {
        "text/two.xhtml": page("<h1>Second</h1><p>Two.</p>"),
        "text/one.xhtml": CHAPTER,
        "lost.xhtml": page("<p>No.</p>"),
    }
    order = {"text/one.xhtml": "", "text/two.xhtml": "", "text/one.xhtml#again": ""}
    expected = [
        ("mill/text/one", None, "I", "I\nIt rained all day.\nNobody came."),
        ("mill/text/two", None, "Second", "Second\nTwo."),
    ]
    assert documents(write(tmp_path / "mill.epub", books.book(pages, order))) == expected
    unnamed = documents(write(tmp_path / "mill", books.book(pages, order)))
    assert unnamed == expected


def test_what_is_no_text_of_the_book_is_passed_over_however_it_is_marked(tmp_path: Path, command) -> None:
    paragraph = page("<p>Not of the text.</p>")
    pages = {
        **dict.fromkeys(
            ("cover.xhtml", "toc.xhtml", "Titlepage.xhtml", "text/uncopyright.xhtml", "endnotes.xhtml"), paragraph
        ),
        **{"guided.xhtml": paragraph, "aside.xhtml": paragraph},
        "typed.xhtml": page("<p>Printed.</p>", 'epub:type="frontmatter copyright-page"'),
        "inner.xhtml": page("<section epub:type='endnotes'><p>1. A note.</p></section>"),
        "role.xhtml": page("<section role='doc-toc'><p>One</p></section>"),
        "isbn.xhtml": page("<p>First published 1899.</p><p>ISBN 978-3-16-148410-0</p>"),
        "rows.xhtml": page(
            "<p>The Mill</p><table>"
            + "".join(
                f"<tr><td><a href='{number}.xhtml'>{number}.</a></td><td>Where they meet again</td><td>{number}7</td></tr>"
                for number in range(1, 5)
            )
            + "</table>"
        ),
        "remarks.xhtml": page(
            "".join(f"<p><a href='one.xhtml#r{number}'>{number}.</a> A note.</p>" for number in range(1, 4))
        ),
        "links.xhtml": page(
            "<h1>Pages</h1><p><a href='a'>The first</a></p><p><a href='b'>Two</a>, <a href='c'>three</a></p>"
        ),
        "picture.xhtml": page("<img src='map.png' alt='A map'/>"),
        "gone.xhtml": "",
        "one.xhtml": CHAPTER,
    }
    data = books.book(
        {name: content for name, content in pages.items() if name != "gone.xhtml"},
        {name: 'linear="no"' if name == "aside.xhtml" else "" for name in pages},
        guide='<reference type="copyright-page" href="guided.xhtml"/><reference type="text" href="one.xhtml"/>',
    )
    assert [row[0] for row in documents(write(tmp_path / "books" / "a.epub", data))] == ["a/one"]
    code, out, err = command("segment", tmp_path / "books", "-o", tmp_path / "out", "--workers", 1)
    assert (
        code == 0 and "14 chapters that are not text of the book, 1 chapter without text, 1 missing chapter" in out
    ), out + err


def test_notes_their_marks_and_numbers_of_pages_leave_no_trace() -> None:
    for body, text in {
        '<p>One<a href="#n1" epub:type="noteref">1</a>, two.</p>': "One, two.",
        '<p>One<sup><a href="notes.xhtml#n12">12</a></sup>, two<a href="#f">[3]</a>.</p>': "One, two.",
        '<p>One<a class="fnanchor" href="#Footnote_1_1">[A]</a> and<a href="#x">*</a> two.</p>': "One and two.",
        '<p>See <a href="two.xhtml#p">the second chapter</a>.</p>': "See the second chapter.",
        "<p>x<sup>2</sup> and H<sub>2</sub>O</p>": "x² and H2O",
        "<p>One.</p><aside epub:type='footnote'><p>1. No.</p></aside><p>Two.</p>": "One.\nTwo.",
        "<p>One.</p><div class='footnote'><p>[1] No.</p></div>": "One.",
        "<p>One <span epub:type='pagebreak' title='12'>12</span>two <i class='pagenum'>[3]</i>three.</p>": "One two three.",
        "<div>One line<span class='lnum'>400</span></div><p><i class='linenum'>5</i>Two.</p>": "One line\nTwo.",
        "<p>One.</p><figure><img alt='no'/><figcaption>No.</figcaption></figure>": "One.",
        "<section id='pg-header' class='pg-boilerplate'><p>The Project Gutenberg eBook</p></section><p>One.</p>": "One.",
        "<p>A line<br/>and the next; caf&eacute;&nbsp;au&#160;lait &lt;3 &amp;c.<a id='x'/></p>": (
            "A line\nand the next; café au lait <3 &c."
        ),
        "<p>第一句。</p><p>第二句。</p>": "第一句。\n第二句。",
        '<p>One<a id="r" href="#n">1</a>.</p><p>Two.</p><p class="FootText" id="n"><a href="#r">1</a> No.</p>': "One.\nTwo.",
        '<p>One<a id="r" href="#n">1</a>.</p><ol><li id="n"><p>No. <a href="#r">\u21a9\ufe0e</a></p></li></ol>': "One.",
        # headings and paragraphs that link to each other are not notes
        '<p><a id="c" href="#t">I</a></p><p id="t"><a href="#c">I</a> One.</p>': "One.",
    }.items():
        assert text_of(body) == text, body


def test_a_page_is_searched_as_often_for_many_notes_as_for_one() -> None:
    class Searched:
        """The body of a page, which counts how often all of it is searched."""

        def __init__(self, count: int) -> None:
            marks = "".join(f'One<a id="r{n}" href="#n{n}">[{n}]</a>. ' for n in range(count))
            notes = "".join(f'<p id="n{n}"><a href="#r{n}">[{n}]</a> No.</p>' for n in range(count))
            self.tree, self.times = web_page.tree_of(f"<body><p>{marks}</p>{notes}</body>"), 0

        def __getattr__(self, name: str) -> object:
            self.times += 1
            return getattr(self.tree.body, name)

    found = {count: Searched(count) for count in (1, 50)}
    for body in found.values():
        navigation.drop_notes(body)
    assert found[50].tree.body.text.split() == ["One."] * 50
    assert found[1].times == found[50].times


def test_contents_and_bars_of_links_go_and_paragraphs_with_links_stay() -> None:
    prose = "<p>It rained all day, and nobody came to the mill.</p>"
    entries = "".join(f"<li><a href='{number}.xhtml'>Part {number}</a> ..... {number}1</li>" for number in range(1, 4))
    rows = "".join(f"<tr><td><a href='#c{number}'>{number}.</a></td><td>Rain again</td></tr>" for number in "123")
    bar = "<div><a href='1.xhtml'>Back</a> | <a href='3.xhtml'>Next</a></div>"
    for dropped in (
        f"<ul>{entries}</ul>{prose}",
        f"{prose}<table>{rows}</table>{prose}",
        f"{bar}{prose}{bar}",
        f"{prose}<p>Next: <a href='3.xhtml#top'>The third day at the mill</a></p>",
    ):
        assert set(text_of(dropped).split("\n")) == {"It rained all day, and nobody came to the mill."}, dropped
    said = "".join(
        f"<p><a href='people.xhtml#{name}'>{name}</a> said that it rained.</p>" for name in ("Ann", "Bo", "Cy")
    )
    web = "".join(f"<p><a href='https://example.org/{number}'>Site {number}</a></p>" for number in range(3))
    for kept, lines in {
        said: 3,
        f"<table>{said.replace('<p>', '<tr><td>').replace('</p>', '</td></tr>')}</table>": 3,
        f"{prose}{web}{prose}": 5,
        f"<ul>{entries[: entries.rindex('<li>')]}</ul>{prose}": 3,  # two entries are not a table of contents
        f"{prose}<p><a href='2.xhtml'>The second day</a></p>{prose}": 3,
        f"<h2><a href='toc.xhtml'>I</a></h2>{prose}": 2,
    }.items():
        assert len(text_of(kept).split("\n")) == lines, kept


def test_what_may_not_be_read_is_refused_by_name(tmp_path: Path) -> None:
    good = {"one.xhtml": CHAPTER}
    drm = '<encryption><EncryptedData><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></EncryptedData></encryption>'
    bomb = '<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><package>&b;</package>'
    spine = books.package
    container = {"META-INF/container.xml": books.CONTAINER}
    for data, said in [
        (books.archive({"a.txt": "a"}, mimetype=False), "no EPUB book: a zip archive without META-INF/container.xml"),
        (b"no archive at all, but some words", "not a valid EPUB book"),
        (books.book(good)[:-30], "not a valid EPUB book"),
        (books.archive({"META-INF/container.xml": "<container/>"}), "names no package that is there"),
        (books.archive({**container, "OEBPS/content.opf": "<package"}), "content.opf: not well-formed XML"),
        (books.archive({**container, "OEBPS/content.opf": bomb}), "declares an entity of its own, 'a'"),
        (
            books.archive({**container, "OEBPS/content.opf": spine({"../../etc/passwd": ""})}),
            "names a file outside of itself",
        ),
        (
            books.archive({**container, "OEBPS/content.opf": spine({"%2e%2e/%2e%2e/x": ""})}),
            "names a file outside of itself",
        ),
        (
            books.archive({**container, "OEBPS/content.opf": spine({"https://a.example/x": ""})}),
            "names a file outside of itself",
        ),
        (books.book(good, **{"META-INF/encryption.xml": drm}), "an encrypted book"),
        (books.book(good, **{"META-INF/encryption.xml": drm, "META-INF/license.lcpl": "{}"}), "Readium LCP"),
        (books.book({"one.xhtml": page(" " * (epub.LONGEST_BYTES + 1))}), "one.xhtml unpacks to more than 32 MiB"),
        (books.book(good, big=" " * (1 << 27)), "a zip bomb"),
    ]:
        with pytest.raises(InputError, match=r"a\.epub: .*") as caught:
            documents(write(tmp_path / "a.epub", data))
        assert said in str(caught.value)
    fonts = drm.replace("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "http://www.idpf.org/2008/embedding")
    assert documents(write(tmp_path / "a.epub", books.book(good, **{"META-INF/encryption.xml": fonts})))


def test_what_is_no_archive_is_skipped_with_bad_input(tmp_path: Path) -> None:
    for data in (b"no archive at all, but some words", books.book({"one.xhtml": CHAPTER})[:-30]):
        assert documents(write(tmp_path / "a.epub", data), bad_input="skip") == []


def test_a_language_that_the_book_declares_stands_in_where_the_text_tells_none(tmp_path: Path, command) -> None:
    short, english = (
        page("<p>Xyz qwv. Brr zzt.</p>"),
        page("<p>It was late, and the rain fell on all of the houses.</p>"),
    )
    spine = books.package({"a.xhtml": "", "b.xhtml": ""}, language="eo-XX")
    pages = {"OEBPS/a.xhtml": short, "OEBPS/b.xhtml": english}
    data = books.archive({"META-INF/container.xml": books.CONTAINER, "OEBPS/content.opf": spine, **pages})
    write(tmp_path / "m.epub", data)
    code, _, err = command("segment", tmp_path / "m.epub", "-o", tmp_path / "out", "--workers", 1)
    assert code == 0, err
    parts = [pa.ipc.open_file(part).read_all() for part in (tmp_path / "out").glob("*.arrow")]
    found = {row["source_id"]: row["language"] for part in parts for row in part.to_pylist()}
    assert found == {"m/a": "eo", "m/b": "en"}
