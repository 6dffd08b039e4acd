"""A limit on the address space (`ulimit -v`): libraries that it keeps from being loaded end in ways that do not say so."""

import os
import sys

from bertprep.core.errors import StageError

LEAST_BYTES = 800 << 20  # pyarrow, polars and numpy are loaded in about 700 MB of addresses


def address_space() -> int | None:
    """Bytes of addresses that this process may have; None where there is no limit."""
    if sys.platform == "win32":
        return None
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if limit == resource.RLIM_INFINITY else limit


def refuse_too_little() -> None:
    """`StageError` where not even the libraries fit."""
    limit = address_space()
    if limit is not None:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # it takes room for every core, or ends the process
        if limit < LEAST_BYTES:
            raise StageError(
                f"out of memory: {told(limit)}, and the libraries alone need {LEAST_BYTES / 1e6:,.0f}; allow more"
            )


def told(limit: int) -> str:
    """The limit in words."""
    return f"only {limit / 1e6:,.0f} MB of address space may be used (ulimit -v)"
