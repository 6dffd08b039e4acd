"""Model arguments of commands: a local folder, or one on the Hugging Face Hub (`hf://USER/NAME`) or in an object store, which is
copied to this machine.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from bertprep.core.errors import InputError

if TYPE_CHECKING:
    from bertprep.train.settings import CacheSettings

NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")


def refuse_missing(path: str, option: str = "") -> None:
    """Raise `InputError` if a local path does not exist; if it looks like a model on the Hub, say how to download it."""
    if "://" in path or Path(path).exists():
        return
    before = f"{option} {path}" if option else path
    if NAME.fullmatch(path) and not path.endswith((".txt", ".json")):
        target = path.rpartition("/")[2]
        raise InputError(
            f"{before}: no such folder; if it is a model on the Hugging Face Hub, use hf://{path}, or download it with: "
            f"hf download {path} --local-dir {target}"
        )
    raise InputError(f"{before}: no such file or folder; check the path")


def local_model(path: str, weights: bool = True, cache: "CacheSettings | None" = None) -> str:
    """The local folder of a model or vocabulary: a path unchanged, `hf://...` downloaded; `InputError` if there is none.

    A model in an object store is copied to the cache folder; a vocabulary there is read in place.
    """
    if path.startswith("hf://"):
        from bertprep.core.hub import downloaded_model

        return downloaded_model(path, weights)
    refuse_missing(path)
    if weights:
        from bertprep.train.copies import local_copy

        return local_copy(path, cache)
    return path
