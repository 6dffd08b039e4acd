"""Which value an option has: given on the command line, by a variable, in a file, or its default, in this order.

For a command alone and for the stages of `run` it is found in the same way. A stage within `run` is asked as its own command
would be, with its own variables and table, and the options of `run` itself come on top:

    BERTPREP_MASK_SEED=1 bertprep run ...            masks are drawn by seed 1, pairs by 0
    BERTPREP_MASK_SEED=1 bertprep run ... --seed 2   all are drawn by seed 2: the command line comes first
    [run] seed = 1 beside [mask] seed = 2            refused: neither is nearer

Options that exclude each other (`exclusions`) are refused where they come from the same place; else the nearer one holds.
"""

import dataclasses
import enum
from typing import Any

import click

from bertprep.core.errors import UsageError
from bertprep.core.records import shown

from .config import variable

Source = click.core.ParameterSource


class Precedence(enum.IntEnum):
    """Where a value was given; the higher the nearer."""

    DEFAULT = 0
    FILE = 1
    VARIABLE = 2
    COMMAND_LINE = 3


PLACES = {
    Source.COMMANDLINE: Precedence.COMMAND_LINE,
    Source.PROMPT: Precedence.COMMAND_LINE,
    Source.ENVIRONMENT: Precedence.VARIABLE,
    Source.DEFAULT_MAP: Precedence.FILE,
}


@dataclasses.dataclass
class Given:
    """A value of an option, and where it was given."""

    command: str
    param: click.Parameter
    value: Any
    place: Precedence

    @property
    def is_given(self) -> bool:
        """Whether the user asked for it; a switch that stays off was not asked for."""
        is_off = self.value is False and not self.param.secondary_opts
        return self.place is not Precedence.DEFAULT and not is_off

    @property
    def option(self) -> str:
        """What the user typed, and where that was elsewhere than on the command line."""
        name = self.param.name or ""
        if self.place is Precedence.VARIABLE:
            return variable(self.command, name)
        return f"{name} in [{self.command}]" if self.place is Precedence.FILE else max(self.param.opts, key=len)

    def forget(self) -> None:
        """Take the default instead."""
        default = self.param.default
        self.value, self.place = default if isinstance(default, str | int | float) else None, Precedence.DEFAULT


def given_in(ctx: click.Context, name: str) -> Given:
    """What a command's context holds of an option."""
    param = next(param for param in ctx.command.params if param.name == name)
    place = PLACES.get(ctx.get_parameter_source(name) or Source.DEFAULT, Precedence.DEFAULT)
    value = ctx.params.get(name)
    # what no default was said for is a member of an enumeration of click's own
    return Given(ctx.info_name or "", param, None if isinstance(value, enum.Enum) else value, place)


def given_to_stage(ctx: click.Context, command: click.Command, stage: str, names: dict[str, str]) -> dict[str, Given]:
    """The values of a stage's options within `run`, whose context this is; `names` are those options, with their names there."""
    own = click.Context(command, parent=ctx.parent, info_name=stage)
    in_run = {param.name for param in ctx.command.params}
    values = {}
    for param in command.params:
        if (name := param.name or "") in names:
            value = _asked(own, param)
            values[name] = _nearer(given_in(ctx, names[name]), value) if names[name] in in_run else value
    return values


def _asked(own: click.Context, param: click.Parameter) -> Given:
    try:
        param.handle_parse_result(own, {}, [])
    except click.MissingParameter:  # needed by the command, which would be given it; `run` has it otherwise
        return Given(own.info_name or "", param, None, Precedence.DEFAULT)
    return given_in(own, param.name or "")


def _nearer(run: Given, stage: Given) -> Given:
    if run.place is stage.place and run.is_given and stage.is_given and run.value != stage.value:
        raise UsageError(
            f"{run.option} is {shown(run.value)} and {stage.option} is {shown(stage.value)}; leave one of them out"
        )
    return run if run.place > stage.place else stage
