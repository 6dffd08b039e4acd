"""`inspect`, `verify` and `report`: commands that look at folders."""

import dataclasses
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from bertprep.core.errors import BertprepError, UsageError

from . import next_step
from .console import Console, written
from .given import Precedence, given_in
from .given_models import local_model
from .options import PLACE, GroupedCommand, talk_options
from .shell import command_line, place

if TYPE_CHECKING:
    from bertprep.report.overview import Held

CURVE_POINTS = 12
ENTRIES_SHOWN = 12


@click.command("inspect", cls=GroupedCommand, epilog="Example: bertprep inspect demo/shards --limit 2")
@click.argument("folder", type=PLACE)
@click.option(
    "--split", type=click.Choice(["train", "validation"]), default="train", show_default=True, help="Split to show."
)
@click.option("--row", type=click.IntRange(0), help="First row to show, instead of random ones.")
@click.option("--limit", type=click.IntRange(1), default=3, show_default=True, help="Number of rows to show.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Random seed of the rows shown.")
@click.option(
    "--guesses",
    type=PLACE,
    metavar="MODEL",
    help="For shards: also show the predictions of this model (extra train).",
)
@talk_options
def inspect_command(
    folder: str, split: str, row: int | None, limit: int, seed: int, guesses: str | None, **values: Any
) -> None:
    """Show rows of FOLDER (sentences, pairs or shards), decoded: masks with their true tokens, and the label.

    For a vocabulary, show sizes and some entries; for a model, its training loss and held-out figures; for a folder of
    several outputs, such as that of a run, what each is, whether it is finished, and the next command.
    """
    from bertprep import store
    from bertprep.report import decoding, legible, overview
    from bertprep.train import history as trained
    from bertprep.vocab.loading import load_vocabulary

    from . import rendering

    console = Console(values)
    if decoding.holds(folder, trained.METRICS):
        _refuse_given(
            f"{folder}: is a model, so its losses are shown",
            "split",
            "row",
            "limit",
            "seed",
            "guesses",
        )
        _show_model(console, folder)
        return
    if not decoding.holds(folder, store.MANIFEST) and (held := overview.outputs_in(folder)):
        _show_overview(console, folder, held)
        return
    if store.read_manifest(folder).content["stage"] == "train-vocab":
        _refuse_given(f"{folder}: is a vocabulary, so some entries are shown", "split", "row", "limit", "guesses")
        vocabulary = load_vocabulary(folder)
        content = decoding.vocabulary(vocabulary, ENTRIES_SHOWN, seed)
        shown = {kind: legible.entries(vocabulary, tokens) for kind, tokens in content["entries_of"].items()}
        lines = rendering.vocabulary_lines(folder, {**content, "entries_of": shown})
        console.result(lines, {"folder": folder, "stage": "train-vocab", **content})
        return
    stage, rows = decoding.sample(folder, split, row, limit, seed)
    if guesses is not None:
        _guess(guesses, folder, stage, rows)
    lines = rendering.rows_lines(stage, legible.rows(folder, stage, rows))
    for token in (token for each in rows for token in each.get("tokens", ())):
        token.pop("guess_id", None)
    console.result(lines, {"folder": folder, "stage": stage, "split": split, "rows": rows})


def _show_model(console: Console, folder: str) -> None:
    """Show the training loss, and the final metrics on held-out rows."""
    from bertprep.report import decoding
    from bertprep.train.history import read_metrics, summary_of

    from . import rendering
    from .figures import held_out_lines

    logged = read_metrics(folder)
    curve, summary = decoding.training_curve(logged, CURVE_POINTS), summary_of(logged)
    held_out = held_out_lines(logged, summary)
    lines = [*rendering.curve_lines(curve), *([""] if held_out else []), *held_out]
    found = {"folder": folder, "stage": "train", "curve": curve, "validation": summary.get("validation")}
    console.result(lines, found)


def _guess(model: str, folder: str, stage: str, rows: list[dict[str, Any]]) -> None:
    """Add a model's predictions to rows of shards."""
    if stage != "mask":
        raise UsageError(
            f"--guesses: {folder} contains the output of {stage}; predictions are for the output of `bertprep mask`"
        )
    from bertprep.train import add_guesses

    add_guesses(local_model(model), folder, rows)


def _refuse_given(what: str, *names: str) -> None:
    """Raise `UsageError` for options about rows if the folder has no rows to show."""
    for name in names:
        if (given := given_in(click.get_current_context(), name)).place is Precedence.COMMAND_LINE:
            raise UsageError(f"{what}; leave out {given.option}")


def _show_overview(console: Console, folder: str, held: list["Held"]) -> None:
    """Show the outputs in a folder, and the next command."""
    from .layout import size, table, terminal_width

    options = ("split", "row", "limit", "seed", "guesses")
    _refuse_given(f"{folder}: holds several outputs, so an overview is shown; name one to see its rows", *options)
    rows = [
        [each.name, each.stage, _count(each.rows), size(each.bytes) or "-", each.state, each.made_from] for each in held
    ]
    heads = ["folder", "made by", "rows", "size", "state", "made from"]
    then = next_step.after_all(folder, held)
    content = {"folder": folder, "folders": [dataclasses.asdict(each) for each in held], "next": then}
    console.result([*table(heads, rows, terminal_width()), f"next: {then}"], content)


def _count(count: int | None) -> str:
    return "-" if count is None else f"{count:,}"


@click.command("verify", cls=GroupedCommand, epilog="Example: bertprep verify demo/shards")
@click.argument("folder", type=PLACE)
@click.option(
    "--against",
    type=PLACE,
    metavar="DIR",
    help="The folder that FOLDER was made from [default: the sibling folder with the recorded digest].",
)
@talk_options
def verify_command(folder: str, against: str | None, **values: Any) -> int:
    """Check every guarantee about FOLDER against its data, and show what was expected and what was found.

    Pairs are compared with the sentences they were made from, and shards with the pairs; for a model and its checkpoints,
    checksums are verified. FOLDER may be a whole run, laid out as by `run`. The exit code is 4 if a guarantee
    is broken.
    """
    from bertprep.report import decoding
    from bertprep.train import history as trained

    console = Console(values)
    below = [folder]
    if decoding.holds(folder, trained.MODEL):
        if against:
            raise UsageError("--against does not apply to a model, of which only checksums are verified; leave it out")
    elif decoding.is_whole_run(folder):
        below = _folders_of_run(folder)
    if against and below != [folder]:
        raise UsageError(
            f"--against applies to a single folder; {folder} is a whole run, whose folders are compared with each other"
        )
    return _show_findings(console, folder, below, against)


def _folders_of_run(run: str) -> list[str]:
    """The data folders of a run, complete or not, in the order of the stages, and its model."""
    from bertprep import store
    from bertprep.core.stages import DATA_STAGES
    from bertprep.report import decoding

    paths = [str(store.join(run, stage.folder)) for stage in DATA_STAGES.values()]
    found = decoding.folders_of(run)
    return [path for path in paths if store.folder_at(path).exists()] + ([found["model"]] if "model" in found else [])


def _show_findings(console: Console, folder: str, folders: list[str], against: str | None) -> int:
    content, broken, open_, warned, total = [], 0, 0, 0, 0
    for one in folders:
        findings = _findings(console, one, against, alone=len(folders) == 1)
        content.append({"folder": one, "promises": [finding.as_dict() for finding in findings]})
        broken += sum(finding.ok is False for finding in findings)
        open_ += sum(finding.ok is None for finding in findings)
        warned += sum(finding.warns for finding in findings)
        total += len(findings)
        if not console.quiet or any(finding.ok is False for finding in findings):
            console.lines([*_table(one, findings), ""])
    summary = f"{total - broken - open_} of {total} guarantees hold" + (f", {open_} not checked" if open_ else "")
    summary += f", {warned} with a warning" if warned else ""
    advice = "; copy the damaged folder again, or make it again with --overwrite" if broken else ""
    then = command_line("bertprep", "inspect", place(folders[-1])) if broken else _after(folders[-1])
    lines = [f"{folder}: {summary}" + (f", {broken} BROKEN{advice}" if broken else ""), f"next: {then}"]
    console.result(
        lines if broken or not console.quiet else [],
        {"folder": folder, "ok": not broken, "folders": content, "next": then},
    )
    return 4 if broken else 0


def _after(folder: str) -> str:
    """The next command for a folder without problems."""
    from bertprep import store
    from bertprep.report import decoding

    is_data = decoding.holds(folder, store.MANIFEST)
    return next_step.after(store.read_manifest(folder).stage if is_data else "train", folder)


def _findings(console: Console, folder: str, against: str | None, alone: bool) -> list[Any]:
    """The findings of `verify` for a folder; one of several folders that cannot be read is a finding too, not an error."""
    from bertprep.processes.runner import reporting_to
    from bertprep.verify import Finding, verify, work

    try:
        total = work(folder)
        with console.progress(f"verify {PurePosixPath(folder).name}", total, "B") as advance, reporting_to(advance):
            return verify(folder, against)
    except BertprepError as error:
        if alone:
            raise
        return [Finding("the folder is finished", "a complete and consistent manifest", str(error), False)]


def _table(folder: str, findings: list[Any]) -> list[str]:
    from .layout import colour, table, terminal_width

    marks = {True: "ok", False: "BROKEN", None: "-"}
    rows = [
        ["warning" if finding.warns else marks[finding.ok], finding.promise, finding.expected, finding.found]
        for finding in findings
    ]
    lines = table(["", "guarantee", "expected", "found"], rows, terminal_width())
    shades: dict[str, dict[str, Any]] = {
        "BROKEN": {"fg": "red", "bold": True},
        "ok": {"fg": "green"},
        "warning": {"fg": "yellow"},
    }
    for number, line in enumerate(lines):
        word = line.split(" ", 1)[0]
        if word in shades:
            lines[number] = colour(word, **shades[word]) + line[len(word) :]
    broken = [f"BROKEN: {finding.promise}: {finding.found}" for finding in findings if finding.ok is False]
    return [colour(folder, bold=True), *lines, *broken]


@click.command("report", cls=GroupedCommand, epilog="Example: bertprep report demo -o report.html")
@click.argument("folder", type=PLACE)
@click.argument("other", required=False, type=PLACE)
@click.option(
    "-o",
    "--output",
    required=True,
    type=PLACE,
    metavar="FILE.html",
    help="HTML file to write; an existing file is replaced.",
)
@talk_options
def report_command(folder: str, other: str | None, output: str, **values: Any) -> None:
    """Show FOLDER, or a whole run with sentences/, vocab/, pairs/, shards/ and model/ in it, as one HTML page.

    It begins with six numbers and what they mean, and shows what was kept and dropped, distributions, masks, tokens, sample
    rows, training curves, predictions on held-out rows, settings and speed. It needs no network and no other file. With
    OTHER, two runs are compared side by side.
    """
    from bertprep.report import SECTIONS, write_report

    console = Console(values)
    if Path(output).is_dir() or Path(output).suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"--output is {output}; give the name of a page, such as report.html")
    with console.progress("report", 3 if other else len(SECTIONS), "sections") as advance:
        made = write_report(folder, output, advance, other)
    lines = [
        f"{output}: {made['bytes'] / 1024:,.0f} KiB, about {', '.join(made['folders'])}",
        "  next: open it in a browser",
    ]
    beside = {"other": other} if other else {}
    console.done(lines, {"folder": folder, **beside, "output": output, "outputs": [written(output)], **made})
