"""What the functions return: a data folder or a model; a notebook displays both as tables."""

import dataclasses
import html
from typing import TYPE_CHECKING, Any

from ..core.counts import phrase, quantity, told
from ..core.stages import STAGES
from ..core.terminal import printable
from .looking import Path, evaluate, inspect, predict, verify

if TYPE_CHECKING:
    from ..verify import Finding


@dataclasses.dataclass(frozen=True)
class Folder:
    """A finished folder of data."""

    path: str
    stage: str  # the command that made it
    made: bool  # False: it was already complete
    seconds: float
    counters: dict[str, int]

    def rows(
        self, count: int = 3, split: str = "train", first: int | None = None, seed: int = 0
    ) -> list[dict[str, Any]]:
        """Return rows decoded as by `bertprep inspect`: from row `first` on, or a random sample drawn with `seed`."""
        return inspect(self.path, count, split, first, seed)

    def verify(self) -> "list[Finding]":
        """Check every guarantee about this folder against its data."""
        return verify(self.path)

    def __repr__(self) -> str:
        state = f"in {self.seconds:.1f} s" if self.made else "was already there"
        unit = STAGES[self.stage].unit
        counted = ", ".join([*told(self.counters, [unit]), ""])
        return f"<{printable(self.path)}: {self.stage}, {counted}{state}>"

    def _repr_html_(self) -> str:
        return _table(repr(self)[1:-1], {phrase(name): f"{value:,}" for name, value in self.counters.items()})


@dataclasses.dataclass(frozen=True)
class Model:
    """The folder of a trained model, and the summary of its training (as printed by `bertprep train --json`)."""

    path: str
    summary: dict[str, Any]

    def fill_mask(self, text: str, top: int = 5, pieces: bool = False) -> list[list[tuple[str, float]]]:
        """Return the `top` most probable words for each [MASK], with their probabilities; with `pieces`, any tokens."""
        return predict(self.path, text, top=top, pieces=pieces)

    def next_probability(self, first: str, second: str) -> float:
        """Return the probability that the second text follows the first."""
        return predict(self.path, first, next=second)

    def evaluate(self, *shards: Path) -> dict[str, Any]:
        """Return losses and accuracies on the held-out rows of shard folders."""
        return evaluate(self.path, *shards)

    def __repr__(self) -> str:
        return f"<{printable(self.path)}: BERT, {quantity(self.summary['steps'], 'step')}, loss {self.summary['last_loss']:.3f}>"

    def _repr_html_(self) -> str:
        measured = self.summary.get("validation") or {}
        return _table(repr(self)[1:-1], {f"held-out {name}": value for name, value in measured.items()})


def _table(title: str, values: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{html.escape(str(value))}</td></tr>" for name, value in values.items()
    )
    return f"<details open><summary><code>{html.escape(title)}</code></summary><table>{rows}</table></details>"
