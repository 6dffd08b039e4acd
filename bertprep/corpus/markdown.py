"""Convert Markdown to title, language, and HTML of its prose; parsed by the library markdown-it-py.

    ---
    title: The mill          title  The mill
    ---
    # At the river           <h1>At the river</h1>
    The *mill* opens         <p>The <em>mill</em> opens at six.</p>
    at six.[^1]
    ```sh
    grind --fine             (code, notes, displayed formulas and images are left out)
    ```
    [^1]: Not on Sundays.

CommonMark with the extensions of GitHub and common site generators: tables, task lists, alerts, footnotes, formulas between
dollars, definition lists, admonitions (`!!! note`, `::: note`), attributes (`{#id}`). Embedded HTML is kept for `web.page`. An
inline formula without commands and powers becomes its symbols (`$x_i$` is xi); any other becomes a `HOLE`.
`site_tags` parses what other programs add.
"""

import dataclasses
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ..core.errors import missing_extra
from ..languages.scripts import UNSPACED, UNSPACED_SIGNS, any_of
from . import site_tags
from .documents import HOLE, language_code
from .papers import MOST_SYMBOLS

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MOST_LEVELS = 60  # of nested lists and quotations
FRONT_MATTER_CHARACTERS = 1 << 16  # maximum
ENDS = {"---": ("---", "..."), "+++": ("+++",)}  # first line -> last lines of YAML and TOML front matter
# the first line of malformed front matter, past comments; possessive, or blank lines take exponential time
ASSIGNED = re.compile(r"(?:[^\S\n]*+(?:#[^\n]*+)?\n)*+[\w\"'][\w .\"'-]{0,60}:(?:\s|$)")
HEADING_ATTRIBUTES = re.compile(r"\{\s*+:?\s*+[#.-][^{}]*\}")
NULL = "tag:yaml.org,2002:null"
COMMANDS = re.compile(r"[\\^]")
UNSPACED_CHARACTER = re.compile(any_of(*UNSPACED, *UNSPACED_SIGNS))
NO_CHARACTERS = dict.fromkeys(map(ord, ("\0", HOLE)))
MOST_MARKS = 8  # adjacent tokens such as emphasis that are passed over in search of text
LEFT_OUT = ("blocks_of_code", "footnotes", "formulas")


class TooDeepError(ValueError):
    """Lists or quotations are nested so deeply that the library would drop their content."""


@dataclasses.dataclass(frozen=True)
class Markdown:
    """The content of a document."""

    html: str
    title: str | None
    language: str | None  # code of the declared language


def require() -> None:
    """`UsageError` naming the extra, if the libraries are not installed."""
    for package, name in (
        ("markdown_it", "markdown-it-py"),
        ("mdit_py_plugins", "mdit-py-plugins"),
        ("yaml", "pyyaml"),
    ):
        if not find_spec(package):
            raise missing_extra(name, "web")


def read(content: str, counters: dict[str, int]) -> Markdown:
    """Convert a text; `counters` get what is left out. `TooDeepError` if lists or quotations are nested too deeply."""
    matter, body = front_matter(content.translate(NO_CHARACTERS).replace("\r\n", "\n").replace("\r", "\n"))
    parser = _parser()
    try:
        tokens = parser.parse(site_tags.without_destinations(body))
        if any(token.level >= MOST_LEVELS for token in tokens):
            raise TooDeepError(f"lists or quotations nested more than {MOST_LEVELS} deep")
        html = parser.renderer.render(_prose(tokens, counters), parser.options, {"counters": counters})
    except RecursionError:
        raise TooDeepError("links, lists or quotations nested too deeply") from None
    title = " ".join(matter.get("title", "").split()) or None
    return Markdown(html, title, language_code(matter.get("lang") or matter.get("language")))


# -- front matter -----------------------------------------------------------------------------------------------------


def front_matter(content: str) -> tuple[Mapping[str, str], str]:
    """Split off the front matter, as names and strings; a `---` that is only a rule is part of the text.

    >>> front_matter("---\\ntitle: The mill\\n---\\nIt is open.\\n")
    ({'title': 'The mill'}, 'It is open.\\n')
    """
    mark = content[:8].split("\n")[0].rstrip()
    at = content.find("\n") + 1
    begin = at
    while mark in ENDS and at and at < FRONT_MATTER_CHARACTERS:
        end = content.find("\n", at)
        line = content[at : end if end >= 0 else len(content)].rstrip()
        if line in ENDS[mark]:
            values = (_of_yaml if mark == "---" else _of_toml)(content[begin:at])
            return ({}, content) if values is None else (values, content[end + 1 :] if end >= 0 else "")
        at = end + 1
    return {}, content


def _of_yaml(block: str) -> dict[str, str] | None:
    """The strings of a YAML mapping; {} if it is malformed, None if it is not a mapping. No objects are constructed."""
    import yaml

    try:
        root = yaml.compose(block, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return {} if ASSIGNED.match(block) else None
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        return None
    pairs = [(key, value) for key, value in root.value if isinstance(key, yaml.ScalarNode)]  # others may repeat aliases
    return {key.value: value.value for key, value in pairs if isinstance(value, yaml.ScalarNode) and value.tag != NULL}


def _of_toml(block: str) -> dict[str, str] | None:
    """The values of a TOML table as strings; None if it is malformed."""
    try:
        values = tomllib.loads(block)
    except (ValueError, RecursionError):  # also of integers with thousands of digits
        return None
    return {name: str(value) for name, value in values.items() if not isinstance(value, dict | list)}


# -- the body ---------------------------------------------------------------------------------------------------------


@functools.cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.container import container_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    choices = {"html": True, "maxNesting": MOST_LEVELS + 4, "tasklists": True, "alerts": True}
    parser = MarkdownIt("js-default", {**choices, "strikethrough_single_tilde": True})
    parser.use(footnote_plugin).use(deflist_plugin).use(admon_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.use(site_tags.plugin).use(container_plugin, "box", validate=lambda words, marker: True)
    for name in ("fence", "code_block", "colon_fence"):
        parser.add_render_rule(name, _counted("blocks_of_code"))
    for name in ("math_block", "math_block_label", "amsmath"):
        parser.add_render_rule(name, _counted("formulas"))
    for name in ("image", "footnote_ref", "footnote_anchor"):
        parser.add_render_rule(name, _counted(None))
    for name in ("math_inline", "math_inline_double"):
        parser.add_render_rule(name, _formula)
    parser.add_render_rule("softbreak", _softbreak)
    return parser


def _counted(counter: str | None) -> Any:
    """A rule that renders nothing, and counts what it leaves out."""

    def rule(renderer: Any, tokens: Sequence["Token"], at: int, options: Any, env: dict[str, Any]) -> str:
        if counter:
            env["counters"][counter] = env["counters"].get(counter, 0) + 1
        return ""

    return rule


def _formula(renderer: Any, tokens: Sequence["Token"], at: int, options: Any, env: dict[str, Any]) -> str:
    """The symbols of an inline formula; a hole if it is more than symbols."""
    from markdown_it.common.utils import escapeHtml

    formula = tokens[at].content.strip()
    if COMMANDS.search(formula) or len("".join(formula.split())) > MOST_SYMBOLS:
        env["counters"]["formulas"] = env["counters"].get("formulas", 0) + 1
        return HOLE
    return escapeHtml(re.sub(r"[{}_]", "", formula))


def _softbreak(renderer: Any, tokens: Sequence["Token"], at: int, options: Any, env: dict[str, Any]) -> str:
    """What joins the lines of a paragraph: a space, or nothing between Chinese or Japanese characters."""
    before, after = (_near(tokens, at, step).strip() for step in (-1, 1))
    unspaced = UNSPACED_CHARACTER.match(before[-1:]) and UNSPACED_CHARACTER.match(after[:1])
    return "" if unspaced else "\n"


def _near(tokens: Sequence["Token"], at: int, step: int) -> str:
    """The nearest text on one side of a token, past a few marks such as those of emphasis."""
    places = range(at + step, at + step * MOST_MARKS, step)
    return next((tokens[place].content for place in places if 0 <= place < len(tokens) and tokens[place].content), "")


def _prose(tokens: list["Token"], counters: dict[str, int]) -> list["Token"]:
    """The tokens without notes, default titles of alerts, and attributes after headings."""
    kept: list[Token] = []
    hidden: str | None = None
    before = ""
    for token in _without_notes(tokens, counters):
        if token.type == "alert_title_open":
            hidden = "alert_title_close"
        if before == "heading_open" and token.children and token.children[-1].type == "text":
            token.children[-1].content = _without_attributes(token.children[-1].content)
        before = token.type
        if hidden is None:
            kept.append(token)
        elif token.type == hidden:
            hidden = None
    return kept


def _without_attributes(text: str) -> str:
    """A heading without attributes at its end.

    >>> _without_attributes("The mill {#mill .big}")
    'The mill'
    """
    stripped = text.rstrip()
    at = stripped.rfind("{") if stripped.endswith("}") else -1
    return text[:at].rstrip() if at >= 0 and HEADING_ATTRIBUTES.fullmatch(stripped, at) else text


def _without_notes(tokens: list["Token"], counters: dict[str, int]) -> Iterator["Token"]:
    inside = False
    for token in tokens:
        inside = inside or token.type == "footnote_block_open"
        if not inside:
            yield token
        counters["footnotes"] = counters.get("footnotes", 0) + (token.type == "footnote_open")
        inside = inside and token.type != "footnote_block_close"
