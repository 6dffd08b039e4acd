"""Extract title, address and main text, one paragraph per line, from the HTML of a page, with the library resiliparse.

    <title>The mill - Village news</title>          title  The mill - Village news
    <nav><a href="/">Home</a> ...</nav>             text
    <article><h1>The mill</h1>                             (a line that repeats the title is removed)
    <p>The mill opens<br>at six.</p>                       The mill opens
                                                           at six.
    <ul><li>Bring corn.</li></ul></article>                Bring corn.
    <footer>All rights reserved</footer>

Navigation, menus, captions, banners, comments and the like are left out, if the page marks them as such, by the library's rules
for tags, roles and class names. Scripts, styles, forms and hidden elements are not text.

Entities and tags are handled as in browsers. No file is read here; problems are returned as the reason in `HtmlPage`.

Axes: B bytes, T tags, E tags of elements that nest.
"""

import dataclasses
import re
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.errors import missing_extra
from .encodings import HEAD_BYTES, decoded
from .raised import JOINER, settle_superscripts

if TYPE_CHECKING:
    from resiliparse.parse.html import HTMLTree

MOST_WORK = 300_000_000  # nesting levels times bytes: the library reads the text of an element again for each parent

MOST_COMPARED = (
    100_000_000  # pairs of attributes of a tag; the library compares each, half a second for 10,000 attributes
)
LONG_TAG = 4000  # bytes; shorter ones have no more than 1,000
VALUE = re.compile(rb"""=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+)""")
TAG = re.compile(rb"<[a-zA-Z](?:[^>=]++|%b)*+" % VALUE.pattern)

SAVED_FROM = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(\S+)")
NESTING = [int.from_bytes(tag) for tag in (b"div", b"art", b"foo", b"ul ", b"ul>")]  # elements whose text is read again
# the library drops a single character of three bytes between tags as an icon: <b>我</b>。<br>; bullets and arrows may be icons;
# a JOINER next to it keeps it
LONE = re.compile(r">(\s*+)([\u0800-\u2021\u2024-\u2190\u2c00-\ud7ff\uf900-\uffff]|&#x?[0-9a-fA-F]{3,6};)(\s*+)<")
SKIPPED = (
    *("rt", "rp", "annotation", "[class*=caption]", "[class*=cookie]", "[id*=cookie]", "[class*=newsletter]"),
    *("sup.reference", ".mw-editsection", ".mw-jump-link", "[role=doc-noteref]"),
)
SHALLOW_LISTS = "body > ul, body > * > ul, body > * > * > ul"  # the library never treats these as main text
LIST_LINK_SHARE = 0.2  # share of link text above which the library treats a list as a menu
ITEM_CHARACTERS = 25  # average length of items in lists that are not menus

WHOLE_PAGE = re.compile(r"<!doctype|<html\b|<head\b|<body\b", re.I)
MARKUP = re.compile(r"<[a-zA-Z/!]|&#?\w+;")
BLOCK = re.compile(r"<(?:p|br|div|li|ul|ol|table|tr|td|h[1-6]|blockquote|pre|section|article)\b", re.I)
CELLS = re.compile(r"(?<=[.!?…。！？][\"'”’»)\]])\t+|(?<=[.!?…。！？])\t+")
EDGES = " \u200b\u200c\u200d\ufeff"  # removed at the ends of a line, where they join nothing
TITLE_LINES = 8  # first lines of a text, among which one may repeat the title


@dataclasses.dataclass(frozen=True)
class HtmlPage:
    """The content of a page. `damage` is the counter for why its text is empty, or None."""

    text: str
    title: str | None = None
    address: str | None = None
    damage: str | None = None


def require() -> None:
    """`UsageError` naming the extra, if the library is not installed."""
    if not find_spec("resiliparse"):
        raise missing_extra("resiliparse", "web")


def read_page(data: bytes, charset: str | None = None) -> HtmlPage:
    """Read a page from bytes; `charset` is the one declared in an HTTP header."""
    if damage := endless(data):
        return HtmlPage("", damage=damage)
    html = decoded(data, charset)
    if html is None:
        return HtmlPage("", damage="pages_not_decodable")
    return page_of(html)


def page_of(html: str) -> HtmlPage:
    """Read a page from a string of HTML."""
    tree = tree_of(html)
    title = _one_line(tree.title or "") or None
    _keep_lists(tree)
    text = without_title("\n".join(lines_of(_extracted(tree, main_content=True))), title or "")
    return HtmlPage(text, title, _address(tree, html), None if text else "pages_empty")


def tree_of(html: str) -> Any:
    """Parse a whole page."""
    from resiliparse.parse.html import HTMLTree

    return HTMLTree.parse(LONE.sub(rf">\1{JOINER}\2\3<", html) if not html.isascii() or "&#" in html else html)


def text_of(tree: Any) -> str:
    """All text of a page, one paragraph per line."""
    return "\n".join(lines_of(_extracted(tree, main_content=False)))


def without_title(text: str, title: str) -> str:
    """A text without a line near its start that says what the title says."""
    return "\n".join(_without_title(text.split("\n"), title))


def of_field(html: str) -> HtmlPage:
    """Read a field that contains HTML: the main text of a whole page, else all text.

    A text without markup is unchanged; one without markup for lines and paragraphs keeps its line ends.
    """
    if not MARKUP.search(html):
        return HtmlPage(html)
    if damage := endless(html.encode()):
        return HtmlPage("", damage=damage)
    if WHOLE_PAGE.search(html):
        return page_of(html)
    from resiliparse.parse.html import HTMLTree

    html = html if BLOCK.search(html) else html.replace("\n", "<br>")
    return HtmlPage(text_of(HTMLTree.parse(html)))


def endless(data: bytes) -> str | None:
    """The counter of a page for which the library would take minutes; None for normal pages."""
    if too_deep(data):
        return "pages_nested_too_deep"
    return "pages_with_too_many_attributes" if has_too_many_attributes(data) else None


def has_too_many_attributes(data: bytes) -> bool:
    """Whether tags have too many attributes for the library, which compares each with all before it."""
    work = 0
    for tag in TAG.findall(data):
        if len(tag) > LONG_TAG:
            work += len(VALUE.sub(b" ", tag).replace(b"/", b" ").split()) ** 2
    return work > MOST_COMPARED


def too_deep(data: bytes) -> bool:
    """Whether elements are nested so deeply that the library would take minutes, which normal pages never are."""
    bytes_B = np.frombuffer(data + b"    ", np.uint8)
    at_T = np.flatnonzero(bytes_B[:-4] == ord("<"))
    is_end_T = bytes_B[at_T + 1] == ord("/")
    letters_T3 = bytes_B[at_T[:, None] + is_end_T[:, None] + [1, 2, 3]].astype(np.int32) | 0x20
    codes_T = letters_T3 @ [1 << 16, 1 << 8, 1]
    steps_E = np.where(is_end_T, -1, 1)[np.isin(codes_T, NESTING)]
    depth_E = np.cumsum(steps_E)
    deepest = np.max(depth_E - np.minimum.accumulate(np.minimum(depth_E, 0)), initial=0)
    return bool(deepest * len(data) > MOST_WORK)


def _keep_lists(tree: Any) -> None:
    """Turn lists near the body that are prose into ordered lists, since the library treats each `ul` there as a menu."""
    for found in tree.document.query_selector_all(SHALLOW_LISTS).values():  # indexing would search again for each item
        if _is_prose(found):
            made = tree.create_element("ol")
            while (child := found.first_child) is not None:
                made.append_child(child)
            found.replace_with(made)


def _is_prose(found: Any) -> bool:
    size = len(_one_line(found.text))
    items = len(found.query_selector_all("li"))
    if size < ITEM_CHARACTERS * max(items, 1):
        return False
    linked = sum(len(_one_line(link.text)) for link in found.query_selector_all("a").values())
    return linked <= LIST_LINK_SHARE * size


def _extracted(tree: "HTMLTree", main_content: bool) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    settle_superscripts(tree)
    return extract_plain_text(
        tree,
        main_content=main_content,
        alt_texts=False,
        list_bullets=False,
        comments=False,
        post_meta=False,
        skip_elements=SKIPPED,
    )


def lines_of(text: str) -> list[str]:
    """The lines of the library's output; table cells become separate lines only where sentences end."""
    text = text.replace(JOINER, "").replace("\u00ad", "")
    text = CELLS.sub("\n", text) if "\t" in text else text
    return [line for line in (_one_line(line) for line in text.split("\n")) if line]


def _one_line(text: str) -> str:
    return " ".join(text.split()).strip(EDGES)  # three times as fast as a pattern


def _without_title(lines: list[str], title: str) -> list[str]:
    """Remove a line near the start that repeats the title: "The mill" for "The mill - Village news"."""
    for number, line in enumerate(lines[:TITLE_LINES]):
        if _is_in(line, title):
            return lines[:number] + lines[number + 1 :]
    return lines


def _is_in(line: str, title: str) -> bool:
    """Whether a line is the title, or the part before its first or after its last separator."""
    before, after = title.removeprefix(line), title.removesuffix(line)
    return (
        line == title
        or (before != title and not before.strip()[:1].isalnum())
        or (after != title and not after.strip()[-1:].isalnum())
    )


def _address(tree: "HTMLTree", html: str) -> str | None:
    """The address declared by a page: noted by the browser that saved it, else its canonical address."""
    saved = SAVED_FROM.search(html, 0, HEAD_BYTES)
    if saved:
        return saved[1]
    for selector, name in (("link[rel=canonical]", "href"), ("meta[property='og:url']", "content")):
        found = tree.head.query_selector(selector) if tree.head else None
        if found is not None and (address := (found.getattr(name) or "").strip()).startswith(("http://", "https://")):
            return address
    return None
