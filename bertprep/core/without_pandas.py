"""Commands and their workers do without pandas, which pyarrow imports at its first array wherever it is installed.

That costs a quarter of a second of CPU in every process. The package of whoever uses bertprep as a library is left alone:
only `main()` of the command line and worker processes, which are ours, call `leave_out_pandas`.
"""

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType


class _Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds pandas, so that nobody who only looks is surprised, and fails to import it."""

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self) if name == "pandas" else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        raise ImportError("bertprep does without pandas", name=spec.name)


def leave_out_pandas() -> None:
    """From now on `import pandas` fails in this process as if it were not installed."""
    if not any(isinstance(finder, _Absent) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Absent())
