"""Metrics on held-out rows, as `train` and `evaluate` show them: verdicts in words, then a table with baselines."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bertprep.core.counts import quantity
from bertprep.train.metrics import METRICS, Metric

from .layout import colour, paragraph, table, terminal_width

if TYPE_CHECKING:
    from bertprep.train.verdicts import Verdict

COLOURS = {"learnt": "green", "part": "yellow", "not_yet": "yellow", "worse": "red"}
Measured = Mapping[str, Any]


def verdict_lines(verdicts: Sequence["Verdict"], indent: str = "") -> list[str]:
    """A sentence per verdict, coloured by its state up to the first bracket."""
    lines = []
    for verdict in verdicts:
        first, *rest = paragraph(verdict.sentence, terminal_width(), indent, indent + "  ")
        head, bracket, tail = first.removeprefix(indent).partition(" (")
        lines += [indent + colour(head, fg=COLOURS.get(verdict.state, "yellow")) + bracket + tail, *rest]
    return lines


def figures_lines(columns: Mapping[str, Measured | None], indent: str = "") -> list[str]:
    """A table with a row per metric, a column per measurement (such as before and after), and baselines of the last one."""
    shown = {name: measured for name, measured in columns.items() if measured}
    last = list(shown.values())[-1]
    metrics = [metric for metric in METRICS.values() if last.get(metric.name) is not None]
    heads = [f"validation ({quantity(last['rows'], 'row')})", *shown, "95% interval", "guess", "shared pieces"]
    rows = [_cells(metric, [*shown.values()], last) for metric in metrics]
    kept = [number for number in range(len(heads)) if number <= len(shown) or any(row[number] for row in rows)]
    lines = table(
        [heads[number] for number in kept],
        [[row[number] for number in kept] for row in rows],
        terminal_width() - len(indent),
    )
    if not any(metric.counted == "masked" for metric in metrics):
        lines.append("no tokens are masked, so there is no MLM loss")
    return [indent + line for line in lines]


def held_out_lines(logged: Sequence[dict[str, Any]], summary: Measured, indent: str = "") -> list[str]:
    """Verdicts and metrics of a finished run, from the lines of its metrics.jsonl and its summary."""
    from bertprep.train.verdicts import by_heart, verdicts

    before, measured = summary.get("validation_before"), summary.get("validation")
    if not (before or measured):
        return []
    judged = [*verdicts(measured, summary["steps"]), *by_heart(logged)] if measured else []
    columns = {"before": before, "after": measured} if before else {"model": measured}
    return [*verdict_lines(judged, indent), *figures_lines(columns, indent)]


def _cells(metric: Metric, measured: Sequence[Measured], last: Measured) -> list[str]:
    """Label, value of each measurement, interval, and the baselines guess and shared pieces."""
    known = [metric.shown(value) for value in metric.known_baselines(last).values()]
    values = [metric.shown(each.get(metric.name)) for each in measured]
    return [metric.label, *values, metric.between(last), *known, *[""] * (2 - len(known))]
