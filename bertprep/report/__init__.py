"""One HTML page that shows a folder or a whole run: what was kept, what the data looks like, how the model learnt.

In: a folder made by this toolkit, or one that holds sentences/, vocab/, pairs/, shards/, model/. Out: a file that needs
nothing else. Totals are the manifests'; distributions come from a random sample of the rows (`look.py`). Plots need
matplotlib, the extra `report`.

    look.py    rows -> counts        plots.py    counts -> SVG        page.py    HTML, and the style
    sections.py    what is shown, and the words for it
"""

from pathlib import Path
from typing import Any

from ..store import write_file
from . import page, sections
from .sections import Run

__all__ = ["write_report"]

SECTIONS = (
    ("kept", "What was read, kept and dropped", sections.kept_and_dropped),
    ("rows", "Rows as they are", sections.rows),
    ("pairs", "Pairs", sections.pairs),
    ("masks", "Masks", sections.masks),
    ("texts", "Documents and sentences", sections.texts),
    ("tokens", "Tokens", sections.tokens),
    ("training", "Training", sections.training),
    ("speed", "Speed", sections.speed),
    ("lineage", "Settings and lineage", sections.lineage),
)


def write_report(folder: str, output: str) -> dict[str, Any]:
    """Write the page about `folder` to the file `output`; returns what it shows: folders and sections.

    `StoreError` where there is nothing of ours, `UsageError` without matplotlib.
    """
    run = Run.of(folder)
    made = [(name, heading, build(run)) for name, heading, build in SECTIONS]
    shown = [name for name, _, body in made if body]
    title = f"bertprep report: {Path(folder).resolve().name}"
    intro = f"Made of {page.escape(', '.join(run.folders))}. Totals are exact; distributions are of a random sample of the rows."
    content = page.page(title, intro, made)
    write_file(Path(output), content.encode())
    return {"folders": run.folders, "sections": shown, "bytes": len(content.encode())}
