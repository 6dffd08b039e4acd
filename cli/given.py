"""Find the value of an option: from the command line, an environment variable, the config file, or its default, in this order.

For a stage within `run`, the environment variables and the table of its own command count too, and those of `run`:

    BERTPREP_MASK_SEED=1 bertprep run ...            seed 1 for masks, seed 0 for pairs
    BERTPREP_MASK_SEED=1 bertprep run ... --seed 2   seed 2 for all: the command line has precedence
    [run] seed = 1 and [mask] seed = 2               an error: both have the same precedence

Options that exclude each other (`exclusions`) are an error if they come from the same place; otherwise precedence decides.
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
    """Where a value was given; a higher value takes precedence."""

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
    """The value of an option, and where it was given."""

    command: str
    param: click.Parameter
    value: Any
    place: Precedence

    @property
    def is_given(self) -> bool:
        """Whether the user gave it; a flag that is off counts as not given."""
        is_off = self.value is False and not self.param.secondary_opts
        return self.place is not Precedence.DEFAULT and not is_off

    @property
    def option(self) -> str:
        """The name that the user gave: the option, the environment variable, or the key with its table."""
        name = self.param.name or ""
        if self.place is Precedence.VARIABLE:
            return variable(self.command, name)
        return f"{name} in [{self.command}]" if self.place is Precedence.FILE else max(self.param.opts, key=len)

    def forget(self) -> None:
        """Reset to the default."""
        default = self.param.default
        self.value, self.place = default if isinstance(default, str | int | float) else None, Precedence.DEFAULT


def given_in(ctx: click.Context, name: str) -> Given:
    """The value of an option in the context of a command."""
    param = next(param for param in ctx.command.params if param.name == name)
    place = PLACES.get(ctx.get_parameter_source(name) or Source.DEFAULT, Precedence.DEFAULT)
    value = ctx.params.get(name)
    # an option without a default has a member of an enumeration of click as its value
    return Given(ctx.info_name or "", param, None if isinstance(value, enum.Enum) else value, place)


def given_to_stage(ctx: click.Context, command: click.Command, stage: str, names: dict[str, str]) -> dict[str, Given]:
    """The values of a stage's options within `run`; `ctx` is the context of `run`, `names` maps option -> its name in `run`."""
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
    except click.MissingParameter:  # required by the command of the stage; `run` gets it in another way
        return Given(own.info_name or "", param, None, Precedence.DEFAULT)
    return given_in(own, param.name or "")


def _nearer(run: Given, stage: Given) -> Given:
    if run.place is stage.place and run.is_given and stage.is_given and run.value != stage.value:
        raise UsageError(
            f"{run.option} is {shown(run.value)} and {stage.option} is {shown(stage.value)}; leave one of them out"
        )
    return run if run.place > stage.place else stage
