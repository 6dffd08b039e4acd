"""`evaluate`: how good a model is, on held-out rows or on minimal pairs."""

from typing import Any

import click

from bertprep.core.errors import UsageError

from .console import Console
from .options import PLACE, GroupedCommand, running, talk_options
from .train import predict_command_for, refuse_uris, validation_lines

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
    help="Minimal pairs, JSON lines with sentence_good, sentence_bad and UID (its group), as BLiMP has them: how often the good "
    "sentence gets the higher probability. SHARDS are then used for token frequencies only.",
)
@click.option("--against", type=PLACE, metavar="MODEL", help="Second model to compare with on --pairs, pair by pair.")
@running(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="Device; auto uses a GPU if there is one.",
)
@talk_options
def evaluate_command(
    model: str, shards: tuple[str, ...], pairs: str | None, against: str | None, device: str, **values: Any
) -> None:
    """Measure MODEL (any Hugging Face BERT folder) on the validation split of SHARDS, or on --pairs.

    Each figure is shown beside a baseline that needs no model.
    """
    refuse_uris([model, *shards, pairs or "", against or ""])
    console = Console(values)
    if pairs:
        show_pairs(console, model, pairs, against, list(shards), device)
        return
    if against:
        raise UsageError("--against compares two models on --pairs; give a file of minimal pairs too")
    if not shards:
        raise UsageError("nothing to measure on; give SHARDS that `bertprep mask` made, or --pairs FILE")
    show_held_out(console, model, list(shards), device)


def show_held_out(console: Console, model: str, shards: list[str], device: str) -> None:
    """Measure on held-out rows."""
    from bertprep.train import evaluate

    measured = evaluate(model, shards, device)
    for warning in measured["warnings"]:
        console.warn(warning)
    told = f"[UNK]: {100 * measured['unknown_share']:.2f} % of the tokens"
    then = predict_command_for(model)
    console.result([*validation_lines(measured), told, f"next: {then}"], {"model": model, **measured, "next": then})


def show_pairs(console: Console, model: str, pairs: str, against: str | None, shards: list[str], device: str) -> None:
    """Measure on minimal pairs."""
    from bertprep.train import evaluate_pairs

    measured = evaluate_pairs(model, pairs, against=against, shards=shards, device=device, progress=console.progress)
    for warning in measured["warnings"]:
        console.warn(warning)
    console.result(pairs_lines(measured, model), {"model": model, "file": pairs, **measured})


def pairs_lines(measured: dict[str, Any], model: str) -> list[str]:
    """The means over groups, then a line for each group."""
    groups, other = measured["groups"], measured.get("against")
    lines = [
        f"{measured['pairs']:,} minimal pairs in {len(groups):,} group(s); accuracy is the mean over groups, a tie is wrong",
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


def measure_line(label: str, measure: dict[str, Any], shown: Any) -> str:
    """A mean with both intervals, and its ties where there may be some."""
    groups, pairs = (
        f"{shown(each[0])} to {shown(each[1])}" if (each := measure[name]) else "-"
        for name in ("over_groups", "over_pairs")
    )
    ties = f"{measure['ties']:8,}" if "ties" in measure else ""
    return f"{label:32}{shown(measure['mean']):>9}  {groups:>18}  {pairs:>18}{ties}"


def percent(share: float) -> str:
    """`62.3%`."""
    return f"{share:.1%}"


def points(difference: float) -> str:
    """`+1.2`."""
    return f"{100 * difference:+.1f}"
