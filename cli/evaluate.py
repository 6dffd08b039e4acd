"""`evaluate`: measure a model on held-out rows, minimal pairs or a task."""

from typing import Any

import click

from bertprep.core.counts import quantity
from bertprep.core.errors import UsageError
from bertprep.train.settings import CacheSettings

from . import next_step
from .console import Console
from .figures import figures_lines, verdict_lines
from .given_models import local_model
from .options import PLACE, GroupedCommand, cache_options, running, talk_options
from .train import refuse_uris

ROWS = {
    "word_l2r": "word by word, left to right",
    "plain": "token by token",
    "by_frequency": "by frequency alone",
}


@click.command("evaluate", cls=GroupedCommand, epilog="Example: bertprep evaluate demo/model demo/shards")
@click.argument("model", type=PLACE)
@click.argument("shards", nargs=-1, type=PLACE)
@click.option(
    "--pairs",
    type=PLACE,
    metavar="FILE",
    help="Minimal pairs in BLiMP's format (JSON lines with sentence_good, sentence_bad and UID, the group): measure "
    "how often the good sentence gets the higher probability. SHARDS then only supply token frequencies.",
)
@click.option(
    "--task",
    type=PLACE,
    metavar="FILE",
    help="Labelled examples, tab-separated: a text, or two texts, and a label. Fine-tune and probe the model on them "
    "with five seeds, and compare it with an untrained network of the same shape.",
)
@click.option(
    "--test",
    type=PLACE,
    metavar="FILE",
    help="Test examples of --task [default: a different fifth of its examples for each seed].",
)
@click.option(
    "--against",
    type=PLACE,
    metavar="MODEL",
    help="Second model to compare MODEL with; with --pairs, pair by pair.",
)
@running(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda", "mps"]),
    default="auto",
    show_default=True,
    help="Device; auto uses an NVIDIA or AMD GPU if there is one, mps is the GPU of a Mac.",
)
@cache_options
@talk_options
def evaluate_command(
    model: str,
    shards: tuple[str, ...],
    pairs: str | None,
    against: str | None,
    task: str | None,
    test: str | None,
    device: str,
    **values: Any,
) -> None:
    """Measure MODEL (any Hugging Face BERT folder) on the validation split of SHARDS, on --pairs or on a --task.

    Each figure is shown next to a baseline without a model, or with an untrained one.
    """
    refuse_uris(place or "" for place in (pairs, task, test))
    refuse_mixed(shards, pairs, against, task, test)
    cache = CacheSettings(values["cache_dir"], values["cache_gb"])
    model = local_model(model, cache=cache)
    against = local_model(against, cache=cache) if against else None
    console = Console(values)
    if pairs:
        show_pairs(console, model, pairs, against, list(shards), device)
    elif task:
        show_task(console, model, task, test, device)
    else:
        show_held_out(console, model, against, list(shards), device, cache)


def refuse_mixed(
    shards: tuple[str, ...], pairs: str | None, against: str | None, task: str | None, test: str | None
) -> None:
    """Raise `UsageError` if there is nothing to evaluate on, or if an option would have no effect."""
    if against and task:
        raise UsageError("--against compares two models on SHARDS or --pairs, not on a --task; leave it out")
    if test and not task:
        raise UsageError("--test holds the test examples of a --task; give its training examples too")
    if task and (pairs or shards):
        raise UsageError(f"--task and {'--pairs' if pairs else 'SHARDS'} exclude each other; measure one at a time")
    if not (shards or pairs or task):
        raise UsageError("nothing to evaluate on; give SHARDS that `bertprep mask` made, --pairs FILE or --task FILE")


def show_held_out(
    console: Console, model: str, against: str | None, shards: list[str], device: str, cache: CacheSettings
) -> None:
    """Measure MODEL on held-out rows, next to another model or to its own figures before training."""
    from bertprep.train import evaluate
    from bertprep.train.verdicts import verdicts

    other = evaluate(against, shards, device, cache) if against else None
    measured = evaluate(model, shards, device, cache)
    for warning in dict.fromkeys([*(other["warnings"] if other else ()), *measured["warnings"]]):
        console.warn(warning)
    own = _own_words(model)
    columns = {against: other, model: measured} if against else before_and_after(own, shards, measured)
    unknown = f"[UNK]: {100 * measured['unknown_share']:.2f} % of the tokens"
    then = next_step.ask(model, *shards)
    words = verdicts(measured, own.get("steps"))
    lines = [*verdict_lines(words), *figures_lines(columns), unknown, f"next: {then}"]
    beside = {"against": {"model": against, **other}} if other else {}
    content = {"model": model, **measured, **beside, "verdicts": [each.sentence for each in words], "next": then}
    console.result(lines, content)


def before_and_after(own: dict[str, Any], shards: list[str], measured: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Columns of figures: "model" alone, or "before" and "after" if it was trained on these shards from other weights.

    `own` is what the model folder records of its training.
    """
    from bertprep import store

    before = own.get("validation_before")
    digests = [store.read_manifest(folder, "mask").digest for folder in shards]
    return {"before": before, "after": measured} if before and own["data"] == digests else {"model": measured}


def _own_words(model: str) -> dict[str, Any]:
    """What a model folder records of its training and data; empty if bertprep did not make it, or if it is damaged."""
    from bertprep.core.errors import StoreError
    from bertprep.train.history import read_metrics, read_training, summary_of

    try:
        return {**summary_of(read_metrics(model)), "data": read_training(model)["data"]}
    except StoreError:  # not needed to evaluate
        return {}


def show_pairs(console: Console, model: str, pairs: str, against: str | None, shards: list[str], device: str) -> None:
    """Measure on minimal pairs, and show the result."""
    from bertprep.train import evaluate_pairs

    measured = evaluate_pairs(model, pairs, against=against, shards=shards, device=device, progress=console.progress)
    for warning in measured["warnings"]:
        console.warn(warning)
    console.result(pairs_lines(measured, model), {"model": model, "file": pairs, **measured})


def pairs_lines(measured: dict[str, Any], model: str) -> list[str]:
    """Means over groups, then a line per group."""
    groups, other = measured["groups"], measured.get("against")
    lines = [
        f"{quantity(measured['pairs'], 'minimal pair')} in {quantity(len(groups), 'group')}; accuracy is the mean "
        f"over groups, a tie is wrong",
        f"by frequency: {measured['frequencies']}",
        "",
        f"{'':32}{'accuracy':>9}  {'95% over groups':>18}  {'95% over pairs':>18}{'ties':>8}",
    ]
    for name, rows in ((model, measured), *(((other["model"], other),) if other else ())):
        lines += [name] if other else []
        lines += [measure_line(f"  {ROWS[method]}", each, percent) for method, each in rows["measures"].items()]
    if other:
        lines.append("difference, in points")
        lines += [measure_line(f"  {ROWS[method]}", each, points) for method, each in measured["difference"].items()]
    width = max(30, *map(len, groups))
    lines += ["", f"{'group':{width}}  {'pairs':>7}{'accuracy':>10}{'ties':>8}{'by frequency':>14}"]
    for name, group in groups.items():
        mine, guessed = group["word_l2r"], group["by_frequency"]["accuracy"]
        lines.append(
            f"{name:{width}}  {group['pairs']:7,}{percent(mine['accuracy']):>10}{mine['ties']:8,}{percent(guessed):>14}"
        )
    return lines


def show_task(console: Console, model: str, task: str, test: str | None, device: str) -> None:
    """Measure on a task, and show the result."""
    from bertprep.train import evaluate_task
    from bertprep.train.task import SEEDS

    console.say(
        f"evaluate: the model and an untrained network of the same shape are fine-tuned on {task}, each with {SEEDS} random "
        "seeds; this takes minutes on a CPU"
    )
    measured = evaluate_task(model, task, test=test, device=device, progress=console.progress)
    if measured["truncated"]:
        were, its = ("was", "its end was") if measured["truncated"] == 1 else ("were", "their ends were")
        console.warn(
            f"{quantity(measured['truncated'], 'example')} {were} longer than the model's positions; {its} cut off"
        )
    console.result(task_lines(measured), {"folder": model, "file": task, **measured})


def task_lines(measured: dict[str, Any]) -> list[str]:
    """A line each for fine-tuning and probing, next to a network without pre-training, and the majority class."""
    lines = [
        f"{quantity(len(measured['classes']), 'class')}, {measured['training_rows']:,} training, "
        f"{quantity(measured['test_rows'], 'test example')}; "
        f"accuracy, 95% interval over {quantity(len(measured['model']['fine_tuned']['seeds']), 'seed')}",
        f"{'':16}{'this model':>26}{'untrained network':>26}{'difference, in points':>26}",
    ]
    for method, name in (("fine_tuned", "fine-tuned"), ("linear_probe", "linear probe")):
        cells = [with_interval(measured[who][method], shown) for who, shown in TASK_COLUMNS]
        lines.append(f"{name:16}" + "".join(f"{cell:>26}" for cell in cells))
    return [*lines, f"{'majority class':16}{percent(measured['majority']):>10}"]


def with_interval(measure: dict[str, Any], shown: Any) -> str:
    """Format a mean with its interval, such as `62.3% (60.1% to 64.5%)`."""
    low, high = measure["interval"]
    return f"{shown(measure['mean'])} ({shown(low)} to {shown(high)})"


def measure_line(label: str, measure: dict[str, Any], shown: Any) -> str:
    """A line with a mean, both intervals, and the ties if they are counted."""
    groups, pairs = (
        f"{shown(each[0])} to {shown(each[1])}" if (each := measure[name]) else "-"
        for name in ("over_groups", "over_pairs")
    )
    ties = f"{measure['ties']:8,}" if "ties" in measure else ""
    return f"{label:32}{shown(measure['mean']):>9}  {groups:>18}  {pairs:>18}{ties}"


def percent(share: float) -> str:
    """Format a share, such as `62.3%`."""
    return f"{share:.1%}"


def points(difference: float) -> str:
    """Format a difference in percentage points, such as `+1.2`."""
    return f"{100 * difference:+.1f}"


TASK_COLUMNS = (("model", percent), ("fresh", percent), ("difference", points))
