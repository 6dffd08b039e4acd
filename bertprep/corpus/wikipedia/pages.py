"""Read articles as plain text from MediaWiki exports (pages-articles XML, schema 0.10 and 0.11).

In: blocks of decompressed bytes, cut anywhere. Out: pages, then documents. For a page with a history the newest revision is used,
and memory holds that one, one more and a few blocks, however many there are (`revisions`). The XML is scanned for `<page>` ...
`</page>` and not parsed, since a range of a multistream dump is not an XML document, and so that messages can name the page
and the byte, though a parser would be faster. Scanning is safe because exports have no markup of their own within a page's text
(`<` is always escaped there). CDATA, which no export uses, is refused.
"""

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterator

from ...core.errors import InputError
from ..bad_input import FILE_DAMAGED, PAGE_DAMAGED, BadInputError
from ..references import unescape
from . import revisions
from .site import Site
from .wikitext import plain_text

MAX_PAGE_BYTES = 1 << 26  # of a page with two of its revisions; a text has at most 2 MB
SHORTENED_BYTES = 1 << 22  # an unfinished page longer than this is reduced to its newest revision
DEFAULT_NAMESPACES = {-2: "Media", -1: "Special", 0: "", 4: "Project", 6: "File", 10: "Template"}
DEFAULT_NAMESPACES[14] = "Category"


@dataclasses.dataclass(frozen=True)
class WikiPage:
    """A page of an export; `offset` is its first byte in the decompressed data given to `pages`."""

    title: str
    id: int
    namespace: int
    is_redirect: bool
    text: str
    offset: int
    older_revisions: int = 0  # number of those left out


# the head of an export

ROOT = re.compile(rb"<mediawiki\b[^>]*>")
LANGUAGE = re.compile(rb"""\bxml:lang\s*=\s*["']([A-Za-z0-9-]+)["']""")
NAMESPACE = re.compile(rb"""<namespace\b([^>]*?)(?:/>|>([^<]*)</namespace\s*>)""")
KEY = re.compile(rb"""\bkey\s*=\s*["'](-?\d{1,18})["']""")


def read_site(head: bytes) -> Site:
    """Language and namespaces from the first bytes of an export, up to `</siteinfo>`; by default those of English."""
    root = ROOT.search(head)
    language = LANGUAGE.search(root[0]) if root else None
    names = dict(DEFAULT_NAMESPACES)
    for match in NAMESPACE.finditer(head):
        key = KEY.search(match[1])
        if key:
            names[int(key[1])] = unescaped(match[2] or b"")
    return Site(language[1].decode().lower() if language else "en", names)


# pages

TITLE = re.compile(rb"<title\b[^>]*>([^<]*)</title\s*>")
PAGE_ID = re.compile(rb"<id\b[^>]*>\s*(\d{1,18})\d*\s*</id\s*>")
NUMBER = re.compile(rb"<ns\b[^>]*>\s*(-?\d{1,18})\d*\s*</ns\s*>")
REDIRECT = re.compile(rb"<redirect\b")
PAGE = re.compile(rb"<page\b[^>]*>")
TEXT = re.compile(rb"""<text\b((?:[^>"']|"[^"]*"|'[^']*')*)>""")
REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|lt|gt|amp|quot|apos);")
END = b"</page>"
CLOSE = b"</mediawiki"
OLDER = "revisions_older"  # counter


def unescaped(raw: bytes) -> str:
    """Text of an XML element, unescaped once: `&amp;lt;` gives `&lt;`."""
    if b"&#" in raw or b"&apos;" in raw:
        return REFERENCE.sub(lambda match: unescape(match[0]), raw.decode("utf-8"))
    raw = raw.replace(b"&lt;", b"<").replace(b"&gt;", b">").replace(b"&quot;", b'"').replace(b"&amp;", b"&")
    return raw.decode("utf-8")


def refuse(bad: BadInputError, content: bytes) -> None:
    """The default handling of a bad page: raise `InputError`."""
    raise InputError(bad.message())


def pages(
    blocks: Iterator[bytes],
    name: str = "dump",
    is_whole: bool = False,
    settle: Callable[[BadInputError, bytes], None] = refuse,
) -> Iterator[WikiPage]:
    """Yield the pages in blocks of decompressed bytes, in order; bytes before the first `<page>` are skipped.

    `name` is the file, for messages. `InputError` if the data end inside a page, or, for a whole dump, without `</mediawiki>`;
    if they contain neither `<page>` nor `<mediawiki>`; and for a page that is not UTF-8, uses CDATA or is longer than 64 MiB.
    `settle` raises it for a page and for the end; if it returns instead, the page is left out.
    """
    buffer = bytearray()
    offset = 0  # position of the buffer's first byte
    older = taken_out = 0  # revisions and bytes removed from the page at the start of the buffer
    enough = SHORTENED_BYTES
    seen = closed = False
    for block in blocks:
        buffer += block
        done = 0
        for start, end in whole_pages(buffer):
            try:
                yield page(bytes(buffer[start:end]), offset + start, name, older)
            except BadInputError as bad:
                settle(bad, bytes(buffer[start:end]))
            done, offset = end + len(END), offset + taken_out
            older, taken_out, enough = 0, 0, SHORTENED_BYTES
        closed = buffer.find(CLOSE, done) >= 0 or (closed and not done)
        begun = PAGE.search(buffer, done)
        seen = seen or done > 0 or begun is not None or b"<mediawiki" in buffer
        # without a page, keep only a possible beginning of the next tag
        done = begun.start() if begun else max(done, len(buffer) - 64 if buffer.rfind(b"<", -64) >= 0 else len(buffer))
        del buffer[:done]
        offset += done
        if len(buffer) > enough:
            size = len(buffer)
            older += revisions.shorten(buffer)
            taken_out += size - len(buffer)
            enough = max(SHORTENED_BYTES, 2 * len(buffer))
        if len(buffer) > MAX_PAGE_BYTES:
            raise InputError(
                f"{name}: the page {title_of(buffer)!r} is longer than {MAX_PAGE_BYTES >> 20} MiB without the end of a "
                "revision; expected a dump as MediaWiki writes it, such as the one named pages-articles"
            )
    try:
        refuse_bad_end(buffer, offset, seen, name)
    except BadInputError as bad:
        settle(bad, bytes(buffer))
    if is_whole and not closed:
        settle(open_end(name), b"")


def whole_pages(buffer: bytearray) -> Iterator[tuple[int, int]]:
    """Start of each complete page, and of its `</page>`."""
    start = PAGE.search(buffer)
    while start and (end := buffer.find(END, start.end())) >= 0:
        yield start.start(), end
        start = PAGE.search(buffer, end)


def refuse_bad_end(rest: bytearray, offset: int, seen: bool, name: str) -> None:
    """`InputError` if the data are not an export, `BadInputError` if they end inside a page."""
    if PAGE.search(rest):
        message = (
            f"{name}: the dump is truncated: the data ends inside the page {title_of(rest)!r} "
            f"(byte {offset:,} decompressed). Download it again and compare its checksum"
        )
        raise BadInputError(PAGE_DAMAGED, lambda: message)
    if not seen:
        raise InputError(
            f"{name}: no <mediawiki> and no <page> in it, so it is not a MediaWiki export; "
            "expected a pages-articles XML dump"
        )


def open_end(name: str) -> BadInputError:
    """The error for a dump that ends between two pages."""
    return BadInputError(
        FILE_DAMAGED,
        lambda: (
            f"{name}: the dump is truncated: it ends without {CLOSE.decode()}>. Download it again and compare its checksum; "
            f"if it was cut on purpose, add {CLOSE.decode()}> at its end"
        ),
    )


def title_of(data: bytes | bytearray) -> str:
    """The title of the page that begins in `data`, for messages."""
    found = TITLE.search(data)
    return unescaped(bytes(found[1]).decode("utf-8", "replace").encode()) if found else "without title"


def page(data: bytes, offset: int, name: str, older_revisions: int = 0) -> WikiPage:
    """Parse a page, using its newest revision. `BadInputError` if it cannot be read."""
    where = f"{name}: page {title_of(data)!r} (byte {offset:,} decompressed)"
    if b"<![CDATA[" in data:
        raise BadInputError(
            PAGE_DAMAGED,
            lambda: (
                f"{where} holds a CDATA section, which MediaWiki exports never do; "
                "expected a pages-articles dump as downloaded"
            ),
        )
    (start, end), count = revisions.newest(data)
    head_end = data.find(revisions.BEGIN) if count else len(data)
    page_id = PAGE_ID.search(data, 0, head_end)
    namespace = NUMBER.search(data, 0, head_end)
    try:
        title, text = unescaped(found[1]) if (found := TITLE.search(data)) else "", text_of(data[start:end])
    except UnicodeDecodeError as error:
        reason = error.reason
        raise BadInputError(
            PAGE_DAMAGED, lambda: f"{where} is not UTF-8 ({reason}). Download the dump again and compare its checksum"
        ) from error
    return WikiPage(
        title=title,
        id=int(page_id[1]) if page_id else 0,
        namespace=int(namespace[1]) if namespace else 0,
        is_redirect=REDIRECT.search(data, 0, head_end) is not None,
        text=text,
        offset=offset,
        older_revisions=older_revisions + max(count - 1, 0),
    )


def text_of(data: bytes) -> str:
    """The text of a revision, of its first slot if there are several; empty for a deleted or empty one."""
    start = TEXT.search(data)
    if not start or start[1].endswith(b"/"):
        return ""
    end = data.find(b"</text", start.end())
    return unescaped(data[start.end() : end if end >= 0 else len(data)])


# documents


def redirect_pattern(site: Site) -> re.Pattern[str]:
    """A pattern that matches the beginning of a redirect page."""
    words = "|".join(re.escape(word) for wiki in site.wikis for word in wiki.redirects)
    return re.compile(rf"\s*[#＃](?:{words})[^\[\n]{{0,20}}\[\[", re.IGNORECASE)


def disambiguation_pattern(site: Site) -> re.Pattern[str]:
    """A pattern that matches in the text of a disambiguation page."""
    listed = [name for wiki in site.wikis for name in wiki.disambiguation]
    names = "|".join(name if "[" in name else name.replace(" ", "[ _]") for name in listed)
    return re.compile(rf"\{{\{{\s*(?:{names})\s*(?:[|\n]|\}}\}})|__DISAMBIG__", re.IGNORECASE)


def documents(
    found: Iterator[WikiPage], site: Site, counters: dict[str, int], unknown: Counter[str] | None = None
) -> Iterator[tuple[str, int, str]]:
    """(title, page id, text) of every article with text; other pages are counted in `counters` by reason.

    `unknown` gets the templates whose text is missing.
    """
    for name in ("pages_read", "pages_redirect", "pages_other_namespace", "pages_disambiguation", "pages_empty"):
        counters.setdefault(name, 0)
    redirect, disambiguation = redirect_pattern(site), disambiguation_pattern(site)
    for item in found:
        counters["pages_read"] += 1
        if item.older_revisions:
            counters[OLDER] = counters.get(OLDER, 0) + item.older_revisions
        if item.namespace != 0:
            counters["pages_other_namespace"] += 1
        elif item.is_redirect or redirect.match(item.text):
            counters["pages_redirect"] += 1
        elif disambiguation.search(item.text):
            counters["pages_disambiguation"] += 1
        elif text := plain_text(item.text, site, unknown):
            yield item.title, item.id, text
        else:
            counters["pages_empty"] += 1
