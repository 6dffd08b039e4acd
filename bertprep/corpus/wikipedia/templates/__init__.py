"""Wiki templates whose words belong to the prose: a name and its arguments -> what a reader of the page sees.

In: the inside of `{{...}}` with everything nested in it already turned into text. Out: text. `find` says whether a
template is known; all others show no prose (boxes, notes, citations, maintenance) and the caller drops them whole.

    names      which name is shown how
    units      values with units
    words      dates, languages, quotations, small numbers
    abroad     what other languages' Wikipedias have over the English one
    arguments  what stands between the bars
"""

from .abroad import finder
from .arguments import Arguments, Handler


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
