"""Models on the Hugging Face Hub: `hf://USER/NAME` is downloaded, and a name that is no folder gets the command that does it."""

import re
from pathlib import Path

from bertprep.core.errors import InputError

NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")


def refuse_missing(path: str, option: str = "") -> None:
    """`InputError` for a path that is not there; of one that looks like a model on the Hub it says how to download it."""
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


def local_model(path: str, weights: bool = True) -> str:
    """The folder of a model or vocabulary: a path as it is, `hf://...` downloaded; `InputError` where there is none."""
    if path.startswith("hf://"):
        from bertprep.core.hub import downloaded_model

        return downloaded_model(path, weights)
    refuse_missing(path)
    return path
