"""The code that a node of a Ray cluster runs for a task.

Ray sends functions of a package by name, so a node with another version would run that version's function. This one is
sent as code instead; it compares versions before it imports anything from the node's package.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any


def versions_here() -> dict[str, str]:
    """The versions that every node must have: Python's determines the Unicode tables, bertprep's all other output."""
    import bertprep

    return {"bertprep": bertprep.__version__, "Python": f"{sys.version_info[0]}.{sys.version_info[1]}"}


def code_for_nodes() -> Callable[..., Any]:
    """The function for nodes. It is defined inside this one and uses no global name, so Ray sends it as code."""

    def do_task(folder: str, wanted: dict[str, str], packed: bytes, seconds: float) -> Iterator[bytes]:
        import pickle
        import sys

        import ray

        node = ray.get_runtime_context().get_node_id()[:8]
        yield pickle.dumps(("node", f"{ray.util.get_node_ip_address()}/{node}"))
        there = {"Python": f"{sys.version_info[0]}.{sys.version_info[1]}"}
        try:
            import bertprep

            there["bertprep"] = bertprep.__version__
        except ImportError:
            pass
        differ = [name for name in wanted if there.get(name) != wanted[name]]
        if differ:
            name = differ[0]
            found = f"is {there[name]}" if name in there else "is not installed"
            yield pickle.dumps(("mismatch", f"{name} {found}, and here it is {wanted[name]}"))
            return
        from bertprep.processes.worker import messages

        yield from messages(folder, packed, seconds)

    return do_task
