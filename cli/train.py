"""`train`: train a model on shards."""

import os
from collections.abc import Iterable
from typing import Any

import click

from bertprep.core.counts import quantity
from bertprep.core.errors import UsageError, without_secrets
from bertprep.train.settings import CacheSettings, TrainSettings

from . import next_step
from .console import Console, written
from .figures import held_out_lines
from .given_models import local_model
from .options import (
    PLACE,
    GroupedCommand,
    cache_options,
    given_values,
    running,
    settings_from,
    settings_options,
    talk_options,
)


@click.command("train", cls=GroupedCommand, epilog="Example: bertprep train demo/shards -o demo/model --model tiny")
@click.argument("shards", nargs=-1, required=True, type=PLACE)
@click.option(
    "-o",
    "--output",
    required=True,
    type=PLACE,
    metavar="DIR",
    help="Output folder of the model; it may be in an object store, as in s3://BUCKET/MODEL.",
)
@click.option(
    "--init-from",
    type=PLACE,
    metavar="DIR",
    help="Start from the weights of a Hugging Face BERT folder; hf://USER/NAME is downloaded.",
)
@click.option(
    "--decay-from",
    type=PLACE,
    metavar="DIR",
    help="Branch off another run at this checkpoint (MODEL/checkpoints/step-N) with its settings, and decay the "
    "learning rate to zero over --decay-steps, as if that run had been planned to end there.",
)
@settings_options(TrainSettings)
@running(
    "--resume",
    is_flag=True,
    help="Take all settings that are not given here from the run in the output folder. Repeating the full command "
    "resumes without it.",
)
@running("--overwrite", is_flag=True, help="Replace what is in the output folder.")
@running(
    "--dry-run",
    is_flag=True,
    help="Measure a few steps and estimate tokens, FLOPs, memory and time of the whole run; write nothing.",
)
@cache_options
@talk_options
def train_command(
    shards: tuple[str, ...], output: str, init_from: str | None, decay_from: str | None, **values: Any
) -> None:
    """Train a BERT on one or more folders of SHARDS; the loss is the sum of masked tokens and next sentences.

    Several folders are mixed in proportion to their rows, or by weights, as in: wiki=0.7:shards-a pubmed=0.3:shards-b
    """
    from bertprep.train import train
    from bertprep.train.copies import local_checkpoint, refuse_own_checkpoint
    from bertprep.train.history import has_run, run_of, settings_of_run
    from bertprep.train.output import FREE_TO_CHANGE

    console = Console(values)
    settings = settings_from(TrainSettings, values)
    cache = CacheSettings(values["cache_dir"], values["cache_gb"])
    if any("://" in each for each in shards):
        console.say(f"shards in an object store are downloaded to {cache.path} as they are needed")
    if init_from and init_from.startswith("hf://") and values["dry_run"]:
        console.say(f"--init-from {init_from}: is downloaded to be measured; it stays in the cache of the Hub")
    if "://" in output:
        console.say(
            f"checkpoints and the model are written to {cache.models}, and from there to {without_secrets(output)}"
        )
    init_from = local_model(init_from, cache=cache) if init_from else None
    if decay_from:
        refuse_own_checkpoint(decay_from, output)
        decay_from = local_checkpoint(decay_from, cache)
    is_plain = not set(given_values(TrainSettings, values)) - set(FREE_TO_CHANGE)
    # with settings, it is a command for the first call and all later ones
    if values["resume"] and is_plain and not has_run(output):
        console.warn(
            f"{output}: no run to resume; a new one begins, with defaults for all settings that are not given here"
        )
    if of_run := output if values["resume"] else decay_from and run_of(decay_from):
        settings = settings_of_run(of_run, given_values(TrainSettings, values))
    try:
        summary = train(
            list(shards),
            output,
            settings,
            init_from=init_from,
            decay_from=decay_from,
            overwrite=values["overwrite"],
            dry_run=values["dry_run"],
            quiet=console.quiet,
            cache=cache,
            warn=console.warn,
        )
    except KeyboardInterrupt:
        if "://" in output or has_run(output):
            raise KeyboardInterrupt(
                f"finished parts are kept; resume it with: {next_step.resume(list(shards), output)}"
            ) from None
        raise KeyboardInterrupt("training had not begun; run the same command again") from None
    if os.environ.get("RANK", "0") != "0":  # torchrun starts several processes; only rank 0 shows results
        return
    if values["dry_run"]:
        console.result(forecast_lines(summary), {"stage": "train", "output": output, **summary})
        return
    show_training(console, list(shards), output, summary)


def refuse_uris(places: Iterable[str]) -> None:
    """Raise `UsageError` for URIs where a local path is required."""
    for each in places:
        if "://" in each:
            raise UsageError(
                f"{each}: this needs a local folder or file; copy it to this machine first, for example with aws s3 sync FROM TO"
            )


def show_training(console: Console, shards: list[str], output: str, summary: dict[str, Any]) -> None:
    """Show the result of training, and the next command."""
    from bertprep.train.data.mixture import sources_of

    warn_of_damage(console, summary)
    if summary["finished"] and (missed := summary["words_not_reached"]):
        counts = ", ".join(f"{count:,}" for count in missed)
        console.warn(f"--save-at-words: {counts} not reached; the run ended after {quantity(summary['words'], 'word')}")
    folders = [source.folder for source in sources_of(shards)]
    then = next_step.ask(output, *folders) if summary["finished"] else next_step.resume(shards, output)
    lines = [*training_lines(output, summary), f"  next: {then}"]
    made = {"stage": "train", "output": output, "outputs": [written(output)]}
    console.done(lines, {**made, **summary, "next": then})


def forecast_lines(measured: dict[str, Any]) -> list[str]:
    """The estimates of a dry run."""
    from bertprep.train.log import speed_text

    return [
        f"{quantity(measured['steps'], 'step')} over {quantity(measured['rows'], 'row')} "
        f"({measured['epochs']:.1f} epochs): about "
        f"{quantity(measured['words'], 'word')}, {quantity(measured['tokens'], 'token')}, {measured['flops']:.3g} FLOPs, "
        f"{measured['parameters'] / 1e6:.1f} M parameters",
        *mixture_lines(measured),
        f"  about {duration(measured['hours'])}: {speed_text(measured)} in {quantity(measured['measured_steps'], 'step')} "
        f"on {measured['device']}, {quantity(measured['processes'], 'process')}; not counting validation and checkpoints",
        f"  peak memory per process in those steps: {gigabytes(measured['peak_memory_bytes'])}",
        *stored_lines(measured["stored"]),
        "  nothing was written; run the same command without --dry-run to train",
    ]


def stored_lines(stored: dict[str, int]) -> list[str]:
    """How much of the shards in an object store must be on this machine; empty for local shards."""
    if not stored:
        return []
    total, least, enough = (
        f"{stored[name] / 1e9:.3g} GB" for name in ("bytes", "bytes_at_once", "bytes_to_read_ahead")
    )
    return [
        f"  shards in the object store: {total}; {least} must be on this machine at once, and with {enough} the next are "
        "downloaded while these are read (--cache-gb, --cache-dir)"
    ]


def duration(hours: float) -> str:
    """Format a duration: in hours from two hours on, else in minutes."""
    return f"{hours:,.1f} hours" if hours >= 2 else f"{60 * hours:,.1f} minutes"


def gigabytes(count: int | None) -> str:
    """Format a number of bytes, such as `1.25 GB`."""
    return "unknown" if count is None else f"{count / 1e9:.2f} GB"


def mixture_lines(summary: dict[str, Any]) -> list[str]:
    """The share, rows and epochs of each source of a mixture."""
    return [
        f"  {name}: {100 * each['share']:.1f} %, {quantity(each.get('rows', 0), 'row')} ({each.get('epochs', 0.0):.1f} epochs)"
        for name, each in summary.get("mixture", {}).items()
    ]


def training_lines(output: str, summary: dict[str, Any]) -> list[str]:
    """Steps, speed, losses, and the validation results in words and in figures."""
    from bertprep.train.history import read_metrics
    from bertprep.train.log import speed_text

    there = "" if summary["made"] else "already complete, nothing to do: "
    lines = [
        f"{output}: {there}{quantity(summary['steps'], 'step')} over {quantity(summary['rows'], 'row')} "
        f"({summary['epochs']:.1f} epochs), "
        f"{speed_text(summary)}, {summary['seconds']:.0f} s, {gigabytes(summary['peak_memory_bytes'])} peak memory",
        *mixture_lines(summary),
        f"  loss: {number(summary['first_loss'])} initial, {number(summary['last_loss'])} final",
    ]
    if new := summary.get("new_words"):
        lines.append(
            f"  {quantity(new, 'new word')}: each initialized with the mean of the pieces that it was split into"
        )
    if skipped := summary.get("skipped_steps"):
        lines.append(
            f"  {quantity(skipped, 'step')} skipped because a gradient overflowed in float16; the loss scale was lowered"
        )
    if not summary["validation"]:
        lines.append(f"  validation: none ({summary['why_no_validation']})")
    lines += held_out_lines(read_metrics(output) if summary["validation"] else [], summary, "  ")
    if not summary["finished"]:
        lines.append("  stopped early; the checkpoint is saved")
    return lines


def warn_of_damage(console: Console, summary: dict[str, Any]) -> None:
    """Warn of files of the model folder that differ from what was written."""
    for problem in summary["damaged"]:
        console.warn(f"{problem}; the disk may be failing")


def number(value: float | None) -> str:
    """Format a loss; a dash for None."""
    return "-" if value is None else f"{value:.3f}"
