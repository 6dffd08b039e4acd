"""Leave out of sentences what rules for the quality of text reject, and near-duplicates; `bertprep.clean(...)` is the call."""

from ..core.callables import make_callable

make_callable(__name__)
