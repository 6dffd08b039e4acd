"""What is measured on held-out rows: an entry of the table `METRICS` for each figure.

The entry says how the figure follows from what `evaluate` sums up over the rows, and how people read it: evaluation, model
card, logs, the command line and reports go through the table. No torch is needed.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

Z_95 = 1.959964  # standard errors that hold 95% of a normal distribution between them


class Sums(NamedTuple):
    """What is added up over the rows and over all processes."""

    mlm: float  # nats, over masked tokens
    nsp: float  # nats, over rows with a label
    mlm_right: float  # masked tokens that were found
    nsp_right: float  # labels that were found
    masked: float  # masked tokens
    labelled: float  # rows with a label


@dataclasses.dataclass(frozen=True)
class Metric:
    """One figure."""

    name: str  # its key, in metrics.jsonl too
    label: str
    form: str  # how it is written, as `format` takes it
    counted: Literal["masked", "labelled"]  # without any of these there is no such figure
    measure: Callable[[Sums], float]
    better: Literal["lower", "higher"]
    unit: str = ""
    guess: float | str | None = None  # what guessing gives: a number, or the key of a figure beside this one
    guessing: str = "chance"  # how it is guessed
    interval: Callable[[Sums], list[float]] | None = None  # where the true value lies with a confidence of 95%

    def shown(self, value: float | None) -> str:
        """The figure in its form; one of any size stays short, as the perplexity of a model gone wrong."""
        if value is None:
            return "-"
        return format(value, self.form) if abs(value) < 1e6 else f"{value:.3g}"

    def guessed(self, measured: Mapping[str, Any]) -> float | None:
        """What guessing gives, where that is known."""
        return measured.get(self.guess) if isinstance(self.guess, str) else self.guess

    def between(self, measured: Mapping[str, Any]) -> str:
        """`51.2% to 54.9%`, or nothing where there is no interval."""
        interval = measured.get(f"{self.name}_interval") if self.interval else None
        return f"{self.shown(interval[0])} to {self.shown(interval[1])}" if interval else ""


def wilson(right: float, rows: float) -> list[float]:
    """Where the true share lies with a confidence of 95% (Wilson 1927), if rows are drawn independently."""
    share = right / rows
    middle = (share + Z_95**2 / (2 * rows)) / (1 + Z_95**2 / rows)
    half = Z_95 / (1 + Z_95**2 / rows) * math.sqrt(share * (1 - share) / rows + Z_95**2 / (4 * rows**2))
    return [max(0.0, middle - half), min(1.0, middle + half)]


METRICS = {
    metric.name: metric
    for metric in (
        Metric(
            *("mlm_loss", "MLM loss", ".3f", "masked", lambda sums: sums.mlm / sums.masked, "lower"),
            unit="nats a masked token",
            guess="unigram_loss",
            guessing="guessing by frequency",
        ),
        Metric(
            *("mlm_perplexity", "MLM perplexity", ",.1f", "masked"),
            *(lambda sums: math.exp(min(sums.mlm / sums.masked, 700.0)), "lower"),
        ),
        Metric("mlm_accuracy", "MLM accuracy", ".1%", "masked", lambda sums: sums.mlm_right / sums.masked, "higher"),
        Metric(
            *("nsp_loss", "NSP loss", ".3f", "labelled", lambda sums: sums.nsp / sums.labelled, "lower"),
            unit="nats a row",
            guess=math.log(2),
        ),
        Metric(
            *("nsp_accuracy", "NSP accuracy", ".1%", "labelled", lambda sums: sums.nsp_right / sums.labelled, "higher"),
            guess=0.5,
            interval=lambda sums: wilson(sums.nsp_right, sums.labelled),
        ),
    )
}


def computed(sums: Sums) -> dict[str, Any]:
    """Every figure by its name, with its interval; None where nothing of its kind was counted."""
    found: dict[str, Any] = {}
    for metric in METRICS.values():
        there = getattr(sums, metric.counted) > 0
        found[metric.name] = metric.measure(sums) if there else None
        if metric.interval:
            found[f"{metric.name}_interval"] = metric.interval(sums) if there else None
    return found
