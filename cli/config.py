"""Options from the file of `--config` and from environment variables such as `BERTPREP_MASK_SEED`.

The file has one table per command, with option names as keys. In both, a name that belongs to no command or option is an error.
"""

import datetime
import os
import tomllib
from collections.abc import Callable, Iterable
from typing import Any

import click

from bertprep.core import native
from bertprep.core.errors import UsageError
from bertprep.core.records import local_bytes, shown
from bertprep.core.synonyms import meant

from .commands import COMMANDS, command_of
from .failures import TRACEBACK
from .help import ALIASES

PREFIX = "BERTPREP"
CONFIG = f"{PREFIX}_CONFIG"
OWN_VARIABLES = (CONFIG, TRACEBACK, native.VARIABLE)
FILE_OF_GROUP = "bertprep.config"  # key in the context: the path given before the command
ONE = click.Option(["--one"])  # stands for an option with a single value


class ConfigOption(click.Option):
    """`--config`, before or after the command."""

    group = "Running"

    def __init__(self, callback: Callable[..., None], **attributes: Any) -> None:
        super().__init__(
            ["--config"],
            metavar="FILE.toml",
            callback=callback,
            expose_value=False,
            is_eager=True,
            help="Configuration file with default options: one table per command, such as [mask].",
            **attributes,
        )


def note_file(ctx: click.Context, param: click.Parameter, path: str | None) -> None:
    """Store the path that was given before the command; the command reads the file."""
    ctx.meta[FILE_OF_GROUP] = (path, ctx.get_parameter_source(param.name or ""))


def read_file(ctx: click.Context, _: click.Parameter, path: str | None) -> None:
    """Take defaults from the file given after the command, else before it, else by the environment variable."""
    before, source = ctx.meta.get(FILE_OF_GROUP, (None, None))
    if path and before and source is click.core.ParameterSource.COMMANDLINE:
        raise UsageError(f"--config is given twice: {before} and {path}; one file holds the tables of all commands")
    if chosen := path or before:
        tables = _tables(chosen)
        ctx.find_root().default_map = tables
        ctx.default_map = tables.get(ctx.info_name or "", {})


def _tables(path: str) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(local_bytes(path).decode())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not TOML ({error})") from error
    return {name: _table(path, name, table) for name, table in tables.items()}


def _table(path: str, name: str, table: Any) -> dict[str, Any]:
    if name not in COMMANDS:
        raise UsageError(f"{path}: [{name}] is not a command; tables are named after one of: {', '.join(COMMANDS)}")
    if not isinstance(table, dict):
        raise UsageError(f"{path}: {name} = {shown(table)} is not a table; write [{name}] and its options below")
    settable = [
        param for param in command_of(name).params if isinstance(param, click.Option) and param.allow_from_autoenv
    ]
    options: dict[str, click.Parameter] = {param.name or "": param for param in settable}
    names = {old.strip("-").replace("-", "_"): new.strip("-").replace("-", "_") for old, new in ALIASES.items()}
    values: dict[str, Any] = {}
    for key, value in table.items():
        option = names.get(key.replace("-", "_"), key.replace("-", "_"))
        where = f"{path}: [{name}] "
        if option not in options:
            raise UsageError(
                f"{where}has no option {key}{_switched_off(option, options) or did_you_mean(option, options)}"
            )
        if option in values:
            raise UsageError(f"{where}has {key} twice, with - and with _")
        values[option] = _as_on_the_command_line(f"{where}{key}", value, options[option])
    return values


def _as_on_the_command_line(where: str, value: Any, param: click.Parameter) -> Any:
    """Convert a value to the text of the command line, so that the option's type checks it as usual."""
    if isinstance(value, dict) and param.type.name == "json":
        return value
    if isinstance(value, list) and param.type.name == "names":
        return ",".join(_as_on_the_command_line(where, each, ONE) for each in value)
    if isinstance(value, list) and param.nargs != 1:
        return [_as_on_the_command_line(where, each, ONE) for each in value]
    if isinstance(value, bool):
        return value if getattr(param, "is_flag", False) else str(value).lower()
    if isinstance(value, dict | list | datetime.date | datetime.time):
        raise UsageError(f"{where} = {shown(value)}; expected a single value, as on the command line")
    return str(value)


def _switched_off(name: str, options: dict[str, click.Parameter]) -> str:
    """A hint for the negative name of a switch, such as `drop-duplicates` of `--keep-duplicates / --drop-duplicates`."""
    halves = {half: param.opts[0] for param in options.values() for half in param.secondary_opts}
    on = halves.get("--" + name.replace("_", "-"))
    return f"; write {on.removeprefix('--')} = false" if on else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A suggestion for a misspelt name, or an empty text."""
    close = meant(name, known)
    return f"; did you mean {close}?" if close else ""


def variable(command: str, option: str) -> str:
    """The environment variable that sets an option of a command."""
    return f"{PREFIX}_{command}_{option}".upper().replace("-", "_")


def refuse_unknown_variables() -> None:
    """Raise `UsageError` for an environment variable that begins with BERTPREP_ and sets no option."""
    if (switch := os.environ.get(native.VARIABLE, "")) not in ("", "0", "1"):
        raise UsageError(f"{native.VARIABLE} is {shown(switch)}; it must be 0 or 1")
    for name in sorted(os.environ):
        if name.startswith(f"{PREFIX}_") and name not in OWN_VARIABLES:
            # `BERTPREP_TRAIN_VOCAB_SIZE` begins like a variable of `train` too
            commands = [command for command in COMMANDS if name.startswith(variable(command, ""))]
            known = [known for command in commands for known in variables_of(command)]
            if name not in known:
                known = known or [variable(command, "...") for command in COMMANDS]
                raise UsageError(
                    f"{name}: sets no option{did_you_mean(name, [*known, *OWN_VARIABLES])}; variables are named after "
                    "a command and its option, such as BERTPREP_MASK_SEED"
                )


def variables_of(command: str) -> list[str]:
    """The environment variables of all options of a command."""
    return [
        variable(command, param.name or "")
        for param in command_of(command).params
        if isinstance(param, click.Option) and param.allow_from_autoenv
    ]
