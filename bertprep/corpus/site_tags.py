"""What site generators, note-taking programs and pandoc add to Markdown: a plugin for markdown-it-py.

    See the [manual]({{ site.url }}/manual).        See the manual.
    {% include note.html %}
    {{< figure src="map.png" >}}
    We ship {{ site.version }} today.               a word is missing: `HOLE`
    It is fast :rocket: [@hill1999].                It is fast.
    {: .lead #start}                                attributes of kramdown
    > [!info]- See [[Mills|the mills]] ![[map.png]]     See the mills (Obsidian)

A template with a value leaves a hole unless it is alone on its line, or opens or closes a pair (`{{< note >}}...{{< /note >}}`).
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .documents import HOLE

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

VALUE = r"\{\{[^{}]{0,500}\}\}"
TAG = r"\{%(?:[^%]|%(?!\})){0,500}%\}"
TEMPLATE = re.compile(rf"(?P<value>{VALUE})|{TAG}|\{{:[^{{}}\n]{{1,200}}\}}")
DESTINATION = re.compile(rf"(?<=\]\()\s*<?(?:{VALUE}|{TAG})|(?<=\]: )\s*<?(?:{VALUE}|{TAG})")
SHORTCODE = re.compile(r"\{\{[<%]\s*(/?)\s*([\w./-]+)")
PAIR_CHARACTERS = 2000  # maximum distance of a closing tag
ATTRIBUTES = re.compile(r"\{\s*+(?:[:#.]|[\w-]+=)[^{}\n]*\}")
WITH_ATTRIBUTES = ("image", "link_close", "code_inline", "emoji")
EMOJI = re.compile(r":(?:[a-z][a-z0-9_+-]{1,60}|[+-]1):(?![\w:])")
CITATION = re.compile(r"\[-?@\w[^\[\]\n]{0,300}\](?![(\[:])|\[!\w{1,30}\][+-]?")  # or the kind of a callout
WIKI_LINK = re.compile(r"(?P<embedded>!)?\[\[(?P<page>[^\[\]|\n]{1,200})(?:\|(?P<shown>[^\[\]\n]{1,200}))?\]\]")
CLOSING = re.compile(r"[ \t]*(?:[.,;:!?)\]]|\Z|\n)")
BREAKS = ("softbreak", "hardbreak")
TAGS = ("template_tag", "template_value", "emoji", "citation")


def plugin(parser: "MarkdownIt") -> None:
    """Parse templates, emoji by name, citations and attributes as tokens of their own, which render as nothing or a hole."""
    parser.inline.ruler.after("image", "site_tags", _rule)
    parser.inline.ruler.after("image", "attributes", _attributes)
    parser.block.ruler.before("fence", "attributes", _block_attributes)
    for name in ("template_tag", "emoji", "citation"):
        parser.add_render_rule(name, _nothing)
    parser.add_render_rule("template_value", _value)
    parser.add_render_rule("html_block", _html)


def without_destinations(content: str) -> str:
    """The content with addresses in place of templates in link targets, where their spaces would end the target."""
    return DESTINATION.sub("https://", content) if "{{" in content or "{%" in content else content


def _rule(state: "StateInline", silent: bool) -> bool:
    found = _found(state.src, state.pos)
    if found is None or found[1].end() > state.posMax:
        return False
    name, match = found
    if not silent:
        if name in ("emoji", "citation") and CLOSING.match(state.src, match.end()):
            state.pending = state.pending.rstrip(" ")
        if name == "wiki_link":
            state.pending += match["shown"] or match["page"]
        else:
            state.push(name, "", 0)
    state.pos = match.end()
    return True


def _attributes(state: "StateInline", silent: bool) -> bool:
    """Skip attributes directly after an image, a link, code or an emoji."""
    if state.src[state.pos] != "{" or state.pending or not state.tokens or state.tokens[-1].type not in WITH_ATTRIBUTES:
        return False
    match = ATTRIBUTES.match(state.src, state.pos, state.posMax)
    state.pos = match.end() if match else state.pos
    return match is not None


def _block_attributes(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """Skip a line that consists of attributes, before the block that they belong to."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].rstrip()
    if not line.startswith("{") or state.is_code_block(start) or not ATTRIBUTES.fullmatch(line):
        return False
    state.line = start + 1
    return True


def _found(text: str, at: int) -> tuple[str, re.Match[str]] | None:
    """The token that begins here, and where it stands."""
    if text[at] == "{" and (match := TEMPLATE.match(text, at)):
        return ("template_value" if match["value"] and _has_value(text, match) else "template_tag"), match
    if (
        text[at] == ":"
        and not (at and (text[at - 1].isalnum() or text[at - 1] == ":"))
        and (match := EMOJI.match(text, at))
    ):
        return "emoji", match
    if text[at] in "![" and (match := WIKI_LINK.match(text, at)):
        return ("template_tag" if match["embedded"] else "wiki_link"), match
    if text[at] == "[" and (match := CITATION.match(text, at)):
        return "citation", match
    return None


def _has_value(text: str, match: re.Match[str]) -> bool:
    """Whether a template may stand for a word: not a comment, and not one of a pair."""
    shortcode = SHORTCODE.match(match[0])
    if shortcode is None:
        return not match[0].startswith(("{{/*", "{{!"))
    closing = re.compile(rf"\{{\{{[<%]\s*/\s*{re.escape(shortcode[2])}\s*[>%]\}}\}}")
    return not shortcode[1] and closing.search(text, match.end(), match.end() + PAIR_CHARACTERS) is None


def _nothing(renderer: Any, tokens: Sequence["Token"], at: int, options: Any, env: dict[str, Any]) -> str:
    return ""


def _value(renderer: Any, tokens: Sequence["Token"], at: int, options: Any, env: dict[str, Any]) -> str:
    return HOLE if any(_has_text(tokens, at, step) for step in (-1, 1)) else ""


def _has_text(tokens: Sequence["Token"], at: int, step: int) -> bool:
    """Whether the nearest token with content on one side is on the same line."""
    at += step
    while 0 <= at < len(tokens) and tokens[at].type not in (*BREAKS, *TAGS):
        if tokens[at].content.strip():
            return True
        at += step
    return False


def _html(renderer: Any, tokens: Sequence["Token"], at: int, options: Any, env: dict[str, Any]) -> str:
    """A block of HTML without templates."""
    return TEMPLATE.sub("", tokens[at].content)
