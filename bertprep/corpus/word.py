"""Extract lines from the body of a Word document (Office Open XML): paragraphs, headings, list items, table rows.

    <w:p><w:r><w:t>The mill </w:t></w:r>
      <w:del><w:r><w:delText>closes</w:delText></w:r></w:del>
      <w:ins><w:r><w:t>opens</w:t></w:r></w:ins>                    The mill opens at six.
      <w:r><w:t> at six</w:t><w:footnoteReference/></w:r>...</w:p>

Tracked changes are treated as accepted. Headers, footers, notes and comments are in separate files and never read; their marks
are removed. The result of a field is text (a date, a citation), except for contents, indexes, bibliographies and page numbers.
Paragraphs with a style of contents or captions are not text (`NO_TEXT`), as in books and web pages. A text box, which a file
contains twice, follows the paragraph to which it is anchored.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping

from .documents import HOLE
from .papers import MOST_SYMBOLS
from .paragraphs import RAISED, row_of, with_powers
from .xml_tree import Element, find_all, local

NO_TEXT = re.compile(  # style names, which are in English whatever the program's language
    r"(?:toc|contents|index) ?(?:\d|heading)|table of (?:figures|authorities)|toa heading|(?:figure|table|user) index.*|caption|"
    r"bibliography(?: \d| heading)?|header|footer|page number|(?:foot|end)note(?: text)?"
)
HEADING = re.compile(r"title|heading \d")
FIELDS = re.compile(  # fields whose results are not text
    r"\s*(?:TOC|INDEX|TOA|BIBLIOGRAPHY|PAGE|NUMPAGES|PAGEREF|NOTEREF|ADDIN (?:ZOTERO_BIBL|EN\.REFLIST|Mendeley Bibliography))\b",
    re.I,
)
CODE_CHARACTERS = 200  # of a field's code, of which the first word matters
HIDDEN = frozenset(
    (
        "pPr",
        "rPr",
        "del",
        "moveFrom",
        "delText",
        "instrText",
        "sectPr",
        "sdtPr",
        "tblPr",
        "trPr",
        "tcPr",
        "rt",
        "Fallback",
    )
)
# elements about the appearance of runs, which are most of a file
FORMATTING = frozenset((
    "w:rFonts", "w:b", "w:bCs", "w:i", "w:iCs", "w:u", "w:sz", "w:szCs", "w:color", "w:lang", "w:highlight", "w:shd",
    "w:spacing", "w:w", "w:kern", "w:position", "w:noProof", "w:jc", "w:ind", "w:contextualSpacing", "w:keepNext",
    "w:keepLines", "w:widowControl", "w:tabs", "w:proofErr", "w:bookmarkStart", "w:bookmarkEnd",
    "w:lastRenderedPageBreak", "w:tcW", "w:tcBorders", "w:vAlign", "w:rStyle",
))  # fmt: skip
OFF = ("0", "false", "off")  # values of a property that is not set
SIGNS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
NOTES = ("footnoteReference", "endnoteReference")
DRAWN = ("drawing", "pict", "object")
BUILT = frozenset(  # elements of formulas that are more than a row of symbols
    ("f", "rad", "sSup", "sSubSup", "sPre", "nary", "m", "eqArr", "limLow", "limUpp", "func", "groupChr", "acc", "bar")
)
LEFT_OUT = ("paragraphs_not_text", "tracked_deletions", "footnotes", "formulas")


@dataclasses.dataclass
class Field:
    """An open field, such as a date or a table of contents."""

    code: str = ""
    is_text: bool | None = (
        None  # whether its result, also as part of the fields around it, is text; None before it begins
    )


class Body:
    """The lines of a document, its first heading, and counters of what was left out."""

    def __init__(self, body: Element, styles: Mapping[str, str], has_fields: bool = True) -> None:
        self.styles = styles  # id -> name in lower case
        self.has_fields = has_fields
        self.heading: str | None = None
        self.counters = dict.fromkeys(LEFT_OUT, 0)
        self.fields: list[Field] = []  # open ones, the innermost last
        self.before: list[str] = []  # texts of paragraphs that continue in the next
        self.boxes: list[Element] = []
        self.lines = [*self._blocks(body), *filter(None, ["".join(self.before)])]

    def _blocks(self, element: Element) -> Iterator[str]:
        for child in element:
            name = local(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                yield from self._table(child)
            elif name == "AlternateContent":
                yield from self._blocks(_chosen(child))
            elif name not in HIDDEN and not _is_prompt(child):
                yield from self._blocks(child)

    def _table(self, table: Element) -> Iterator[str]:
        """One line for a row whose cells have one line each, else the lines of the cells."""
        for row in find_rows(table):
            cells = [[*self._blocks(cell)] for cell in find_rows(row, "tc")]
            yield row_of(cells)

    def _paragraph(self, paragraph: Element) -> Iterator[str]:
        properties = next((each for each in paragraph if local(each) == "pPr"), None)
        style = self._style(properties)
        around, self.boxes = self.boxes, []
        text = with_powers("".join(self._inline(paragraph)))
        boxes, self.boxes = self.boxes, around
        if NO_TEXT.fullmatch(style):
            self.counters["paragraphs_not_text"] += bool(text.strip())
            text = ""
        elif not text.replace(HOLE, "").strip():
            text = ""
        self.before.append(text)
        if properties is None or not _continues(properties):
            text, self.before = "".join(self.before), []
            if text and self.heading is None and HEADING.fullmatch(style):
                self.heading = " ".join(text.split())
            yield from filter(None, [text])
        for box in boxes:
            yield from self._blocks(box)

    def _style(self, properties: Element | None) -> str:
        found = next((each for each in properties if local(each) == "pStyle"), None) if properties is not None else None
        name = _value(found) if found is not None else ""
        return self.styles.get(name, name.lower())

    def _inline(self, element: Element) -> Iterator[str]:
        """The text within a paragraph."""
        for child in element:
            name = local(child)
            if name == "fldChar":
                self._field(child)
            elif name == "instrText":
                self._code(child)
            elif name == "del":
                self.counters["tracked_deletions"] += any(each.text for each in find_all(child, "delText"))
            elif name == "r" and _is_hidden(child):
                self._fields_in(child)
            elif name == "AlternateContent":
                yield from self._inline(_chosen(child))
            elif name in DRAWN:
                self.boxes += _boxes(child)
            elif (name == "fldSimple" and FIELDS.match(_value(child, "instr"))) or _is_prompt(child):
                pass
            elif name in ("oMathPara", "oMath"):
                yield self._formula(child)
            elif name not in HIDDEN and (not self.fields or self.fields[-1].is_text):
                before, after = RAISED if name == "r" and _is_raised(child) else ("", "")
                yield before + self._text(child, name)
                yield from self._inline(child)
                yield after
            elif name not in HIDDEN:
                self._fields_in(child)

    def _text(self, element: Element, name: str) -> str:
        if name == "t":
            return (element.text or "").replace("\n", " ")
        if name == "sym":
            return _symbol(element)
        self.counters["footnotes"] += name in NOTES
        return SIGNS.get(name, "")

    def _fields_in(self, element: Element) -> None:
        """Track fields that begin and end in text that is left out."""
        for each in element.iter():
            if local(each) == "fldChar":
                self._field(each)
            elif local(each) == "instrText":
                self._code(each)

    def _field(self, mark: Element) -> None:
        kind = _value(mark, "fldCharType")
        if kind == "begin" and self.has_fields:
            self.fields.append(Field())
        elif kind == "separate" and self.fields:
            *around, field = self.fields[-2:]
            field.is_text = all(each.is_text for each in around) and not FIELDS.match(field.code)
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _code(self, element: Element) -> None:
        if self.fields and self.fields[-1].is_text is None and len(self.fields[-1].code) < CODE_CHARACTERS:
            self.fields[-1].code += element.text or ""

    def _formula(self, element: Element) -> str:
        """The symbols of an inline formula; a hole if it is more than symbols, nothing for a displayed formula."""
        names = {local(each) for each in element.iter()}
        symbols = "".join("".join(each.text or "" for each in find_all(element, "t")).split())
        if local(element) == "oMath" and not names & BUILT and len(symbols) <= MOST_SYMBOLS:
            return symbols
        self.counters["formulas"] += 1
        return HOLE if local(element) == "oMath" else ""


def body_of(body: Element, styles: Mapping[str, str]) -> Body:
    """The body of a document. If a field never ends, fields are ignored, since it would hide the rest."""
    found = Body(body, styles)
    return Body(body, styles, has_fields=False) if found.fields else found


def find_rows(element: Element, name: str = "tr") -> Iterator[Element]:
    """The rows of a table, or the cells of a row, through any wrapping elements; not those of nested tables."""
    for child in element:
        if local(child) == name:
            if name != "tr" or not _is_deleted(child, "trPr"):
                yield child
        elif local(child) not in HIDDEN and local(child) not in ("tbl", "tc", "p") and not _is_prompt(child):
            yield from find_rows(child, name)


def style_names(styles: Element | None) -> dict[str, str]:
    """Id -> name in lower case of all paragraph styles."""
    found = {}
    for style in find_all(styles, "style") if styles is not None else ():
        name = next((_value(each) for each in style if local(each) == "name"), "")
        found[_value(style, "styleId")] = name.lower()
    return found


def _value(element: Element, name: str = "val") -> str:
    """An attribute of an element, with any prefix."""
    return next((value for key, value in element.items() if key.rpartition(":")[2] == name), "")


def _chosen(alternatives: Element) -> Element:
    """The first of several alternative representations, which is for current programs."""
    return next((each for each in alternatives if local(each) == "Choice"), alternatives)


def _boxes(drawing: Element) -> Iterator[Element]:
    """The text boxes of a drawing, without nested ones."""
    for child in drawing:
        if local(child) == "txbxContent":
            yield child
        elif local(child) not in HIDDEN:
            yield from _boxes(child)


def _is_hidden(run: Element) -> bool:
    properties = next((each for each in run if local(each) == "rPr"), ())
    return any(local(each) == "vanish" and _value(each) not in OFF for each in properties)


def _is_raised(run: Element) -> bool:
    properties = next((each for each in run if local(each) == "rPr"), ())
    return any(local(each) == "vertAlign" and _value(each) == "superscript" for each in properties)


def _is_prompt(element: Element) -> bool:
    """Whether a content control shows only what to fill in: "Click or tap here to enter text." """
    properties = next((each for each in element if local(each) == "sdtPr"), ()) if local(element) == "sdt" else ()
    return any(local(each) == "showingPlcHdr" and _value(each) not in OFF for each in properties)


def _continues(properties: Element) -> bool:
    """Whether a paragraph continues in the next: its end was deleted, or it is a drop cap in a frame of its own."""
    initials = (_value(each, "dropCap") for each in properties if local(each) == "framePr")
    return _is_deleted(properties) or any(value in ("drop", "margin") for value in initials)


def _is_deleted(element: Element, properties: str = "rPr") -> bool:
    """Whether a row, or the end of a paragraph according to its properties, was deleted as a tracked change."""
    found = next((each for each in element if local(each) == properties), ())
    return any(local(each) in ("del", "moveFrom") for each in found)


def _symbol(element: Element) -> str:
    """The character of a symbol, if it is in Unicode and not specific to a font."""
    try:
        code = int(_value(element, "char"), 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code < 0xD800 else ""
