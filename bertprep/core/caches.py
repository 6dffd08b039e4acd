"""Private folders for what libraries keep between runs.

PyTorch keeps what it compiled in a folder of the shared temporary one that is named after the user, and loads it from there;
matplotlib keeps a list of fonts below the home folder. Here each call gets a folder of its own, which nobody else can
have made before and which is gone when the call ends.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def private_folders(*variables: str) -> Iterator[None]:
    """Let these variables of the environment lead to folders of this call; one that is set already is left as it is."""
    ours = [name for name in variables if name not in os.environ]
    with tempfile.TemporaryDirectory(prefix="bertprep-", ignore_cleanup_errors=True) as folder:
        os.environ.update({name: os.path.join(folder, name.lower()) for name in ours})
        try:
            yield
        finally:
            for name in ours:
                os.environ.pop(name, None)


@contextlib.contextmanager
def without(*variables: str) -> Iterator[None]:
    """Hide variables of the environment, as a library is imported that takes more from them than it needs."""
    hidden = {name: os.environ.pop(name) for name in variables if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
