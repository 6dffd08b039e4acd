"""Phrases that confused readers must not return, in the documentation, the help and the messages (docs/style.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import bertprep_cli

import bertprep

ROOT = Path(__file__).parent.parent
PAGES = [
    path
    for path in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("docs/recipes/*"),
        *ROOT.glob("docs/decisions/*"),
    )
    if path.name not in ("CHANGELOG.md", "style.md")
]
PHRASES = re.compile(
    r"\b(?:asked wrongly|no talk|are not shut out|hidden tokens?|is no text|not sound|without a word"
    r"|(?:command|run) goes on|(?:same command|training) again goes on|shortened to it|every so many|(?:keep|only|most) so many"
    r"|another seed, other|told with|works? anew|begins? anew|cut anew|what stands in|aimed at|at hand|foretold|by heart"
    r"|no better than a coin|fresh (?:network|weights)|all tries|comes? to nothing|brings nothing"
    r"|(?<!there )(?:is|are) no (?:table|command|number|field|logarithm|folder|model|document|neighbour)s?"
    r"|an? (?:line|paragraph|document|object|file|page|row|id|path|sentence|chapter|article) an? "
    r"(?:line|paragraph|document|file|page|row|article|chapter|sentence)"
    r"|(?:tokens?|pieces?|words?|characters?|bits|nats|MB|GB|requests|seconds|operations) an? "
    r"(?:second|word|character|token|masked token|row|MB|core|CPU-second))\b",
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
    stumbled = (
        *(
            "Ends with 2: asked wrongly.",
            "of the hidden tokens",
            "A paragraph a line.",
            "40 tokens a second",
            "x is no table",
        ),
        *("No Mac was at hand.", "as foretold", "bits a character", "words are cut anew", "no better than a coin"),
    )
    assert [text for text in stumbled if not PHRASES.search(text)] == []
    assert not PHRASES.search("There is no table; it takes a second. One token per row, a word, and a line.")
