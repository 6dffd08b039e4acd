"""The sections of the page, in order, and the page written to a file. Needs matplotlib."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from ..core.places import is_uri
from ..store.folder import parent_of
from . import history, page, sample_rows, sections
from .run import RunFolders

SECTIONS = (
    ("kept", "What was read, kept and dropped", sections.kept_and_dropped),
    ("rows", "Rows as they are", sample_rows.rows),
    ("pairs", "Pairs", sections.pairs),
    ("masks", "Masks", sections.masks),
    ("texts", "Documents and sentences", sections.texts),
    ("tokens", "Tokens", sections.tokens),
    ("training", "Training", history.training),
    ("speed", "Speed", history.speed),
    ("lineage", "Settings and lineage", history.lineage),
)


def write_report(folder: str, output: str, advance: Callable[[int], object] = lambda amount: None) -> dict[str, Any]:
    """Write the page about `folder` to the file `output`; returns what it shows: folders and sections.

    `advance` hears of every section made. `StoreError` where there is nothing of ours, `UsageError` without matplotlib.
    """
    page_folder, page_name = parent_of(output)  # what cannot be written to is told before the work
    run = RunFolders.of(folder)
    made = []
    for name, heading, build in SECTIONS:
        made.append((name, heading, build(run)))
        advance(1)
    shown = [name for name, _, body in made if body]
    name = PurePosixPath(folder).name if is_uri(folder) else Path(folder).resolve().name
    title = f"bertprep report: {name}"
    intro = f"Made of {page.escape(', '.join(run.folders))}. Totals are exact; distributions are of a random sample of the rows."
    content = page.page(title, intro, made)
    page_folder.write(page_name, content.encode())
    return {"folders": run.folders, "sections": shown, "bytes": len(content.encode())}
