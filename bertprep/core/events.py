"""Events while a command runs, such as a warning, a retried task or a finished stage, delivered to listeners.

Library code calls `tell`, which does nothing if nobody listens. Listeners live in the process that runs the command.
Workers, local or on Ray, have no listeners and report to that process, so a log has a single writer.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

Listener = Callable[[dict[str, Any]], object]
_listeners: list[Listener] = []


def tell(event: str, **details: Any) -> None:
    """Send an event to all listeners."""
    for listener in list(_listeners):
        listener({"event": event, **details})


def listen(listener: Listener) -> None:
    """Add a listener, which is removed when the innermost `scope` ends."""
    _listeners.append(listener)


def listeners() -> list[Listener]:
    """The current listeners."""
    return list(_listeners)


@contextlib.contextmanager
def scope() -> Iterator[None]:
    """Remove at the end all listeners that were added within the context."""
    before = list(_listeners)
    try:
        yield
    finally:
        _listeners[:] = before
