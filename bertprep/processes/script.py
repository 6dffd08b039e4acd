"""Detect scripts that cannot have workers: Python runs the main script again in each process that it starts.

Without `if __name__ == "__main__":`, the call that started the workers would be repeated in each of them. Notebooks and
`python -c` have no script to run again.
"""

import ast
import linecache
import sys
import threading


def unguarded_call() -> tuple[str, int] | None:
    """Path and line of a call in the main script that each worker would repeat; None if there is none."""
    main = sys.modules.get("__main__")
    path = getattr(main, "__file__", None)
    # the call may come from another thread: the script's line is the one that the main thread executes
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    while path and frame:
        if frame.f_code.co_name == "<module>" and frame.f_globals is vars(main):
            return None if _is_guarded(path, frame.f_lineno) else (path, frame.f_lineno)
        frame = frame.f_back
    return None


def _is_guarded(path: str, line: int) -> bool:
    """Whether a line of a script is within an `if` that tests `__name__`; True if the source is not available."""
    try:
        tree = ast.parse("".join(linecache.getlines(path)))
    except (SyntaxError, ValueError):
        return True
    around = [node for node in ast.walk(tree) if isinstance(node, ast.If) and node.lineno <= line <= _last(node)]
    return not tree.body or any(
        isinstance(part, ast.Name) and part.id == "__name__" for node in around for part in ast.walk(node.test)
    )


def _last(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
