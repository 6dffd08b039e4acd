"""Metrics on held-out rows: one entry in the table `METRICS` each.

An entry says how the metric is computed from the sums of `evaluate`, and how it is shown; evaluation, model card, logs, command
line and reports use the table. Does not need torch.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from .intervals import wilson


class Sums(NamedTuple):
    """Sums over the rows and over all processes."""

    mlm: float  # nats, over masked tokens
    nsp: float  # nats, over rows with a label
    mlm_right: float  # masked tokens predicted correctly
    nsp_right: float  # labels predicted correctly
    masked: float  # masked tokens
    labelled: float  # rows with a label
    characters: float = 0.0  # characters of the masked tokens


@dataclasses.dataclass(frozen=True)
class Metric:
    """One metric."""

    name: str  # its key, also in metrics.jsonl
    label: str
    form: str  # format specification for `format`
    counted: Literal["masked", "labelled"]  # the metric exists only if this count is above 0
    measure: Callable[[Sums], float]
    better: Literal["lower", "higher"]
    unit: str = ""
    # baselines by name: a number, or the key of another measured value; the strongest last
    baselines: Mapping[str, float | str] = dataclasses.field(default_factory=dict)
    interval: Callable[[Sums], list[float]] | None = None  # 95% confidence interval

    def shown(self, value: float | None) -> str:
        """Format a value; very large values stay short, such as the perplexity of a diverged model."""
        if value is None:
            return "-"
        return format(value, self.form) if abs(value) < 1e6 else f"{value:.3g}"

    def known_baselines(self, measured: Mapping[str, Any]) -> dict[str, float]:
        """The values of the baselines that were measured, by name."""
        found = {how: measured.get(of) if isinstance(of, str) else of for how, of in self.baselines.items()}
        return {how: value for how, value in found.items() if value is not None}

    def beside(self, measured: Mapping[str, Any]) -> str:
        """The values of the baselines, formatted and separated by commas."""
        return ", ".join(map(self.shown, self.known_baselines(measured).values()))

    def between(self, measured: Mapping[str, Any]) -> str:
        """The interval, such as `51.2% to 54.9%`; empty without one."""
        interval = measured.get(f"{self.name}_interval") if self.interval else None
        return f"{self.shown(interval[0])} to {self.shown(interval[1])}" if interval else ""


def bits_per_character(sums: Sums) -> float:
    """The loss of the masked tokens in bits, divided by their number of characters.

    Unlike the loss per token, it can be compared between vocabularies: a vocabulary of whole words has fewer and harder tokens,
    but a text has the same characters in all vocabularies with the same normalization (lower-casing, accents). Characters are
    code points of the tokens in the vocabulary, without `##` and spaces. If single pieces are masked, the other pieces of the
    word remain visible, which favours small vocabularies; so compare different vocabularies on shards masked with
    --strategy whole-word.
    """
    return sums.mlm / math.log(2) / max(1.0, sums.characters)


BY_FREQUENCY = "guessing by frequency"
METRICS = {
    metric.name: metric
    for metric in (
        Metric(
            *("mlm_loss", "MLM loss", ".3f", "masked", lambda sums: sums.mlm / sums.masked, "lower"),
            unit="nats per masked token",
            baselines={BY_FREQUENCY: "unigram_loss"},
        ),
        Metric(
            *("mlm_perplexity", "MLM perplexity", ",.1f", "masked"),
            *(lambda sums: math.exp(min(sums.mlm / sums.masked, 700.0)), "lower"),
            baselines={BY_FREQUENCY: "unigram_perplexity"},
        ),
        Metric(
            *("mlm_accuracy", "MLM accuracy", ".1%", "masked", lambda sums: sums.mlm_right / sums.masked, "higher"),
            baselines={BY_FREQUENCY: "unigram_accuracy"},
        ),
        Metric(
            *("mlm_bits_per_character", "MLM bits per character", ".3f", "masked", bits_per_character, "lower"),
            baselines={BY_FREQUENCY: "unigram_bits_per_character"},
        ),
        Metric(
            *("nsp_loss", "NSP loss", ".3f", "labelled", lambda sums: sums.nsp / sums.labelled, "lower"),
            unit="nats per row",
            baselines={"chance": math.log(2), "shared pieces": "shared_pieces_loss"},
        ),
        Metric(
            *("nsp_accuracy", "NSP accuracy", ".1%", "labelled", lambda sums: sums.nsp_right / sums.labelled, "higher"),
            baselines={"chance": 0.5, "shared pieces": "shared_pieces_accuracy"},
            interval=lambda sums: wilson(sums.nsp_right, sums.labelled),
        ),
    )
}
BASELINES = sorted({of for metric in METRICS.values() for of in metric.baselines.values() if isinstance(of, str)})


def computed(sums: Sums) -> dict[str, Any]:
    """All metrics by name, with intervals; None if nothing was counted for them."""
    found: dict[str, Any] = {}
    for metric in METRICS.values():
        there = getattr(sums, metric.counted) > 0
        found[metric.name] = metric.measure(sums) if there else None
        if metric.interval:
            found[f"{metric.name}_interval"] = metric.interval(sums) if there else None
    return found
