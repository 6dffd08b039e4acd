"""Convert wikitext to the prose that a reader sees, one paragraph per line.

The page goes through a few passes, each a regular expression that jumps from one piece of markup to the next:
elements without prose (comments, references, formulas, galleries), final sections (references, links), then all
braces and brackets together, then inline markup (tags, quote marks, entities), then lines.

Every pass takes linear time for any page: brackets are paired in one walk with a stack before anything is rendered, and
a search for a missing end is not repeated. Unclosed markup loses its marks, and an unclosed template also the rest of
its line.

Dropped: tables, captions, headings, `<math>`, code blocks, and list items (also indented and preformatted lines) that
do not look like prose: fewer than 40 bytes or no sentence end. Markup that a page shows on purpose
(`<nowiki>[[x]]</nowiki>`) loses its marks too, since training text should not contain any.
"""

import re
from collections import Counter

from ..documents import HOLE
from . import holes
from .lines import (
    DISGUISE,
    DISGUISED,
    DISGUISES,
    HIDDEN,
    NOTHING,
    WORD,
    paragraphs,
    without_gaps,
    without_inline,
    without_residue,
)
from .site import Site
from .templates import silent, text_of

DEEPEST = 40  # MediaWiki's limit on nested templates; deeper ones are dropped, so copying stays linear
# link prefixes of two and three letters that are not language codes
OTHER_PROJECTS = {"mw", "doi", "voy", "rfc", "cs2", "irc", "oed", "git", "wp", "wmf", "wm", "wt", "mos", "q"}


def plain_text(wikitext: str, site: Site, counted: Counter[str] | None = None) -> str:
    """The prose of a page, paragraphs separated by a newline; empty if there is none.

    `HOLE` marks a missing word, and `counted` gets the names of the unknown templates that were there.

    >>> plain_text("'''Anne''' ran {{convert|16|km}} to [[Paris|the city]].<ref>Her diary.</ref>", Site())
    'Anne ran 16 km to the city.'
    """
    text = "\n" + wikitext.replace("\r\n", "\n")
    if any(character in text for character in DISGUISES + NOTHING):
        text = DISGUISED.sub("", text)
    text = text.replace(HOLE, "")
    text = without_elements(text)
    text = without_sections(text, site)
    text = without_link_lines(text)
    text = "".join(SIMPLE_LINK.split(text))  # `split` keeps the group's text, at half the cost of `sub`
    if "{{{" in text:
        text = PARAMETER.sub(lambda match: match[1] or "", text)
    if "-{" in text:
        text = VARIANT.sub(variant, text)
    unknown = holes.Unknown()
    text = without_inline(rendered(text, site, unknown))
    text = holes.settle(text, unknown, Counter() if counted is None else counted)
    text = without_residue(without_gaps("\n".join(paragraphs(text))))
    lines = (line.strip().lstrip(" ,;") for line in text.split("\n"))
    return "\n".join(line for line in lines if WORD.search(line) and not (line.endswith(":") and len(line) < 25))


# elements without prose

ELEMENT = re.compile(rf"<(?:(!--)|(nowiki|{HIDDEN})\b[^<>]*>)", re.IGNORECASE)
CLOSING = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ["nowiki", *HIDDEN.split("|")]}
CLOSING["!--"] = re.compile("-->")


def without_elements(text: str) -> str:
    """Remove comments and elements without prose; nowiki text is disguised."""
    kept, position, unclosed = [], 0, set()
    match = ELEMENT.search(text)
    while match:
        name = (match[1] or match[2]).lower()
        kept.append(text[position : match.start()])
        position = match.end()
        if not text.endswith("/>", match.start(), position) and name not in unclosed:
            end = CLOSING[name].search(text, position)
            if end:
                if name == "nowiki":
                    kept.append(text[position : end.start()].translate(DISGUISE))
                position = end.end()
            else:  # an unclosed comment hides the rest; other tags are just removed
                unclosed.add(name)
                position = len(text) if name == "!--" else position
        match = ELEMENT.search(text, position)
    kept.append(text[position:])
    return "".join(kept)


# sections

HEADING = re.compile(r"\n(={1,6})([^\n]*)")
HEADING_MARKS = re.compile(r"'{2,}|<[^<>]*>|\{\{[^{}]*\}\}|[\[\]]")


def without_sections(text: str, site: Site) -> str:
    """Remove the sections that the language marks as without prose, with their subsections."""
    kept, position, dropped_level = [], 0, 0
    for match in HEADING.finditer(text):
        level, title = len(match[1]), match[2].rstrip()
        if not title.endswith("="):
            continue
        if dropped_level:
            if level > dropped_level:
                continue
            position, dropped_level = match.start(), 0
        title = HEADING_MARKS.sub("", title).strip(" =\t:").lower()
        if title in site.dropped_sections and (level < 3 or title not in site.top_sections):
            kept.append(text[position : match.start()])
            dropped_level = level
    if not dropped_level:
        kept.append(text[position:])
    return "".join(kept)


# lines of only [[Word:Name]]: categories and sister projects, under names that neither the dump nor the language files list

ALONE = re.compile(r"(?:\[\[[^\W\d][^\[\]|{}:\n]{0,30}:[^\s\[\]{}:|][^\[\]{}|\n]*\]\][ \t]*)++")
WITH_KEY = re.compile(r"(?:\[\[[^\W\d_a-z][^\[\]|{}:\n]{3,30}:[^\s\[\]{}:|][^\[\]{}\n]*\]\][ \t]*)++")  # to sort by


def without_link_lines(text: str) -> str:
    """Remove such lines; at the end of a text they may have a sort key, which elsewhere looks like the text of a link."""
    end = len(text)
    while end > 0:
        start = text.rfind("\n", 0, end)
        line = text[start + 1 : end].strip()
        if line and not WITH_KEY.fullmatch(line):
            break
        end = start
    first, *others = text[: max(end, 0)].split("\n[[")
    kept = [first]
    for piece in others:
        line, end_of_line, rest = piece.partition("\n")
        kept += (end_of_line, rest) if ALONE.fullmatch("[[" + line) else ("\n[[", piece)
    return "".join(kept)


# braces and brackets

# most links need no stack: 96% of those in an English dump
SIMPLE_LINK = re.compile(r"\[\[(?:[^\[\]|{}:\n]*\|)?([^\[\]|{}:\n]+)\]\]")
PARAMETER = re.compile(r"\{\{\{[^{}|]*(?:\|([^{}]*))?\}\}\}")
VARIANT = re.compile(r"-\{([^{}]*)\}-")  # Chinese and Serbian: one text in several scripts
TOKEN = re.compile(r"(\{\{|\}\}|\[\[|\]\]|\n[ \t:*#;]*\{\|(?!\})|\n[ \t]*\|\}(?!\}))")
LANGUAGE_PREFIX = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,12}){0,2}")


def variant(match: re.Match[str]) -> str:
    """One of the variants of a text: the simplified or first one."""
    text = match[1]
    flags, bar, rest = text.partition("|")
    if bar and len(flags) < 12:
        if {"H", "A", "T"} & set(flags) and "A" not in flags:
            return ""  # a rule for the rest of the page, which shows nothing here
        text = rest
    choices = [choice.partition(":") for choice in text.split(";") if choice.strip()]
    if not choices or not all(colon for _, colon, _ in choices):
        return text
    by_code = {code.strip().split("=>")[-1]: value for code, _, value in choices}
    return by_code.get("zh-hans") or by_code.get("zh-cn") or choices[0][2]


def partners(tokens: list[str]) -> dict[int, int]:
    """For every opening token that is closed, the index of its closing token.

    `}}` closes the last open `{{` and discards whatever is still open inside it; `]]` closes only a `[[` with nothing
    open inside; the end of a table discards links left open in it.
    """
    found: dict[int, int] = {}
    stack: list[int] = []
    templates = 0
    for index, token in enumerate(tokens):
        if token == "{{":
            stack.append(index)
            templates += 1
        elif token == "[[" or token[-1] == "|":
            stack.append(index)
        elif token == "]]":
            if stack and tokens[stack[-1]] == "[[":
                found[stack.pop()] = index
        elif token == "}}":
            if templates:
                while tokens[stack[-1]] != "{{":
                    stack.pop()
                found[stack.pop()] = index
                templates -= 1
        else:
            while stack and tokens[stack[-1]] == "[[":
                stack.pop()
            if stack and tokens[stack[-1]][-1] == "|":
                found[stack.pop()] = index
    return found


def rendered(text: str, site: Site, unknown: holes.Unknown) -> str:
    """Replace templates, links and tables by the text that they show; `unknown` gets the unknown templates."""
    pieces = TOKEN.split(text)
    tokens, texts = pieces[1::2], pieces[2::2]
    closed = partners(tokens)
    out = [pieces[0]]
    stack: list[tuple[int, list[str]]] = []  # (closing token, the text before the opening one)
    index = 0
    while index < len(tokens):
        token, text = tokens[index], texts[index]
        end = closed.get(index)
        if end is not None:
            if end > index + 1 and len(stack) < DEEPEST and not skipped(token, text, site):
                stack.append((end, out))
                out = [text]
                index += 1
                continue
            display = shown(token, text, site) if end == index + 1 else shown_of_skipped(token, text, site)
            index = end
            out += (displayed(display, text, out, texts[index], unknown), texts[index])
        elif stack and stack[-1][0] == index:
            inside = "".join(out)
            out = stack.pop()[1]
            display = shown("{{" if token == "}}" else "[[", inside, site)
            out += (displayed(display, inside, out, text, unknown), text)
        else:
            out.append(unclosed(token, text, site))
        index += 1
    return "".join(out)


def displayed(display: str | None, inside: str, out: list[str], after: str, unknown: holes.Unknown) -> str:
    """The text that a token shows (None for an unknown template), or its replacement if it shows nothing."""
    if display is None and (mark := unknown.mark(template_name(inside.partition("|")[0]), tail(out), after)):
        return mark
    return display or empty(out[-1], after)


def tail(out: list[str]) -> str:
    """The last of a few pieces that is not empty."""
    return next((piece for piece in out[:-4:-1] if piece), "")


def empty(before: str, after: str) -> str:
    """The replacement of something that shows nothing: a mark, if quote marks around it would run together."""
    return NOTHING if before.endswith("'") and after.startswith("'") else ""


def skipped(token: str, text: str, site: Site) -> bool:
    """Whether the text after an opening token means that everything up to its end shows nothing."""
    if token[0] == "\n":
        return True
    if token == "[[":
        return text.partition(":")[0].strip().lower() in site.dropped_prefixes
    name, bar, _ = text.partition("|")
    return bool(bar) and site.template(template_name(name)) in (None, silent)


def shown_of_skipped(token: str, text: str, site: Site) -> str | None:
    """The text shown by something whose inside is skipped: a table, a file, or a silent, unknown or too deep template."""
    if token == "{{" and site.template(template_name(text.partition("|")[0])) is None:
        return None
    return "\n" * (token[0] == "\n")


def template_name(text: str) -> str:
    return text.strip().replace("_", " ").lower()


def shown(token: str, inside: str, site: Site) -> str | None:
    """The text that a template, link or table shows, given its inside; None for an unknown template."""
    if token == "{{":
        return text_of(inside, site.template)
    return link(inside, site) if token == "[[" else "\n"


def link(inside: str, site: Site) -> str:
    """The text that a link shows: none for files, categories and links to other languages."""
    target, bar, label = inside.partition("|")
    prefix, colon, rest = target.partition(":")
    if colon and prefix.strip():
        prefix = prefix.strip()
        if prefix.lower().replace("_", " ") in site.dropped_prefixes:
            return ""
        if LANGUAGE_PREFIX.fullmatch(prefix) and prefix not in OTHER_PROJECTS and not rest.startswith(" "):
            return ""
    if label:
        return label.rpartition("|")[2]
    if bar:  # the pipe trick: the name without namespace, bracket or comma
        return re.sub(r" ?\([^()]*\)$|, .*$", "", rest or target).strip()
    return target.lstrip(":").strip()


def unclosed(token: str, text: str, site: Site) -> str:
    """The text after an unclosed token, without what belongs to the token."""
    if token == "{{":
        cut = re.search(r"[}\n]", text)
        return text[cut.start() :].lstrip("}") if cut else ""
    if token == "[[":
        line, newline, rest = text.partition("\n")
        if line.partition(":")[0].strip().lower() in site.dropped_prefixes:
            return newline + rest
        return line.rpartition("|")[2] + newline + rest
    return token[:1] + text if token[0] == "\n" else text
