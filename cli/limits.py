"""Limits on the address space (`ulimit -v`), under which libraries fail to load with misleading errors."""

import os
import sys

from bertprep.core.errors import StageError

LEAST_BYTES = 800 << 20  # pyarrow, polars and numpy need about 700 MB of address space


def address_space() -> int | None:
    """The limit on the address space of this process, in bytes; None without a limit."""
    if sys.platform == "win32":
        return None
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if limit == resource.RLIM_INFINITY else limit


def refuse_too_little() -> None:
    """Raise `StageError` if not even the libraries fit."""
    limit = address_space()
    if limit is not None:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # it allocates memory per core, and aborts if it cannot
        if limit < LEAST_BYTES:
            raise StageError(
                f"out of memory: {told(limit)}, and the libraries alone need {LEAST_BYTES / 1e6:,.0f}; allow more"
            )


def told(limit: int) -> str:
    """The limit in words."""
    return f"only {limit / 1e6:,.0f} MB of address space may be used (ulimit -v)"
