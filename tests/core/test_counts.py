"""Counts agree in number, and every counter that a stage can produce has a phrase."""

import ast
import re
from pathlib import Path

import bertprep_cli
from hypothesis import given
from hypothesis import strategies as st

import bertprep
from bertprep.core import schema
from bertprep.core.counts import PHRASES, phrase, plural, quantity, told
from bertprep.core.stages import STAGES, UNKNOWN

PACKAGE = Path(bertprep.__file__).parent
MAKERS = ("corpus", "sentences", "vocab", "pairs", "shards")
KEY = re.compile(
    r"(?:files|lines|records|rows|windows|pages|chapters|articles|documents|sentences|tokens|pairs|masked|letters|wikitext|"
    r"distinct|hyphens|control|blanks|licence)_[a-z0-9_]+"
)
NO_COUNTERS = {
    "lines_not",
    "lines_without",
    "rows_of",
    "files_digest",
}  # prefixes of names, a function, and an event's field
# a plural written directly after a value is wrong for `1 document`
COUNTED = (
    "documents|sentences|words|characters|rows|pairs|tokens|masks|examples|groups|steps|shards|files|folders|parts|lines|pages|"
    "entries|pieces|batches|cores|workers|processes|models|checkpoints|partitions|copies|columns|levels|places|tasks|nodes"
)
UNAGREED = re.compile(rf"\{{\}}(?: of them)?(?: (?!for|in|to)[a-z]+)? (?:{COUNTED})\b(?! (?:of|a)\b)")


def keys_in(path: Path) -> set[str]:
    """The keys of counters that a module writes: subscripts of variables called counters, and strings that look like keys."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Subscript)
            and "counters" in ast.unparse(node.value)
            and isinstance(node.slice, ast.Constant)
        ):
            found.add(node.slice.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
            found.add(node.value)
    return {key for key in found if isinstance(key, str)} - NO_COUNTERS - {UNKNOWN, UNKNOWN[:-1]}


def test_every_counter_has_a_phrase():
    columns = {*schema.SENTENCES.names, *schema.pairs(100).names, *schema.examples(100).names}
    settings = {name for stage in STAGES.values() for name in vars(stage.settings)}
    keys = {key for name in MAKERS for path in (PACKAGE / name).rglob("*.py") for key in keys_in(path)}
    keys |= {key for stage in STAGES.values() for key in stage.counters}
    assert len(keys) > 60  # the search works at all
    without = keys - set(PHRASES) - columns - settings
    assert not without, without
    assert not {key for key in PHRASES if key in (phrase(key), phrase(key, 1)) and "_" in key}


def test_phrases_and_quantities_agree_with_their_count():
    assert told(
        {"pages_redirect": 3, "pages_empty": 1, "documents": 0}, ["pages_redirect", "pages_empty", "documents"]
    ) == [
        "3 redirects",
        "1 page without text",
    ]
    assert phrase(f"{UNKNOWN}han") == "unknown tokens in han" and phrase("of_another_version") == "of another version"
    assert all(one != more for one, more in PHRASES.values())


@given(st.integers(0, 10**9), st.sampled_from(["document", "entry", "class", "day"]))
def test_only_one_is_singular(count, noun):
    assert quantity(count, noun).endswith(noun) == (count == 1)
    assert quantity(count, noun) == f"{count:,} {noun if count == 1 else plural(noun)}"


def is_settled(part: ast.FormattedValue) -> bool:
    """Whether a formatted value is a constant, or a measure with decimals."""
    format_spec = ast.unparse(part.format_spec) if part.format_spec else ""
    names = [node.id for node in ast.walk(part.value) if isinstance(node, ast.Name)]
    return bool(re.search("[fge%]'", format_spec)) or (bool(names) and all(map(str.isupper, names)))


def test_no_message_writes_a_plural_behind_a_value():
    found = []
    for path in [*Path(bertprep_cli.__file__).parent.glob("*.py"), *PACKAGE.rglob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = list(ast.walk(tree))
        chosen = {id(each) for node in nodes if isinstance(node, ast.IfExp) for each in (node.body, node.orelse)}
        for node in nodes:
            if isinstance(node, ast.JoinedStr) and id(node) not in chosen:
                text = "".join(
                    part.value if isinstance(part, ast.Constant) else "N" if is_settled(part) else "{}"
                    for part in node.values
                )
                found += [(path.name, node.lineno, match[0]) for match in UNAGREED.finditer(text)]
            elif (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.search(r"\w\((?:e?s)\)", node.value)
            ):
                found.append((path.name, node.lineno, node.value))
    assert not found, "\n".join(map(str, found))
