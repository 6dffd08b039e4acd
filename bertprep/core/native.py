"""The innermost loops of encoding, pairing and masking, compiled from `loops.c` where possible.

`loops` is the compiled module, or None if it was not built (no C compiler when the package was installed) or is turned off
by BERTPREP_NATIVE=0. Every caller has an equivalent in NumPy (or in `tokenizers`) that gives the same bytes and is the
reference.
"""

import importlib
import os
from typing import Any

VARIABLE = "BERTPREP_NATIVE"


def _loaded() -> Any:
    if os.environ.get(VARIABLE) == "0":
        return None
    try:
        return importlib.import_module("._loops", __package__)
    except ImportError:
        return None


loops: Any = _loaded()


def new_table() -> Any:
    """An empty hash table of chunks. Its random secret prevents texts crafted so that all their chunks collide."""
    return loops.table(os.urandom(16))


def state() -> str:
    """Which implementation is used, and why, as text for users."""
    if loops:
        return "compiled"
    return f"NumPy ({VARIABLE}=0)" if os.environ.get(VARIABLE) == "0" else "NumPy (no C compiler when installed)"
