"""Extract title, abstract and body as prose from journal articles in JATS, the XML of PubMed Central and most publishers.

    <p>Mice differ <sup><xref ref-type="bibr">3</xref></sup> in size [<xref ref-type="bibr">1</xref>,<xref ..>2</xref>] (Fig.
    <xref ref-type="fig">1</xref>; <xref ref-type="bibr">Hill, 1999</xref>).<disp-formula>...</disp-formula></p>

    Mice differ in size (Fig. 1; Hill, 1999).

Each paragraph and section title is one line. Citation numbers are removed with their brackets; names and years are prose and are
kept. References, tables, footnotes and displayed formulas are removed; captions, which are prose, are kept. Of inline formulas
the symbols are kept if they are few.
"""

import re
from collections.abc import Iterator

from .wikipedia.templates.arguments import SUPERSCRIPTS
from .xml_tree import Element, find_all, local, words

BLOCKS = frozenset(
    (
        *(
            "p",
            "title",
            "sec",
            "list",
            "list-item",
            "def-list",
            "def-item",
            "disp-quote",
            "boxed-text",
            "statement",
            "speech",
        ),
        *(
            "verse-group",
            "verse-line",
            "fig",
            "fig-group",
            "caption",
            "abstract",
            "ack",
            "app",
            "glossary",
            "preformat",
        ),
        *("attrib", "table-wrap", "supplementary-material", "question", "answer", "explanation", "subtitle"),
    )
)
SKIPPED = frozenset(
    (
        *(
            "table",
            "ref-list",
            "fn",
            "fn-group",
            "table-wrap-foot",
            "disp-formula",
            "disp-formula-group",
            "DispFormula",  # in PubMed
            "graphic",
            "media",
        ),
        *("inline-graphic", "tex-math", "annotation", "annotation-xml", "object-id", "label", "alt-text", "long-desc"),
        *(
            "permissions",
            "code",
            "chem-struct-wrap",
            "sec-meta",
            "x",
            "alternatives",
            "supplementary-material",
            "sub-article",
        ),
        *("response", "email", "floats-group"),
    )
)
MARKS = frozenset(("fn", "table-fn", "aff", "corresp", "author-notes", "contrib"))  # the text of such xrefs is a symbol
OTHER_ABSTRACTS = frozenset(
    ("graphical", "toc", "teaser", "web-summary", "key-points", "highlights", "video", "object")
)
MOST_SYMBOLS = 40  # longest inline formula that is kept, in characters

OPEN, CLOSE = "\ue000", "\ue001"  # around a citation number
PRIVATE = str.maketrans("", "", OPEN + CLOSE)
CITED = f"{OPEN}[^{CLOSE}]*{CLOSE}"
SIGN = r"(?:[\s,;–—−‑-]|and\b|&|to\b)"
BETWEEN = rf"(?:{SIGN}|\d)"
IN_BRACKETS = rf"\s*[\[(]{BETWEEN}*{CITED}(?:{BETWEEN}|{CITED})*[\])]"
BRACKETED = re.compile(rf"{IN_BRACKETS}(?:{SIGN}*{IN_BRACKETS})*")
GLUED = re.compile(rf"(?<=[^\s(\[{CLOSE}]){CITED}(?:{BETWEEN}*{CITED})*")
WORDS = r"see|reviewed in|see also|for (?:a )?reviews?,? see|e\.g\.,?|cf\.|in|from|and|refs?\.?|[,;\s]"
LEFT = re.compile(rf"\s*[(\[]\s*(?:{WORDS})*[)\]]", re.I)
HOLES = (
    (re.compile(r"([(\[])[\s,;]+"), r"\1"),
    (re.compile(r"[\s,;]+([)\]])"), r"\1"),
    (re.compile(r"\s+([,.;:])(?=\s|$)"), r"\1"),
)
POWER = re.compile(r"[-+−]?[\dn]{1,6}")
NUMBER = re.compile(r"[\s\d,;–—−‑*†‡-]*[a-z]?[\s\]\[)(]*")
WITH_BRACKETS = re.compile(rf"(?=.*\d)\s*(?:[\[(]|\d.*\])(?:{BETWEEN}|[*†‡\[\]()]|(?<=\d)[a-z]\b)*", re.DOTALL)
CITING_NUMBER = re.compile(r"\d+[a-z]?")
YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d[a-z]?\b")


def articles(root: Element) -> Iterator[Element]:
    """The articles of a file, which is one article or a set of them."""
    if local(root) == "article":
        yield root
        return
    yield from find_all(root, "article")


def title_of(article: Element) -> str | None:
    """The title of an article."""
    groups = (group for meta in find_all(article, "article-meta") for group in find_all(meta, "title-group"))
    title = next((each for group in groups for each in group if local(each) == "article-title"), None)
    return " ".join(paragraphs(title)) or None if title is not None else None


def id_of(article: Element) -> str | None:
    """The number in PubMed Central, else the DOI, else any other id."""
    found: dict[str, str] = {}
    for meta in find_all(article, "article-meta"):
        for each in meta:
            if local(each) == "article-id" and (name := words(each)):
                found.setdefault(each.get("pub-id-type", ""), name)
        break
    number = found.get("pmcid") or found.get("pmc")
    if number:
        return number if number.upper().startswith("PMC") else f"PMC{number}"
    return found.get("doi") or found.get("pmid") or next(iter(found.values()), None)


def text_of(article: Element, title: str | None) -> str:
    """Title, abstract, body and back matter as prose, one paragraph per line; empty if there is only a title."""
    lines = []
    for part in article:
        for each in find_all(part, "abstract") if local(part) == "front" else ():
            if each.get("abstract-type") not in OTHER_ABSTRACTS:
                lines += [line for line in paragraphs(each) if line.lower() != "abstract"]
        if local(part) == "body":
            lines += paragraphs(part)
        elif local(part) == "back":
            lines += [
                line for each in part if local(each) in ("ack", "app-group", "app", "sec") for line in paragraphs(each)
            ]
    return "\n".join([title, *lines] if title and lines else lines)


def paragraphs(element: Element) -> list[str]:
    """The lines of an element, without the remains of citations."""
    parts: list[list[str]] = [[]]
    _collect(element, parts)
    lines = ("".join(part) for part in parts)
    return [line for line in (_cleaned(line) for line in lines) if line]


def _collect(element: Element, parts: list[list[str]]) -> None:
    """Append an element's text to the last line in `parts`, with new lines where its blocks begin and end."""
    if element.text:
        parts[-1].append(element.text.translate(PRIVATE))
    for child in element:
        name = local(child)
        if name in BLOCKS:
            parts.append([])
        if name == "xref":
            parts[-1].append(_reference(child))
        elif name in ("inline-formula", "math"):
            parts[-1].append(_formula(child))
        elif name == "sup" and _is_citation(child):
            pass
        elif name == "sup" and (power := _power(child, parts[-1])):
            parts[-1].append(power)
        elif name == "break":
            parts[-1].append(" ")
        elif name not in SKIPPED:
            _collect(child, parts)
        if name in BLOCKS:
            parts.append([])
        if child.tail:
            parts[-1].append(child.tail.translate(PRIVATE))


def _reference(xref: Element) -> str:
    """The text of a reference: prose, a number marked as a citation, or nothing."""
    text = "".join(xref.itertext()).translate(PRIVATE)
    kind = xref.get("ref-type", "")
    if kind in MARKS:
        return ""
    if kind == "bibr" and WITH_BRACKETS.fullmatch(text) and not YEAR.search(text):
        return CITING_NUMBER.sub(
            rf"{OPEN}\g<0>{CLOSE}", text
        )  # for brackets outside of the element, as in most journals
    return f"{OPEN}{text}{CLOSE}" if kind == "bibr" and NUMBER.fullmatch(text) else text


def _is_citation(sup: Element) -> bool:
    """Whether a superscript consists only of citation numbers."""
    cited = [each for each in sup.iter() if local(each) == "xref" and each.get("ref-type") in ("bibr", *MARKS)]
    return bool(cited) and bool(NUMBER.fullmatch("".join(sup.itertext())))


def _power(sup: Element, before: list[str]) -> str:
    """An exponent in superscript digits, since 10 to the 5th would become 105; empty if the number is not an exponent."""
    base = next((text[-1] for text in reversed(before) if text), "")
    text = (sup.text or "").strip()
    is_power = len(sup) == 0 and POWER.fullmatch(text) and (base.isalnum() or base == ")")
    return text.translate(SUPERSCRIPTS) if is_power else ""


def _formula(element: Element) -> str:
    """The symbols of a formula, if they are few; else a mark that is removed with the brackets around it, like a citation."""
    symbols = "".join("".join(_symbols(element)).split()).translate(PRIVATE)
    return symbols if 0 < len(symbols) <= MOST_SYMBOLS else OPEN + CLOSE


def _symbols(element: Element) -> Iterator[str]:
    if local(element) in ("tex-math", "annotation", "annotation-xml", "inline-graphic"):
        return
    yield element.text or ""
    for child in element:
        yield from _symbols(child)
        yield child.tail or ""


def _cleaned(line: str) -> str:
    """A line without citation marks and the gaps that they leave."""
    line = " ".join(line.split())
    if OPEN in line:
        line = GLUED.sub("", BRACKETED.sub("", line)).translate(PRIVATE)
        line = LEFT.sub("", line)
        for hole, mended in HOLES:
            line = hole.sub(mended, line)
    return " ".join(line.split())
