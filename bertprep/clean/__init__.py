"""Filter sentences by quality rules and remove near-duplicates; `bertprep.clean(...)` runs it."""

from ..core.callables import make_callable

make_callable(__name__)
