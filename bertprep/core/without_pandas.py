"""Keep pandas out of our commands and workers; pyarrow imports it at its first array wherever it is installed.

The import costs a quarter of a second of CPU in every process. Programs that use bertprep as a library are not affected:
only the command line's `main()` and worker processes, which are ours, call `leave_out_pandas`.
"""

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType


class _Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds pandas, so that code that only looks for it works, and fails to import it."""

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self) if name == "pandas" else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        raise ImportError("bertprep does without pandas", name=spec.name)


def leave_out_pandas() -> None:
    """Make `import pandas` fail in this process as if it were not installed."""
    if not any(isinstance(finder, _Absent) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Absent())
