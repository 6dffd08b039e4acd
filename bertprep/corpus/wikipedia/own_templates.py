"""What a template shows, in one line: the language of the file that `--templates` takes, and of the files of the languages.

# the name, an equals sign, and what a reader of the page sees
fmtn = $1
séc = século $1 ${era}       $1, $2, ... are the arguments, ${name} a named one, $$ is a dollar sign
нп = $2 | $1                 the first of several whose arguments are all there
quem =                       nothing: no word is missing where it stands
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
    """What makes the text of a template from its arguments."""
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
    """Name of a template, in small letters, -> what makes its text; `content` has no problem."""
    return {name: handler_of(text) for _, name, text in _entries(content or "")}


def normal(content: str) -> str:
    """The content without comments and with single spaces: what tells whether two files say the same."""
    return "\n".join(f"{name} = {text}".rstrip() for _, name, text in _entries(content))


def read(path: str) -> str:
    """The content of a file of templates; `InputError` names the line that is wrong."""
    content = local_text(path, MOST_BYTES, "a text file of templates, a line each, such as " + EXAMPLE)
    if problem := problem_of(content):
        raise InputError(f"{path}, {problem}")
    return normal(content)


def problem_of(content: str) -> str | None:
    """The first line that is wrong, and why."""
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
    """The name as it is looked up, and what it shows."""
    name, _, text = line.partition("=")
    return " ".join(name.replace("_", " ").lower().split()), " ".join(text.split())


def _entries(content: str) -> list[tuple[int, str, str]]:
    return [(number, *_parts(line)) for number, line in _lines(content)]
