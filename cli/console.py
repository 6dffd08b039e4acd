"""What a person sees: bars and talk on stderr, results on stdout."""

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bertprep.pipeline.job import Result, Step

PLAIN_SECONDS = 30.0  # between two lines where no terminal shows a bar


class Console:
    """Talks as asked: `quiet` leaves out bars and talk, `as_json` prints one object instead of lines."""

    def __init__(self, *, quiet: bool = False, as_json: bool = False) -> None:
        self.quiet = quiet or as_json
        self.as_json = as_json

    def say(self, text: str) -> None:
        """A line of talk."""
        if not self.quiet:
            click.echo(text, err=True)

    def warn(self, text: str) -> None:
        """A line that is shown even when quiet: something is probably not as meant."""
        click.echo(f"warning: {text}", err=True)

    def result(self, lines: list[str], content: dict[str, Any]) -> None:
        """The result: lines for people, or the content as JSON."""
        if self.as_json:
            click.echo(json.dumps(content, ensure_ascii=False))
        else:
            for line in lines:
                click.echo(line)

    @contextlib.contextmanager
    def progress(self, stage: str, total: int, unit: str) -> Iterator[Callable[[int], object]]:
        """A bar on a terminal, a line now and then elsewhere (`bertprep.pipeline.job.Progress`)."""
        if self.quiet:
            yield lambda done: None
        elif not sys.stderr.isatty():
            yield _plain(stage, total, unit)
        else:
            from tqdm import tqdm

            scale = {"unit_scale": True} if unit == "B" else {"unit": f" {unit}", "unit_scale": total > 100_000}
            with tqdm(total=total, desc=f"{stage:12}", leave=True, dynamic_ncols=True, **scale) as bar:
                yield bar.update


def _plain(stage: str, total: int, unit: str) -> Callable[[int], object]:
    started = time.monotonic()
    state = {"done": 0, "next": started + PLAIN_SECONDS}

    def advance(done: int) -> None:
        state["done"] += done
        now = time.monotonic()
        if now >= state["next"]:
            state["next"] = now + PLAIN_SECONDS
            rate = state["done"] / (now - started)
            left = (total - state["done"]) / rate if rate else 0
            click.echo(
                f"{stage}: {state['done']:,} of {total:,} {unit}, {rate:,.0f} a second, {left:,.0f} s left", err=True
            )

    return advance


def outcome(stage: str, output: str, result: "Result") -> dict[str, Any]:
    """A data stage's result as JSON tells it."""
    return {
        "stage": stage,
        "output": output,
        "made": result.made,
        "seconds": round(result.seconds, 3),
        "digest": result.manifest.digest,
        "counters": result.manifest.counters,
    }


def outcome_lines(output: str, result: "Result", lines: list[str]) -> list[str]:
    """A data stage's result as people read it."""
    state = f"in {result.seconds:.1f} s" if result.made else "already there, nothing to do"
    return [f"{output}: {lines[0]} ({state})", *(f"  {line}" for line in lines[1:])]


def report(console: Console, stage: str, output: str, result: "Result", lines: list[str], then: str) -> None:
    """The summary of a data stage; it ends by naming the next command."""
    shown = [*outcome_lines(output, result, lines), f"  next: {then}"]
    console.result(shown, {**outcome(stage, output, result), "next": then})


def show_plan(console: Console, steps: "list[Step]") -> None:
    """The plan of a stage, part by part."""
    lines = [f"{'make' if step.wanted else 'keep'} {step.part}: {step.reason}" for step in steps]
    console.result(lines, {"plan": [{"part": step.part, "make": step.wanted, "reason": step.reason} for step in steps]})
