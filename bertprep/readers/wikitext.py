"""Wikitext -> the prose a reader sees, one paragraph a line.

The page goes through a few passes, each a regular expression that jumps from one piece of markup to the next:
elements that hold no prose (comments, references, formulas, galleries), closing sections (references, links), then all
braces and brackets at once, then what is left inside the lines (tags, quote marks, entities), then the lines.

Every pass takes time linear in the page, whatever the page: brackets are paired by one walk with a stack before
anything is rendered, and a search for an end that is not there is not repeated. What is never closed loses its
marks, and a template that is never closed also the rest of its line.

Dropped: tables, captions, headings, `<math>`, code blocks, and list items (also indented and preformatted lines) that
do not read as prose: fewer than 40 bytes or no sentence end. Markup that a page shows on purpose
(`<nowiki>[[x]]</nowiki>`) loses its marks too: text for training is to hold none.
"""

import dataclasses
import html
import re
from collections.abc import Mapping
from functools import cached_property

from . import wikitemplates

DEEPEST = 40  # MediaWiki's own limit on nested templates; what lies deeper is dropped, so copying stays linear

FILE_WORDS = (
    "file image media datei bild fichier archivo imagen ficheiro imagem immagine bestand afbeelding plik grafika файл"
    " изображение 文件 档案 檔案 图像 圖像 ファイル 画像 파일 그림 ملف صورة tập_tin dosya चित्र"
)
CATEGORY_WORDS = (
    "category kategorie catégorie categoría categoria kategoria kategori категория категорія 分类 分類 カテゴリ"
    " 분류 تصنيف thể_loại श्रेणी"
)
# two and three letter prefixes of links that are no language
OTHER_PROJECTS = {"mw", "doi", "voy", "rfc", "cs2", "irc", "oed", "git", "wp", "wmf", "wm", "wt", "mos", "q"}
SECTIONS = {  # headings, lower case, of sections without prose
    "en": "references|external links|see also|further reading|notes|bibliography|sources|footnotes|citations|gallery"
    "|notes and references|references and notes|works cited|external link|links|literature|references and sources"
    "|notes and citations|general references|explanatory notes|sources and further reading"
    "|references and further reading|further reading and references|cited references",
    "de": "einzelnachweise|weblinks|literatur|siehe auch|quellen|fußnoten|anmerkungen|belege|galerie",
    "fr": "notes et références|références|liens externes|voir aussi|bibliographie|articles connexes|annexes|lien externe",
    "es": "referencias|enlaces externos|véase también|bibliografía|notas|notas y referencias|fuentes|otras lecturas",
    "it": "note|collegamenti esterni|voci correlate|bibliografia|altri progetti|fonti",
    "pt": "referências|ligações externas|ver também|bibliografia|notas|notas e referências|leitura adicional",
    "nl": "referenties|externe links|externe link|zie ook|bronnen|literatuur|noten|voetnoten",
    "pl": "przypisy|linki zewnętrzne|zobacz też|bibliografia|uwagi",
    "ru": "примечания|ссылки|см. также|литература|источники|сноски",
    "uk": "примітки|посилання|див. також|література|джерела",
    "sv": "referenser|externa länkar|se även|källor|noter|litteratur|fotnoter",
    "ja": "脚注|外部リンク|関連項目|参考文献|出典|注釈|関連文献",
    "zh": "参考文献|參考文獻|外部链接|外部連結|参见|參見|延伸阅读|延伸閱讀|注释|註釋"
    "|参考资料|參考資料|脚注|腳註|相关条目|相關條目",
    "ko": "각주|외부 링크|같이 보기|참고 문헌|주석|출처",
    "ar": "مراجع|وصلات خارجية|انظر أيضا|المراجع|هوامش",
    "tr": "kaynakça|dış bağlantılar|ayrıca bakınız|notlar",
}
# below the second level these are chapters on literature, springs or music rather than lists of books
ONLY_SECOND_LEVEL = {
    *(
        "literature",
        "literatur",
        "litteratur",
        "literatuur",
        "литература",
        "література",
        "bibliography",
        "bibliografia",
    ),
    *(
        "sources",
        "quellen",
        "källor",
        "bronnen",
        "fuentes",
        "fonti",
        "links",
        "notes",
        "note",
        "notas",
        "noter",
        "noten",
    ),
    *("gallery", "galerie"),
}


@dataclasses.dataclass(frozen=True)
class Site:
    """What a dump says about its wiki: language code and the names of the namespaces by number."""

    language: str = "en"
    namespaces: Mapping[int, str] = dataclasses.field(default_factory=dict)

    @cached_property
    def dropped_prefixes(self) -> frozenset[str]:
        """Lower-case prefixes of links that show nothing in the text: files and categories."""
        own = (self.namespaces.get(key, "") for key in (-2, 6, 14))
        words = [*FILE_WORDS.split(), *CATEGORY_WORDS.split(), *own]
        return frozenset(word.replace("_", " ").lower() for word in words if word)

    @cached_property
    def dropped_sections(self) -> frozenset[str]:
        """Lower-case headings of sections that hold no prose."""
        language = self.language.split("-")[0].lower()
        return frozenset(SECTIONS["en"].split("|") + SECTIONS.get(language, "").split("|")) - {""}


def plain_text(wikitext: str, site: Site) -> str:
    """The prose of a page, paragraphs separated by a newline; empty when there is none.

    >>> plain_text("'''Anne''' ran {{convert|16|km}} to [[Paris|the city]].<ref>Her diary.</ref>", Site())
    'Anne ran 16 km to the city.'
    """
    text = "\n" + wikitext.replace("\r\n", "\n")
    if any(character in text for character in DISGUISES + NOTHING):
        text = DISGUISED.sub("", text)
    text = without_elements(text)
    text = without_sections(text, site)
    text = "".join(SIMPLE_LINK.split(text))  # a split keeps what is in the group, at half the cost of `sub`
    if "{{{" in text:
        text = PARAMETER.sub(lambda match: match[1] or "", text)
    if "-{" in text:
        text = VARIANT.sub(variant, text)
    text = rendered(text, site)
    text = without_inline(text)
    text = without_residue(without_gaps("\n".join(paragraphs(text))))
    lines = (line.strip().lstrip(" ,;") for line in text.split("\n"))
    return "\n".join(line for line in lines if WORD.search(line) and not (line.endswith(":") and len(line) < 25))


# elements that show no prose

HIDDEN = (
    "ref|math|gallery|timeline|imagemap|score|source|syntaxhighlight|pre|hiero|chem|ce|graph|mapframe|maplink|references"
    "|inputbox|templatedata|categorytree|includeonly|templatestyles|table|style|script|section|indicator|poll|quiz"
)
ELEMENT = re.compile(rf"<(?:(!--)|(nowiki|{HIDDEN})\b[^<>]*>)", re.IGNORECASE)
CLOSING = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ["nowiki", *HIDDEN.split("|")]}
CLOSING["!--"] = re.compile("-->")
# nowiki text passes through the other passes in this disguise
DISGUISES = "\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f"  # XML allows none of them
NOTHING = "\x10"
DISGUISE = str.maketrans("'[]{=}|<>&\n", DISGUISES + " ")
UNDISGUISE = str.maketrans(DISGUISES, "'[]{=}|<>&", NOTHING)
DISGUISED = re.compile("[\x01-\x08\x0e-\x10]")


def without_elements(text: str) -> str:
    """The text without comments and without elements that show no prose; nowiki text disguised."""
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
            else:  # a comment that never ends hides the rest; other tags just vanish
                unclosed.add(name)
                position = len(text) if name == "!--" else position
        match = ELEMENT.search(text, position)
    kept.append(text[position:])
    return "".join(kept)


# sections

HEADING = re.compile(r"\n(={1,6})([^\n]*)")
HEADING_MARKS = re.compile(r"'{2,}|<[^<>]*>|\{\{[^{}]*\}\}|[\[\]]")


def without_sections(text: str, site: Site) -> str:
    """The text without the sections named in the table for its language, subsections included."""
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
        if title in site.dropped_sections and (level < 3 or title not in ONLY_SECOND_LEVEL):
            kept.append(text[position : match.start()])
            dropped_level = level
    if not dropped_level:
        kept.append(text[position:])
    return "".join(kept)


# braces and brackets

# most links need no stack: 96% of those on an English dump
SIMPLE_LINK = re.compile(r"\[\[(?:[^\[\]|{}:\n]*\|)?([^\[\]|{}:\n]+)\]\]")
PARAMETER = re.compile(r"\{\{\{[^{}|]*(?:\|([^{}]*))?\}\}\}")
VARIANT = re.compile(r"-\{([^{}]*)\}-")  # Chinese and Serbian: one text in several scripts
TOKEN = re.compile(r"(\{\{|\}\}|\[\[|\]\]|\n[ \t:*#;]*\{\|(?!\})|\n[ \t]*\|\}(?!\}))")
LANGUAGE_PREFIX = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,12}){0,2}")


def variant(match: re.Match[str]) -> str:
    """One of the variants of a text; the simplified or first one."""
    text = match[1]
    flags, bar, rest = text.partition("|")
    if bar and len(flags) < 12:
        if {"H", "A", "T"} & set(flags) and "A" not in flags:
            return ""  # a rule for the rest of the page, not shown here
        text = rest
    choices = [choice.partition(":") for choice in text.split(";") if choice.strip()]
    if not choices or not all(colon for _, colon, _ in choices):
        return text
    by_code = {code.strip().split("=>")[-1]: value for code, _, value in choices}
    return by_code.get("zh-hans") or by_code.get("zh-cn") or choices[0][2]


def partners(tokens: list[str]) -> dict[int, int]:
    """For every opening token that is closed the index of the token that closes it.

    `}}` closes the last open `{{` and gives up whatever is still open inside it; `]]` closes only a `[[` with nothing
    open inside; the end of a table gives up links left open in it.
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


def rendered(text: str, site: Site) -> str:
    """The text with templates, links and tables replaced by what they show."""
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
            display = shown(token, text, site) if end == index + 1 else "\n" * (token[0] == "\n")
            index = end
            out += (display or empty(out[-1], texts[index]), texts[index])
        elif stack and stack[-1][0] == index:
            inside = "".join(out)
            out = stack.pop()[1]
            display = shown("{{" if token == "}}" else "[[", inside, site)
            out += (display or empty(out[-1], text), text)
        else:
            out.append(unclosed(token, text, site))
        index += 1
    return "".join(out)


def empty(before: str, after: str) -> str:
    """What stands for something that shows nothing: a mark where the quote marks around it would run together."""
    return NOTHING if before.endswith("'") and after.startswith("'") else ""


def skipped(token: str, text: str, site: Site) -> bool:
    """Whether the text right after an opening token tells that all up to its end shows nothing."""
    if token[0] == "\n":
        return True
    if token == "[[":
        return text.partition(":")[0].strip().lower() in site.dropped_prefixes
    name, bar, _ = text.partition("|")
    return bool(bar) and wikitemplates.find(template_name(name)) is None


def template_name(text: str) -> str:
    return text.strip().replace("_", " ").lower()


def shown(token: str, inside: str, site: Site) -> str:
    """What a template, a link or a table shows, given its inside."""
    if token == "{{":
        return wikitemplates.shown(inside)
    return link(inside, site) if token == "[[" else "\n"


def link(inside: str, site: Site) -> str:
    """The text that a link shows: nothing for files, categories and links to other languages."""
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
    if bar:  # the pipe trick: the name without its namespace, bracket or comma
        return re.sub(r" ?\([^()]*\)$|, .*$", "", rest or target).strip()
    return target.lstrip(":").strip()


def unclosed(token: str, text: str, site: Site) -> str:
    """What follows a token without a partner, freed of what belongs to the token."""
    if token == "{{":
        cut = re.search(r"[}\n]", text)
        return text[cut.start() :].lstrip("}") if cut else ""
    if token == "[[":
        line, newline, rest = text.partition("\n")
        if line.partition(":")[0].strip().lower() in site.dropped_prefixes:
            return newline + rest
        return line.rpartition("|")[2] + newline + rest
    return token[:1] + text if token[0] == "\n" else text


# inside the lines

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
EMPTY = re.compile(r"\(\)(?<![^\s(]\(\))(?!\w)|\[\](?<![^\s(]\[\])(?!\w)|（）")  # the brackets of main() stay
SPACE_BEFORE_STOP = re.compile(r" \.(?=\s|$)")
SPACES = "\t\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"


def without_inline(text: str) -> str:
    """The text without tags, external links, quote marks, entities, and the gaps that removals left."""
    if "<" in text:
        text = POWER.sub(lambda match: match[1].translate(wikitemplates.SUPERSCRIPTS), text)
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
    """The text with plain spaces for all others; to look for each in turn is faster than one set of them."""
    for space in SPACES if not text.isascii() else SPACES[:1]:
        if space in text:
            text = text.replace(space, " ")
    return text


def with_apostrophes(line: str) -> str:
    """The line with those quote marks disguised that are apostrophes next to bold or italics.

    Four in a row are an apostrophe and bold. Where bold and italics are both left open, one of the threes is an
    apostrophe and italics: after a one-letter word if there is one (`l'''Équipe''`), else after any letter.
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
    """Entities as characters, also those escaped twice (`&amp;nbsp;`), and without the tags that come out of them."""
    text = html.unescape(html.unescape(text))
    text = with_spaces(text)
    return STRICT_TAG.sub("", text) if "<" in text else text


def without_residue(text: str) -> str:
    """The text without marks that survived: unbalanced ones, or shown on purpose."""
    for _ in range(3):  # marks may meet when what stood between them goes
        if not has_residue(text):
            return text
        text = RESIDUE.sub("", text)
    return re.sub(r"[\[\]{}|']", "", text) if has_residue(text) else text


def has_residue(text: str) -> bool:
    """Whether two marks stand together; single characters are found sooner."""
    return any(first in text and marks in text for first, marks in RESIDUE_MARKS)


def without_gaps(text: str) -> str:
    """No empty brackets, no commas at their edges, no space before a comma or full stop, no two spaces in a row."""
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
    """Lines joined into paragraphs as a browser would; headings, rows and lists that are no prose dropped."""
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
