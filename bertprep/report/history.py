"""How it came about: the training, the settings and digests of each folder, the time each stage took."""

import dataclasses
from typing import Any

import numpy as np

from .. import store
from ..core.stages import DATA_STAGES, STAGES
from ..train.metrics import METRICS, Metric
from . import page, plots
from .run import RunFolders

Line = dict[str, Any]  # of metrics.jsonl, or what it holds under `validation`


def training(run: RunFolders) -> str:
    """The curves of the training, beside what guessing gives."""
    logged = [line for line in run.metrics if "mlm_loss" in line]
    if not logged:
        return ""
    summary = run.summary
    measured = [line for line in run.metrics if line.get("validation")]
    if summary.get("validation"):
        measured.append({"step": summary["steps"], **summary})
    last = measured[-1]["validation"] if measured else {}
    over = "words" if all("words" in line for line in (*logged, *measured)) else "step"  # old logs tell steps alone
    cards = [
        _curve(metric, logged, measured, over)
        for metric in METRICS.values()
        # without labels their loss is logged as 0
        if any(line.get(metric.name) for line in logged) or last.get(metric.name) is not None
    ]
    step = np.array([line["step"] for line in logged])
    rate = np.array([line["learning_rate"] for line in logged])
    drawn = plots.lines(("", step, rate, "-"), ylim=(0, None))
    cards.append(
        page.figure(f"The learning rate rises to {rate.max():.2g} and falls",
                    plots.svg("rate", "learning rate", "step", "learning rate", drawn))
    )  # fmt: skip
    speed = f"{summary['tokens_per_second']:,.0f} tokens a second" if summary.get("tokens_per_second") else ""
    note = f"<p>{summary['steps']:,} steps over {summary['rows']:,} rows. {speed}</p>" if summary else ""
    return note + page.grid(*cards, _figures(summary.get("validation_before") or {}, last))


def _curve(metric: Metric, logged: list[Line], measured: list[Line], over: str) -> str:
    """A figure while training, if it is logged there, and on held-out rows, over words seen or steps."""
    last = measured[-1]["validation"] if measured else {}
    held_out = [(line[over], line["validation"].get(metric.name)) for line in measured]
    curves = (
        ("training", [(line[over], line[metric.name]) for line in logged if line.get(metric.name)], "-"),
        ("held out", [(place, value) for place, value in held_out if value is not None], "o"),
    )
    series = [(name, *np.array(points).T, form) for name, points, form in curves if points]
    known = metric.known_baselines(last)
    drawn = plots.lines(*series, level=list(known.items())[-1] if known else None)
    axis = {"words": "words seen", "step": "step"}[over]
    return page.figure(
        _title(metric, last), plots.svg(metric.name, metric.label, axis, metric.unit or metric.label, drawn)
    )


def _title(metric: Metric, last: Line) -> str:
    """Whether the figure on held-out rows is better than the strongest baseline."""
    value, known = last.get(metric.name), metric.known_baselines(last)
    if value is None:
        return f"{metric.label} while training"
    if not known:
        return f"{metric.label} on held-out rows: {metric.shown(value)}"
    how, guess = list(known.items())[-1]
    is_better = value < guess if metric.better == "lower" else value > guess
    word = {"lower": "below", "higher": "above"}[metric.better]
    than = f"that of {how}, {metric.shown(guess)}"
    return f"{metric.label} on held-out rows, {metric.shown(value)}, is {word if is_better else f'NOT {word}'} {than}"


def _figures(before: Line, last: Line) -> str:
    """All figures on held-out rows as a table."""
    rows = []
    for metric in METRICS.values():
        if last.get(metric.name) is not None:
            rows.append((metric.label, metric.shown(last[metric.name]), metric.between(last), metric.beside(last),
                         metric.shown(before.get(metric.name))))  # fmt: skip
    heads = ["on held-out rows", "at last", "95% interval", "without a model", "before training"]
    return page.card("How well masked tokens and next sentences are predicted", page.table(heads, rows)) if rows else ""


def lineage(run: RunFolders) -> str:
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


def speed(run: RunFolders) -> str:
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
        "of the last run of each stage; an interrupted one counts only what remained to do",
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
