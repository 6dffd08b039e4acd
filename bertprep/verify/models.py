"""Check that a model folder, and each checkpoint in it, is as training wrote it.

Files are compared with the checksums that training recorded; the weights themselves cannot be recomputed.
"""

import dataclasses
from pathlib import Path

from .. import store
from ..core.counts import quantity
from ..core.errors import StoreError
from ..processes.runner import report
from ..train.checksums import changed_files
from ..train.copies import whole_copy
from ..train.history import read_training
from ..train.states import problem_of, saved
from .checks import Finding, unchecked

WHOLE, EXPECTED = "files are whole", "checksums as recorded"


def check(folder: str) -> list[Finding]:
    """Check all guarantees of a model folder, and report the bytes read. A remote folder is checked in a local copy."""
    with whole_copy(folder) as copy:
        findings = [_files(copy), *(_state(state) for state in saved(copy))]
    return [dataclasses.replace(each, found=each.found.replace(str(copy), folder.rstrip("/"))) for each in findings]


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


def work(folder: str) -> int:
    """Maximum number of bytes that `check` reads."""
    sizes = store.folder_at(folder).sizes()
    return sum(size for name, size in sizes.items() if "/" not in name or name.startswith("checkpoints/"))
