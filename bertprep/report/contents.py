"""The sections of the page, in order; writes the page to a file. Needs matplotlib."""

from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from ..core.errors import UsageError
from ..core.places import is_uri
from ..store.folder import parent_of
from . import compare, history, page, sample_rows, sections, summary, tokens
from .run import RunFolders

SECTIONS = (
    ("kept", "What was read, kept and dropped", sections.kept_and_dropped),
    ("rejected", "What clean rejected", sections.rejected),
    ("rows", "Sample rows", sample_rows.rows),
    ("pairs", "Pairs", sections.pairs),
    ("masks", "Masks", sections.masks),
    ("texts", "Documents and sentences", sections.texts),
    ("tokens", "Tokens", tokens.tokens),
    ("vocabulary", "Vocabulary", tokens.vocabulary),
    ("training", "Training", history.training),
    ("predictions", "Predictions on held-out rows", sample_rows.predictions),
    ("speed", "Speed", history.speed),
    ("lineage", "Settings and lineage", history.lineage),
)


Advance = Callable[[int], object]


def write_report(
    folder: str, output: str, advance: Advance = lambda amount: None, other: str | None = None
) -> dict[str, Any]:
    """Write the page about `folder`, or comparing it with `other`, to the file `output`; returns its folders and sections.

    `advance` is called after every section. `StoreError` if `folder` is not an output folder, `UsageError` without matplotlib.
    """
    page_folder, page_name = parent_of(output)  # fail early if it cannot be written to
    made = _one(folder, advance) if other is None else _two(folder, other, advance)
    data = made.pop("page").encode()
    page_folder.write(page_name, data)
    return {**made, "bytes": len(data)}


def _one(folder: str, advance: Advance) -> dict[str, Any]:
    run = RunFolders.of(folder)
    made = _sections(SECTIONS, run, advance)
    about = page.escape(", ".join(run.folders))
    intro = f"About {about}. Totals are exact; distributions are estimated from a random sample of the rows."
    content = page.page(f"bertprep report: {_name(folder)}", intro, made, summary.opening(run))
    return {"folders": run.folders, "sections": [name for name, _, body in made if body], "page": content}


def _two(folder: str, other: str, advance: Advance) -> dict[str, Any]:
    names = [_name(folder), _name(other)]
    names = names if names[0] != names[1] else [folder, other]
    if names[0] == names[1]:
        raise UsageError(f"{folder}: given twice; name two runs to compare")
    runs = {name: RunFolders.of(path) for name, path in zip(names, (folder, other), strict=True)}
    _refuse_nothing_in_common(runs)
    made = _sections(compare.SECTIONS, runs, advance)
    intro = "Held-out figures are comparable where both were measured on the same rows."
    content = page.page(f"bertprep report: {' and '.join(names)}", intro, made, compare.opening(runs))
    folders = {f"{name}/{each}": path for name, run in runs.items() for each, path in run.folders.items()}
    return {"folders": folders, "sections": [name for name, _, body in made if body], "page": content}


def _refuse_nothing_in_common(runs: compare.Runs) -> None:
    """Raise `UsageError` if the two have no stage in common, so that nothing can be compared."""
    first, other = runs.values()
    if not first.folders.keys() & other.folders.keys():
        held = " and ".join(f"{name} holds {', '.join(run.folders)}" for name, run in runs.items())
        raise UsageError(f"two runs, or two folders of the same stage, are compared; {held}")


def _sections(table: Sequence[tuple[str, str, Any]], of: Any, advance: Advance) -> list[tuple[str, str, str]]:
    made = []
    for name, heading, build in table:
        made.append((name, heading, build(of)))
        advance(1)
    return made


def _name(folder: str) -> str:
    return PurePosixPath(folder).name if is_uri(folder) else Path(folder).resolve().name
