"""What happens while a command works, for whoever listens: a warning, a task that is retried, a stage that ended.

Library code calls `tell`; without a listener nothing happens. Listeners live in the process that was asked for the work.
Workers, on this machine or on Ray, report to that process and have no listeners, so a log has a single writer.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

Listener = Callable[[dict[str, Any]], object]
_listeners: list[Listener] = []


def tell(event: str, **details: Any) -> None:
    """Tell all listeners of an event."""
    for listener in list(_listeners):
        listener({"event": event, **details})


def listen(listener: Listener) -> None:
    """Add a listener, for as long as the innermost `scope` lasts."""
    _listeners.append(listener)


def listeners() -> list[Listener]:
    """Those who listen now."""
    return list(_listeners)


@contextlib.contextmanager
def scope() -> Iterator[None]:
    """Forget at the end the listeners that were added meanwhile."""
    before = list(_listeners)
    try:
        yield
    finally:
        _listeners[:] = before
