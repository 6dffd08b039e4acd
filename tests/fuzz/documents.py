"""Hostile documents that people write: Markdown in any order, very deep or very long of one thing; Word with damaged XML."""

import random
import sys
from pathlib import Path

from mutate import damaged

sys.path.insert(0, str(Path(__file__).parent.parent))
import office

Case = tuple[list[list[object]], Path]

MARKS = (
    *("# ", "## ", "\n===\n", "\n---\n", "> ", "- ", "1. ", "    ", "\t", "\n", "\n\n", "  \n", "\\", "```\n", "~~~", ":::\n"),
    *("*", "**", "_", "~~", "`", "``", "[", "]", "](", ")", "![", "[^1]", "[^1]: ", "[a]: b", "<", "<b>", "</b>", "<!--", "-->"),
    *("<div>", "<script>", "<?", "<![CDATA[", "&amp;", "&#0;", "$", "$$", "|", "|-|-|\n", "- [x] ", "> [!NOTE]\n", "!!! a\n"),
    *("---\n", "+++\n", "title: x\n", "a: [\n", "a: {", "&a *a", "{#a}", "{.a b=c}", ": ", "\0", "\ufdd0", "\ufeff", "我", "é"),
    *("A sentence of words. ", "第一句话。", "http://a.example ", "<http://b>", "^[in]", "\r", "\u2028"),
)  # fmt: skip
PARTS = (
    *("<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>It rained.</w:t>", "<w:tab/>", "<w:br/>", "<w:ins>", "</w:ins>", "<w:del>"),
    *("</w:del>", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", "<w:fldChar w:fldCharType='begin'/>"),
    *("<w:fldChar w:fldCharType='end'/>", "<w:instrText>TOC</w:instrText>", "<w:sym w:char='x'/>", "<w:footnoteReference/>"),
    *("<mc:AlternateContent>", "</mc:AlternateContent>", "<w:pict>", "</w:pict>", "<w:txbxContent>", "</w:txbxContent>"),
    *("<m:oMath>", "</m:oMath>", "&amp;", "&nbsp;", "<w:sdt>", "</w:sdt>", "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>", "<!--"),
)  # fmt: skip


def _segment(around: Path, name: str, data: bytes, *options: object) -> Case:
    (around / name).write_bytes(data)
    return [["segment", around / name, "-o", around / "out", "--workers", 1, "--quiet", *options]], around / "out"


def markdown(draw: random.Random, around: Path, _: Path) -> Case:
    pieces = draw.choices(MARKS, k=draw.randint(1, 200))
    if draw.random() < 0.4:
        pieces.insert(draw.randint(0, len(pieces)), draw.choice(MARKS) * draw.choice((10, 1000, 5000)))
    data = "".join(pieces).encode()
    return _segment(around, draw.choice(("a.md", "a.markdown")), damaged(draw, data) if draw.random() < 0.3 else data)


def docx(draw: random.Random, around: Path, _: Path) -> Case:
    blocks = []
    for _number in range(draw.randint(1, 8)):
        part = draw.choice(PARTS)
        inner = draw.choice(("It rained.", office.run("It rained.") * draw.choice((1, 3000)), part))
        blocks.append(office.paragraph(inner) if draw.random() < 0.8 else part * draw.choice((1, 400)))
    body = "".join(blocks)
    files: dict[str, str | bytes] = {"word/document.xml": f"<w:document><w:body>{body}</w:body></w:document>"}
    if draw.random() < 0.5:
        name = draw.choice(("word/document.xml", "_rels/.rels", "word/styles.xml", "docProps/core.xml"))
        whole = files.get(name, "<Relationships/>")
        files[name] = damaged(draw, whole.encode() if isinstance(whole, str) else whole)
    data = office.docx(**files)
    return _segment(around, draw.choice(("a.docx", "a")), damaged(draw, data) if draw.random() < 0.3 else data)


def odt(draw: random.Random, around: Path, _: Path) -> Case:
    parts = [part.replace("w:", draw.choice(("text:", "office:", "table:"))) for part in draw.choices(PARTS, k=4)]
    frame = "<draw:frame><draw:text-box><text:p>Boxed.</text:p></draw:text-box></draw:frame>"
    inner = [
        f"<text:p>It rained.{draw.choice((*parts, frame, '<text:note/>', '<text:s text:c=<9/>'))}</text:p>"
        for _n in range(3)
    ]
    data = office.odt(*inner, title=draw.choice(("", "A title")))
    return _segment(around, draw.choice(("a.odt", "a")), damaged(draw, data) if draw.random() < 0.5 else data)


DOCUMENTS = {function.__name__: function for function in (markdown, docx, odt)}
