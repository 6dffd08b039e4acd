"""What is measured on held-out rows: an entry of the table `METRICS` for each figure.

The entry says how the figure follows from what `evaluate` sums up over the rows, and how people read it: evaluation, model
card, logs, the command line and reports go through the table. No torch is needed.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from .intervals import wilson


class Sums(NamedTuple):
    """What is added up over the rows and over all processes."""

    mlm: float  # nats, over masked tokens
    nsp: float  # nats, over rows with a label
    mlm_right: float  # masked tokens that were found
    nsp_right: float  # labels that were found
    masked: float  # masked tokens
    labelled: float  # rows with a label
    characters: float = 0.0  # that the masked tokens stand for


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
    # what is got without a model, by how: a number, or the key of a figure beside this one; the strongest last
    baselines: Mapping[str, float | str] = dataclasses.field(default_factory=dict)
    interval: Callable[[Sums], list[float]] | None = None  # where the true value lies with a confidence of 95%

    def shown(self, value: float | None) -> str:
        """The figure in its form; one of any size stays short, as the perplexity of a model gone wrong."""
        if value is None:
            return "-"
        return format(value, self.form) if abs(value) < 1e6 else f"{value:.3g}"

    def known_baselines(self, measured: Mapping[str, Any]) -> dict[str, float]:
        """What is got without a model, by how, where that is known."""
        found = {how: measured.get(of) if isinstance(of, str) else of for how, of in self.baselines.items()}
        return {how: value for how, value in found.items() if value is not None}

    def beside(self, measured: Mapping[str, Any]) -> str:
        """The baselines in the figure's form, separated by commas."""
        return ", ".join(map(self.shown, self.known_baselines(measured).values()))

    def between(self, measured: Mapping[str, Any]) -> str:
        """`51.2% to 54.9%`, or nothing where there is no interval."""
        interval = measured.get(f"{self.name}_interval") if self.interval else None
        return f"{self.shown(interval[0])} to {self.shown(interval[1])}" if interval else ""


def bits_per_character(sums: Sums) -> float:
    """The surprise at the masked tokens in bits, over the characters that they stand for.

    A loss in nats a token cannot be compared between vocabularies: one of whole words has fewer and harder tokens. Bits add up
    over the tokens, and the characters of a text are the same for all vocabularies that prepare it alike (lower-cased or not,
    with or without accents). Counted are the code points of the tokens as the vocabulary has them, `##` left out; spaces
    belong to no token. Where single pieces are masked, the rest of a cut word stays in sight, which helps small vocabularies:
    compare models of different ones on shards masked with --strategy whole-word.
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
    """Every figure by its name, with its interval; None where nothing of its kind was counted."""
    found: dict[str, Any] = {}
    for metric in METRICS.values():
        there = getattr(sums, metric.counted) > 0
        found[metric.name] = metric.measure(sums) if there else None
        if metric.interval:
            found[f"{metric.name}_interval"] = metric.interval(sums) if there else None
    return found
