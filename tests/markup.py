"""Find markup left in prose that was extracted from wikitext."""

import re

# what must never be in the output
LEFT_OVER = {
    "template braces": r"\{\{|\}\}",
    "table braces": r"\{\||\|\}",
    "link brackets": r"\[\[|\]\]",
    "tag": r"</?(?:ref|b|i|br|span|div|sup|sub|small|nowiki|math|gallery|table|p|blockquote|center)\b[^<>\n]*>",
    "comment": r"<!--",
    "quote marks": r"''",
    "entity": r"&(?:nbsp|amp|lt|gt|quot|ndash|mdash|minus|thinsp|#\d+);",
    "empty brackets": r"(?:^|\s)\(\s*\)|\(\s*[,;]|[,;]\s*\)|\(\s|\s\)",
    "double space": r"  ",
    "space before a stop": r" ,| \.(?=\s|$)",
    "heading": r"(?m)^=+[^=\n]+=+$",
    "magic word": r"__[A-Z]+__",
    "list mark": r"(?m)^[*#:;]",
    "url in brackets": r"\[https?://",
    "empty line": r"\n\n|^\n|\n$",
}


def left_over(text: str) -> list[str]:
    """The rules of LEFT_OVER that the text breaks."""
    return [name for name, pattern in LEFT_OVER.items() if re.search(pattern, text)]


def pieces(text: str) -> list[tuple[str, str]]:
    """Every piece of markup in the text: the rule that it breaks, and its context."""
    return [
        (name, text[max(match.start() - 30, 0) : match.end() + 30])
        for name, pattern in LEFT_OVER.items()
        for match in re.finditer(pattern, text)
    ]
