"""Output for the user: progress bars and messages on stderr, results on stdout."""

import contextlib
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from bertprep.core import events
from bertprep.core.terminal import printable

from .streams import show, show_json, stdout_is_for_json

if TYPE_CHECKING:
    from bertprep.store import Manifest
    from bertprep.store.job import PlanStep, Result

SCREEN_LINES = 20
PLAIN_SECONDS = 30.0  # between two lines of progress without a terminal


class Console:
    """Shows messages and results according to --quiet and --json.

    --quiet hides progress, messages and the summary of what was made; --json prints one object on stdout instead of lines. What a
    command was asked to show (rows, figures, a plan) is always shown.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        self.as_json = values["json"]
        self.quiet = values["quiet"]
        self.warnings: list[str] = []
        if self.as_json:
            stdout_is_for_json()

    def say(self, text: str) -> None:
        """Show a message on stderr while the command works."""
        events.tell("message", message=text)
        if not self.quiet:
            show(text, err=True)

    def warn(self, text: str) -> None:
        """Show a warning on stderr, also with --quiet."""
        self.warnings.append(text)
        events.tell("warning", message=text)
        show(f"warning: {text}", err=True)

    def result(self, lines: list[str], content: dict[str, Any]) -> None:
        """Show what the command was asked for: the lines, or with --json the content, including all warnings."""
        if self.as_json:
            show_json({**content, "warnings": self.warnings})
        else:
            self.lines(lines)

    def done(self, lines: list[str], content: dict[str, Any]) -> None:
        """Show what was made: like `result`, but without lines with --quiet."""
        events.tell("finish", code=0, outputs=content.get("outputs", []))
        self.result([] if self.quiet else lines, content)

    def lines(self, lines: list[str]) -> None:
        """Show lines before the result, unless --json."""
        for line in () if self.as_json else lines:
            show(line)

    @contextlib.contextmanager
    def progress(
        self, step: str, total: int, unit: str, total_bytes: int = 0, done: int = 0
    ) -> Iterator[Callable[[int], object]]:
        """Show progress (`bertprep.store.job.Progress`): a bar on a terminal, otherwise a line every PLAIN_SECONDS."""
        has_bar = not self.quiet and sys.stderr.isatty()
        plain = Lines(step, total, unit, total_bytes, done, self.quiet or has_bar)
        if not has_bar:
            yield plain.advance
        else:
            from tqdm import tqdm

            scale: dict[str, Any] = {"unit": "B", "unit_scale": True}
            if unit != "B":
                scale = {"unit": f" {unit}", "unit_scale": total > 100_000}
            with tqdm(total=total, initial=done, desc=f"{printable(step):15}", dynamic_ncols=True, **scale) as bar:

                def advance(amount: int) -> None:
                    rate = bar.format_dict["rate"]
                    if rate and unit != "B" and total:
                        bar.set_postfix_str(megabytes(rate * total_bytes / total), refresh=False)
                    bar.update(amount)
                    plain.advance(amount)

                yield advance


def megabytes(bytes_per_second: float) -> str:
    """Format a speed, such as `12.3 MB/s`."""
    return f"{bytes_per_second / 1e6:.1f} MB/s"


class Lines:
    """Progress every half minute: an event for the log file, and unless `quiet` a line on stderr."""

    def __init__(self, step: str, total: int, unit: str, total_bytes: int, done: int, quiet: bool = False) -> None:
        self.step, self.total, self.unit, self.total_bytes, self.quiet = step, total, unit, total_bytes, quiet
        self.done = self.before = done
        self.started = time.monotonic()
        self.next = self.started + PLAIN_SECONDS

    def advance(self, amount: int) -> None:
        """Add to what is done, and report it if it is time."""
        self.done += amount
        now = time.monotonic()
        if now >= self.next:
            self.next = now + PLAIN_SECONDS
            events.tell("progress", step=self.step, done=self.done, total=self.total, unit=self.unit)
            if not self.quiet:
                show(self.line(now - self.started), err=True)

    def line(self, seconds: float) -> str:
        """A line such as `mask: 1,200 of 4,800 rows, 400 rows/s, 0.2 MB/s, 9 s left`."""
        rate = max(self.done - self.before, 0) / seconds
        left = f"{(self.total - self.done) / rate:,.0f} s left" if rate else "time left unknown"
        speed = megabytes(rate * self.total_bytes / max(self.total, 1))
        if self.unit == "B":
            return f"{self.step}: {self.done / 1e6:,.0f} of {self.total / 1e6:,.0f} MB, {speed}, {left}"
        each = f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
        return f"{self.step}: {self.done:,} of {self.total:,} {self.unit}, {each} {self.unit}/s, {speed}, {left}"


def outcome(stage: str, output: str, result: "Result") -> dict[str, Any]:
    """The result of a data stage for --json."""
    return {
        "stage": stage,
        "output": output,
        "outputs": [written(output)],
        "made": result.made,
        "seconds": round(result.seconds, 3),
        "lost": result.lost,
        "digest": result.manifest.digest,
        "counters": result.manifest.counters,
    }


def written(path: str) -> dict[str, Any]:
    """The path and the size in bytes of a folder or file that a command wrote."""
    from bertprep import store

    if "://" not in path and not os.path.isdir(path):
        return {"path": path, "bytes": os.path.getsize(path)}
    folder = store.folder_at(path)
    return {"path": path, "bytes": sum(folder.sizes().values())}


def outcome_lines(output: str, result: "Result", lines: list[str]) -> list[str]:
    """The result of a data stage as lines of text."""
    state = f"in {result.seconds:.1f} s" if result.made else "already complete, nothing to do"
    lost = [result.lost] if result.lost else []
    return [f"{output}: {lines[0]} ({state})", *(f"  {line}" for line in lines[1:] + lost)]


def warn(console: Console, result: "Result", source: "Manifest | None" = None) -> None:
    """Show warnings about the result of a data stage; `source`: the folder it was made from."""
    from . import warned

    for warning in (*result.warnings, *warned.warnings(result.manifest, source)):
        console.warn(warning)


def report(
    console: Console,
    stage: str,
    output: str,
    result: "Result",
    lines: list[str],
    then: str,
    source: "Manifest | None" = None,
) -> None:
    """Show warnings and the summary of a data stage; `then`: the next command; `source`: the folder it was made from."""
    warn(console, result, source)
    shown = [*outcome_lines(output, result, lines), f"  next: {then}"]
    console.done(shown, {**outcome(stage, output, result), "next": then})


def show_plan(console: Console, steps: "list[PlanStep]") -> None:
    """Show the plan of a stage: each part if they fit on a screen, else the number of parts for each reason."""
    lines = [f"{_verb(step.wanted)} {step.part}: {step.reason}" for step in steps]
    lines = lines if len(lines) <= SCREEN_LINES else _summed(steps)
    console.result(lines, {"plan": [{"part": step.part, "make": step.wanted, "reason": step.reason} for step in steps]})


def _summed(steps: "list[PlanStep]") -> list[str]:
    """Lines such as `make all 62,500 parts, piece-00000-of-62500.arrow to piece-62499-of-62500.arrow: missing`."""
    groups: dict[tuple[str, bool, str], list[str]] = {}
    for step in steps:
        groups.setdefault((_kind(step.part), step.wanted, step.reason), []).append(step.part)
    totals = Counter(_kind(step.part) for step in steps)
    lines = []
    for (kind, wanted, reason), parts in groups.items():
        is_all = len(parts) == totals[kind]
        which = f"all {len(parts):,} parts" if is_all else f"{len(parts):,} of {totals[kind]:,} parts"
        lines.append(f"{_verb(wanted)} {which}, {parts[0]} to {parts[-1]}: {reason}")
    return lines


def _verb(wanted: bool) -> str:
    return "make" if wanted else "keep"


def _kind(part: str) -> str:
    return part.partition("-")[0]
