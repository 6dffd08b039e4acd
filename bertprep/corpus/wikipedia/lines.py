"""The last passes from wikitext to prose, after templates and links are resolved: inline markup, then lines.

Removes tags, external links, quote marks, entities, and the gaps that these leave. Then lines are joined to paragraphs, and
those that are not prose are dropped.
"""

import re

from ..references import unescape
from .templates.arguments import SUPERSCRIPTS

HIDDEN = (
    "ref|math|gallery|timeline|imagemap|score|source|syntaxhighlight|pre|hiero|chem|ce|graph|mapframe|maplink|references"
    "|inputbox|templatedata|categorytree|includeonly|templatestyles|table|style|script|section|indicator|poll|quiz"
)
# characters of nowiki text that take the place of markup characters until the other passes are done
DISGUISES = "\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f"  # not allowed in XML, so free for use
NOTHING = "\x10"
DISGUISE = str.maketrans("'[]{=}|<>&\n", DISGUISES + " ")
UNDISGUISE = str.maketrans(DISGUISES, "'[]{=}|<>&", NOTHING)
DISGUISED = re.compile("[\x01-\x08\x0e-\x10]")

TAGS = (
    "a|abbr|b|bdi|bdo|big|blockquote|br|caption|center|cite|code|col|colgroup|data|dd|del|dfn|div|dl|dt|em|font|h[1-6]"
    "|hr|i|img|ins|kbd|li|link|mark|meta|nobr|nowiki|noinclude|ol|onlyinclude|p|poem|q|rb|rp|rt|rtc|ruby|s|samp|small"
    "|span|strike|strong|sub|sup|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|wbr"
)
BLOCK_TAGS = "p|div|blockquote|center|li|ul|ol|dl|dd|dt|hr|poem|h[1-6]|table|tr"
BREAKING_TAG = re.compile(rf"<br\b[^<>]*>\s*(?:<br\b[^<>]*>\s*)+|</?(?:{BLOCK_TAGS})\b[^<>]*>", re.I)
BREAK = re.compile(r"<br\b[^<>]*>|</br>", re.I)
TAG = re.compile(rf"</?(?:{TAGS}|{HIDDEN})\b[^<>]*>", re.I)
ATTRIBUTE = r"""\s+[\w:-]+(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))?"""
STRICT_TAG = re.compile(rf"</?(?:{TAGS}|{HIDDEN})(?:{ATTRIBUTE})*\s*/?>", re.I)
POWER = re.compile(r"<sup>(?<=[\w)]<sup>)\s*([-+−]?[\dn]{1,6})\s*</sup>")
PROTOCOL = r"(?:(?:https?:|ftp:|ftps:|irc:|gopher:|svn:|git:)?//|mailto:|news:)"
LABELLED_URL = re.compile(rf"\[{PROTOCOL}[^\s\[\]<>]*+[ \t]*+([^\[\]\n]*+)\]", re.I)
OPEN_URL = re.compile(rf"\[{PROTOCOL}[^\s\[\]<>]*\s?", re.I)
QUOTES = re.compile(r"'{2,}")
BEHAVIOUR = re.compile(r"__[^\W_]{2,40}__")
RESIDUE = re.compile(r"\[\[+|\]\]+|\{\{+|\}\}+|\{\||\|\}|'{2,}")
RESIDUE_MARKS = tuple((marks[0], marks) for marks in ("[[", "]]", "{{", "}}", "{|", "|}", "''"))
EMPTY = re.compile(r"\(\)(?<![^\s(]\(\))(?!\w)|\[\](?<![^\s(]\[\])(?!\w)|（）")  # but not the brackets of main()
SPACE_BEFORE_STOP = re.compile(r" \.(?=\s|$)")
SPACES = "\t\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"


def without_inline(text: str) -> str:
    """Remove tags, external links, quote marks, entities, and the gaps that these leave."""
    if "<" in text:
        text = POWER.sub(lambda match: match[1].translate(SUPERSCRIPTS), text)
        text = BREAK.sub(" ", BREAKING_TAG.sub("\n\n", text))
        text = TAG.sub("", text)
    if "//" in text or "mailto:" in text:
        text = OPEN_URL.sub("", "".join(LABELLED_URL.split(text)))
    if "''" in text:
        if "'''" in text:
            text = "\n".join(with_apostrophes(line) if "'''" in line else line for line in text.split("\n"))
        for marks in ("'''''", "'''", "''"):
            text = text.replace(marks, "")
    if "__" in text:
        text = BEHAVIOUR.sub("", text)
    text = with_spaces(text.replace("&nbsp;", " "))
    if "&" in text:
        text = without_entities(text)
    if any(character in text for character in DISGUISES + NOTHING):
        text = DISGUISED.sub(lambda match: match[0].translate(UNDISGUISE), text)
    return without_residue(text)


def with_spaces(text: str) -> str:
    """Replace all kinds of spaces by plain ones; searching for each in turn is faster than for a set of them."""
    for space in SPACES if not text.isascii() else SPACES[:1]:
        if space in text:
            text = text.replace(space, " ")
    return text


def with_apostrophes(line: str) -> str:
    """Disguise quote marks that are apostrophes next to bold or italics.

    Four in a row are an apostrophe and bold. If bold and italics are both left open, one of the threes is an apostrophe and
    italics: after a one-letter word if there is one (`l'''Équipe''`), else after any letter.
    """
    runs = list(QUOTES.finditer(line))
    lengths = [len(run[0]) for run in runs]
    bold, italic = sum(n != 2 for n in lengths), sum(n == 2 or n > 4 for n in lengths)
    at = {run.start() for run, n in zip(runs, lengths, strict=True) if n == 4}
    if bold % 2 and italic % 2:
        threes = [
            run.start()
            for run, n in zip(runs, lengths, strict=True)
            if n == 3 and line[run.start() - 1 : run.start()].strip()
        ]
        short = [start for start in threes if not line[max(start - 2, 0) : start - 1].strip()]
        at.update((short or threes)[:1])
    for start in sorted(at, reverse=True) if len(at) < 100 else ():
        line = line[:start] + DISGUISES[0] + line[start + 1 :]
    return line


def without_entities(text: str) -> str:
    """Unescape entities, also those escaped twice (`&amp;nbsp;`), and remove tags that result from this."""
    text = unescape(unescape(text))
    text = with_spaces(text)
    return STRICT_TAG.sub("", text) if "<" in text else text


def without_residue(text: str) -> str:
    """Remove remaining marks, which are unbalanced or shown on purpose."""
    for _ in range(3):  # removals may bring other marks together
        if not has_residue(text):
            return text
        text = RESIDUE.sub("", text)
    return re.sub(r"[\[\]{}|']", "", text) if has_residue(text) else text


def has_residue(text: str) -> bool:
    """Whether two marks are adjacent; searching for single characters first is faster."""
    return any(first in text and marks in text for first, marks in RESIDUE_MARKS)


def without_gaps(text: str) -> str:
    """Remove empty brackets, commas next to brackets, spaces before a comma or full stop, and double spaces."""
    for opening, closing in ("()", "（）", "[]"):
        if opening in text:
            first, *others = text.split(opening)
            text = opening.join([first, *(piece.lstrip(" ,;:，；、：") for piece in others)])
            *others, last = text.split(closing)
            text = closing.join([*(piece.rstrip(" ,;，；、") for piece in others), last])
    for _ in range(2):
        if any(brackets in text for brackets in ("()", "[]", "（）")):
            text = EMPTY.sub("", text)
    while "  " in text:
        text = text.replace("  ", " ")
    text = text.replace(" ,", ",")
    while ",," in text:
        text = text.replace(",,", ",")
    return SPACE_BEFORE_STOP.sub(".", text) if " ." in text else text


# lines

SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟", "।")
CLOSERS = " \"'”’)»」』)"
WORD = re.compile(r"[^\W_]")
ROW = re.compile(r"\||!(?=[ !|])|!.*\||\{\||-{4,}|=.*=\s*$")


def paragraphs(text: str) -> list[str]:
    """Join lines to paragraphs like a browser; drop headings, rows and lists that are not prose."""
    result: list[str] = []
    current: list[str] = []
    for line in text.split("\n"):
        mark = line[:1]
        if mark and mark not in "*#:; |!{-=":
            current.append(line)
            continue
        if current:
            result.append(" ".join(current))
            current = []
        if not mark or mark in "*#:; ":
            item = line.strip("*#:; ") if mark == ";" else line.lstrip("*#:; ").rstrip()
            if len(item.encode()) >= 40 and item.rstrip(CLOSERS).endswith(SENTENCE_ENDS):
                result.append(item)
        elif not ROW.match(line):
            current.append(line)
    if current:
        result.append(" ".join(current))
    return result
