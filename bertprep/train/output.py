"""The model folder of a run: who may write into it, and the lines of metrics.jsonl."""

import contextlib
import json
import math
import shutil
from pathlib import Path
from typing import Any

from .. import store
from ..core.errors import StoreError
from ..core.fields import differences
from ..core.records import local_bytes, parsed
from .history import read_training, wrong_line

# may differ between a run and its --resume, because the losses do not depend on them
FREE_TO_CHANGE = (
    "device", "eval_every", "save_every", "log_every", "keep", "max_minutes", "threads", "tensorboard",
    "gradient_checkpointing", "compile",
)  # fmt: skip
# the tokenizer's files are written over
RUN_FILES = ("model.safetensors", "config.json", "metrics.jsonl", "training.json", "README.md")
RUN_FOLDERS = ("checkpoints", "tensorboard")


def refuse_output(output: Path, identity: dict[str, Any], resume: bool, overwrite: bool) -> None:
    """Accept a new folder, one of ours to be made anew by --overwrite, and one of the same run by --resume."""
    for name in (*RUN_FILES, *RUN_FOLDERS):
        if (output / name).is_symlink():  # what is written or deleted there would be somewhere else
            raise StoreError(f"{output / name}: is a link; put what it leads to in its place, or name another folder")
    ours = (output / "training.json").is_file()
    if not ours and output.is_dir() and any(map(is_strange, output.iterdir())):
        raise StoreError(f"{output}: holds files, but no run of `bertprep train`; name another folder")
    if ours and not resume and not overwrite:
        raise StoreError(f"{output}: holds a run already; --resume goes on with it, --overwrite starts anew")
    if ours and resume:
        before = read_training(str(output))
        if changes := differences(*(what_matters(each) for each in (before, identity))):
            raise StoreError(
                f"{output}: its run was made differently ({'; '.join(changes)}); "
                "give the same settings, or start a new run from its weights with --init-from"
            )


def is_strange(path: Path) -> bool:
    """Whether a file is neither a lock nor what a run that was killed at its very beginning left of a file."""
    return path.name != store.LOCK and not store.is_temporary(path.name)


def what_matters(identity: dict[str, Any]) -> dict[str, Any]:
    """The part of training.json that the losses depend on, flat."""
    flat = {**identity["settings"], **identity}
    unused = (
        ("model",) if (flat.get("init_from"), flat.get("model_config")) != (None, None) else ()
    )  # a preset that is not trained
    return {name: value for name, value in flat.items() if name not in ("settings", *unused, *FREE_TO_CHANGE)}


def clear(output: Path) -> None:
    """Delete what a run left; of files that are not from a run none is touched."""
    for name in RUN_FOLDERS:
        shutil.rmtree(output / name, ignore_errors=True)
    for name in RUN_FILES:
        (output / name).unlink(missing_ok=True)


def append_line(path: Path, line: dict[str, Any]) -> None:
    """Add a line to metrics.jsonl."""
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def forget_after(path: Path, step: int) -> None:
    """Drop the lines of steps that will be made again, and a last line that was cut off."""
    if not path.exists():
        return
    kept = []
    for text in local_bytes(path).decode("utf-8", "replace").split("\n"):
        with contextlib.suppress(ValueError):
            line = parsed(text)
            if wrong_line(line) is None and line.get("step", math.inf) <= step:
                kept.append(text + "\n")
    store.write_file(path, "".join(kept).encode())
