"""Compare two runs: their figures, the settings that differ, and their curves, one plot per metric."""

from typing import Any

from ..train.metrics import METRICS
from . import history, page, summary
from .run import RunFolders

COUNTED = (  # folder, counter, its name
    *(
        ("sentences", "documents", "documents"),
        ("sentences", "sentences", "sentences"),
        ("sentences", "words", "words"),
    ),
    *(
        ("vocab", "entries", "vocabulary entries"),
        ("pairs", "pairs", "pairs"),
        ("pairs", "tokens_unknown", "unknown tokens"),
    ),
    *(("shards", "rows", "rows"), ("shards", "masked", "masked tokens")),
)
Runs = dict[str, RunFolders]  # two runs, by their names on the page


def opening(runs: Runs) -> str:
    """The summary figures of both runs, each with its verdict."""
    return page.grid(*(page.card(name, summary.stats(run)) for name, run in runs.items()))


def figures(runs: Runs) -> str:
    """Counters and held-out metrics in one table, with the differences."""
    first, other = runs.values()
    rows: list[tuple[Any, ...]] = []
    for folder, counter, words in COUNTED:
        values = [
            run.manifests[folder].counters.get(counter) if folder in run.manifests else None for run in (first, other)
        ]
        if values != [None, None]:
            rows.append(
                (words, *("-" if value is None else f"{value:,}" for value in values), _difference(",", values))
            )
    measured = [run.summary.get("validation") or {} for run in (first, other)]
    for metric in METRICS.values():
        values = [each.get(metric.name) for each in measured]
        if values != [None, None]:
            shown = [
                metric.shown(value) + _between(metric.between(each))
                for value, each in zip(values, measured, strict=True)
            ]
            rows.append((f"{metric.label}, held out", *shown, _difference(metric.form, values)))
    return page.card("", page.table(["", *runs, "difference"], rows)) if rows else ""


def _between(interval: str) -> str:
    return f" ({interval})" if interval else ""


def _difference(form: str, values: list[Any]) -> str:
    return "-" if None in values else format(values[1] - values[0], "+" + form)


def settings(runs: Runs) -> str:
    """The settings that differ."""
    first, other = runs.values()
    rows = []
    for name in dict.fromkeys([*first.folders, *other.folders]):
        both = [_settings(run, name) for run in (first, other)]
        for key in dict.fromkeys([*both[0], *both[1]]):
            values = [each.get(key) if each else "no such folder" for each in both]
            if values[0] != values[1]:
                rows.append((name, key, *("-" if value is None else str(value) for value in values)))
    if not rows:
        return page.card("All settings are equal", "")
    return page.card("", page.table(["folder", "setting", *runs], rows))


def _settings(run: RunFolders, name: str) -> dict[str, Any]:
    if name == "model":
        return run.training.get("settings", {}) if "model" in run.folders else {}
    return run.manifests[name].settings if name in run.manifests else {}


def training(runs: Runs) -> str:
    """One plot per metric with the curves of both runs."""
    return page.grid(*history.curves(runs))


SECTIONS = (
    ("figures", "Figures", figures),
    ("settings", "Settings that differ", settings),
    ("training", "Training", training),
)
