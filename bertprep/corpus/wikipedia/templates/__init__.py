"""Wiki templates whose words belong to the prose: a name and its arguments -> what a reader of the page sees.

In: the inside of `{{...}}` with everything nested in it already turned into text. Out: text. `finder` says how a template is
shown; others (boxes, notes, citations, maintenance) are dropped whole, and where one stood between two words a word is missing.
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
from ....languages.form import Language, Wiki
from .arguments import Arguments, Handler, grouped
from .handlers import BY_NAME, labelled, labelled_by_code, localized, made, parted
from .units import convert
from .words import language_handler

Finder = Callable[[str], Handler | None]
FUNCTIONS: dict[str, Handler] = {
    "formatnum": lambda arguments: grouped(arguments.at(0)),
    "lc": lambda arguments: arguments.at(0).lower(),
    "uc": lambda arguments: arguments.at(0).upper(),
    "lcfirst": lambda arguments: arguments.at(0)[:1].lower() + arguments.at(0)[1:],
    "ucfirst": lambda arguments: arguments.at(0)[:1].upper() + arguments.at(0)[1:],
}


def silent(arguments: Arguments) -> str:
    """What shows no words: notes, maintenance, pronunciations."""
    return ""


def text_of(body: str, find: Finder) -> str | None:
    """The text of a template given the inside of its braces; None for one that is not known."""
    name, _, rest = body.partition("|")
    name = name.strip()
    handler = find(name.replace("_", " ").lower())
    if handler is None:
        return None
    if ":" in name and find(name.partition(":")[0].lower() + ":") is handler:
        rest = name.partition(":")[2] + "|" + rest
    return handler(Arguments(rest))


@functools.cache
def handlers_by_name(code: str) -> dict[str, Handler]:
    """Name of a template -> how it is shown, of one language's file."""
    language = load(code)
    shown = {name: made(template, language) for template in language.wiki.templates for name in template.names}
    return dict.fromkeys(language.wiki.silent, silent) | shown


@functools.cache
def finder(codes: tuple[str, ...]) -> Finder:
    """How a template is found by its name, in lower case, in a Wikipedia where these languages' names are valid, its own last."""
    language = load(codes[-1])
    known = {name: handler for code in codes for name, handler in handlers_by_name(code).items()}
    functions, patterns = dict(FUNCTIONS), [pattern for code in reversed(codes) for pattern in patterns_of(load(code))]
    beginnings = tuple(name[:-1] for name, handler in known.items() if handler is silent and name.endswith("*"))
    label = label_of(codes)
    if codes != ("en",):
        known["langx"] = labelled_by_code(language)
    if codes != ("en",) and language.separators:
        known["formatnum"] = functions["formatnum"] = lambda arguments: parted(arguments.at(0), language)
        known |= {name: localized(language, convert) for name, handler in known.items() if handler is convert}

    @functools.lru_cache(maxsize=1 << 14)  # a page names the same few again and again
    def find(name: str) -> Handler | None:
        if handler := known.get(name):
            return handler
        if name.startswith("lang-"):
            return label(name[5:].removesuffix("-short"))
        for pattern, handler_of in patterns:
            if (match := pattern.fullmatch(name)) and (handler := handler_of(match)):
                return handler
        if name.startswith(beginnings):
            return silent
        return functions.get(name.partition(":")[0]) if ":" in name else None

    return find


def label_of(codes: tuple[str, ...]) -> Finder:
    """How {{lang-de|Wort}} names the language: as the nearest Wikipedia does of which we know anything."""
    for code in reversed(codes[1:]):
        if load(code).wiki != Wiki():
            return functools.partial(labelled, load(code))
    return language_handler


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
