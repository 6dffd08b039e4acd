"""History of a run: the training curves, the settings and digests of each folder, and the time that each stage took."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import store
from ..core.counts import quantity
from ..core.stages import DATA_STAGES, STAGES
from ..train.history import MODEL, measurements
from ..train.metrics import METRICS, Metric
from ..train.verdicts import by_heart
from . import page, plots
from .run import RunFolders

Line = dict[str, Any]  # a line of metrics.jsonl, or its value of `validation`


def training(run: RunFolders) -> str:
    """Training curves, with baselines that need no model."""
    logged = [line for line in run.metrics if "mlm_loss" in line]
    if not logged:
        return ""
    summary, measured = run.summary, measurements(run.metrics)
    last = measured[-1]["validation"] if measured else {}
    step = np.array([line["step"] for line in logged])
    rate = np.array([line["learning_rate"] for line in logged])
    drawn = plots.lines(("", step, rate, "-"), ylim=(0, None))
    rates = page.figure(
        f"The learning rate rises to {rate.max():.2g} and falls",
        plots.svg("rate", "learning rate", "step", "learning rate", drawn),
    )
    speed = f"{summary['tokens_per_second']:,.0f} tokens per second." if summary.get("tokens_per_second") else ""
    note = (
        f"<p>{quantity(summary['steps'], 'step')} over {quantity(summary['rows'], 'row')}. {speed}</p>"
        if summary
        else ""
    )
    warnings = "".join(f'<p class="warn">{page.escape(each.sentence)}</p>' for each in by_heart(run.metrics))
    figures = _figures(summary.get("validation_before") or {}, last)
    return note + warnings + page.grid(*curves({"": run}), rates, figures)


def curves(runs: Mapping[str, RunFolders]) -> list[str]:
    """One plot per metric, for one run, or for two with their names in the legend."""
    lines = {
        name: ([line for line in run.metrics if "mlm_loss" in line], measurements(run.metrics))
        for name, run in runs.items()
    }
    every = [line for both in lines.values() for half in both for line in half]
    over = "words" if every and all("words" in line for line in every) else "step"  # old logs have steps only
    shown = []
    for metric in METRICS.values():
        some = [
            line
            for logged, measured in lines.values()
            for line in (*logged, *(each["validation"] for each in measured))
        ]
        # without next-sentence labels, their loss is logged as 0
        if any(line.get(metric.name) for line in some):
            shown.append(_curve(metric, lines, over))
    return shown


def _curve(metric: Metric, lines: Mapping[str, tuple[list[Line], list[Line]]], over: str) -> str:
    """Plot one metric during training (if logged) and on held-out rows, over words seen or steps."""
    series, band, titles = [], None, []
    levels: list[tuple[str, float]] = []
    for name, (logged, measured) in lines.items():
        last = measured[-1]["validation"] if measured else {}
        points = _held_out(metric.name, measured, over)
        training = [(line[over], line[metric.name]) for line in logged if line.get(metric.name)]
        if training and (len(lines) == 1 or not points):
            series.append((f"{name} training".strip(), *np.array(training).T, "-"))
        if points:
            series.append((f"{name} held out".strip(), *np.array(points).T, "o-"))
        if len(lines) == 1 and metric.interval:
            bounds = [(place, *both) for place, both in _held_out(f"{metric.name}_interval", measured, over)]
            band = tuple(np.array(bounds).T) if len(bounds) > 1 else None
        levels += list(metric.known_baselines(last).items())[-1:]
        titles.append(f"{name}: {metric.shown(last.get(metric.name))}" if name else _title(metric, last))
        titles[-1] += "; rows are memorised" if metric.name in _by_heart(logged, measured) else ""
    level = levels[-1] if len(set(levels)) == 1 else None  # runs with different baselines: show none
    drawn = plots.lines(*series, level=level, band=band)
    axis = {"words": "words seen", "step": "step"}[over]
    title = titles[0] if len(titles) == 1 else f"{metric.label}, held out: {'; '.join(titles)}"
    note = (
        "The band is the 95% interval; all points but the last are measured on a sample of the held-out rows."
        if band
        else ""
    )
    return page.figure(title, plots.svg(metric.name, metric.label, axis, metric.unit or metric.label, drawn), note)


def _held_out(name: str, measured: list[Line], over: str) -> list[tuple[float, Any]]:
    """The measured values of a metric, each with its number of words or steps."""
    return [(line[over], line["validation"][name]) for line in measured if line["validation"].get(name) is not None]


def _by_heart(logged: list[Line], measured: list[Line]) -> set[str]:
    """The losses that show that rows were memorised."""
    names = {"masked": "mlm_loss", "next": "nsp_loss", "risen": "mlm_loss"}
    return {names[each.state] for each in by_heart([*logged, *measured])}


def _title(metric: Metric, last: Line) -> str:
    """A title that says whether the metric on held-out rows is better than the strongest baseline."""
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
    """All metrics on held-out rows as a table."""
    rows = []
    for metric in METRICS.values():
        if last.get(metric.name) is not None:
            values = [metric.shown(each.get(metric.name)) for each in ((before, last) if before else (last,))]
            rows.append((metric.label, *values, metric.between(last), metric.beside(last)))
    heads = [
        "on held-out rows",
        *(["before training"] if before else []),
        "at the end",
        "95% interval",
        "without a model",
    ]
    return page.card("How well masked tokens and next sentences are predicted", page.table(heads, rows)) if rows else ""


def lineage(run: RunFolders) -> str:
    """The inputs and the settings of each folder."""
    rows, cards = [], []
    for name, manifest in run.manifests.items():
        content = manifest.content
        made_from = ", ".join(f"{what} {digest[:12]}" for what, digest in content["inputs"].items())
        made_by, count = f"{manifest.stage} {content['version']}", sum(part.get("rows", 0) for part in content["parts"])
        rows.append((name, made_by, manifest.digest[:12], made_from, len(content["parts"]), count, manifest.bytes))
        cards.append(_settings_card(name, manifest.stage, manifest.settings))
    if "model" in run.folders:
        rows.append(_model_row(run))
        cards.append(_settings_card("model", "train", run.training.get("settings", {})))
    heads = ["folder", "made by", "digest", "made from", "files", "rows", "bytes"]
    return page.card("Each folder records the digests of its inputs", page.table(heads, rows)) + page.grid(*cards)


def _model_row(run: RunFolders) -> tuple[str, str, str, str, int, int, int]:
    """The table row of the model; its digest covers the checksums of its files, and its rows are those it was trained on."""
    training, sizes = run.training, store.folder_at(run.folders["model"]).sizes()
    made_from = ", ".join(
        [f"shards {digest[:12]}" for digest in training.get("data", [])]
        + ([f"weights {training['init_from'][:12]}"] if training.get("init_from") else [])
    )
    files = [*training.get("files", {}), MODEL]
    size = sum(sizes.get(name, 0) for name in files)
    steps = f"train, {quantity(run.summary['steps'], 'step')}" if run.summary else "train, not finished"
    return "model", steps, training.get("digest", "-")[:12], made_from, len(files), run.summary.get("rows", 0), size


def _settings_card(name: str, stage: str, values: dict[str, Any]) -> str:
    defaults = {field.name: field.default for field in dataclasses.fields(STAGES[stage].settings)}
    changed = [key for key, value in values.items() if value != defaults.get(key)]
    lines = "".join(
        f"<tr><td{' class=set' if key in changed else ''}><code>{page.escape(key)}</code></td>"
        f"<td{' class=set' if key in changed else ''}>{page.cell('-' if value is None else value)}</td></tr>"
        for key, value in values.items()
    )
    said = ", ".join(f"{key} {values[key]}" for key in changed) or "all defaults"
    return page.card(f"Settings of {name}: {said}", f"<details><summary>all</summary><table>{lines}</table></details>")


def speed(run: RunFolders) -> str:
    """Time that each stage took in its last run, from run.jsonl."""
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
        "for the last run of each stage; a resumed run counts only the remaining work",
    )
    return page.grid(plot, page.card("Speed", page.table(["stage", "seconds", "per second", "workers"], rows)))


def _stage_speed(folder: str, manifest: store.Manifest) -> tuple[str, float, str, int] | None:
    """Stage, seconds, work per second, and workers; None if they are not in the log."""
    runs = store.read_runs(folder)
    seconds = [float(line["seconds"]) for line in runs if line.get("event") == "finish" and line.get("seconds")]
    workers = [line.get("workers") for line in runs if line.get("event") == "start"]
    if not seconds:
        return None
    unit = DATA_STAGES[manifest.stage].unit
    speed = f"{manifest.counters.get(unit, 0) / seconds[-1]:,.0f} {unit}"
    return manifest.stage, seconds[-1], speed, (workers[-1] if workers else None) or 1
