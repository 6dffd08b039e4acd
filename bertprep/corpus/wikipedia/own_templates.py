"""One-line definitions of a template's text, used in `--templates` files and in language files.

# the name, an equals sign, and the text that a reader of the page sees
fmtn = $1
séc = século $1 ${era}       $1, $2, ... are the arguments, ${name} a named one, $$ is a dollar sign
нп = $2 | $1                 the first alternative whose arguments are all present
quem =                       empty: no word is missing in its place
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from ...core.errors import InputError
from ...core.records import local_text

MOST_BYTES = 1 << 20
CHOICE = re.compile(r" \|(?: |$)")
ARGUMENT = re.compile(r"\$(?:([1-9]\d{0,2}(?!\d))|\{([^{}$]+)\}|(\$))")
EXAMPLE = "fmtn = $1"

Handler = Callable[[Any], str]


def handler_of(text: str) -> Handler:
    """A function from a template's arguments to its text."""
    choices = [choice.strip() for choice in CHOICE.split(text)]

    def handler(arguments: Any) -> str:
        for choice in choices:
            missing: list[str] = []

            def value(match: re.Match[str], missing: list[str] = missing) -> str:
                if match[3]:
                    return "$"
                found = arguments.at(int(match[1]) - 1) if match[1] else arguments.get(match[2].strip().lower())
                missing.extend([] if found else [match[0]])
                return found

            shown = ARGUMENT.sub(value, choice)
            if not missing:
                return shown
        return ""

    return handler


def parse(content: str | None) -> dict[str, Handler]:
    """Template name in lower case -> function that makes its text; `content` must be valid."""
    return {name: handler_of(text) for _, name, text in _entries(content or "")}


def normal(content: str) -> str:
    """The content without comments and with single spaces, so that equivalent files become equal."""
    return "\n".join(f"{name} = {text}".rstrip() for _, name, text in _entries(content))


def read(path: str) -> str:
    """Read a file of templates; `InputError` names the line that is wrong."""
    content = local_text(path, MOST_BYTES, "a text file of templates, a line each, such as " + EXAMPLE)
    if problem := problem_of(content):
        raise InputError(f"{path}, {problem}")
    return normal(content)


def problem_of(content: str) -> str | None:
    """A message about the first wrong line, or None."""
    seen: dict[str, int] = {}
    for number, line in _lines(content):
        name, text = _parts(line)
        if "=" not in line or not name:
            return f"line {number}: expected the name of a template, =, and what it shows, such as {EXAMPLE}"
        if wrong := next((sign for sign in "{}[]|<>" if sign in name), None):
            return f"line {number}: {wrong} cannot be in the name of a template; expected a line such as {EXAMPLE}"
        rest = ARGUMENT.sub("", text)
        if "$" in rest:
            return f"line {number}: a $ must be followed by an argument's number ($1), a name in braces (${{name}}) or another $"
        if any(mark in rest for mark in ("{{", "}}", "[[", "]]")):
            return f"line {number}: what a template shows cannot contain wikitext; write plain text and arguments"
        if name in seen:
            return f"line {number}: {name} was already given in line {seen[name]}"
        seen[name] = number
    return None


def _lines(content: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(content.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


def _parts(line: str) -> tuple[str, str]:
    """The normalized name of a template, and its text."""
    name, _, text = line.partition("=")
    return " ".join(name.replace("_", " ").lower().split()), " ".join(text.split())


def _entries(content: str) -> list[tuple[int, str, str]]:
    return [(number, *_parts(line)) for number, line in _lines(content)]
