"""Results as Markdown tables, which are copied to docs/performance.md."""

import statistics
from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], names: int = 1) -> str:
    """A table; the first `names` columns are names, the others figures."""
    lines = [columns, [*["---"] * names, *["---:"] * (len(columns) - names)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """The median, and the range of the values."""
    low, middle, high = (f"{each:,.{digits}f}" for each in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low} to {high})" if len(values) > 1 else middle


def ratios(base: Sequence[float], seconds: Sequence[float]) -> list[float]:
    """The speed relative to the base, for each turn."""
    return [one / other for one, other in zip(base, seconds, strict=True)]
