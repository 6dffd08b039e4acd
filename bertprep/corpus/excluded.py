"""Folders within the input that are not input: outputs of the running command, and outputs of earlier ones.

So an output may be within its own corpus folder, and the same command run again finds the same input.
"""

import os
from collections.abc import Callable, Iterable, Sequence

from ..core.places import filesystem, is_local
from .walk import encoded, identity

MARK = "manifest.json"  # marks a folder in an object store that may be an output


class ExcludedFolders:
    """Folders that are not input: outputs of the command, and those that `is_made_here` recognizes."""

    def __init__(self, outputs: Sequence[str] = (), is_made_here: Callable[[str], bool] = lambda folder: False) -> None:
        self._is_made_here = is_made_here
        places = [filesystem(str(output)) for output in outputs]
        self._prefixes = [f"{path}/" for system, path in places if not is_local(system)]
        local = [encoded(path) for system, path in places if is_local(system)]
        self._identities = {identity(os.stat(path)) for path in local if os.path.isdir(path)}

    def folder(self, place: bytes, info: os.stat_result) -> str | None:
        """Why a local folder is not entered: an empty string for an output; None to enter it (`walk`)."""
        if identity(info) in self._identities:
            return ""
        return "made by bertprep" if self._is_made_here(os.fsdecode(place)) else None

    def holds(self, place: bytes) -> bool:
        """Whether a local path is within an output."""
        folder = os.path.realpath(place)
        while self._identities:
            if os.path.isdir(folder) and identity(os.stat(folder)) in self._identities:
                return True
            if folder == os.path.dirname(folder):
                break
            folder = os.path.dirname(folder)
        return False

    def holds_object(self, path: str) -> bool:
        """Whether an object or a prefix is within an output."""
        return any(f"{path}/".startswith(prefix) for prefix in self._prefixes)

    def made_here(self, base: str, names: Iterable[str]) -> list[str]:
        """The folders of earlier outputs among these objects below a URI, each with a trailing slash."""
        marked = {name.rpartition("/")[0] for name in names if name.endswith("/" + MARK)}
        return sorted(f"{folder}/" for folder in marked if self._is_made_here(f"{base}/{folder}"))
