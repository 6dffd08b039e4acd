"""Wiki templates whose words belong to the prose: a name and its arguments -> what a reader of the page sees.

In: the inside of `{{...}}` with everything nested in it already turned into text. Out: text. `find` says whether a
template is known; all others show no prose (boxes, notes, citations, maintenance) and the caller drops them whole.
Which name is shown how stands in the files of the languages; English names are known in every Wikipedia.

    handlers   the ways to show a template
    units      values with units
    words      dates, languages, quotations, small numbers
    arguments  what stands between the bars
"""

import functools
import re
from collections.abc import Callable

from ....languages import load
from ....languages.form import Language
from .arguments import Arguments, Handler, grouped
from .handlers import BY_NAME, labelled, made, parted
from .words import language_handler

FUNCTIONS: dict[str, Handler] = {
    "formatnum": lambda arguments: grouped(arguments.at(0)),
    "lc": lambda arguments: arguments.at(0).lower(),
    "uc": lambda arguments: arguments.at(0).upper(),
    "lcfirst": lambda arguments: arguments.at(0)[:1].lower() + arguments.at(0)[1:],
    "ucfirst": lambda arguments: arguments.at(0)[:1].upper() + arguments.at(0)[1:],
}


def find(name: str, language: str = "en") -> Handler | None:
    """How a template is shown, or None when it shows no prose. `name` is lower case, trimmed, without underscores."""
    return finder(language)(name)


def shown(body: str, language: str = "en") -> str:
    """The text of a known template given the inside of its braces; of an unknown one, nothing."""
    name, _, rest = body.partition("|")
    name = name.strip()
    handler = find(name.replace("_", " ").lower(), language)
    if handler is None:
        return ""
    if ":" in name and find(name.partition(":")[0].lower() + ":", language) is handler:
        rest = name.partition(":")[2] + "|" + rest
    return handler(Arguments(rest))


@functools.cache
def handlers_by_name(code: str) -> dict[str, Handler]:
    """Name of a template -> how it is shown, of one language's file."""
    language = load(code)
    return {name: made(template, language) for template in language.wiki.templates for name in template.names}


@functools.cache
def finder(code: str) -> Callable[[str], Handler | None]:
    """How a template is found by its name, in lower case, in the Wikipedia of a language."""
    language = load(code.split("-")[0])
    if code == "en" or not (language.separators or language.wiki.templates):
        return find_english
    known, functions, patterns = (
        handlers_by_name("en") | handlers_by_name(code.split("-")[0]),
        dict(FUNCTIONS),
        patterns_of(language),
    )
    known["formatnum"] = functions["formatnum"] = lambda arguments: parted(arguments.at(0), language)

    def find(name: str) -> Handler | None:
        if handler := known.get(name):
            return handler
        if name.startswith("lang-"):
            return labelled(language, name[5:].removesuffix("-short"))
        for pattern, handler_of in patterns:
            if (match := pattern.fullmatch(name)) and (handler := handler_of(match)):
                return handler
        return functions.get(name.partition(":")[0]) if ":" in name else None

    return find


def patterns_of(language: Language) -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], Handler | None]]]:
    """The patterns of names that a language has, and what makes a handler of a match."""
    result: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Handler | None]]] = []
    for template in language.wiki.templates:
        if template.pattern and template.how in BY_NAME:
            result.append((re.compile(template.pattern), functools.partial(BY_NAME[template.how], language)))
        elif template.pattern:
            handler = made(template, language)
            result.append((re.compile(template.pattern), lambda match, handler=handler: handler))  # type: ignore[misc]
    return result


def find_english(name: str) -> Handler | None:
    """How a template of the English Wikipedia is shown."""
    handler = handlers_by_name("en").get(name)
    if handler is None and name.startswith("lang-"):
        handler = language_handler(name[5:])
    if handler is None and ":" in name:
        handler = FUNCTIONS.get(name.partition(":")[0])
    return handler
