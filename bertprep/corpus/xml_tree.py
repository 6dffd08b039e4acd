"""XML of others -> a tree of elements, by expat, in little memory whatever it declares.

Tags keep their prefix (`dc:title`), since files agree on prefixes more than on declaring them; `local` takes it off. Characters
that only a file's DTD names (`&nbsp;`) are those that HTML calls so: no DTD is ever fetched.

Refuses, with `XmlError`: what is not well-formed, entities that the file declares itself (a kilobyte of them can stand for
gigabytes), elements nested more than `MOST_LEVELS` deep.
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
OWN = ("utf-8", "utf-16", "us-ascii", "iso-8859-1")  # what expat reads without help


class XmlError(ValueError):
    """Why some bytes are no tree; the words name the line where there is one."""


class _Builder:
    """What expat calls; the tree grows in a `TreeBuilder`."""

    def __init__(self) -> None:
        self.tree = ElementTree.TreeBuilder()
        self.levels = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.levels += 1
        if self.levels > MOST_LEVELS:
            raise XmlError(f"elements are nested more than {MOST_LEVELS} deep")
        self.tree.start(tag, attributes)

    def end(self, tag: str) -> None:
        self.levels -= 1
        self.tree.end(tag)

    def entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self.tree.data(html.entities.html5.get(f"{name};", ""))

    def declared(self, name: str, is_parameter: bool, value: str | None, *_: object) -> None:
        if value is not None and not is_parameter:
            raise XmlError(f"the file declares an entity of its own, {name[:40]!r}, which is not supported")


def parse(data: bytes) -> Element:
    """The root element of some XML."""
    builder = _Builder()
    found = ENCODING.match(data.removeprefix(b"\xef\xbb\xbf").lstrip())
    name = found[1].decode().lower() if found else "utf-8"
    try:
        if name not in OWN:
            data, name = data.decode(name).encode(), "utf-8"
            parser = ParserCreate(name)
        else:
            parser = ParserCreate()
        parser.buffer_text, parser.ordered_attributes = True, False
        parser.UseForeignDTD(True)  # names that are not declared are skipped, not errors
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
    """The elements below with this tag, whatever their prefix, in order."""
    return (each for each in element.iter() if local(each) == name)


def words(element: Element) -> str:
    """All text of an element on one line."""
    return " ".join("".join(element.itertext()).split())


def root_name(head: bytes) -> str | None:
    """The name of the root element of XML that begins so, or None where none begins."""
    start = beginning(head, marked(head))
    prolog = PROLOG.match(start)
    found = ROOT.match(start, prolog.end() if prolog else 0)
    return found[1].decode("utf-8", "replace") if found else None


def of_other_kind(path: str, root: str | None) -> BadInputError:
    """The error for XML that is of no kind that is read, or not of the one that was named."""
    what = f"XML with the root element <{root}>" if root else "XML without a root element"
    told = (
        f"{path}: {what}; expected a Wikipedia dump (<mediawiki>), articles in JATS (<article>, <pmc-articleset>) or citations "
        "of PubMed (<PubmedArticleSet>); if it is in another supported format, name it with --format, else convert it to plain "
        "text or JSON lines first"
    )
    return BadInputError(OTHER_XML, lambda: told)
