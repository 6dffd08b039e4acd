"""Wiki templates whose words belong to the prose: a name and its arguments -> what a reader of the page sees.

In: the inside of `{{...}}` with everything nested in it already turned into text. Out: text. `find` says whether a
template is known; all others show no prose (boxes, notes, citations, maintenance) and the caller drops them whole.

    names      which name is shown how
    units      values with units
    words      dates, languages, quotations, small numbers
    arguments  what stands between the bars
"""

from .arguments import Arguments, Handler
from .names import FUNCTIONS, HANDLERS
from .words import language_handler


def find(name: str) -> Handler | None:
    """How a template is shown, or None when it shows no prose. `name` is lower case, trimmed, without underscores."""
    handler = HANDLERS.get(name)
    if handler is None and name.startswith("lang-"):
        handler = language_handler(name[5:])
    if handler is None and ":" in name:
        handler = FUNCTIONS.get(name.partition(":")[0])
    return handler


def shown(body: str) -> str:
    """The text of a known template given the inside of its braces; of an unknown one, nothing."""
    name, _, rest = body.partition("|")
    name = name.strip()
    handler = find(name.replace("_", " ").lower())
    if handler is None:
        return ""
    if ":" in name and name.lower() not in HANDLERS:
        rest = name.partition(":")[2] + "|" + rest
    return handler(Arguments(rest))
