"""Word documents: their paragraphs as a reader of the document as it is now sees them, and nothing around them."""

import json
import time
from pathlib import Path

import books
import office
import pytest
from corpora import documents, write
from each import each
from hypothesis import given, settings
from hypothesis import strategies as st
from office import docx, field, paragraph, run, table

from bertprep.core.errors import InputError
from bertprep.corpus import office as documents_of_office
from bertprep.corpus import word
from bertprep.corpus.documents import HOLE
from bertprep.corpus.web import page
from bertprep.corpus.xml_tree import find_all, parse

NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
BOX = paragraph("Boxed.")
BOXED = f"<w:txbxContent>{BOX}</w:txbxContent>"
DRAWN = f"<w:drawing><wp:anchor><wp:docPr descr='A map'/><wps:txbx>{BOXED}</wps:txbx></wp:anchor></w:drawing>"
OLD = f"<w:pict><v:shape><v:textbox>{BOXED}</v:textbox></v:shape></w:pict>"
CHOICE = f"<mc:Choice Requires='wps'>{DRAWN}</mc:Choice><mc:Fallback>{OLD}</mc:Fallback>"
TWICE = f"<mc:AlternateContent>{CHOICE}</mc:AlternateContent>"
NUMBER = f"<w:fldSimple w:instr=' PAGE '>{run('7')}</w:fldSimple>"
RUBY = f"<w:r><w:ruby><w:rt>{run('kan')}</w:rt><w:rubyBase>{run('漢')}</w:rubyBase></w:ruby></w:r>"
STAY = "<w:del><w:r><w:delText>stay</w:delText></w:r></w:del>"
RAISED = "<w:vertAlign w:val='superscript'/>"
PROMPT = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
NESTED = f"</w:instrText></w:r>{field('PAGE', run('9'))}<w:r><w:instrText>"
ROW = f"<w:tc>{BOX}</w:tc></w:tr>"
DELETED = '<w:rPr><w:del w:author="A"/></w:rPr>'


def read(*blocks: str) -> word.Body:
    tree = parse(f"<w:document><w:body>{''.join(blocks)}</w:body></w:document>".encode(), word.FORMATTING)
    names = {id: name.lower() for id, name in office.STYLES.items()}
    return word.body_of(next(find_all(tree, "body")), names)


def text_of(*blocks: str) -> str:
    return "\n".join(page.lines_of("\n".join(read(*blocks).lines)))


def test_a_file_is_a_document_of_its_body(tmp_path: Path) -> None:
    blocks = (
        paragraph("The mill", style="Titel"),
        paragraph("At the river", style="berschrift1"),
        paragraph("It opens at ", run("six", "<w:b/>"), ".", NOTE),
        table([paragraph("Day"), paragraph("Said")], [paragraph("It is open."), paragraph("It is shut.")]),
    )
    text = "The mill\nAt the river\nIt opens at six.\nDay Said\nIt is open.\nIt is shut."
    expected = [(None, 1, "The mill", text)]
    data = docx(*blocks)
    assert documents(write(tmp_path / "mill.docx", data)) == expected
    assert documents(write(tmp_path / "MILL.DOCM", data)) == expected
    assert documents(write(tmp_path / "mill", data)) == expected
    assert documents(write(tmp_path / "mill.zip", data), format="docx") == expected
    assert documents(write(tmp_path / "mill.docx", docx(*blocks, part="word/document2.xml"))) == expected
    titled = documents(write(tmp_path / "mill.docx", docx(*blocks, title="The mill")))
    assert titled == [(None, 1, "The mill", text.removeprefix("The mill\n"))]
    assert documents(write(tmp_path / "mill.docx", docx())) == [(None, 1, None, "")]


@each(
    "blocks, text",
    [
        ((paragraph("One\n", "two"), paragraph(), paragraph("  "), paragraph("Three.")), "One two\nThree."),
        ((paragraph("a", "<w:r><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:br w:type='page'/><w:t>d</w:t></w:r>"),), "a b\nc\nd"),
        ((paragraph("co", "<w:r><w:softHyphen/></w:r>", "op\u00ad", "<w:r><w:noBreakHyphen/></w:r>", "x"),), "coop-x"),
        ((paragraph("a", "<w:r><w:sym w:char='00E9'/><w:sym w:char='F0E0'/><w:sym/></w:r>"),), "aé"),
        ((paragraph("One", NOTE, "<w:r><w:endnoteReference/></w:r>", "<w:r><w:commentReference/></w:r>", "."),), "One."),
        # tracked changes
        ((paragraph("We ", f"<w:ins>{run('go')}</w:ins>", STAY, "."),), "We go."),
        ((paragraph(f"<w:moveFrom>{run('No.')}</w:moveFrom>"), paragraph(f"<w:moveTo>{run('One.')}</w:moveTo>")), "One."),
        ((paragraph("One ", properties=DELETED), paragraph("two."), paragraph("Three.", properties=DELETED)), "One two.\nThree."),
        ((paragraph("One", properties="<w:rPr><w:ins/></w:rPr>"), paragraph("Two")), "One\nTwo"),
        ((f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{ROW}<w:tr>{ROW}</w:tbl>",), "Boxed."),
        # what is around and within paragraphs
        ((f"<w:sdt><w:sdtPr><w:t>no</w:t></w:sdtPr><w:sdtContent>{BOX}</w:sdtContent></w:sdt>",), "Boxed."),
        ((PROMPT.format(paragraph("no")), paragraph("a ", PROMPT.format(run("no")), "b")), "a b"),
        ((f"<w:tbl><w:tr>{PROMPT.format('<w:tc>' + BOX + '</w:tc>')}{ROW}</w:tbl>",), "Boxed."),
        ((PROMPT.replace("Hdr/", "Hdr w:val='0'/").format(BOX),), "Boxed."),
        ((paragraph("a ", f"<w:hyperlink>{run('b ')}<w:smartTag>{run('c')}</w:smartTag></w:hyperlink>", run(" d")),), "a b c d"),
        ((paragraph("a", run("no", "<w:vanish/>"), run("b", "<w:vanish w:val='0'/>")),), "ab"),
        ((paragraph(RUBY),), "漢"),
        ((paragraph("10", run("-", RAISED), run("5", RAISED), "m", run("2", RAISED), ", 1", run("st", RAISED)),), "10⁻⁵m², 1st"),
        ((paragraph("One.", run("2", RAISED), " CO", run("2", RAISED.replace("super", "sub"))),), "One.2 CO2"),
        ((paragraph("D", properties="<w:framePr w:dropCap='drop'/>"), paragraph("rop cap.")), "Drop cap."),
        ((paragraph("One.", f"<w:r>{DRAWN}</w:r>"), paragraph("Two.")), "One.\nBoxed.\nTwo."),
        ((paragraph("One.", f"<w:r>{OLD}</w:r>"),), "One.\nBoxed."),
        ((paragraph("One", f"<w:r>{TWICE}</w:r>", " two."),), "One two.\nBoxed."),
        ((paragraph("<w:r><w:drawing><wp:docPr descr='no'/><a:t>no</a:t></w:drawing></w:r>"),), ""),
        # tables
        ((table([paragraph("a"), paragraph(), paragraph("b")]),), "a b"),
        ((table([paragraph("One.") + paragraph("Two."), paragraph("Three.")]),), "One.\nTwo.\nThree."),
        ((table([paragraph("One", "<w:r><w:br/></w:r>", "two."), paragraph("Three.")]),), "One\ntwo.\nThree."),
        ((table([table([paragraph("a"), paragraph("b")]), paragraph("c")]),), "a b c"),
        # fields
        ((paragraph("On ", field(" DATE ", run("1 May")), " and ", field("PAGE", run("7")), "so."),), "On 1 May and so."),
        ((paragraph(field(' HYPERLINK "x" ', run("here")), " ", field("IF", field("PAGE", run("9")) + run("b"))),), "here b"),
        ((paragraph(field('TOC \\o "1-3"', run("One\t3") + "</w:p><w:p>" + run("Two\t4"))), paragraph("Three.")), "Three."),
        ((paragraph(field(f"IF {NESTED} = 9", run("b") + field("DATE", run("c")) + field("PAGE", run("9"))), "d"),), "bcd"),
        ((paragraph(field("PAGE", run("no") + field("DATE", run("no")) + run("no")), "a"),), "a"),
        ((paragraph("a ", NUMBER, NUMBER.replace("PAGE", "REF x")),), "a 7"),
        ((paragraph(field(f"TOC {field('IF', run('x'))}", run("no")), "a"),), "a"),
        ((f"<mc:AlternateContent><mc:Choice>{BOX}</mc:Choice><mc:Choice>{BOX}</mc:Choice></mc:AlternateContent>",), "Boxed."),
        ((paragraph("a", "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"), paragraph("b"), paragraph("c")), "a\nb\nc"),
        ((paragraph("a", "<w:r><w:fldChar w:fldCharType='end'/></w:r>", "b"),), "ab"),
        ((paragraph("a", f"<w:del>{field('PAGE', '<w:r><w:delText>7</w:delText></w:r>')}</w:del>", "b"),), "ab"),
        # by their styles
        ((paragraph("One 3", style="Verzeichnis1"), paragraph("Figure 1", style="Beschriftung"), paragraph("a", style="x")), "a"),
        # formulas
        ((paragraph("So ", "<m:oMath><m:r><m:t>x=</m:t></m:r><m:sSub><m:t>y</m:t></m:sSub></m:oMath>", "."),), "So x=y."),
        ((paragraph("So ", "<m:oMath><m:sSup><m:t>10</m:t><m:t>5</m:t></m:sSup></m:oMath>", "."),), f"So {HOLE}."),
        ((paragraph("<m:oMathPara><m:oMath><m:t>x</m:t></m:oMath></m:oMathPara>"), paragraph("a")), "a"),
    ],
)  # fmt: skip
def test_what_is_text(blocks: tuple[str, ...], text: str) -> None:
    assert text_of(*blocks) == text


def test_many_open_fields_and_deleted_ends_take_linear_time() -> None:
    began = time.process_time()
    opened = "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>DATE</w:instrText><w:fldChar w:fldCharType='separate'/></w:r>"
    closed = "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    assert text_of(paragraph(opened * 20_000, run("a"), closed * 20_000)) == "a"
    assert text_of(paragraph("One ", properties=DELETED) * 5000) == " ".join(["One"] * 5000)
    assert time.process_time() - began < 8  # 0.8 s; over 15 if it were quadratic


def test_what_is_left_out_is_counted() -> None:
    deletion = "<w:del><w:r><w:delText>a</w:delText></w:r></w:del>"
    found = read(
        paragraph("One", NOTE, deletion, "<w:del><w:r/></w:del>"),
        paragraph("x", style="Beschriftung"),
        paragraph(style="Beschriftung"),
        paragraph("<m:oMath><m:f/></m:oMath>", deletion, NOTE),
    )
    assert found.counters == {"footnotes": 2, "tracked_deletions": 2, "paragraphs_not_text": 1, "formulas": 1}
    assert text_of(paragraph("<m:oMath><m:f/></m:oMath>")) == ""


WORDS = st.text(st.sampled_from("ab é&<我."), min_size=1, max_size=8).filter(str.strip)
CHANGES = {
    "kept": "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>",
    "added": "<w:ins><w:r><w:t xml:space='preserve'>{}</w:t></w:r></w:ins>",
    "marked": "<w:r><w:rPr><w:i/></w:rPr><w:t xml:space='preserve'>{}</w:t></w:r>",
    "deleted": "<w:del><w:r><w:delText xml:space='preserve'>{}</w:delText></w:r></w:del>",
    "code": "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>{}</w:instrText><w:fldChar w:fldCharType='end'/></w:r>",
}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.tuples(st.sampled_from([*CHANGES]), WORDS), min_size=1, max_size=5), max_size=5))
def test_changes_give_the_text_as_if_they_had_been_accepted(parts: list[list[tuple[str, str]]]) -> None:
    changed = [
        paragraph(
            "".join(CHANGES[kind].format(words.replace("&", "&amp;").replace("<", "&lt;")) for kind, words in each)
        )
        for each in parts
    ]
    kept = ["".join(words for kind, words in each if kind not in ("deleted", "code")) for each in parts]
    assert text_of(*changed) == text_of(*map(paragraph, kept))
    html = "".join(f"<p>{words.replace('&', '&amp;').replace('<', '&lt;')}</p>" for words in kept)
    pytest.importorskip("resiliparse")
    assert text_of(*changed) == page.of_field(html or "<p></p>").text


def test_segment_reads_a_folder_of_them(tmp_path: Path, command) -> None:
    prose = paragraph("The mill opens at six, and nobody comes. ", "It rained all day.", NOTE)
    write(tmp_path / "in" / "a.docx", docx(paragraph("Contents 1", style="Verzeichnis1"), prose))
    write(tmp_path / "in" / "~$a.docx", b"\x05Ann")
    code, out, err = command("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", 1)
    assert code == 0, err
    assert "1 document, 2 sentences" in out and "1 paragraph of contents or captions" in out and "1 footnote" in out, (
        out
    )
    assert "1 file that is not data" in out
    assert command("verify", tmp_path / "out")[0] == 0


def of_part(name: str) -> bytes:
    """An archive of another office program's document, which may name a file outside of itself."""
    held = {"_rels/.rels": office.relations(officeDocument=name), "xl/workbook.xml": "<workbook/>"}
    return books.archive(held, mimetype=False)


REFUSED = [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "office program (.doc), or one with a password"),
    (b"no archive at all, but some words", "not a valid Word document"),
    (docx(paragraph("One."))[:-30], "not a valid Word document"),
    (b"{\\rtf1 One.}", "contains an RTF document"),
    (b"<html><body>One.</body></html>", "use --format html"),
    (books.archive({"a.txt": "a"}, mimetype=False), "no Word document: a zip archive without _rels/.rels"),
    (of_part("xl/workbook.xml"), "a document of another program, or without a body"),
    (of_part("../../etc/passwd"), "a document of another program, or without a body"),
    (docx("<w:p>"), "word/document.xml: not well-formed XML"),
    (docx(**{"word/document.xml": '<!DOCTYPE p [<!ENTITY a "ha">]><p>&a;</p>'}), "declares an entity"),
    (docx("<w:sdt>" * 400 + "</w:sdt>" * 400), "nested more than 300 deep"),
    (docx(paragraph("a"), big=" " * (1 << 27)), "a zip bomb"),
]  # fmt: skip


@each("data, problem", REFUSED)
def test_what_is_no_word_document_is_refused_or_skipped(tmp_path: Path, command, data: bytes, problem: str) -> None:
    write(tmp_path / "in" / "a.docx", data)
    write(tmp_path / "in" / "b.txt", "It rained all day.")
    to = ("segment", tmp_path / "in", "-o", tmp_path / "out", "--workers", 1, "--overwrite")
    code, _, err = command(*to)
    assert code == 3 and "a.docx: " in err and problem in err and "Traceback" not in err, err
    code, _, err = command(*to, "--bad-input", "skip")
    assert code == 0, err
    assert json.loads((tmp_path / "out" / "manifest.json").read_bytes())["counters"]["files_damaged"] == 1


def test_a_document_of_more_than_its_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents_of_office, "LONGEST_BYTES", 10_000)
    with pytest.raises(InputError, match=r"word/document.xml unpacks to more than 0 MiB; a zip bomb, or too long"):
        documents(write(tmp_path / "a.docx", docx(paragraph("One. " * 4000))))


def test_one_under_the_name_of_plain_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"contains Word documents .*; use --format docx$"):
        documents(write(tmp_path / "a.txt", docx(paragraph("One."))))
    with pytest.raises(InputError, match="a zip archive"):
        documents(write(tmp_path / "b.txt", books.archive({"notes.txt": "One."}, mimetype=False)))
