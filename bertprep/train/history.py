"""The training history in a model folder: `training.json`, and the lines of `metrics.jsonl`. Does not need torch.

Both are validated when they are read, so that callers can rely on the types of the fields below.
"""

import dataclasses
import os
from collections.abc import Mapping, Sequence
from typing import Any

from .. import store
from ..core.errors import StoreError
from ..core.fields import wrong_value
from ..core.records import COUNT, HEX, MOST_BYTES, NUMBER, TABLE, TEXT, ValueKind, each, optional, parsed, wrong
from . import metrics
from .checksums import CHECKSUMS, sealed
from .settings import TrainSettings

MODEL, METRICS = "training.json", "metrics.jsonl"  # a folder with the first is a model folder
TRAINING = {
    "settings": TABLE,
    "data": each(TEXT),
    "vocabulary": TEXT,
    "init_from": optional(TEXT),
    "mixture": TABLE,
    "learning_rate": NUMBER,
    "files": CHECKSUMS,
    "digest": HEX,
}
LINE = {
    **dict.fromkeys(("step", "skipped_steps"), COUNT),
    **dict.fromkeys(
        ("loss", "loss_scale", "mlm_loss", "nsp_loss", "gradient", "learning_rate", "tokens_per_second"), NUMBER
    ),
    **{
        "tokens": COUNT,
        "words": COUNT,
        "flops_per_second": NUMBER,
        "mfu": NUMBER,
        "validation": TABLE,
        "summary": TABLE,
    },
}
LOSSES = ("step", "mlm_loss", "nsp_loss", "learning_rate")
_INTERVAL = ValueKind(
    "two numbers", lambda pair: isinstance(pair, list) and len(pair) == 2 and all(map(NUMBER.fits, pair))
)
VALIDATION = {
    **{name: optional(NUMBER) for name in (*metrics.METRICS, *metrics.BASELINES)},
    **{f"{name}_interval": optional(_INTERVAL) for name, metric in metrics.METRICS.items() if metric.interval},
    **{"rows": COUNT, "masked_tokens": COUNT},
}
SUMMARY = {
    **dict.fromkeys(("steps", "rows", "words", "tokens", "skipped_steps"), COUNT),
    **dict.fromkeys(("epochs", "flops", "seconds", "train_seconds", "tokens_per_second"), NUMBER),
    **dict.fromkeys(("first_loss", "last_loss"), optional(NUMBER)),
    **dict.fromkeys(("validation", "validation_before"), optional(TABLE)),
    "why_no_validation": optional(TEXT),
}


def read_training(folder: str) -> dict[str, Any]:
    """Read `training.json`: settings, digests of data and vocabulary. `StoreError` if it is missing or invalid."""
    path = store.join(folder, MODEL)
    try:
        content = parsed(store.read_bytes(path, MOST_BYTES))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    problem = wrong(content, TRAINING, ("settings", "data"))
    if not problem and "digest" in content and sealed(content)["digest"] != content["digest"]:
        problem = "it was edited or damaged: its digest does not match its content"
    if problem := problem or wrong_value(TrainSettings, content["settings"]):
        raise StoreError(f"{path}: not what training writes: {problem}; train again with --overwrite")
    return content


def settings_of_run(folder: str, given: Mapping[str, Any]) -> TrainSettings:
    """The settings to resume the run in a folder: those of the run, except the `given` ones.

    `max_minutes` is never taken from the run. If the folder has no run, defaults are used.
    """
    kept: dict[str, Any] = {}
    if has_run(folder):
        run = read_training(folder)
        known = {field.name for field in dataclasses.fields(TrainSettings)} - {"max_minutes"}
        kept = {name: value for name, value in run["settings"].items() if name in known}
        if is_no_preset(run):
            kept["model"] = None
        for option, other in (("model", "model_config"), ("model_config", "model")):
            if given.get(option) is not None and given.get(other) is None:
                kept[other] = None  # the shape now given differs, and that is said, not that there are two
    return TrainSettings(**{**kept, **given})


def has_run(folder: str) -> bool:
    """Whether a run of training began in a folder, here or in an object store."""
    return store.folder_at(folder).size(MODEL) is not None


def run_of(checkpoint: str) -> str:
    """The run folder of a checkpoint: MODEL for MODEL/checkpoints/step-N."""
    return os.path.dirname(os.path.dirname(os.path.abspath(checkpoint)))


def is_no_preset(run: Mapping[str, Any]) -> bool:
    """Whether the shape of a run's model does not come from `--model`, according to its `training.json`."""
    return run.get("init_from") is not None or run["settings"].get("model_config") is not None


def read_metrics(folder: str) -> list[dict[str, Any]]:
    """Read the lines of `metrics.jsonl`; an incomplete last line is left out. `StoreError` names an invalid line."""
    path = store.join(folder, METRICS)
    try:
        whole = store.read_bytes(path, MOST_BYTES).decode().split("\n")[:-1]
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    lines = []
    for number, text in enumerate(whole, 1):
        try:
            line = parsed(text)
            problem = wrong_line(line)
        except ValueError as error:
            problem = str(error)
        if problem:
            raise StoreError(
                f"{path}, line {number}: not what training writes: {problem}; delete the line, or train again with --overwrite"
            )
        lines.append(line)
    return lines


def summary_of(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The last summary in the lines of metrics.jsonl; empty if there is none."""
    return next((line["summary"] for line in reversed(lines) if "summary" in line), {})


def _unreadable(path: store.Location, error: Exception) -> StoreError:
    return StoreError(f"{path}: cannot be read ({error}); train again with --overwrite")


def wrong_line(line: Any) -> str | None:
    """The problem of an invalid line of `metrics.jsonl`, in words, or None."""
    if problem := wrong(line, LINE):
        return problem
    needed = (*(LOSSES if "mlm_loss" in line else ()), *(("step",) if "validation" in line else ()))
    if problem := wrong(line, {}, needed):
        return problem
    if problem := wrong_figures(line.get("validation"), "validation."):
        return problem
    return wrong_summary(line["summary"]) if "summary" in line else None


def wrong_summary(summary: dict[str, Any]) -> str | None:
    """The problem of an invalid summary, in words, or None."""
    needed = ("steps", "rows", *(("tokens_per_second",) if "seconds" in summary else ()))
    if problem := wrong(summary, SUMMARY, needed, "summary."):
        return problem
    figures = (wrong_figures(summary.get(name), f"summary.{name}.") for name in ("validation", "validation_before"))
    return next(filter(None, figures), None)


def wrong_figures(figures: Any, where: str) -> str | None:
    """The problem of invalid held-out metrics (which may be missing), in words, or None."""
    if not figures:
        return None
    # a loss requires its accuracy
    measured = [
        name for name in ("mlm", "nsp") if isinstance(figures, dict) and figures.get(f"{name}_loss") is not None
    ]
    numbers = {f"{name}_accuracy": NUMBER for name in measured}
    return wrong(figures, {**VALIDATION, **numbers}, tuple(numbers), where)


def measurements(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All evaluations of a run, during it and at its end, each as a line of `metrics.jsonl` with `validation`."""
    ends = [line["summary"] for line in lines if line.get("summary", {}).get("validation")]
    along = [dict(line) for line in lines if line.get("validation")]
    return along + [{"step": end["steps"], **end} for end in ends[-1:]]
