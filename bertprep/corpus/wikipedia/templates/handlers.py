"""Functions that make a template's text from its arguments; language files say which function a name uses.

To add one, write a function here and a line in a table below. Number and date formats come from the language: `separators`,
`months`, `quotes`.
"""

import re
from collections.abc import Callable

from ....languages.form import Language, Template
from ..own_templates import handler_of
from . import words
from .arguments import SUPERSCRIPTS, Arguments, Handler, grouped
from .units import convert, gauge, height

# text as it stands


def literal(language: Language, text: str) -> Handler:
    return lambda arguments: text


def equals_sign(arguments: Arguments) -> str:
    return "\x05"  # a disguise, so that it does not name an argument; wikitext replaces it later


def first(arguments: Arguments) -> str:
    return arguments.at(0) or arguments.get("text", "content")


def second(arguments: Arguments) -> str:
    return arguments.at(1) or arguments.get("text")


def last(arguments: Arguments) -> str:
    return arguments.filled()[-1] if arguments.filled() else ""


def shows(language: Language, text: str) -> Handler:
    """{{séc|XIX}} -> século XIX, from `século $1`; as in a user's file of templates."""
    return handler_of(text)


def joined(language: Language, glue: str) -> Handler:
    return lambda arguments: glue.join(arguments.filled())


def joined_first_two(language: Language, glue: str) -> Handler:
    return lambda arguments: glue.join(arguments.list[:2]).strip()


def spaced(language: Language, before: str = "", count: str = "3") -> Handler:
    """{{§|3|2}} -> § 3 2: a word, then up to `count` arguments."""
    return lambda arguments: " ".join([before] * bool(before) + arguments.filled()[: int(count)])


def filled_in(language: Language, pattern: str) -> Handler:
    """{{生年月日|1900|1|2}} -> 1900年1月2日, from the pattern {}年{}月{}日."""
    return lambda arguments: pattern.format(*map(arguments.at, range(pattern.count("{}"))))


def in_marks(language: Language, before: str, after: str) -> Handler:
    return lambda arguments: before + arguments.at(0) + after if arguments.at(0) else ""


def link(language: Language, *places: str) -> Handler:
    """The first of these positional arguments that is present."""
    return lambda arguments: (
        arguments.get("label", "lt") or next(filter(None, (arguments.at(int(place)) for place in places)), "")
    )


def with_reading(arguments: Arguments) -> str:
    """{{読み仮名|漢字|かな}} -> 漢字（かな）."""
    return f"{arguments.at(0)}（{arguments.at(1)}）" if arguments.at(1) else arguments.at(0)


def life(arguments: Arguments) -> str:
    """{{bd|1900年|1月1日|1980年|2月2日}} -> （1900年1月1日－1980年2月2日）."""
    dates = ["".join(arguments.list[start : start + 2]) for start in (0, 2)]
    return f"（{dates[0]}－{dates[1]}）" if dates[0] else ""


def chapter_and_verse(arguments: Arguments) -> str:
    return f"{arguments.at(0)} {','.join(arguments.filled()[1:3])}".strip()


# numbers

ENGLISH_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?!\w)")


def parted(text: str, language: Language) -> str:
    """A number with the separators of a language; other text is unchanged.

    >>> from bertprep.languages import load
    >>> parted("-12500.25", load("de"))
    '−12.500,25'
    """
    match = re.fullmatch(r"([-−+]?)(\d{1,30})(?:[.,](\d+))?", text.replace(" ", "").replace("\xa0", ""))
    if not match:
        return text
    thousands, point = language.separators or (",", ".")
    whole = f"{int(match[2]):,}".replace(",", thousands)
    return match[1].replace("-", "−") + whole + (point + match[3] if match[3] else "")


def number(language: Language, before: str = "", after: str = "") -> Handler:
    return lambda arguments: before + parted(arguments.at(0), language) + after


def localized(language: Language, handler: Handler) -> Handler:
    """A handler with English separators in its output replaced by those of a language."""
    thousands, point = language.separators or (",", ".")
    signs = str.maketrans({",": thousands, ".": point})
    return lambda arguments: ENGLISH_NUMBER.sub(lambda match: match[0].translate(signs), handler(arguments))


def plain_number(arguments: Arguments) -> str:
    return grouped(arguments.at(0))


def money(language: Language, symbol: str) -> Handler:
    return lambda arguments: symbol + grouped(arguments.at(0))


def raised(language: Language, before: str) -> Handler:
    return lambda arguments: before + arguments.at(0).translate(SUPERSCRIPTS)


def measure(language: Language) -> Handler:
    """{{unité|12500|km|2}} -> 12 500 km²: a number, then units, each followed by its exponent."""

    def handler(arguments: Arguments) -> str:
        parts = arguments.filled()[:8]
        powers = re.compile(r"[-−]?\d")
        units = "".join(
            part.translate(SUPERSCRIPTS) if powers.fullmatch(part) else "⋅" * (place > 0) + part
            for place, part in enumerate(parts[1:])
        )
        return f"{parted(parts[0], language)} {units}".strip() if parts else ""

    return handler


def spanish_ordinal(arguments: Arguments) -> str:
    return f"{arguments.at(0)}.{'ª' if arguments.at(1) == 'a' else 'º'}"


# dates


def day(language: Language, glue: str, first_day: str = "1") -> Handler:
    """{{date|1|1|2000}} -> 1er janvier 2000; the month may be a number or a word."""

    def handler(arguments: Arguments) -> str:
        number, month, year = (arguments.at(place) for place in range(3))
        if month.isascii() and month.isdecimal() and 1 <= int(month[:3]) <= 12:
            month = language.months[int(month[:3]) - 1]
        number = number.lstrip("0")
        return glue.join(word for word in (first_day if number == "1" else number, month, year) if word)

    return handler


def french_century(language: Language, after: str) -> Handler:
    """{{s|XIX|e}} -> XIXe siècle."""

    def handler(arguments: Arguments) -> str:
        number = arguments.at(0)
        return f"{number}{arguments.at(1) or ('er' if number == 'I' else 'e')} siècle{after}" if number else ""

    return handler


def french_centuries(arguments: Arguments) -> str:
    """{{sp|XIX|e|au|XX|e}} -> XIXe au XXe siècle."""
    number, ending, word, other, other_ending = (arguments.at(place) for place in range(5))
    return f"{number}{ending} {word} {other}{other_ending} siècle"


def spanish_century(arguments: Arguments) -> str:
    era = {"a": " a. C.", "d": " d. C."}.get(arguments.at(1), "")
    return f"siglo {arguments.at(0)}{era}"


# languages and ships


def labelled(language: Language, code: str) -> Handler:
    """{{lang-en|word}} in another language's Wikipedia: англ. word."""
    names = language.wiki.language_names
    name = names.get(code) or names.get(code.split("-")[0], "")

    def handler(arguments: Arguments) -> str:
        text = arguments.at(0)
        return language.wiki.language_label.format(name, text) if text and name else text

    return handler


def labelled_by_code(language: Language) -> Handler:
    """{{llang|en|word}}: like `labelled`, with the code as the first argument."""
    return lambda arguments: labelled(language, arguments.at(0))(Arguments("|".join(arguments.list[1:])))


def language_name(language: Language) -> Handler:
    """{{vjazyce|en}} -> anglicky."""
    return lambda arguments: language.wiki.language_names.get(arguments.at(0), "")


def any_ship(arguments: Arguments) -> str:
    return words.ship(arguments.at(0), arguments.list[1:])


def ship(language: Language, prefix: str) -> Handler:
    return lambda arguments: words.ship(prefix, arguments.list)


# names given by a pattern


def french_century_by_name(language: Language, name: re.Match[str]) -> Handler:
    """{{XIXe siècle}}."""
    return literal(language, f"{name[1].upper()}{name[2]} siècle{' av. J.-C.' * bool(name[3])}")


def language_by_name(language: Language, name: re.Match[str]) -> Handler | None:
    """{{enS|word}}."""
    return labelled(language, name[1]) if name[1] in language.wiki.language_names else None


def name_as_ordinal(language: Language, name: re.Match[str]) -> Handler:
    """{{84e}}, {{IVe}}."""
    return literal(language, name[1].upper() + name[2])


# tables

PLAIN: dict[str, Handler] = {
    **{handler.__name__: handler for handler in (
        equals_sign, first, second, last, with_reading, life, chapter_and_verse, plain_number, spanish_ordinal, french_centuries,
        spanish_century, any_ship, convert, height, gauge, words.quote, words.date_of_parts, words.death_and_age, words.as_of,
        words.textual_citation, words.circa, words.reign, words.marriage, words.labelled_language, words.chinese,
        words.nihongo, words.interlanguage, words.sic, words.fraction, words.measured_value, words.ordinal,
        words.ship_class, words.power, words.superscript, words.accidental,
    )},
}  # fmt: skip
# functions of the language and the arguments in its file
MADE: dict[str, Callable[..., Handler]] = {
    maker.__name__: maker
    for maker in (
        literal, shows, joined, joined_first_two, spaced, filled_in, in_marks, link, number, money, raised,
        measure, day, french_century, ship, labelled_by_code, language_name,
    )
}  # fmt: skip
BY_NAME: dict[str, Callable[[Language, re.Match[str]], Handler | None]] = {
    maker.__name__: maker for maker in (french_century_by_name, language_by_name, name_as_ordinal)
}


def made(template: Template, language: Language) -> Handler:
    """The handler of a language's template."""
    return PLAIN.get(template.how) or MADE[template.how](language, *template.arguments)
