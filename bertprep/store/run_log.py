"""The log of runs in an output folder: events and their times, which are not part of the data's identity."""

import contextlib
import json
import time
from typing import Any

from ..core.places import Location
from ..core.records import COUNT, HEX, NUMBER, TEXT, ValueKind, each, optional, parsed, wrong
from .folder import OutputFolder, folder_at


def log_run(location: Location, event: str, **facts: Any) -> None:
    """Append an event with its time to the log of runs."""
    line = {"event": event, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **facts}
    folder_at(location).log(json.dumps(line, ensure_ascii=False))


def read_runs(location: Location) -> list[dict[str, Any]]:
    """The log of runs, oldest first; lines cut short by a crash are skipped."""
    return runs_in(folder_at(location))


# the fields that readers of the log use, if present
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
    """The valid lines of a folder's log, oldest first; others are skipped."""
    runs = []
    for line in folder.log_lines():
        with contextlib.suppress(ValueError):
            run = parsed(line)
            if wrong(run, FACTS, ("event",)) is None:
                runs.append(run)
    return runs
