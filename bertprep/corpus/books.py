"""The package of an EPUB book: its name, language and chapters in order, and which of these are not text.

Publishers mark the kind of a page in four ways; each book uses one or two of them, and any one counts:

    <itemref idref="notes" linear="no"/>               not in reading order
    <reference type="copyright-page" href="..."/>      the guide of EPUB 2
    <body epub:type="backmatter endnotes">             in the page itself, checked when it is read
    uncopyright.xhtml, toc.xhtml, endnotes.xhtml       file name

Only the package is decompressed here; `formats.epub` reads the chapters.
"""

import dataclasses
import os
import posixpath
import re
import zipfile
from urllib.parse import unquote, urlsplit

from ..core.errors import InputError
from . import zipped
from .documents import language_code
from .xml_tree import Element, find_all, local, words

CONTAINER = "META-INF/container.xml"
PACKAGE_BYTES = 1 << 24  # limit of each file that describes a book

# the guide's types and those of EPUB 3's structural semantics
NO_TEXT = frozenset((
    "cover", "title-page", "titlepage", "halftitlepage", "toc", "landmarks", "loi", "lot", "lov", "loa",
    "page-list", "index", "bibliography", "colophon", "copyright-page", "copyright", "imprint", "imprimatur",
    "notes", "footnotes", "endnotes", "rearnotes", "notice", "other-credits", "seriespage", "contributors",
    "errata", "backlink",
))  # fmt: skip
NAMES = re.compile(
    r"(?:front|back)?[-_]?(?:cover|coverpage|wrap\d*|(?:half)?title|(?:half)?[-_]?title[-_]?page|toc|nav|ncx|contents?|"
    r"tableofcontents|table[-_]of[-_]contents|copy|copyright|copyright[-_]?page|imprint|colophon|uncopyright|legal|loi|index|"
    r"notes|endnotes|footnotes|end[-_]notes|foot[-_]notes|bibliography|advert(?:isement)?s?|pg[-_]?(?:header|footer))"
)
HTML_TYPES = ("application/xhtml+xml", "text/html", "text/x-oeb1-document", "")
FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")  # encryption of fonts only
DRM = {
    "META-INF/license.lcpl": "Readium LCP",
    "META-INF/rights.xml": "Adobe ADEPT",
    "META-INF/sinf.xml": "Apple FairPlay",
}


@dataclasses.dataclass(frozen=True)
class Chapter:
    """A page of the spine."""

    name: str  # in the archive
    id: str  # as part of document ids
    is_text: bool  # according to the package


@dataclasses.dataclass(frozen=True)
class Book:
    """The contents of the package."""

    name: str
    title: str | None
    language: str | None
    chapters: list[Chapter]
    names: frozenset[str]  # of all files in the archive


def open_book(archive: zipfile.ZipFile, path: str) -> Book:
    """Read the package of the book in an archive; `InputError` if it is not a book, or encrypted."""
    names = frozenset(archive.namelist())
    if CONTAINER not in names:
        raise InputError(f"{path}: no EPUB book: a zip archive without {CONTAINER}; unpack it if it holds other files")
    zipped.refuse_bombs(archive, path, "EPUB")
    _refuse_encrypted(archive, names, path)
    rootfile = next((each.get("full-path") for each in find_all(_tree(archive, CONTAINER, path), "rootfile")), None)
    if not rootfile or rootfile not in names:
        raise InputError(f"{path}: no EPUB book: {CONTAINER} names no package that is there")
    package = _tree(archive, rootfile, path)
    title, language = (next((words(each) for each in find_all(package, name)), None) for name in ("title", "language"))
    name = os.path.splitext(os.path.basename(path))[0]
    return Book(name, title or None, language_code(language), _chapters(package, rootfile, path), names)


def _refuse_encrypted(archive: zipfile.ZipFile, names: frozenset[str], path: str) -> None:
    by = next((what for name, what in DRM.items() if name in names), None)
    if "META-INF/encryption.xml" in names:
        ways = {
            each.get("Algorithm")
            for data in find_all(_tree(archive, "META-INF/encryption.xml", path), "EncryptedData")
            for each in data
            if local(each) == "EncryptionMethod"
        }
        if ways - set(FONTS):
            raise InputError(
                f"{path}: an encrypted book (DRM{f': {by}' if by else ''}), which is not read; leave it out"
            )
    zipped.refuse_passwords(archive, path)


def _tree(archive: zipfile.ZipFile, name: str, path: str) -> Element:
    """Parse an XML file of the archive."""
    return zipped.tree(archive, name, path, PACKAGE_BYTES, "no book")


def _chapters(package: Element, rootfile: str, path: str) -> list[Chapter]:
    """The pages of the spine in order, without repeats."""
    items = {each.get("id"): each for each in find_all(package, "item")}
    guided = {
        place(each.get("href", ""), rootfile, path)
        for each in find_all(package, "reference")
        if each.get("type") in NO_TEXT
    }
    chapters: dict[str, Chapter] = {}
    for each in find_all(package, "itemref"):
        item = items.get(each.get("idref"))
        if item is None:
            continue
        name = place(item.get("href", ""), rootfile, path)
        called = posixpath.splitext(posixpath.relpath(name, posixpath.dirname(rootfile) or "."))[0]
        is_text = (
            each.get("linear") != "no"
            and item.get("media-type", "") in HTML_TYPES
            and "nav" not in item.get("properties", "").split()
            and name not in guided
            and not NAMES.fullmatch(posixpath.basename(called).lower())
        )
        chapters.setdefault(name, Chapter(name, called, is_text))
    return list(chapters.values())


def place(href: str, rootfile: str, path: str) -> str:
    """The file in the archive that a link of the package refers to; `InputError` if it is outside of the archive."""
    try:
        link = urlsplit(href)
    except ValueError:
        link = urlsplit("//unreadable")
    name = posixpath.normpath(posixpath.join(posixpath.dirname(rootfile), unquote(link.path)))
    if link.scheme or link.netloc or name.startswith(("../", "/")) or name == ".." or "\0" in name or "\\" in name:
        raise InputError(
            f"{path}: the book names a file outside of itself, {href[:80]!r}, which is not read; repair the book"
        )
    return name
