"""Dates, languages, quotations, names and small numbers, as a reader of the page sees them.

Ages that depend on today's date are left out.
"""

import re

from ....languages import load
from .arguments import SUPERSCRIPTS, Arguments, Handler, grouped

# dates


def date(parts: list[str], day_first: bool) -> str:
    """Year, month and day as `February 12, 1809` or `12 February 1809`; fewer parts give fewer words."""
    year, month, day = ([*parts, "", "", ""])[:3]
    if month.isdecimal() and len(month) < 3 and 1 <= int(month) <= 12:
        month = load("en").months[int(month) - 1]
    day = day.lstrip("0")
    if not (month and day):
        return f"{month} {year}".strip()
    return f"{day} {month} {year}".strip() if day_first else f"{month} {day}, {year}"


def date_of_parts(arguments: Arguments) -> str:
    if arguments.list and not arguments.at(0).isdecimal():
        return arguments.at(0)
    return date(arguments.list[:3], arguments.on("df"))


def death_and_age(arguments: Arguments) -> str:
    """{{death date and age|1865|4|15|1809|2|12}} -> April 15, 1865 (aged 56)."""
    shown_date = date(arguments.list[:3], arguments.on("df"))
    numbers = [int(part) for part in arguments.list[:6] if part.isdecimal() and len(part) < 5]
    if len(numbers) < 6:
        return shown_date
    age = numbers[0] - numbers[3] - ((numbers[1], numbers[2]) < (numbers[4], numbers[5]))
    return f"{shown_date} (aged {age})"


def as_of(arguments: Arguments) -> str:
    if arguments.get("alt"):
        return arguments.get("alt")
    word = "since" if arguments.on("since") else "as of"
    word = word if arguments.on("lc") else word.capitalize()
    return f"{word} {date(arguments.list[:3], arguments.get('df').lower() != 'us')}{arguments.get('post')}"


def circa(arguments: Arguments) -> str:
    return " – ".join(f"c. {year}" for year in arguments.filled()[:2]) or "c."


def textual_citation(arguments: Arguments) -> str:
    """{{harvtxt|Boolos|Jeffrey|1974}} -> Boolos & Jeffrey (1974): a citation that is part of its sentence."""
    *names, year = arguments.filled()[:5] or [""]
    return " & ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) + (
        f" ({year})" if names else year
    )


def reign(arguments: Arguments) -> str:
    return "r. " + " – ".join(arguments.filled()[:2])


def marriage(arguments: Arguments) -> str:
    years = "–".join(arguments.filled()[1:3])
    return arguments.at(0) + (f" (m. {years})" if years else "")


# languages, quotes, names, other numbers


def language_handler(code: str) -> Handler:
    """{{lang-fr|mot}} -> French: mot."""
    names = load("en").wiki.language_names
    label = names.get(code) or names.get(code.split("-")[0], "")

    def labelled(arguments: Arguments) -> str:
        text = arguments.at(0)
        bare = arguments.get("label").lower() == "none" or not label
        return text if bare or not text else f"{label}: {text}"

    return labelled


def labelled_language(arguments: Arguments) -> str:
    code = arguments.at(0)
    return language_handler(code)(Arguments("|".join([*arguments.list[1:], f"label={arguments.get('label')}"])))


def chinese(arguments: Arguments) -> str:
    labels = {"c": "Chinese", "s": "simplified Chinese", "t": "traditional Chinese", "p": "pinyin", "w": "Wade–Giles"}
    found = [f"{label}: {arguments.get(key)}" for key, label in labels.items() if arguments.get(key)]
    return "; ".join(found)


def nihongo(arguments: Arguments) -> str:
    """{{nihongo|English|漢字|rōmaji|note}} -> English (漢字, rōmaji, note)."""
    inside = ", ".join(text for text in arguments.list[1:4] if text)
    return f"{arguments.at(0)} ({inside})".strip() if inside else arguments.at(0)


def interlanguage(arguments: Arguments) -> str:
    """The text of a link to another Wikipedia; in the old argument order the language code comes first."""
    old_order = re.fullmatch(r"[a-z]{2,3}(-[a-z]+)?", arguments.at(0)) and arguments.at(1)
    return arguments.get("lt") or (old_order and (arguments.at(3) or arguments.at(1))) or arguments.at(0)


def quote(arguments: Arguments) -> str:
    return f"\n\n{arguments.at(0) or arguments.get('text', 'quote')}\n\n"


def sic(arguments: Arguments) -> str:
    word = "".join(arguments.list[:1])
    return word if word and (arguments.on("hide") or arguments.get("hide")) else f"{word} [sic]".strip()


def fraction(arguments: Arguments) -> str:
    """{{frac|3}} -> 1/3, {{frac|1|2}} -> 1/2, {{frac|5|1|2}} -> 5 1/2."""
    parts = [f"({part})" if re.search(r"\S\s*[-+−±]|\s", part) else part for part in arguments.filled()[:3]]
    if len(parts) == 3:
        return f"{parts[0]} {parts[1]}/{parts[2]}"
    return "/".join(parts) if len(parts) == 2 else f"1/{parts[0]}" if parts else "/"


def measured_value(arguments: Arguments) -> str:
    """{{val|1.5|e=8|u=km}} -> 1.5×10⁸ km."""
    main, error = grouped(arguments.at(0)), arguments.at(1)
    text = main + (error if error.startswith("(") else f"±{error}" if error else "")
    power = arguments.get("e")
    text += f"×10{power.translate(SUPERSCRIPTS)}" if power else ""
    suffix = arguments.get("u", "ul")
    return arguments.get("p") + text + (f" {suffix}" if suffix else "")


def ordinal(arguments: Arguments) -> str:
    text = arguments.at(0)
    if not text.isascii() or not text.isdecimal():
        return text
    ending = "th" if text[-2:] in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(text[-1], "th")
    return text + ending


def ship(prefix: str, arguments: list[str]) -> str:
    """Name and hull number of a ship; the last argument selects which of them are shown."""
    name, hull, form = ([*arguments, "", "", ""])[:3]
    full = f"{prefix} {name}".strip()
    if form in ("1", "2", "3", "6"):
        return {"1": hull or full, "2": full, "3": f"{name} ({hull})" if hull else name, "6": name}[form]
    return f"{full} ({hull})" if hull else full


def ship_class(arguments: Arguments) -> str:
    return f"{arguments.at(0)}-class {arguments.at(1)}".strip()


def power(arguments: Arguments) -> str:
    """{{pow|24}} -> 10²⁴, {{pow|2|8}} -> 2⁸."""
    base, exponent = ("10", arguments.at(0)) if len(arguments.list) < 2 else (arguments.at(0), arguments.at(1))
    return base + exponent.translate(SUPERSCRIPTS)


def superscript(arguments: Arguments) -> str:
    text = arguments.at(0)
    return text.translate(SUPERSCRIPTS) if re.fullmatch(r"[-+−\dn]+", text) else text


def accidental(arguments: Arguments) -> str:
    return {"flat": "♭", "sharp": "♯", "natural": "♮"}.get(arguments.at(0), "")
