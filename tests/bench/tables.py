"""Results as Markdown tables, which docs/performance.md takes in as they are printed."""

import statistics
from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], names: int = 1) -> str:
    """A table whose first columns are of names and whose others are of figures."""
    lines = [columns, [*["---"] * names, *["---:"] * (len(columns) - names)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """The median, and from where to where the values go."""
    low, middle, high = (f"{each:,.{digits}f}" for each in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low} to {high})" if len(values) > 1 else middle


def ratios(base: Sequence[float], seconds: Sequence[float]) -> list[float]:
    """How many times as fast as the base each turn was."""
    return [one / other for one, other in zip(base, seconds, strict=True)]
