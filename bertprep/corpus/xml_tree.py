"""Parse XML from other sources to a tree of elements with expat, in little memory whatever it declares.

Tags keep their prefix (`dc:title`), since files use the same prefixes more consistently than they declare them; `local` removes
it. Entities that only a DTD defines (`&nbsp;`) are taken from HTML: DTDs are never fetched.

Raises `XmlError` for XML that is not well-formed, for entities declared in the file (a kilobyte of them can stand for gigabytes),
and for elements nested more than `MOST_LEVELS` deep.
"""

import html.entities
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pyexpat import ExpatError, ParserCreate

from .bad_input import OTHER_XML, BadInputError
from .encodings import beginning, marked

Element = ElementTree.Element

MOST_LEVELS = 300
ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""")
PROLOG = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*+", re.DOTALL)
ROOT = re.compile(rb"<([^\s<>/!?]{1,100})")
OWN = ("utf-8", "utf-16", "us-ascii", "iso-8859-1")  # encodings that expat supports itself


class XmlError(ValueError):
    """Bytes that cannot be parsed; the message names the line if it is known."""


class _Builder:
    """The callbacks for expat, which build the tree."""

    def __init__(self, without: frozenset[str]) -> None:
        self.tree = ElementTree.TreeBuilder()
        self.levels = 0
        self.without = without

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.levels += 1
        if self.levels > MOST_LEVELS:
            raise XmlError(f"elements are nested more than {MOST_LEVELS} deep")
        if tag not in self.without:
            self.tree.start(tag, attributes)

    def end(self, tag: str) -> None:
        self.levels -= 1
        if tag not in self.without:
            self.tree.end(tag)

    def entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self.tree.data(html.entities.html5.get(f"{name};", ""))

    def declared(self, name: str, is_parameter: bool, value: str | None, *_: object) -> None:
        if value is not None and not is_parameter:
            raise XmlError(f"the file declares an entity of its own, {name[:40]!r}, which is not supported")


def parse(data: bytes, without: frozenset[str] = frozenset()) -> Element:
    """Parse XML and return the root element. Elements with a tag in `without` are skipped, but not their content."""
    builder = _Builder(without)
    found = ENCODING.match(data.removeprefix(b"\xef\xbb\xbf").lstrip())
    name = found[1].decode().lower() if found else "utf-8"
    try:
        if name not in OWN:
            data, name = data.decode(name).encode(), "utf-8"
            parser = ParserCreate(name)
        else:
            parser = ParserCreate()
        parser.buffer_text, parser.ordered_attributes = True, False
        parser.UseForeignDTD(True)  # undeclared entities are skipped, not errors
        parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
        parser.CharacterDataHandler = builder.tree.data
        parser.SkippedEntityHandler, parser.EntityDeclHandler = builder.entity, builder.declared
        parser.Parse(data, True)
        return builder.tree.close()
    except ExpatError as error:
        raise XmlError(f"not well-formed XML ({error})") from error
    except (LookupError, UnicodeError) as error:
        raise XmlError(f"not in the encoding that it declares ({error})") from error


def local(element: Element) -> str:
    """An element's tag without its prefix."""
    return str(element.tag).rpartition(":")[2]


def find_all(element: Element, name: str) -> Iterator[Element]:
    """The descendants with this tag, with any prefix, in order."""
    return (each for each in element.iter() if local(each) == name)


def words(element: Element) -> str:
    """All text of an element on one line."""
    return " ".join("".join(element.itertext()).split())


def root_name(head: bytes) -> str | None:
    """The name of the root element in XML with this beginning, or None."""
    start = beginning(head, marked(head))
    prolog = PROLOG.match(start)
    found = ROOT.match(start, prolog.end() if prolog else 0)
    return found[1].decode("utf-8", "replace") if found else None


def of_other_kind(path: str, root: str | None) -> BadInputError:
    """The error for XML of an unsupported kind, or not of the requested one."""
    what = f"XML with the root element <{root}>" if root else "XML without a root element"
    message = (
        f"{path}: {what}; expected a Wikipedia dump (<mediawiki>), articles in JATS (<article>, <pmc-articleset>) or citations "
        "of PubMed (<PubmedArticleSet>); if it is in another supported format, name it with --format, else convert it to plain "
        "text or JSON lines first"
    )
    return BadInputError(OTHER_XML, lambda: message)
