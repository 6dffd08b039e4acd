"""Web pages: their text and nothing else, in any encoding; and fields that contain HTML."""

import itertools
import json
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from archives import page as page_with
from corpora import documents, json_lines, texts, write
from hypothesis import given
from hypothesis import strategies as st

from bertprep.core.errors import UsageError
from bertprep.corpus.web import page

pytest.importorskip("resiliparse")

PARAGRAPHS = ("The mill opens in May. Bring your own corn.", "Each sack is weighed twice, so that nobody is cheated.")


def text_of(body: str) -> str:
    return page.read_page(f"<html><body>{body}</body></html>".encode()).text


# what is text


def test_a_page_is_its_paragraphs_and_nothing_around_them() -> None:
    found = page.read_page(page_with(*PARAGRAPHS, title="The mill").encode())
    assert (found.text, found.title, found.damage) == ("\n".join(PARAGRAPHS), "The mill", None)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>one<br>two<br/><br />three</p>", "one\ntwo\nthree"),
        ("<p>a line that\n  is wrapped\tin the source</p>", "a line that is wrapped in the source"),
        ("<p>5 &lt; 6 &amp;&amp; caf&eacute; &#8217;&#x4e2d; &amp;amp;</p>", "5 < 6 && café ’中 &amp;"),
        ("<p>one&nbsp;two &shy;hy&shy;phen</p>", "one two hyphen"),
        ("<p>x<sup>2</sup> and H<sub>2</sub>O</p>", "x² and H2O"),
        ("<p>Some 10<sup>5</sup> of <i>m</i><sup>−2</sup>.</p>", "Some 10⁵ of m⁻²."),
        ("<p>The 1<sup>st</sup> mill.<sup>3</sup> It grinds.</p>", "The 1st mill.3 It grinds."),
        ('<p>A mill<sup><a href="#n1">1</a></sup> of old<sup><a href="p.html#n">[2]</a></sup>.</p>', "A mill of old."),
        ('<p>By rule <sup><a href="rules.html">7</a></sup>.</p>', "By rule 7."),
        ("<p><b>b</b>old and <i>it</i>alic <span>One</span><span>Two</span></p>", "bold and italic OneTwo"),
        ("<ul><li>Bring corn in whole sacks.</li><li>Bring a cart or a horse.</li></ul>", None),
        ("<ol><li>First the stone.</li><li>Then the sieve.</li></ol>", "First the stone.\nThen the sieve."),
        ("<dl><dt>Miller</dt><dd>Who grinds.</dd></dl>", "Miller\nWho grinds."),
        ("<table><tr><td>Sacks</td><td>12</td></tr><tr><td>Carts</td><td>3</td></tr></table>", "Sacks 12\nCarts 3"),
        ("<table><tr><td>It is open.</td><td>It is shut.</td></tr></table>", "It is open.\nIt is shut."),
        ("<pre>for x in y:\n    z</pre>", "for x in y:\nz"),
        ("<div>One<div>Two</div>Three</div>", "One\nTwo\nThree"),
        ("<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字</p>", "漢字"),
        ('<p>Millers<sup class="reference">[1]</sup> grind.</p>', "Millers grind."),
        ("<p>Text.</p><script>no()</script><style>no{}</style><noscript>no</noscript><!-- no -->", "Text."),
        ("<p>Text.</p><form><input value=no><select><option>no</select><button>no</button></form>", "Text."),
        ("<p>Text.</p><p hidden>no</p><p style='display: none'>no</p><p aria-hidden=true>no</p>", "Text."),
        ("<p>Text.</p><aside>no</aside><div class='cookie-banner'>no</div><div class='breadcrumbs'>no</div>", "Text."),
        ("<p>Text.</p><figure><img alt=no><figcaption>no</figcaption></figure>", "Text."),
        ("<p>Text.<ul><li><a href=/>Home</a><li><a href=/a>About us</a></ul>", "Text."),
        ("<P>Not closed <B>at <I>all", "Not closed at all"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("", ""),
    ],
)
def test_what_is_in_a_page(body: str, text: str | None) -> None:
    expected = "Bring corn in whole sacks.\nBring a cart or a horse." if text is None else text
    assert text_of(body) == expected


@given(st.text(st.sampled_from("我是中國人한국어日本のกขคa1。"), min_size=1, max_size=12), st.data())
def test_no_character_is_lost_between_tags(text: str, data) -> None:
    tags = data.draw(st.lists(st.sampled_from(["b", "i", "span", ""]), min_size=len(text), max_size=len(text)))
    tagged = "".join(f"<{tag}>{char}</{tag}>" if tag else f"{char}<wbr>" for char, tag in zip(text, tags, strict=True))
    assert text_of(f"<p>{tagged}</p>") == text


@pytest.mark.parametrize(
    ("title", "heading", "is_kept"),
    [
        ("The mill", "The mill", False),
        ("The mill - Village news", "The mill", False),
        ("Village news | The mill", "The mill", False),
        ("Village news", "The mill", True),
        ("The mill", "The", True),
        ("Tea", "Tea", False),
        ("磨坊_村新闻", "磨坊", False),
        ("磨坊主", "磨坊", True),
        ("", "The mill", True),
    ],
)
def test_a_heading_that_repeats_the_title_goes(title: str, heading: str, is_kept: bool) -> None:
    html = f"<title>{title}</title><body><h1>{heading}</h1><p>{PARAGRAPHS[0]}</p>"
    found = page.read_page(html.encode())
    assert found.title == (title or None)
    assert found.text == (f"{heading}\n" if is_kept else "") + PARAGRAPHS[0]


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="canonical" href="http://a.example/x">', "http://a.example/x"),
        ('<meta property="og:url" content="https://a.example/y">', "https://a.example/y"),
        ("<!-- saved from url=(0020)https://a.example/z -->", "https://a.example/z"),
        ("<!--\n Page saved with SingleFile \n url: https://a.example/w \n-->", "https://a.example/w"),
        ('<link rel="canonical" href="/x">', None),
        ("", None),
    ],
)
def test_a_page_tells_its_address(head: str, address: str | None) -> None:
    assert page.read_page(page_with(*PARAGRAPHS, head=head).encode()).address == address


def test_elements_within_elements_cost_no_minutes() -> None:
    begin = time.process_time()
    for tag, other in itertools.product(("div", "DIV", "article", "ul"), ("", "</p>")):
        assert page.read_page(f"<{tag}>{other}".encode() * 50_000 + b"text " * 20_000).damage == "pages_nested_too_deep"
    assert time.process_time() - begin < 10
    closed = "<div><ul><li>one</ul></div>" * 20_000
    assert page.read_page((closed + f"<p>{PARAGRAPHS[0]}</p>").encode()).text.endswith(PARAGRAPHS[0])


def test_attributes_without_end_cost_no_minutes() -> None:
    begin = time.process_time()
    many = " ".join(f"x{number}" for number in range(60_000))
    for tag in (
        f"<a {many}>",
        f'<a b=">" {many}>',
        f"<p c=d' {many.replace(' ', '=1 ')}>",
        f"<i {many.replace(' ', '/')}>",
    ):
        html = page_with(*PARAGRAPHS) + tag
        assert page.read_page(html.encode()).damage == "pages_with_too_many_attributes"
        assert page.of_field(tag).damage == "pages_with_too_many_attributes"
    assert time.process_time() - begin < 10
    for value in ("a " * 100_000, "<p x1 x2 " * 50_000):
        assert page.read_page(page_with(*PARAGRAPHS, f'<i title="{value}">.</i>').encode()).text.startswith(
            PARAGRAPHS[0]
        )


# encodings

WORDS = {
    "utf-8": "Müller, мельник, 磨坊主",
    "utf-16": "Müller, мельник, 磨坊主",
    "windows-1252": "Müller ‘mahlen’ – für 5 €",
    "iso-8859-1": "Müller ‘mahlen’ – für 5 €",  # text declared as Latin-1 is always read as Windows-1252
    "iso-8859-2": "Młynarz miele zboże",
    "windows-1251": "Мельник мелет зерно",
    "koi8-r": "Мельник мелет зерно",
    "gb2312": "磨坊主在河边",
    "gbk": "磨坊主在河邊",
    "big5": "磨坊主在河邊",
    "shift_jis": "粉屋は川辺にいる①～",
    "euc-jp": "粉屋は川辺にいる",
    "iso-2022-jp": "粉屋は川辺にいる",
    "euc-kr": "방앗간은 강가에 있다",
    "tis-620": "โรงสีอยู่ริมแม่น้ำ",
}
CODECS = {"iso-8859-1": "cp1252", "shift_jis": "cp932", "euc-kr": "cp949", "gb2312": "gb18030"}


@pytest.mark.parametrize("name", WORDS)
def test_the_encoding_is_what_a_page_declares(name: str) -> None:
    body = f"<p>{WORDS[name]}</p>"
    codec = CODECS.get(name, name)
    declared = [
        (f'<meta charset="{name}">', None),
        (f'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={name.upper()}">', None),
        (f'<?xml version="1.0" encoding="{name}"?>', None),
        ("", name),
        ('<meta charset="utf-8">', name),  # the server's declaration comes first
    ]
    for head, charset in declared if name != "utf-16" else [("", None)]:
        assert page.read_page((head + body).encode(codec), charset).text == WORDS[name], (head, charset)


def test_what_is_utf_8_is_so_whatever_a_server_declares() -> None:
    data = f"<meta charset=iso-8859-1><p>{WORDS['utf-8']}</p>".encode()
    assert page.read_page(data, "windows-1252").text == WORDS["utf-8"]
    cut = f"<p>{WORDS['utf-8']}".encode()[:-1]
    assert page.read_page(cut).text == WORDS["utf-8"][:-1]


def test_a_page_in_no_encoding_is_counted_and_a_spoilt_character_is_not() -> None:
    good = "<meta charset=utf-8><p>" + "Müller, мельник. " * 20
    spoilt = good.encode() + b"\xff" + b" end."
    assert page.read_page(spoilt).text == "Müller, мельник. " * 20 + "end."
    noise = b"<meta charset=utf-8>" + bytes(range(128, 256)) * 20
    assert page.read_page(noise).damage == "pages_not_decodable"


# files


def test_a_folder_of_saved_pages_is_a_document_a_page(tmp_path: Path) -> None:
    head = '<link rel="canonical" href="http://mill.example/a">'
    saved = page_with(*PARAGRAPHS, title="The mill", head=head)
    assert documents(write(tmp_path / "a.html", saved)) == [
        ("http://mill.example/a", None, "The mill", "\n".join(PARAGRAPHS))
    ]
    assert documents(write(tmp_path / "b.HTM", page_with(PARAGRAPHS[0]))) == [(None, 1, None, PARAGRAPHS[0])]
    assert texts(write(tmp_path / "unnamed", saved)) == ["\n".join(PARAGRAPHS)]
    assert documents(write(tmp_path / "none.xhtml", "<nav>Home</nav>")) == []


def test_the_command_counts_pages_without_text_and_leaves_out_their_frames(tmp_path: Path, command) -> None:
    write(tmp_path / "pages" / "a.html", page_with(*PARAGRAPHS))
    write(tmp_path / "pages" / "b.html", "<html><body><nav>Home</nav></body></html>")
    write(tmp_path / "pages" / "a_files" / "frame.html", page_with("An advertisement."))
    code, out, err = command("segment", tmp_path / "pages", "-o", tmp_path / "out", "--workers", "1", "--json")
    assert code == 0, err
    counters = json.loads(out)["counters"]
    assert (counters["files"], counters["documents"], counters["pages_empty"]) == (2, 1, 1)
    (tmp_path / "pages" / "a.html").unlink()
    code, out, err = command("segment", tmp_path / "pages", "-o", tmp_path / "other", "--workers", "1")
    assert code == 3 and "1 page without text" in err


def test_without_the_library_the_extra_is_named(tmp_path: Path, command, monkeypatch) -> None:
    monkeypatch.setattr(page, "find_spec", lambda name: None)
    write(tmp_path / "a.html", page_with(*PARAGRAPHS))
    write(tmp_path / "a.warc", b"WARC/1.0\r\n")
    write(tmp_path / "a.jsonl", json_lines({"text": "A text. And more."}))
    for name, *options in (("a.html",), ("a.warc",), ("a.jsonl", "--html")):
        code, _, err = command("segment", tmp_path / name, "-o", tmp_path / "out", "--workers", "1", *options)
        assert code == UsageError.exit_code and "pip install 'bertprep[web]'" in err
    assert command("segment", tmp_path / "a.jsonl", "-o", tmp_path / "out", "--workers", "1")[0] == 0


# fields that contain HTML


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("It is slow.<br /><br />I liked the dog.<br />It can act!", "It is slow.\nI liked the dog.\nIt can act!"),
        ("No markup.\n\nTwo paragraphs.", "No markup.\n\nTwo paragraphs."),
        ("Only <b>bold</b> &amp; lines\nas they are.", "Only bold & lines\nas they are."),
        ("<p>wrapped\nin the source</p>", "wrapped in the source"),
        ("5 < 6 & 7", "5 < 6 & 7"),
        ("<nav>All of less than a page stays.</nav>", "All of less than a page stays."),
        ("", ""),
    ],
)
def test_fields_with_some_html(html: str, text: str) -> None:
    assert page.of_field(html).text == text


def test_tags_that_are_taken_for_text_are_told(tmp_path: Path, command) -> None:
    rows = [
        {"text": "<p>It is slow.</p><p>It can act!</p>"},
        *({"text": f"Number {n} is plain. 5 < 6, a <b c."} for n in range(8)),
    ]
    write(tmp_path / "a.jsonl", json_lines(*rows))
    line = ("segment", tmp_path / "a.jsonl", "-o", tmp_path / "out", "--workers", "1", "--overwrite")
    assert "1 of 9 documents contains HTML tags such as <p>, which were kept as text; --html" in command(*line)[2]
    assert "HTML tags" not in command(*line, "--html")[2]
    write(tmp_path / "a.jsonl", json_lines(*rows, *({"text": f"More of it, {n}. And plain."} for n in range(20))))
    assert "HTML tags" not in command(*line)[2]


def test_html_of_every_format_with_fields(tmp_path: Path, command) -> None:
    rows = [
        {"id": "1", "title": None, "text": page_with(*PARAGRAPHS, title="The mill")},
        {"id": "2", "title": "Kept", "text": page_with(PARAGRAPHS[0], title="Other")},
        {"id": "3", "title": None, "text": "It is slow.<br>It can act!"},
    ]
    table = pa.Table.from_pylist(rows)
    write(tmp_path / "a.jsonl", json_lines(*rows))
    pq.write_table(table, tmp_path / "a.parquet")
    with pa.ipc.new_file(tmp_path / "a.arrow", table.schema) as out:
        out.write_table(table)
    write(tmp_path / "a.txt", "\n\n".join(row["text"] for row in rows[2:]))
    assert command("segment", tmp_path / "a.txt", "-o", tmp_path / "plain", "--workers", "1", "--html")[0] == 0
    for name in ("a.jsonl", "a.parquet", "a.arrow"):
        folder = tmp_path / f"out-{name}"
        options = ("--validation-share", "0", "--partitions", "1", "--workers", "1", "--html")
        code, _, err = command("segment", tmp_path / name, "-o", folder, *options)
        assert code == 0, err
        made = pa.ipc.open_file(folder / "train-00000-of-00001.arrow").read_all().sort_by("source_id").to_pydict()
        assert made["title"] == ["The mill", "Kept", None]
        assert [" ".join(one) for one in made["sentences"]] == [
            " ".join(PARAGRAPHS),
            PARAGRAPHS[0],
            "It is slow. It can act!",
        ]
