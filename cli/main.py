"""The `bertprep` command: a group that loads a command's module only when that command is asked for."""

import difflib
import importlib
import os
import signal
import sys
import tomllib
from typing import Any

import click

import bertprep
from bertprep.core.errors import UsageError

from . import streams
from .failures import failure
from .options import ALONE

COMPLETION = "_BERTPREP_COMPLETE"  # set by a shell that asks how a line may go on

# command -> module, and what `bertprep --help` says of it; in the order of the road
COMMANDS = {
    "run": ("run", "The whole road: from a corpus to a trained model."),
    "segment": ("data", "Turn corpus files into documents of sentences."),
    "train-vocab": ("data", "Make a WordPiece vocabulary from sentences."),
    "build-pairs": ("data", "Make sentence pairs, half adjacent and half random."),
    "mask": ("data", "Mask pairs into shards, ready to train on."),
    "train": ("train", "Train a BERT on shards."),
    "evaluate": ("train", "Measure a model on held-out shards."),
    "predict": ("train", "Fill [MASK], or tell whether a sentence follows another."),
    "inspect": ("look", "Show rows of any folder, decoded."),
    "verify": ("look", "Recompute every promise about a folder from its data."),
    "export": ("export", "Write shards as Parquet, or ready for other trainers."),
    "report": ("look", "Show a folder or a whole run as one HTML page."),
    "doctor": ("look", "Show what is installed and what this machine has."),
}


class LazyGroup(click.Group):
    """A group whose help needs none of its commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f".{COMMANDS[cmd_name][0]}", __package__)
        return getattr(module, cmd_name.replace("-", "_") + "_command")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name not in COMMANDS and not name.startswith("-"):
            close = difflib.get_close_matches(name, COMMANDS, 1)
            hint = f" Did you mean {close[0]!r}?" if close else f" There are: {', '.join(COMMANDS)}."
            raise click.UsageError(f"No such command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in COMMANDS.items()])


def read_config(ctx: click.Context, _: click.Parameter, path: str | None) -> None:
    """Take defaults from a TOML file: a table for each command, option names with - or _ as keys."""
    if path is None:
        return
    try:
        with open(path, "rb") as file:
            tables = tomllib.load(file)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: not TOML ({error})") from error
    ctx.default_map = {name: _table(ctx, path, name, table) for name, table in tables.items()}
    stages = [name for name in ctx.default_map if name != "run"]
    # `run` is the stages in order, so it takes their tables too
    for_run = {key: value for name in stages for key, value in _as_in_run(name, ctx.default_map[name]).items()}
    ctx.default_map["run"] = {**for_run, **ctx.default_map.get("run", {})}


def _table(ctx: click.Context, path: str, name: str, table: Any) -> dict[str, Any]:
    if name not in COMMANDS:
        raise UsageError(f"{path}: [{name}] is no command; tables are named after one of: {', '.join(COMMANDS)}")
    if not isinstance(table, dict):
        raise UsageError(f"{path}: {name} = {table!r} is no table; write [{name}] and its options below")
    command = ctx.command.get_command(ctx, name)  # type: ignore[attr-defined]
    known = {param.name for param in command.params}
    values = {key.replace("-", "_"): value for key, value in table.items()}
    for key in values:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise UsageError(f"{path}: [{name}] has no option {key}{hint}")
    return values


def _as_in_run(name: str, values: dict[str, Any]) -> dict[str, Any]:
    return {("vocab_size" if (name, key) == ("train-vocab", "size") else key): value for key, value in values.items()}


@click.group(
    cls=LazyGroup,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "BERTPREP",
        "max_content_width": 100,
    },
    epilog="Example: bertprep run sample_corpus/english -o demo",
)
@click.version_option(bertprep.__version__, prog_name="bertprep")
@click.option(
    "--config",
    metavar="FILE.toml",
    callback=read_config,
    expose_value=False,
    is_eager=True,
    help="Defaults for the options: a table for each command, such as [mask].",
)
def cli() -> None:
    """From a text corpus to BERT pre-training data to a trained model.

    The road: segment, train-vocab, build-pairs, mask, train; run does all of it. Every option can also be set by a
    variable, such as BERTPREP_MASK_SEED=1, or in the file given by --config; options given here come first.
    """


def main() -> None:
    """Run the command and end with its exit code; a user's mistake gets a message, never a traceback."""
    # as an exception it lets go of locks and temporary files; and the first process of a container ignores it otherwise
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    streams.make_sturdy()
    sys.exit(run(sys.argv[1:], alone=True))


def advice(error: click.ClickException, arguments: list[str]) -> list[str]:
    """What to try after an option or argument was refused: the variable that set it, and an example."""
    lines = []
    ctx, param = getattr(error, "ctx", None), getattr(error, "param", None)
    variable = f"{ctx.auto_envvar_prefix}_{param.name.upper()}" if ctx and param and ctx.auto_envvar_prefix else ""
    if variable in os.environ:
        lines.append(f"The variable {variable} is set; an option given on the command line comes before it.")
    if ctx and ctx.parent and ctx.command.epilog:
        lines.append(ctx.command.epilog)
    elif ctx is None and (name := command_name(arguments)):  # click forgets where an option without its value stood
        command = cli.get_command(click.Context(cli), name)
        lines.append(command.epilog or "" if command else "")
    return lines


def command_name(arguments: list[str]) -> str:
    """The command that a command line asks for, or nothing."""
    return next((argument for argument in arguments if argument in COMMANDS), "")


def refuse_other_bytes(arguments: list[str]) -> None:
    """`UsageError` for what is no UTF-8, such as a file's old name: neither Arrow nor JSON can hold it."""
    variables = [value for name, value in os.environ.items() if name.startswith("BERTPREP_")]
    for text in [*arguments, *variables]:
        try:
            text.encode()
        except UnicodeEncodeError:
            raise UsageError(f"{os.fsencode(text)!r} is not UTF-8; if it is the name of a file, rename that") from None


def run(arguments: list[str], alone: bool = False) -> int:
    """Run a command line and return the exit code; `alone` where the process does nothing else."""
    try:
        refuse_other_bytes(arguments)
        return invoke(arguments, alone)
    except SystemExit:
        raise
    except BaseException as error:  # the last net: whatever else a command raises is told, in a line
        code, lines = failure(error, command_name(arguments) or "bertprep")
        if isinstance(error, click.ClickException):
            lines += advice(error, arguments)
        for line in lines:
            click.echo(line, err=True)
        return code


def invoke(arguments: list[str], alone: bool) -> int:
    """Do what a command line asks; the exit code."""
    if COMPLETION in os.environ:
        cli.main(arguments, prog_name="bertprep", complete_var=COMPLETION)
    try:
        # not by click's own `main`, which takes an end of file for an interruption, and a broken pipe for none
        with cli.make_context("bertprep", list(arguments), obj=ALONE if alone else None) as ctx:
            result = cli.invoke(ctx)
            return result if isinstance(result, int) else 0
    except click.exceptions.Exit as done:  # --help and --version end so
        return done.exit_code
