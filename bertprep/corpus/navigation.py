"""Links within a book that are navigation and not text: contents, link bars, and notes with their marks.

    <p>He paid<a id="r1" href="#n1">[1]</a> at once.</p>          He paid at once.
    <p id="n1"><a href="#r1">[1]</a> Two shillings.</p>           a note: its mark links back to a mark that links to it
    <tr><td><a href="2.xhtml">II.</a></td><td>Rain</td></tr>      an entry of contents, if at least three are consecutive
    <div><a href="1.xhtml">Back</a> | <a href="3.xhtml">Next</a></div>      a link bar, at the start or end of a page

Links to other books or the web are text. Only the structure is used, since words such as "Next" depend on the language.
"""

import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

BACK = re.compile(r"[\u21a9\u21b5\u23ce\u2191\u2934^][\ufe0e\ufe0f]?")  # at the end of a note
NOTE_MARK = re.compile(
    r"[\[({]?\s*(?:\d{1,4}|[ivxl]{1,5}|[a-z]|[*†‡§¶#]{1,4}|note \d+)\s*[\])}]?\.?|" + BACK.pattern, re.I
)
UNITS = "tr, li, p, dt, dd, div, center, aside"
HEADING = re.compile("h[1-6]", re.I)
INNER = f"{UNITS}, h1, h2, h3, h4, h5, h6"
ENTRY_CHARACTERS = 120  # maximum length of an entry
FEWEST = 3  # consecutive entries of contents, or notes
LINK_SHARE = 0.6  # of the characters of a page, or of an entry
BAR_SHARE = 0.8
MOST_SENTENCES = 1 / 3  # share of rows that are sentences beginning with a link
SENTENCE = re.compile(r"[.!?。！？．｡؟।][\"'”’»)\]]*$")


def drop_notes(body: Any) -> None:
    """Remove notes that are on the same page as their reference, and the marks of all notes with surrounding <sup>."""
    marks = [
        link for link in body.query_selector_all("a[href*='#']").values() if NOTE_MARK.fullmatch(link.text.strip())
    ]
    places: dict[str, Any] = {}  # by id; looking up each id in the page would search all of it
    for element in body.query_selector_all("[id]").values():
        places.setdefault(element.getattr("id"), element)
    for note in [note for link in marks if (note := _note_of(link, places)) is not None]:
        if note.parent is not None:
            note.decompose()
    for link in body.query_selector_all("a[href*='#']").values():
        if NOTE_MARK.fullmatch(link.text.strip()):
            around = link.parent
            alone = around is not None and around.tag == "sup" and around.text.strip() == link.text.strip()
            (around if alone else link).decompose()


def _note_of(link: Any, places: dict[str, Any]) -> Any:
    """The note that begins or ends with a mark, if that links to a mark that links back; else None."""
    unit = link.closest(UNITS)
    if unit is None or not (_begins(link, unit) or (BACK.fullmatch(link.text.strip()) and _ends(link, unit))):
        return None
    mark = _link_at(places.get(_target(link).fragment))
    if mark is None or unit.contains(mark) or not NOTE_MARK.fullmatch(mark.text.strip()):
        return None
    there = places.get(_target(mark).fragment)
    around = mark.closest(UNITS)
    leads_here = there is not None and (there == unit or unit.contains(there) or there.contains(unit))
    return unit if leads_here and around is not None and not _begins(mark, around) else None


def _link_at(element: Any) -> Any:
    """The link that an element is, is within, or contains."""
    return None if element is None else element.closest("a[href]") or element.query_selector("a[href]")


def are_notes(body: Any) -> bool:
    """Whether a page consists mostly of notes to other pages, which begin with marks that link there."""
    notes = [unit for unit in _linked_units(body) if _is_note_elsewhere(unit)]
    return len(notes) >= FEWEST and 2 * sum(_size(unit.text) for unit in notes) > _size(body.text)


def _is_note_elsewhere(unit: Any) -> bool:
    link = unit.query_selector("a[href]")
    return bool(_target(link).path and NOTE_MARK.fullmatch(link.text.strip()) and _begins(link, unit))


def are_contents(body: Any) -> bool:
    """Whether a page consists mostly of links, or of entries of contents."""
    links = [*body.query_selector_all("a[href]").values()]
    if len(links) < FEWEST:
        return False
    size = LINK_SHARE * _size(body.text)
    linked = sum(_size(link.text) for link in links)
    return linked > size or sum(_size(unit.text) for unit in _entries(_linked_units(body))) > size


def drop_navigation(body: Any) -> None:
    """Remove entries of contents, and a link bar at the start or end."""
    units = _linked_units(body)
    bars = [units[0]] if units and _is_bar(units[0], 2) and _neighbour(units[0], -1) is None else []
    if units and _is_bar(units[-1], 1) and _neighbour(units[-1], 1) is None and _neighbour(units[-1], -1) is not None:
        bars.append(units[-1])
    for unit in [*bars, *_entries(units)]:
        if unit.parent is not None:
            unit.decompose()


def _linked_units(body: Any) -> list[Any]:
    """The innermost blocks that contain links, in order."""
    found: list[Any] = []
    for link in body.query_selector_all("a[href]").values():
        unit = link.closest(UNITS)
        if unit is not None and not (found and unit == found[-1]) and unit.query_selector(INNER) is None:
            found += [unit] if unit.text.strip() else []
    return found


def _neighbour(node: Any, step: int) -> Any:
    """The nearest node with text before (-1) or after (1) a node, ignoring headings, or None."""
    while node is not None and node.tag != "body":
        following = node.next_sibling if step > 0 else node.previous_sibling
        while following is not None and (HEADING.fullmatch(following.tag or "") or not following.text.strip()):
            following = following.next_sibling if step > 0 else following.previous_sibling
        if following is not None:
            return following
        node = node.parent
    return None


def _follows(unit: Any, before: Any) -> bool:
    """Whether there is nothing but headings between two blocks."""
    above, below = _neighbour(unit, -1), _neighbour(before, 1)
    if above is None or below is None:
        return False
    return (above == before or above.contains(before)) and (below == unit or below.contains(unit))


def _entries(units: list[Any]) -> list[Any]:
    """The units that are entries of contents: several in a row, short, and links or table rows that begin with one."""
    found: list[Any] = []
    run: list[Any] = []
    for unit in [*units, None]:
        if unit is not None and _may_be_entry(unit) and (not run or _follows(unit, run[-1])):
            run.append(unit)
            continue
        if len({unit.query_selector("a[href]").getattr("href") for unit in run}) >= FEWEST and _are_titles(run):
            found += run
        run = [unit] if unit is not None and _may_be_entry(unit) else []
    return found


def _may_be_entry(unit: Any) -> bool:
    link = unit.query_selector("a[href]")
    if link is None or not link.text.strip() or len(unit.text) > 2 * ENTRY_CHARACTERS or not _is_inside(link):
        return False
    return len(" ".join(unit.text.split())) <= ENTRY_CHARACTERS and (
        _begins(link, unit) or _is_linked(unit, LINK_SHARE)
    )


def _are_titles(units: list[Any]) -> bool:
    """Whether few of the units are sentences that only begin with a link."""
    sentences = sum(bool(SENTENCE.search(unit.text.strip())) and not _is_linked(unit, LINK_SHARE) for unit in units)
    return sentences <= MOST_SENTENCES * len(units)


def _is_bar(unit: Any, fewest: int) -> bool:
    links = [*unit.query_selector_all("a[href]").values()]
    away = all(_is_inside(link) and _target(link).path for link in links)
    return len(links) >= fewest and away and len(unit.text) <= 2 * ENTRY_CHARACTERS and _is_linked(unit, BAR_SHARE)


def _is_linked(unit: Any, share: float) -> bool:
    return sum(_size(link.text) for link in unit.query_selector_all("a[href]").values()) >= share * _size(unit.text)


def _is_inside(link: Any) -> bool:
    """Whether a link refers to a place in the book."""
    target = _target(link)
    return not target.scheme and not target.netloc and bool(target.path or target.fragment)


def _target(link: Any) -> SplitResult:
    try:
        return urlsplit(link.getattr("href") or "")
    except ValueError:  # an invalid address, such as one with brackets
        return urlsplit("")


def _begins(link: Any, unit: Any) -> bool:
    return unit.query_selector("a[href]") == link and unit.text.strip().startswith(link.text.strip())


def _ends(link: Any, unit: Any) -> bool:
    """Whether a link is the last text in a block."""
    following = _neighbour(link, 1)
    return following is None or not unit.contains(following)


def _size(text: str) -> int:
    """The number of characters except white space."""
    return len("".join(text.split()))
