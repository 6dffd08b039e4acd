"""The model folder of a run: who may write into it, and the lines of metrics.jsonl."""

import contextlib
import json
import math
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import Any

from .. import store
from ..core.errors import StoreError
from ..core.fields import differences
from ..core.records import local_bytes, parsed
from .asking import FREQUENCIES
from .checksums import sealed, to_json
from .history import is_no_preset, read_training, wrong_line

# may differ between a run and the command that resumes it, because the losses do not depend on them
FREE_TO_CHANGE = (
    "device", "eval_every", "save_every", "log_every", "keep", "max_minutes", "threads", "tensorboard",
    "gradient_checkpointing", "compile", "save_at_words",
)  # fmt: skip
# the tokenizer's files are written over
RUN_FILES = ("model.safetensors", "config.json", "metrics.jsonl", "training.json", "README.md", FREQUENCIES)
AT_WORDS = "at-words"  # the folder of models that --save-at-words left
RUN_FOLDERS = ("checkpoints", "tensorboard", AT_WORDS)


def run_to_resume(output: Path, overwrite: bool) -> dict[str, Any] | None:
    """What training.json says of the run that is to be resumed; None where there is none, or it is to be overwritten."""
    return read_training(str(output)) if not overwrite and (output / "training.json").is_file() else None


def refuse_output(output: Path, identity: dict[str, Any], overwrite: bool) -> None:
    """Accept a new folder, one of ours to be made anew by --overwrite, and one of the same run, to be resumed."""
    for name in (*RUN_FILES, *RUN_FOLDERS):
        if (output / name).is_symlink():  # what is written or deleted there would be somewhere else
            raise StoreError(f"{output / name}: is a link; replace it by what it links to, or choose another folder")
    ours = (output / "training.json").is_file()
    if not ours and output.is_dir():
        refuse_other_files(str(output), [path.name for path in output.iterdir()])
    if before := run_to_resume(output, overwrite):
        refuse_other_run(output, before, identity)


def refuse_other_files(output: str, names: Iterable[str]) -> None:
    """`StoreError` where one of the files in a folder without a run is somebody's."""
    if any(map(is_strange, names)):
        raise StoreError(f"{output}: contains files, but no run of `bertprep train`; name another folder")


def refuse_other_run(output: Path, before: dict[str, Any], identity: dict[str, Any]) -> None:
    """`StoreError` that names how a run differs from the one in the folder, if it does."""
    if changes := differences(*(what_matters(each) for each in (before, identity))):
        raise StoreError(
            f"{output}: was made with other settings: {'; '.join(changes)}. Give its settings again, "
            "or use --resume, which takes them from the folder; --overwrite replaces it, and --init-from starts a new run from "
            "its weights"
        )


def is_strange(name: str) -> bool:
    """Whether a file is neither a lock nor what a run that was killed at its very beginning left of a file."""
    return name != store.LOCK and not store.is_temporary(PurePath(name).name)


def what_matters(identity: dict[str, Any]) -> dict[str, Any]:
    """The part of training.json that the losses depend on, flat."""
    flat = {**identity["settings"], **identity}
    unused = ("model",) if is_no_preset(identity) else ()
    left_out = {"settings", "files", "digest", *unused, *FREE_TO_CHANGE}
    return {name: value for name, value in flat.items() if name not in left_out}


class LocalOutput:
    """The output folder of a run on this machine; one in an object store: `stored_output`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for this process."""
        with store.lock(self.folder):
            yield

    def clear(self) -> None:
        """Delete what another run left."""
        clear(self.folder)

    def upload(self) -> None:
        """Nothing: it is where it should be."""

    def as_stored(self, text: str) -> str:
        """The text: places in it are those that were given."""
        return text


def clear(output: Path) -> None:
    """Delete what a run left; of files that are not from a run none is touched."""
    for name in RUN_FOLDERS:
        shutil.rmtree(output / name, ignore_errors=True)
    for name in RUN_FILES:
        (output / name).unlink(missing_ok=True)


def write_training(output: Path, identity: dict[str, Any], checksums: dict[str, str] | None = None) -> None:
    """Write training.json: what the run is, and at its end the checksums of the files beside it."""
    files = {} if checksums is None else {"files": checksums}
    store.write_file(output / "training.json", to_json(sealed({**identity, **files})))


def append_line(path: Path, line: dict[str, Any]) -> None:
    """Add a line to metrics.jsonl; `ValueError` for NaN and infinity, which no reader would take back."""
    text = json.dumps(line, allow_nan=False)
    with open(path, "a", encoding="utf-8") as file:
        file.write(text + "\n")


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
