"""The checkpoints in a model folder: list them, read their counters, and verify them.

    MODEL/checkpoints/step-000500/state.json     `Counters`, a checksum for each other file, and a digest of all this

A checkpoint is written under a temporary name and renamed, so it appears only when complete; checksums detect later changes. Does
not need torch; `checkpoint.py` reads and writes the tensors.
"""

import dataclasses
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .. import store
from ..core.errors import InputError, StageError, StoreError
from ..core.records import COUNT, HEX, NUMBER, TABLE, local_bytes, optional, parsed, wrong
from .checksums import CHECKSUMS, changed_files, sealed, to_json
from .history import wrong_figures

STATE = "state.json"


@dataclasses.dataclass
class TrainingCounts:
    """Counts of the data used by steps, over all processes."""

    rows: int = 0
    words: int = 0
    tokens: int = 0
    masked: int = 0
    labelled: int = 0
    flops: int = 0


@dataclasses.dataclass
class Counters(TrainingCounts):
    """The progress of a run: everything in a checkpoint except tensors."""

    step: int = 0  # number of steps made
    seconds: float = 0.0
    first_loss: float | None = None
    last_loss: float | None = None
    skipped_steps: int = 0  # number of steps whose gradients overflowed in float16
    loss_scale: float | None = None  # None if not in float16 (scaling.py)
    loss_scale_steps: int = 0  # number of steps since the scale changed
    validation_before: dict[str, Any] | None = None  # held-out metrics of the initial weights

    def add(self, counts: TrainingCounts) -> None:
        """Count a step."""
        self.step += 1
        for field in dataclasses.fields(TrainingCounts):
            setattr(self, field.name, getattr(self, field.name) + getattr(counts, field.name))


KINDS = {
    **dict.fromkeys(("step", "rows", "tokens", "masked", "labelled", "skipped_steps", "loss_scale_steps"), COUNT),
    **dict.fromkeys(("words", "flops", "seconds"), NUMBER),
    **dict.fromkeys(("first_loss", "last_loss", "loss_scale"), optional(NUMBER)),
    **{"validation_before": optional(TABLE), "files": CHECKSUMS, "digest": HEX},
}
NEEDED = ("step", "rows", "tokens", "masked", "labelled", "files", "digest")


def name_of(step: int) -> str:
    """The folder name of the checkpoint of a step."""
    return f"step-{step:06d}"


def saved(output: Path) -> list[Path]:
    """The folders of all checkpoints, oldest first."""
    found = [path.parent for path in output.glob(f"checkpoints/step-*/{STATE}")]
    found = [folder for folder in found if folder.name.removeprefix("step-").isdecimal()]
    return sorted(found, key=lambda folder: int(folder.name.removeprefix("step-")))


def write_state(folder: Path, counters: Counters, checksums: Mapping[str, str]) -> None:
    """Write state.json with the counters and the checksums of the other files of a checkpoint."""
    store.write_file(folder / STATE, to_json(sealed({**dataclasses.asdict(counters), "files": dict(checksums)})))


def read_state(folder: Path, advance: Callable[[int], object] = lambda amount: None) -> Counters:
    """Verify a checkpoint and read its counters; `advance` is called with the number of bytes read.

    `InputError` for an invalid value, a step that does not match the folder's name, or a file that has changed.
    """
    path = folder / STATE
    state = read_json(path)
    problem = wrong(state, KINDS, NEEDED) or wrong_figures(state.get("validation_before"), "validation_before.")
    if not problem and name_of(state["step"]) != folder.name:
        problem = f"step is {state['step']}, and the folder is {folder.name}"
    if not problem and sealed(state)["digest"] != state["digest"]:
        problem = "its digest does not match its content"
    if problem:
        raise InputError(f"{path}: {problem}")
    if changed := changed_files(folder, state["files"], advance):
        raise InputError("; ".join(changed))
    known = {field.name for field in dataclasses.fields(Counters)}
    return Counters(**{name: value for name, value in state.items() if name in known})


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object from a file of a model folder; `InputError` if that fails."""
    try:
        content = parsed(local_bytes(path))
    except (FileNotFoundError, NotADirectoryError):
        below = path.parent / "model"  # of a whole run
        advice = f"; give {below}" if (below / path.name).is_file() else ""
        raise InputError(f"{path}: no such file; expected a Hugging Face model folder{advice}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    except ValueError as error:
        raise InputError(f"{path}: not JSON ({error})") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: expected a JSON object, found {type(content).__name__}")
    return content


def damaged(folder: Path, error: object) -> StoreError:
    """The error for a damaged checkpoint."""
    others = [state for state in saved(folder.parent.parent) if state != folder]
    then = (
        f"delete it, and the same command resumes from {others[-1].name}"
        if others
        else "there is no other; start with --overwrite"
    )
    return StoreError(f"{folder}: a damaged checkpoint ({error}); {then}")


def problem_of(folder: Path, advance: Callable[[int], object] = lambda amount: None) -> str | None:
    """The problem of a damaged checkpoint, or None; reads every byte of it."""
    try:
        read_state(folder, advance)
    except InputError as error:
        return str(error)
    return None


def newest_good(output: Path) -> Path | None:
    """The newest intact checkpoint."""
    return next((folder for folder in reversed(saved(output)) if problem_of(folder) is None), None)


def last_good(output: Path) -> str:
    """The last intact checkpoint, in words, for error messages."""
    states, good = saved(output), newest_good(output)
    if good is None:
        return "no checkpoint is intact" if states else "there is no checkpoint before it (--save-every)"
    newer = ", ".join(state.name for state in states[states.index(good) + 1 :])
    return f"the last good checkpoint is {good}" + (f" ({newer}: damaged)" if newer else "")


def diverged(output: Path, step: int, problem: str) -> StageError:
    """The error for NaN or infinity: the step, the last good checkpoint, and what to try."""
    how = "--init-from that checkpoint or --overwrite" if newest_good(output) else "--overwrite"
    return StageError(
        f"{output}: step {step}: {problem}; {last_good(output)}. The learning rate is usually too high: try half, with {how}"
    )


def tidy(output: Path, keep: int) -> None:
    """Delete all checkpoints except the newest `keep`, and incomplete ones left by a crash."""
    kept = saved(output)[-keep:]
    for folder in [*output.glob("checkpoints/.*.partial"), *output.glob("checkpoints/step-*")]:
        if folder not in kept:
            shutil.rmtree(folder)
