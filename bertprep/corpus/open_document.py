"""The body of an OpenDocument text (LibreOffice) -> its lines: paragraphs, headings, items of lists, rows of tables.

    <text:p>The mill opens<text:note>...</text:note> at<text:s text:c="2"/>six.</text:p>        The mill opens at six.

The body is the text with tracked changes accepted: what was deleted is stored elsewhere. Notes, comments, indexes, tables of
contents, captions and hidden sections are left out. A text box follows the paragraph that it is anchored in.
"""

import re
from collections.abc import Iterator

from .documents import HOLE
from .paragraphs import RAISED, row_of, with_powers
from .xml_tree import Element, find_all, local

NO_TEXT = re.compile(
    r"(?:.*Caption|Illustration|Table|Figure|Drawing|Contents_20_.*|.*_20_[Ii]ndex_20_.*)"
)  # names of styles
HIDDEN = frozenset(
    (
        *("table-of-content", "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index"),
        *(
            "bibliography",
            "tracked-changes",
            "annotation",
            "ruby-text",
            "page-number",
            "number",
            "page-count",
            "note-ref",
            "title",
            "desc",
        ),
        *(
            "forms",
            "sequence-decls",
            "variable-decls",
            "user-field-decls",
            "dde-connection-decls",
            "event-listeners",
            "image",
        ),
        *("hidden-text", "hidden-paragraph", "placeholder", "covered-table-cell", "script", "note"),
    )
)
SIGNS = {"s": " ", "tab": " ", "line-break": "\n"}
LEFT_OUT = ("paragraphs_not_text", "tracked_deletions", "footnotes", "formulas")


class Body:
    """The lines of a document, its first heading, and counters of what was left out."""

    def __init__(self, root: Element, body: Element) -> None:
        styles = {_value(each, "name"): each for each in find_all(root, "style")}
        self.parents = {name: _value(style, "parent-style-name") for name, style in styles.items()}
        self.hidden = {
            name for name, style in styles.items() if name and any(_value(each, "display") == "none" for each in style)
        }
        self.raised = {
            name for name, style in styles.items() if any(_is_raised(_value(each, "text-position")) for each in style)
        }
        self.heading: str | None = None
        self.counters = dict.fromkeys(LEFT_OUT, 0)
        self.counters["tracked_deletions"] = sum(1 for _ in find_all(body, "deletion"))
        self.boxes: list[Element] = []
        self.lines = [*self._blocks(body)]

    def _blocks(self, element: Element) -> Iterator[str]:
        for child in element:
            name = local(child)
            if name in ("p", "h"):
                yield from self._paragraph(child)
            elif name == "table":
                yield from self._table(child)
            elif name not in HIDDEN and _value(child, "display") != "none":
                yield from self._blocks(child)

    def _table(self, table: Element) -> Iterator[str]:
        """One line for a row whose cells have one line each, otherwise the lines of the cells."""
        for row in _rows(table):
            cells = [[*self._blocks(cell)] for cell in row if local(cell) == "table-cell"]
            yield row_of(cells)

    def _paragraph(self, paragraph: Element) -> Iterator[str]:
        style = _value(paragraph, "style-name")
        style = self.parents.get(style) or style  # of the styles that are made for single paragraphs
        around, self.boxes = self.boxes, []
        text = with_powers("".join(self._inline(paragraph)))
        boxes, self.boxes = self.boxes, around
        if _value(paragraph, "style-name") in self.hidden:
            pass
        elif NO_TEXT.fullmatch(style):
            self.counters["paragraphs_not_text"] += bool(text.strip())
        elif text.replace(HOLE, "").strip():
            if self.heading is None and (local(paragraph) == "h" or style == "Title"):
                self.heading = " ".join(text.split())
            yield text
        for box in boxes:
            yield from self._blocks(box)

    def _inline(self, element: Element) -> Iterator[str]:
        """The text of a paragraph, or of a part of it."""
        yield (element.text or "").replace("\n", " ")
        for child in element:
            name = local(child)
            if name == "frame" and (boxes := [each for each in child if local(each) == "text-box"]):
                self.boxes += boxes
            elif name not in HIDDEN and any(local(each) in ("p", "list") for each in child):  # a shape with text
                self.boxes.append(child)
            elif name == "object" and _value(child, "href"):  # a formula, or a chart in a paragraph of its own
                self.counters["formulas"] += 1
                yield HOLE
            elif name not in HIDDEN and _value(child, "style-name") not in self.hidden:
                before, after = RAISED if _value(child, "style-name") in self.raised else ("", "")
                yield before + SIGNS.get(name, "")
                yield from self._inline(child)
                yield after
            self.counters["footnotes"] += name == "note"
            yield (child.tail or "").replace("\n", " ")


def _rows(table: Element) -> Iterator[Element]:
    """The rows of a table, also those in its header; not the rows of tables within it."""
    for child in table:
        if local(child) == "table-row":
            yield child
        elif local(child) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child)


def _is_raised(position: str) -> bool:
    """Whether a position is above the line, such as "super 58%" or "33% 58%"."""
    return position.startswith("super") or position[:1] in tuple("123456789")


def _value(element: Element, name: str) -> str:
    """An attribute of an element, whatever its prefix."""
    return next((value for key, value in element.items() if key.rpartition(":")[2] == name), "")
