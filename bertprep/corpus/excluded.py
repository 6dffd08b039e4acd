"""Folders that are no input although they lie in one: what the command itself writes, and what was made here before.

So an output may lie below its own corpus folder, and the same command again finds the same input.
"""

import os
from collections.abc import Callable, Iterable, Sequence

from ..core.places import filesystem, is_local
from .walk import encoded, identity

MARK = "manifest.json"  # shows a folder of an object store to be one that may have been made here


class ExcludedFolders:
    """Folders that are no input though they lie in one: those that the command makes, and others that were made here."""

    def __init__(self, outputs: Sequence[str] = (), is_made_here: Callable[[str], bool] = lambda folder: False) -> None:
        self._is_made_here = is_made_here
        places = [filesystem(str(output)) for output in outputs]
        self._prefixes = [f"{path}/" for system, path in places if not is_local(system)]
        local = [encoded(path) for system, path in places if is_local(system)]
        self._identities = {identity(os.stat(path)) for path in local if os.path.isdir(path)}

    def folder(self, place: bytes, info: os.stat_result) -> str | None:
        """Why a folder of this machine is not entered: no words where it is an output; None to enter it (`walk`)."""
        if identity(info) in self._identities:
            return ""
        return "made by bertprep" if self._is_made_here(os.fsdecode(place)) else None

    def holds(self, place: bytes) -> bool:
        """Whether a path of this machine lies in an output."""
        folder = os.path.realpath(place)
        while self._identities:
            if os.path.isdir(folder) and identity(os.stat(folder)) in self._identities:
                return True
            if folder == os.path.dirname(folder):
                break
            folder = os.path.dirname(folder)
        return False

    def holds_object(self, path: str) -> bool:
        """Whether an object, or what is below a prefix, lies in an output."""
        return any(f"{path}/".startswith(prefix) for prefix in self._prefixes)

    def made_here(self, base: str, names: Iterable[str]) -> list[str]:
        """The folders among these objects below a URI that were made here, each with a slash."""
        marked = {name.rpartition("/")[0] for name in names if name.endswith("/" + MARK)}
        return sorted(f"{folder}/" for folder in marked if self._is_made_here(f"{base}/{folder}"))
