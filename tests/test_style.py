"""Phrases that readers stumbled over do not come back: in the documentation, the help and the messages (docs/style.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import bertprep_cli

import bertprep

ROOT = Path(__file__).parent.parent
PAGES = [
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/recipes/*"))
    if path.name not in ("CHANGELOG.md", "style.md")
]
PHRASES = re.compile(
    r"\b(?:asked wrongly|no talk|are not shut out|hidden tokens?|is no text|not sound|without a word"
    r"|(?:command|run) goes on|(?:same command|training) again goes on|shortened to it|every so many|(?:keep|only|most) so many"
    r"|another seed, other|told with|works? anew|begins? anew|what stands in|aimed at)\b",
    re.IGNORECASE,
)


def texts() -> Iterator[tuple[str, str]]:
    """(where, text) of the pages (docs/cli.md is the help) and the messages, with one space for each run of white space."""
    for path in PAGES:
        yield path.name, path.read_text(encoding="utf-8")
    for package in (bertprep, bertprep_cli):
        for path in sorted(Path(package.__file__).parent.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Raise | ast.Return | ast.Call):
                    yield f"{path.name}:{node.lineno}", " ".join(_parts(node))


def _parts(node: ast.AST) -> Iterator[str]:
    """The text in a statement's strings."""
    yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def test_phrases_that_stopped_readers_do_not_come_back():
    found = [(where, match[0]) for where, text in texts() for match in PHRASES.finditer(" ".join(text.split()))]
    assert not found, found[:20]


def test_the_phrases_are_found_where_they_are():
    assert PHRASES.search("Ends with 2: asked wrongly.") and PHRASES.search("of the hidden tokens")
