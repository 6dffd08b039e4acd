"""Documents of office programs for tests."""

from xml.sax.saxutils import escape

from books import archive

TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = {
    "a": "Normal",
    "berschrift1": "heading 1",
    "Titel": "Title",
    "Beschriftung": "caption",
    "Verzeichnis1": "toc 1",
}


def run(text: str, properties: str = "") -> str:
    """A run of text with properties."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*inner: str, style: str = "", properties: str = "") -> str:
    """A paragraph of runs or whatever else; what has no markup becomes a run."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    runs = "".join(part if part.startswith("<w:") or part.startswith("<m") else run(part) for part in inner)
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{runs}</w:p>"


def table(*rows: list[str]) -> str:
    """A table; a cell is the XML of its paragraphs."""
    cells = ("".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl><w:tblPr/>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def field(code: str, result: str) -> str:
    """A field whose result is the XML of runs, also over ends of paragraphs."""
    marks = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")}
    instruction = f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
    return f"{marks['begin']}{instruction}{marks['separate']}{result}{marks['end']}"


def relations(**targets: str) -> str:
    """A file of relationships: the last word of each type, and its target."""
    each = (
        f'<Relationship Id="r{name}" Type="{TYPE}/{name.replace("_", "-")}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return f'<?xml version="1.0"?><Relationships>{"".join(each)}</Relationships>'


def docx(*blocks: str, title: str = "", part: str = "word/document.xml", **files: str | bytes) -> bytes:
    """A Word document of these blocks; `files` are others, by name."""
    folder, base = part.rsplit("/", 1)
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/></w:style>'
        for id, name in STYLES.items()
    )
    held = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(officeDocument=part, core_properties="docProps/core.xml"),
        "docProps/core.xml": f"<cp:coreProperties><dc:title>{escape(title)}</dc:title></cp:coreProperties>",
        part: f'<?xml version="1.0"?><w:document xmlns:w="w"><w:body>{"".join(blocks)}<w:sectPr/></w:body></w:document>',
        f"{folder}/_rels/{base}.rels": relations(styles="styles.xml", footnotes="footnotes.xml", header="header1.xml"),
        f"{folder}/styles.xml": f"<w:styles>{styles}</w:styles>",
        f"{folder}/header1.xml": f"<w:hdr>{paragraph('No header.')}</w:hdr>",
        f"{folder}/footnotes.xml": f"<w:footnotes><w:footnote>{paragraph('No note.')}</w:footnote></w:footnotes>",
        f"{folder}/comments.xml": f"<w:comments><w:comment>{paragraph('No comment.')}</w:comment></w:comments>",
    }
    return archive({**held, **files}, mimetype=False)


def odt(*blocks: str, title: str = "", styles: str = "", **files: str | bytes) -> bytes:
    """An OpenDocument text of these blocks."""
    content = f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{''.join(blocks)}"
    held = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content>{content}</office:text></office:body></office:document-content>",
        "meta.xml": f"<office:meta><dc:title>{escape(title)}</dc:title><dc:language>de-DE</dc:language></office:meta>",
        "styles.xml": "<office:master-styles><style:header><text:p>No header.</text:p></style:header></office:master-styles>",
        "META-INF/manifest.xml": "<manifest:manifest/>",
    }
    return archive({**held, **files}, mimetype=False)
