"""How it came about: the training, the settings and digests of each folder, the time each stage took."""

import dataclasses
import math
from typing import Any

import numpy as np

from .. import store
from ..core.stages import DATA_STAGES, STAGES
from . import page, plots
from .run import Run


def training(run: Run) -> str:
    """The curves of the training, beside what guessing gives."""
    logged = [line for line in run.metrics if "mlm_loss" in line]
    if not logged:
        return ""
    summary = run.summary
    measured = [(line["step"], line["validation"]) for line in run.metrics if line.get("validation")]
    if summary.get("validation"):
        measured.append((summary["steps"], summary["validation"]))
    last = measured[-1][1] if measured else {}
    baseline = last.get("unigram_loss")
    cards = [
        _losses(logged, measured, "mlm", _mlm_title(last), ("guessing by frequency", baseline) if baseline else None)
    ]
    if last.get("nsp_loss") is not None:
        title = f"Next sentences are told with {100 * last['nsp_accuracy']:.1f} % accuracy (chance: 50 %)"
        cards.append(_losses(logged, measured, "nsp", title, ("chance", math.log(2))))
    step = np.array([line["step"] for line in logged])
    rate = np.array([line["learning_rate"] for line in logged])
    drawn = plots.lines(("", step, rate, "-"), ylim=(0, None))
    cards.append(
        page.figure(f"The learning rate rises to {rate.max():.2g} and falls",
                    plots.svg("rate", "learning rate", "step", "learning rate", drawn))
    )  # fmt: skip
    speed = f"{summary['tokens_per_second']:,.0f} tokens a second" if summary.get("tokens_per_second") else ""
    note = f"<p>{summary['steps']:,} steps over {summary['rows']:,} rows. {speed}</p>" if summary else ""
    return note + page.grid(*cards)


def _mlm_title(last: dict[str, Any]) -> str:
    if last.get("mlm_loss") is None:
        return "The loss on hidden tokens"
    loss, baseline = last["mlm_loss"], last.get("unigram_loss")
    right = f"{100 * last['mlm_accuracy']:.1f} % of the hidden tokens are found"
    if baseline is None:
        return right
    better = "below" if loss < baseline else "NOT below"
    return f"{right}; the held-out loss, {loss:.2f}, is {better} that of guessing by frequency, {baseline:.2f}"


def _losses(
    logged: list[dict[str, Any]],
    measured: list[tuple[int, dict[str, Any]]],
    kind: str,
    title: str,
    level: tuple[str, float] | None,
) -> str:
    series = [
        (
            "training",
            np.array([line["step"] for line in logged]),
            np.array([line[f"{kind}_loss"] for line in logged]),
            "-",
        )
    ]
    points = [(step, values[f"{kind}_loss"]) for step, values in measured if values.get(f"{kind}_loss") is not None]
    if points:
        series.append(("held out", np.array([step for step, _ in points]), np.array([loss for _, loss in points]), "o"))
    drawn = plots.lines(*series, level=level)
    return page.figure(title, plots.svg(kind, f"{kind} loss", "step", "loss, nats", drawn))


def lineage(run: Run) -> str:
    """What was made from what, with which settings."""
    rows, cards = [], []
    for name, manifest in run.manifests.items():
        content = manifest.content
        made_from = ", ".join(f"{what} {digest[:12]}" for what, digest in content["inputs"].items())
        made_by, count = f"{manifest.stage} {content['version']}", sum(part.get("rows", 0) for part in content["parts"])
        rows.append((name, made_by, manifest.digest[:12], made_from, len(content["parts"]), count, manifest.bytes))
        cards.append(_settings_card(name, manifest.stage, manifest.settings))
    if "model" in run.folders:
        made_from = ", ".join(f"shards {digest[:12]}" for digest in run.training.get("data", []))
        rows.append(("model", "train", "-", made_from, 0, 0, 0))
        cards.append(_settings_card("model", "train", run.training.get("settings", {})))
    heads = ["folder", "made by", "digest", "made from", "files", "rows", "bytes"]
    return page.card("Each folder names what it was made from by digest", page.table(heads, rows)) + page.grid(*cards)


def _settings_card(name: str, stage: str, values: dict[str, Any]) -> str:
    defaults = {field.name: field.default for field in dataclasses.fields(STAGES[stage].settings)}
    changed = [key for key, value in values.items() if value != defaults.get(key)]
    lines = "".join(
        f"<tr><td{' class=set' if key in changed else ''}><code>{page.escape(key)}</code></td>"
        f"<td{' class=set' if key in changed else ''}>{page.cell('-' if value is None else value)}</td></tr>"
        for key, value in values.items()
    )
    said = ", ".join(f"{key} {values[key]}" for key in changed) or "all as by default"
    return page.card(f"Settings of {name}: {said}", f"<details><summary>all</summary><table>{lines}</table></details>")


def speed(run: Run) -> str:
    """How long each stage took in its last run, from run.jsonl."""
    rows = [row for name, manifest in run.manifests.items() if (row := _stage_speed(run.folders[name], manifest))]
    if run.summary.get("seconds"):
        rows.append(("train", float(run.summary["seconds"]), f"{run.summary['tokens_per_second']:,.0f} tokens", 1))
    if not rows:
        return ""
    slowest = max(rows, key=lambda row: row[1])
    drawn = plots.across([row[0] for row in rows], [row[1] for row in rows])
    plot = page.figure(
        f"{slowest[0]} took longest: {slowest[1]:,.1f} s of {sum(row[1] for row in rows):,.1f} s",
        plots.svg("speed", "seconds by stage", "seconds", "", drawn, 1.2 + 0.3 * len(rows)),
        "of the last run of each stage; an interrupted one counts only what was left to do",
    )
    return page.grid(plot, page.card("Speed", page.table(["stage", "seconds", "a second", "workers"], rows)))


def _stage_speed(folder: str, manifest: store.Manifest) -> tuple[str, float, str, int] | None:
    """Stage, seconds, what it did in one, and workers; None where the log does not tell."""
    runs = store.read_runs(folder)
    seconds = [float(line["seconds"]) for line in runs if line.get("event") == "finish" and line.get("seconds")]
    workers = [line.get("workers") for line in runs if line.get("event") == "start"]
    if not seconds:
        return None
    unit = DATA_STAGES[manifest.stage].unit
    speed = f"{manifest.counters.get(unit, 0) / seconds[-1]:,.0f} {unit}"
    return manifest.stage, seconds[-1], speed, (workers[-1] if workers else None) or 1
