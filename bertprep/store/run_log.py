"""The log of runs in an output folder: what happened and when, outside the identity of the data."""

import contextlib
import json
import time
from typing import Any

from ..core.places import Location
from ..core.records import COUNT, HEX, NUMBER, TEXT, ValueKind, each, optional, parsed, wrong
from .folder import OutputFolder, folder_at


def log_run(location: Location, event: str, **facts: Any) -> None:
    """Add a line to the log of runs: what happened and when, outside the identity of the data."""
    line = {"event": event, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **facts}
    folder_at(location).log(json.dumps(line, ensure_ascii=False))


def read_runs(location: Location) -> list[dict[str, Any]]:
    """The log of runs, oldest first; a line that a crash cut short is passed over."""
    return runs_in(folder_at(location))


# what readers of the log ask for, where it is there
_FILE = ValueKind(
    "a path, its size and its stamp",
    lambda one: (
        isinstance(one, list) and len(one) > 1 and TEXT.fits(one[0]) and {type(each) for each in one[1:]} == {int}
    ),
)
FACTS = {
    **dict.fromkeys(("event", "time", "stage"), TEXT),
    **{"workers": optional(COUNT), "seconds": NUMBER, "files": each(_FILE), "corpus": each(TEXT), "digests": each(HEX)},
    "files_digest": HEX,
}


def runs_in(folder: OutputFolder) -> list[dict[str, Any]]:
    """The lines that are whole and of the kinds that are written; others tell nothing."""
    runs = []
    for line in folder.log_lines():
        with contextlib.suppress(ValueError):
            run = parsed(line)
            if wrong(run, FACTS, ("event",)) is None:
                runs.append(run)
    return runs
