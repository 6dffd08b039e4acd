"""Whether a model folder, and each training state in it, is what training wrote.

The checksums are those that training recorded; nothing about the weights themselves can be recomputed.
"""

from pathlib import Path

from ..core.counts import quantity
from ..core.errors import StoreError
from ..processes.runner import report
from ..train.checksums import changed_files
from ..train.history import read_training
from ..train.states import problem_of, saved
from .checks import Finding, unchecked

WHOLE, EXPECTED = "files are whole", "checksums as recorded"


def check(folder: Path) -> list[Finding]:
    """What became of each promise of a model folder; what is read is reported."""
    return [_files(folder), *(_state(folder) for folder in saved(folder))]


def _files(folder: Path) -> Finding:
    try:
        recorded = read_training(str(folder)).get("files")
    except StoreError as error:
        return Finding(WHOLE, EXPECTED, str(error), False)
    if recorded is None:
        return unchecked(WHOLE, "its training has not finished, or was done with an earlier version")
    problems = changed_files(folder, recorded, report)
    return Finding(WHOLE, EXPECTED, "; ".join(problems[:3]) or f"all {quantity(len(recorded), 'file')}", not problems)


def _state(folder: Path) -> Finding:
    problem = problem_of(folder, report)
    found = (
        f"{problem}; delete this checkpoint; the same command resumes from another one" if problem else "all its files"
    )
    return Finding(f"checkpoint {folder.name} is intact", EXPECTED, found, not problem)


def work(folder: Path) -> int:
    """Bytes that `check` reads, at most."""
    places = [*folder.glob("*"), *(path for state in saved(folder) for path in state.glob("*"))]
    return sum(path.stat().st_size for path in places if path.is_file())
