"""OpenDocument texts: their paragraphs as a reader of the document as it is now sees them, and nothing around them."""

import json
from pathlib import Path

import books
import office
import pytest
from corpora import documents, write
from each import each
from hypothesis import given, settings
from hypothesis import strategies as st
from office import odt

from bertprep.core.errors import InputError
from bertprep.corpus.documents import HOLE
from bertprep.corpus.open_document import Body
from bertprep.corpus.web import page
from bertprep.corpus.xml_tree import find_all, parse

NOTE = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>No.</text:p></text:note-body></text:note>"
STYLES = (
    '<style:style style:name="P1" style:parent-style-name="Illustration"/><style:style style:name="P2"/>'
    '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="T2"><style:text-properties style:text-position="super 58%"/></style:style>'
    '<style:style><style:text-properties text:display="none"/></style:style>'  # damaged: without a name
)


def read(*blocks: str) -> Body:
    root = parse(
        f"<office:document-content>{STYLES}<office:text>{''.join(blocks)}</office:text></office:document-content>".encode()
    )
    return Body(root, next(each for each in find_all(root, "text")))  # fmt: skip


def text_of(*blocks: str) -> str:
    return "\n".join(page.lines_of("\n".join(read(*blocks).lines)))


def p(inner: str, style: str = "P2") -> str:
    return f'<text:p text:style-name="{style}">{inner}</text:p>'


def cells(*inner: str) -> str:
    return (
        "<table:table-row>"
        + "".join(f"<table:table-cell>{each}</table:table-cell>" for each in inner)
        + "</table:table-row>"
    )


def item(inner: str) -> str:
    return f"<text:list-item>{inner}</text:list-item>"


ROW, ROWS = cells(p("a"), p("b")), cells(p("c") + p("d"), p("e"))


def test_a_file_is_a_document_of_its_body(tmp_path: Path) -> None:
    blocks = (
        p("One"),
        "<text:h>At the river</text:h>",
        p(f"It opens<text:s text:c='3'/>at <text:span>six</text:span>.{NOTE}"),
    )
    text = "One\nAt the river\nIt opens at six."
    for name, format in {"mill.odt": "auto", "MILL.OTT": "auto", "mill": "auto", "mill.zip": "odt"}.items():
        found = documents(write(tmp_path / name, odt(*blocks)), format=format)
        assert found == [(None, 1, "At the river", text)], name
    titled = documents(write(tmp_path / "mill.odt", odt(*blocks, title="One")))
    assert titled == [(None, 1, "One", "At the river\nIt opens at six.")]
    assert documents(write(tmp_path / "mill.odt", odt())) == [(None, 1, None, "")]


@each(
    "blocks, text",
    [
        ((p("a<text:tab/>b<text:line-break/>c<text:soft-page-break/>d"), p("  "), p("e\n f")), "a b\ncd\ne f"),
        ((p("a<text:a>b</text:a><text:bookmark/><text:span text:style-name='T1'>no</text:span>c"), p("no", "T1")), "abc"),
        ((f"<text:list>{item(p('a') + '<text:list>' + item(p('b')) + '</text:list>')}</text:list>",), "a\nb"),
        ((f"<text:section text:display='none'>{p('no')}</text:section><text:section>{p('a')}</text:section>",), "a"),
        ((f"<text:table-of-content><text:index-body>{p('no')}</text:index-body></text:table-of-content>", p("a")), "a"),
        ((p("no", "P1"), p("no", "Caption"), p("no", "Contents_20_1"), p("a", "Table_20_Contents")), "a"),
        ((f"<table:table><table:table-header-rows>{ROW}</table:table-header-rows>{ROWS}</table:table>",), "a b\nc\nd\ne"),
        ((f"<text:tracked-changes><text:deletion>{p('no')}</text:deletion></text:tracked-changes>", p("a<text:change/>b")), "ab"),
        ((p(f"One<draw:frame><draw:text-box>{p('Boxed.')}</draw:text-box></draw:frame> two."),), "One two.\nBoxed."),
        ((p("One<office:annotation><text:p>No.</text:p></office:annotation>, two."),), "One, two."),
        ((p(f"One<draw:custom-shape>{p('Two')}</draw:custom-shape> three."),), "One three.\nTwo"),
        (("<text:h><text:number>1.1 </text:number>One</text:h>",), "One"),
        ((p("10<text:span text:style-name='T2'>-5</text:span>, 1<text:span text:style-name='T2'>st</text:span>"),), "10⁻⁵, 1st"),
        ((f"<table:table>{cells(p('One<text:line-break/>two'), p('three'))}</table:table>",), "One\ntwo\nthree"),
        ((p("One<text:placeholder>&lt;no&gt;</text:placeholder>."), "<text:p>Two.</text:p>"), "One.\nTwo."),
        ((p("One <text:page-number>7</text:page-number>two <text:date>1 May</text:date>."),), "One two 1 May."),
        ((p("<text:ruby><text:ruby-base>漢</text:ruby-base><text:ruby-text>kan</text:ruby-text></text:ruby>字"),), "漢字"),
        ((p("So <draw:frame><draw:object xlink:href='./O'/><svg:title>no</svg:title></draw:frame>."),), f"So {HOLE}."),
        ((p("<draw:object xlink:href='./O'/>"),), ""),
        ((p("<draw:frame><draw:image/><svg:desc>A map</svg:desc></draw:frame>"),), ""),
    ],
)  # fmt: skip
def test_what_is_text(blocks: tuple[str, ...], text: str) -> None:
    assert text_of(*blocks) == text


WORDS = st.text(st.sampled_from("ab é.我\u00ad"), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=3), max_size=5))
def test_the_same_paragraphs_in_word_give_the_same_document(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[str]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    spans = (
        p("".join(f"<text:span>{words.replace('  ', ' <text:s/>')}</text:span>" for words in each)) for each in parts
    )
    in_odt = documents(write(folder / "a.odt", odt(*spans)))
    in_word = documents(write(folder / "a.docx", office.docx(*(office.paragraph(*each) for each in parts))))
    assert in_odt == in_word


def test_segment_reads_a_folder_of_them(tmp_path: Path, command) -> None:
    deleted = "<text:tracked-changes><text:deletion/></text:tracked-changes>"
    prose = p(f"The mill opens at six, and nobody comes. It rained all day.{NOTE}")
    write(tmp_path / "in" / "a.odt", odt(deleted, p("Figure 1", "Illustration"), prose))
    code, out, err = command("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", 1)
    assert code == 0, err
    assert "1 document, 2 sentences" in out, out
    assert "1 paragraph of contents or captions" in out and "1 tracked deletion" in out and "1 footnote" in out, out
    assert command("verify", tmp_path / "out")[0] == 0


REFUSED = [
    (b"\xd0\xcf\x11\xe0" + bytes(600), "with a password; open it there or in LibreOffice and save it as .odt"),
    (b"no archive at all, but some words", "not a valid OpenDocument text"),
    (odt(p("One."))[:-30], "not a valid OpenDocument text"),
    (books.archive({"a.txt": "a"}, mimetype=False), "a zip archive without content.xml"),
    (odt(**{"content.xml": "<office:body><office:spreadsheet/></office:body>"}), "a document of another program"),
    (odt(**{"META-INF/manifest.xml": "<m:manifest><m:encryption-data/></m:manifest>"}), "an encrypted document"),
    (odt("<text:p>"), "content.xml: not well-formed XML"),
    (odt(p("a"), big=" " * (1 << 27)), "a zip bomb"),
]


@each("data, problem", REFUSED)
def test_what_is_not_one_is_refused_or_skipped(tmp_path: Path, command, data: bytes, problem: str) -> None:
    write(tmp_path / "in" / "a.odt", data)
    write(tmp_path / "in" / "b.txt", "It rained all day.")
    to = ("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", 1, "--overwrite")
    code, _, err = command(*to)
    assert code == 3 and "a.odt: " in err and problem in err and "Traceback" not in err, err
    code, _, err = command(*to, "--bad-input", "skip")
    assert code == 0, err
    assert json.loads((tmp_path / "out" / "manifest.json").read_bytes())["counters"]["files_damaged"] == 1


def test_one_under_the_name_of_plain_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"contains OpenDocument text .*; use --format odt$"):
        documents(write(tmp_path / "a.txt", odt(p("One."))))
