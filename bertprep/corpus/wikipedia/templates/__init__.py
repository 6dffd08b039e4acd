"""Wiki templates whose words are part of the prose: from name and arguments to the text that a reader of the page sees.

In: the inside of `{{...}}` with nested markup already converted to text. Out: text. `finder` maps names to handlers; other
templates (boxes, notes, citations, maintenance) are dropped, and where one was between two words, a word is missing. Names are
defined in the language files; English names are known in every Wikipedia.

    handlers   functions that make the text
    units      values with units
    words      dates, languages, quotations, small numbers
    arguments  parsed arguments
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
    """The handler of templates without words: notes, maintenance, pronunciations."""
    return ""


def text_of(body: str, find: Finder) -> str | None:
    """The text of a template, given the inside of its braces; None if the template is unknown."""
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
    """Template name -> handler, for one language file."""
    language = load(code)
    shown = {name: made(template, language) for template in language.wiki.templates for name in template.names}
    return dict.fromkeys(language.wiki.silent, silent) | shown


@functools.cache
def finder(codes: tuple[str, ...]) -> Finder:
    """A function from lower-case template names to handlers, in a Wikipedia with names of these languages, its own last."""
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

    @functools.lru_cache(maxsize=1 << 14)  # pages repeat a few names
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
    """The handler of {{lang-de|Wort}}, which names the language as in the closest Wikipedia for which there are data."""
    for code in reversed(codes[1:]):
        if load(code).wiki != Wiki():
            return functools.partial(labelled, load(code))
    return language_handler


def patterns_of(language: Language) -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], Handler | None]]]:
    """The name patterns of a language, and functions that make handlers from their matches."""
    result: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Handler | None]]] = []
    for template in language.wiki.templates:
        if template.pattern and template.how in BY_NAME:
            result.append((re.compile(template.pattern), functools.partial(BY_NAME[template.how], language)))
        elif template.pattern:
            handler = made(template, language)
            result.append((re.compile(template.pattern), lambda match, handler=handler: handler))  # type: ignore[misc]
    return result
