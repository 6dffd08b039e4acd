"""The innermost loops of text to ids, pairing and masking, compiled from `loops.c` where that is possible.

`loops` is the compiled module; None where it was not built (no C compiler at hand when the package was installed) or is
turned off with BERTPREP_NATIVE=0. Whoever asks it for something has the same in NumPy (or in `tokenizers`) beside it, which
gives the same bytes and is the reference.
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
    """An empty table of chunks. Its secret keeps anybody from writing a text whose chunks all fall into one place of it."""
    return loops.table(os.urandom(16))


def state() -> str:
    """Which of the two is taken, and why, for people."""
    if loops:
        return "compiled"
    return f"NumPy ({VARIABLE}=0)" if os.environ.get(VARIABLE) == "0" else "NumPy (no C compiler when installed)"
