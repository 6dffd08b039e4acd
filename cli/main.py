"""The `bertprep` command: a group that imports the module of a command only when that command is used."""

import contextlib
import difflib
import os
import signal
import sys
from typing import Any

import click

import bertprep
from bertprep.core import events
from bertprep.core.errors import UsageError
from bertprep.core.without_pandas import leave_out_pandas

from . import limits, streams
from .commands import ALONE, COMMANDS, command_of
from .config import PREFIX, ConfigOption, note_file, refuse_unknown_variables
from .failures import as_object, failure, stopped
from .log_file import is_log_open, open_log
from .streams import is_json_asked, show, show_json, stdout_is_for_json

COMPLETION = "_BERTPREP_COMPLETE"  # set by shell completion


class LazyGroup(click.Group):
    """A group whose help imports none of its commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return command_of(cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        refuse_unknown_variables()
        limits.refuse_too_little()
        return super().invoke(ctx)

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


@click.group(
    cls=LazyGroup,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": PREFIX,
        "max_content_width": 100,
    },
    epilog="Example: bertprep run sample_corpus/english -o demo",
    params=[ConfigOption(note_file)],
)
@click.version_option(bertprep.__version__, prog_name="bertprep", allow_from_autoenv=False)
def cli() -> None:
    """From a text corpus to BERT pre-training data to a trained model.

    The stages are segment, train-vocab, build-pairs, mask and train; run does them all. Every option can also be set by an
    environment variable, such as BERTPREP_MASK_SEED=1, or in the file given with --config. The command line takes
    precedence over environment variables, and those over the file. --config may also follow the command.
    """


def main() -> None:
    """Run the command and exit with its exit code; a user's mistake gives a message, never a traceback."""
    # raising SystemExit releases locks and temporary files; without a handler, PID 1 of a container would ignore SIGTERM
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    streams.open_closed()
    streams.make_sturdy()
    leave_out_pandas()
    if callable(signal.getsignal(signal.SIGINT)):
        signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on, `run` reports it
    sys.exit(run(sys.argv[1:], alone=True))


def advice(error: click.ClickException, arguments: list[str]) -> list[str]:
    """Advice for a usage error: the environment variable that set the option, and an example."""
    lines = []
    ctx, param = getattr(error, "ctx", None), getattr(error, "param", None)
    variable = f"{ctx.auto_envvar_prefix}_{param.name.upper()}" if ctx and param and ctx.auto_envvar_prefix else ""
    if variable in os.environ:
        lines.append(f"The variable {variable} is set; an option on the command line takes precedence.")
    if ctx and ctx.parent and ctx.command.epilog:
        lines.append(ctx.command.epilog)
    elif ctx is None and (name := command_name(arguments)):  # click gives no context for an option without its value
        command = cli.get_command(click.Context(cli), name)
        lines.append(command.epilog or "" if command else "")
    return lines


def command_name(arguments: list[str]) -> str:
    """The name of the command in a command line, or an empty text."""
    return next((argument for argument in arguments if argument in COMMANDS), "")


def refuse_other_bytes(arguments: list[str]) -> None:
    """Raise `UsageError` for arguments or variables that are not UTF-8 (such as old file names): Arrow and JSON require it."""
    variables = [value for name, value in os.environ.items() if name.startswith(f"{PREFIX}_")]
    encoding = sys.getfilesystemencoding()
    for text in [*arguments, *variables]:
        try:
            given = os.fsencode(text).decode()
        except UnicodeDecodeError:
            raise UsageError(f"{os.fsencode(text)!r} is not UTF-8; if it is the name of a file, rename that") from None
        if given != text:
            raise UsageError(
                f"{given!a}: with this locale Python reads names as {encoding}, but this one is UTF-8; "
                "set PYTHONUTF8=1, or LC_ALL=C.UTF-8"
            )


def run(arguments: list[str], alone: bool = False) -> int:
    """Run a command line and return the exit code; `alone`: the process does nothing else."""
    stdout_is_for_json("--json" in arguments)
    with events.scope():
        events.listen(show_waiting)
        try:
            refuse_other_bytes(arguments)
            return invoke(arguments, alone)
        except SystemExit as ended:
            if isinstance(ended.code, int) and ended.code > 128:  # SIGTERM
                message = stopped(f"terminated by signal {ended.code - 128}", command_name(arguments))
                tell_failure(ended.code, [message], arguments)
            raise
        except BaseException as error:  # any exception becomes an error message and an exit code
            code, lines = failure(error, command_name(arguments) or "bertprep")
            if isinstance(error, click.ClickException):
                lines += advice(error, arguments)
            for line in lines:
                show(line, err=True)
            if code:
                tell_failure(code, lines, arguments)
            return code


def show_waiting(event: dict[str, Any]) -> None:
    """Show at once, even with --quiet, that the command is waiting for something."""
    if event["event"] == "waiting":
        show(f"waiting: {event['reason']}", err=True)


def tell_failure(code: int, lines: list[str], arguments: list[str]) -> None:
    """Report a failure to programs: an object on stdout with --json, and an event in the log file."""
    content = as_object(code, lines)
    with contextlib.suppress(UsageError):
        if not is_log_open():  # the error came before --log-file was parsed
            open_log(value_after("--log-file", arguments))
    events.tell("failure", **content)
    if is_json_asked():
        show_json({"error": content})


def value_after(option: str, arguments: list[str]) -> str | None:
    """The value of an option in a command line that click has not parsed."""
    for number, word in enumerate(arguments):
        if word == option and number + 1 < len(arguments):
            return arguments[number + 1]
        if word.startswith(f"{option}="):
            return word.removeprefix(f"{option}=")
    return None


def invoke(arguments: list[str], alone: bool) -> int:
    """Parse and run a command line; returns the exit code."""
    if COMPLETION in os.environ:
        cli.main(arguments, prog_name="bertprep", complete_var=COMPLETION)
    try:
        # not with click's `main`, which treats EOFError as an interruption and handles a broken pipe itself
        with cli.make_context("bertprep", list(arguments), obj=ALONE if alone else None) as ctx:
            result = cli.invoke(ctx)
            return result if isinstance(result, int) else 0
    except click.exceptions.Exit as done:  # raised by --help and --version
        return done.exit_code
