"""The model folder of a run: whether a run may write to it, training.json and metrics.jsonl."""

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

# settings that may change when a run is resumed, because the losses do not depend on them
FREE_TO_CHANGE = (
    "device", "eval_every", "save_every", "log_every", "keep", "max_minutes", "threads", "tensorboard",
    "gradient_checkpointing", "compile", "save_at_words",
)  # fmt: skip
# files of the tokenizer are not listed: they are overwritten
RUN_FILES = ("model.safetensors", "config.json", "metrics.jsonl", "training.json", "README.md", FREQUENCIES)
AT_WORDS = "at-words"  # the folder for models of --save-at-words
RUN_FOLDERS = ("checkpoints", "tensorboard", AT_WORDS)


def run_to_resume(output: Path, overwrite: bool) -> dict[str, Any] | None:
    """The training.json of the run to resume; None if there is none, or if it will be overwritten."""
    return read_training(str(output)) if not overwrite and (output / "training.json").is_file() else None


def refuse_output(output: Path, identity: dict[str, Any], overwrite: bool) -> None:
    """Raise `StoreError` unless the folder is new, has the same run (to resume it), or has a run and --overwrite is given."""
    for name in (*RUN_FILES, *RUN_FOLDERS):
        if (output / name).is_symlink():  # writing or deleting would affect files elsewhere
            raise StoreError(f"{output / name}: is a link; replace it by what it links to, or choose another folder")
    ours = (output / "training.json").is_file()
    if not ours and output.is_dir():
        refuse_other_files(str(output), [path.name for path in output.iterdir()])
    if before := run_to_resume(output, overwrite):
        refuse_other_run(output, before, identity)


def refuse_other_files(output: str, names: Iterable[str]) -> None:
    """Raise `StoreError` if a folder without a run contains files that bertprep did not write."""
    if any(map(is_strange, names)):
        raise StoreError(f"{output}: contains files, but no run of `bertprep train`; name another folder")


def refuse_other_run(output: Path, before: dict[str, Any], identity: dict[str, Any]) -> None:
    """Raise `StoreError`, naming the differences, if a run differs from the one in the folder."""
    if changes := differences(*(what_matters(each) for each in (before, identity))):
        raise StoreError(
            f"{output}: was made with other settings: {'; '.join(changes)}. To resume it, use "
            "--resume without the options for these; --overwrite replaces it, and --init-from starts a new run from its weights"
        )


def is_strange(name: str) -> bool:
    """Whether a file is neither the lock nor a temporary file of a run that was killed early."""
    return name != store.LOCK and not store.is_temporary(PurePath(name).name)


def what_matters(identity: dict[str, Any]) -> dict[str, Any]:
    """The part of training.json on which the losses depend, as a flat dictionary."""
    flat = {**identity["settings"], **identity}
    unused = ("model",) if is_no_preset(identity) else ()
    left_out = {"settings", "files", "digest", *unused, *FREE_TO_CHANGE}
    return {name: value for name, value in flat.items() if name not in left_out}


class LocalOutput:
    """A local output folder of a run; `stored_output` has the one in an object store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Lock the folder for this process."""
        with store.lock(self.folder):
            yield

    def clear(self) -> None:
        """Delete the files of an earlier run."""
        clear(self.folder)

    def upload(self) -> None:
        """Do nothing, since the folder is local."""

    def as_stored(self, text: str) -> str:
        """The text unchanged, since paths in it are those that the user gave."""
        return text


def clear(output: Path) -> None:
    """Delete the files of a run, and no others."""
    for name in RUN_FOLDERS:
        shutil.rmtree(output / name, ignore_errors=True)
    for name in RUN_FILES:
        (output / name).unlink(missing_ok=True)


def write_training(output: Path, identity: dict[str, Any], checksums: dict[str, str] | None = None) -> None:
    """Write training.json: the identity of the run, and at its end the checksums of the other files."""
    files = {} if checksums is None else {"files": checksums}
    store.write_file(output / "training.json", to_json(sealed({**identity, **files})))


def append_line(path: Path, line: dict[str, Any]) -> None:
    """Append a line to metrics.jsonl; `ValueError` for NaN and infinity, which are not valid JSON."""
    text = json.dumps(line, allow_nan=False)
    with open(path, "a", encoding="utf-8") as file:
        file.write(text + "\n")


def forget_after(path: Path, step: int) -> None:
    """Drop the lines of metrics.jsonl after `step`, which will be repeated, and an incomplete last line."""
    if not path.exists():
        return
    kept = []
    for text in local_bytes(path).decode("utf-8", "replace").split("\n"):
        with contextlib.suppress(ValueError):
            line = parsed(text)
            if wrong_line(line) is None and line.get("step", math.inf) <= step:
                kept.append(text + "\n")
    store.write_file(path, "".join(kept).encode())
