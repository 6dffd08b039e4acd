"""Private cache folders for libraries.

PyTorch keeps compiled code below the shared temporary folder, in a folder named after the user, and loads code from it;
matplotlib keeps a list of fonts below the home folder. Here each call gets a new folder that no other user can have
prepared, and that is deleted when the call ends.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def private_folders(*variables: str) -> Iterator[None]:
    """Point these environment variables to temporary folders for the time of the context; variables already set are kept."""
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
    """Hide environment variables while a library is imported that would read more of them than it should."""
    hidden = {name: os.environ.pop(name) for name in variables if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
