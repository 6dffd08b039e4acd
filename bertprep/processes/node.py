"""What a node of a Ray cluster does for a task.

Ray finds functions of a package by their names, and would call those of another version that a node may have. So
this one goes to the nodes as code, compares versions, and only then asks the package there for anything.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any


def versions_here() -> dict[str, str]:
    """What every node must have: tables of Unicode come with Python, and all else that makes bytes with bertprep."""
    import bertprep

    return {"bertprep": bertprep.__version__, "Python": f"{sys.version_info[0]}.{sys.version_info[1]}"}


def code_for_nodes() -> Callable[..., Any]:
    """The function for nodes. It lies within this one and names nothing outside of itself, and so is sent as it is."""

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
