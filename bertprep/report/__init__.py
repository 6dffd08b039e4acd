"""One HTML page about a folder or a whole run: what was kept, what the data looks like, how the model learnt.

In: a folder made by this toolkit, or one that contains sentences/, vocab/, pairs/, shards/, model/. Out: a self-contained file.
Totals come from the manifests; distributions come from a random sample of the rows (`distributions.py`). Plots need matplotlib,
the extra `report`; decoded rows (`decoding.py`, for `inspect`) do not, so importing the package does not import it.

    contents.py         the sections in order, and the page as a file
    run.py              the folders of a run
    distributions.py    rows -> counts
    sections.py, sample_rows.py, history.py    contents of the sections, and their wording
    plots.py, page.py   counts -> SVG; HTML, and the style
    decoding.py         rows and curves as text
"""

from typing import TYPE_CHECKING, Any

from ..core.callables import make_callable

if TYPE_CHECKING:
    from .contents import SECTIONS, write_report

__all__ = ["SECTIONS", "write_report"]

make_callable(__name__)


def __getattr__(name: str) -> Any:
    """Import `contents` on first use, since it needs matplotlib; `UsageError` says which extra to install."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import contents

    return getattr(contents, name)
