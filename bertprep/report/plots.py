"""Plots as inline SVG that take their colours from the page, for light and dark mode.

matplotlib draws with placeholder colours, which are then replaced by CSS variables of the page; text stays text. Axes have units;
the title of the card says what the plot shows.
"""

import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.caches import private_folders, without
from ..core.errors import missing_extra

try:
    # no window is opened; MPLBACKEND, which notebooks set, may name a backend that is not installed
    with private_folders("MPLCONFIGDIR"), without("MPLBACKEND"):
        import matplotlib
        from matplotlib.figure import Figure
        from matplotlib.ticker import FuncFormatter, MaxNLocator
except ImportError as error:
    raise missing_extra("matplotlib", "report") from error

INK, SOFT, ONE, TWO = "#010203", "#010204", "#010205", "#010206"
VARIABLES = {INK: "var(--ink)", SOFT: "var(--soft)", ONE: "var(--one)", TWO: "var(--two)"}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "bertprep",
    "font.size": 10,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "path.simplify": True,
}


def thousands(value: float, _: Any = None) -> str:
    """An axis label: `12,000`, `0.5`, `1.5 M`."""
    if abs(value) >= 1e6:
        return f"{value / 1e6:,.4g} M"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4g}"


def svg(name: str, label: str, x: str, y: str, draw: Callable[[Any], None], height: float = 2.7) -> str:
    """An SVG drawn by `draw(axes)`; `name` must be unique on the page, `label` is for screen readers."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(4.9, height), layout="constrained")
        axes = figure.add_subplot()
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        draw(axes)
        for axis, scale in ((axes.xaxis, axes.get_xscale()), (axes.yaxis, axes.get_yscale())):
            if scale == "linear" and not axis.have_units():  # axes with the names of bars have units
                axis.set_major_formatter(FuncFormatter(thousands))
                axis.set_major_locator(MaxNLocator(6))
        target = io.StringIO()
        with without("SOURCE_DATE_EPOCH"):  # the page has no date, and the variable may be invalid
            figure.savefig(target, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _inline(target.getvalue(), name, label)


def _inline(text: str, name: str, label: str) -> str:
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = text.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    # several drawings share a page, so ids must be unique
    text = re.sub(r'id="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    for colour, variable in VARIABLES.items():
        text = text.replace(colour, variable)
    return text


def bars(counts: np.ndarray, edges: np.ndarray) -> Callable[[Any], None]:
    """Draw a histogram from counts [N] between edges [N + 1]."""

    def draw(axes: Any) -> None:
        axes.stairs(counts, edges, fill=True, color=ONE)
        axes.set_xlim(edges[0], edges[-1])

    return draw


def lines(
    *series: tuple[str, np.ndarray, np.ndarray, str],
    level: tuple[str, float] | None = None,
    band: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
    **axis: Any,
) -> Callable[[Any], None]:
    """Draw lines (name, x, y, style) and a dashed horizontal line with its name; `axis` is passed to `axes.set`.

    `band` is an interval around the last line: x, low, high.
    """

    def draw(axes: Any) -> None:
        for number, (name, x, y, style) in enumerate(series):
            colour = (ONE, TWO)[number % 2]
            axes.plot(x, y, style, color=colour, label=literal(name), linewidth=1.6, markersize=4)
        if band:
            axes.fill_between(*band, color=(ONE, TWO)[(len(series) - 1) % 2], alpha=0.2, linewidth=0)
        if level:
            axes.axhline(level[1], color=INK, linestyle="--", linewidth=1, label=literal(level[0]))
        axes.set(**axis)
        if len(series) + bool(level) > 1:
            axes.legend(loc="best", fontsize=9)

    return draw


def literal(name: str) -> str:
    """Escape a label: matplotlib reads text between dollar signs as a formula, and hides labels that begin with _."""
    return ("\u200b" if name.startswith("_") else "") + name.replace("$", r"\$")


def across(names: list[str], values: list[float]) -> Callable[[Any], None]:
    """Draw horizontal bars, the first at the top, each with its value."""

    def draw(axes: Any) -> None:
        drawn = axes.barh(names[::-1], values[::-1], color=ONE)
        axes.bar_label(drawn, [thousands(round(value, 2)) for value in values[::-1]], padding=3)
        axes.margins(x=0.15)

    return draw
