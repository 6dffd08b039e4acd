"""Options of the commands, generated from the settings: name, type, default, bounds and help come from the field."""

import dataclasses
import types
import typing
from collections.abc import Callable, Sequence
from typing import Any

import click

from bertprep.core.counts import quantity
from bertprep.core.errors import InputError, UsageError
from bertprep.core.fields import MOST_WORKERS, Settings
from bertprep.core.records import local_bytes, parsed, reason

from . import given
from .config import ConfigOption, read_file
from .exclusions import EXCLUSIONS, Exclusion, refuse_several_fields, settle, with_text_fields_joined
from .help import MAIN, HelpAll, canonical, is_shown, unknown_option
from .log_file import open_log

EXECUTION = (
    "workers",
    "runner",
    "ray_address",
    "overwrite",
)  # the options of `execution_options` that can be set for each stage of `run`
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class GroupedCommand(click.Command):
    """A command whose help lists its options under headings, and ends with an example."""

    exclusions: Sequence[Exclusion] = ()  # if not those of the table EXCLUSIONS

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.params.append(ConfigOption(read_file, allow_from_autoenv=False))
        if self.name in MAIN:
            self.params.append(HelpAll())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        args = with_text_fields_joined(canonical(args))
        refuse_several_fields(args)
        try:
            rest = super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise unknown_option(ctx, error) from None
        if not ctx.resilient_parsing:
            values = {name: given.given_in(ctx, name) for name in ctx.params}
            settle(values, self.exclusions or EXCLUSIONS.get(self.name or "", ()))
            for name, value in values.items():
                if value.place is given.Precedence.DEFAULT:
                    ctx.params[name] = value.value
                    ctx.set_parameter_source(name, click.core.ParameterSource.DEFAULT)
        return rest

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        left = 0
        for param in self.get_params(ctx):
            if isinstance(param, click.Argument):
                continue
            record = param.get_help_record(ctx)
            if record is None:
                continue
            if not is_shown(ctx, param):
                left += 1
            else:
                groups.setdefault(getattr(param, "group", "Options"), []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)
        if left:
            formatter.write(f"\n{quantity(left, 'more option')}: bertprep {self.name} --help-all\n")

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # never wrapped, so that it can be copied
        formatter.write(f"\n{self.epilog}\n")


class GroupedOption(click.Option):
    """An option with the heading under which the help lists it."""

    def __init__(self, *args: Any, group: str = "Options", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """As in click, but a switch that is off by default is shown with its default name first."""
        record = super().get_help_record(ctx)
        if record and self.default is False and self.secondary_opts and not self.secondary_opts[0].startswith("--no-"):
            return " / ".join((*self.secondary_opts, *self.opts)), record[1]
        return record


def settings_options(
    kind: type[Settings], group: str = "Options", rename: dict[str, str] | None = None, skip: tuple[str, ...] = ()
) -> Decorator:
    """Add an option for every field except those in `skip`; `rename` maps fields to other option names."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for field in reversed(dataclasses.fields(kind)):
            name = (rename or {}).get(field.name, field.name)
            if name in skip:
                continue
            function = click.option(*_names(field, name), cls=GroupedOption, group=group, **_attributes(field))(
                function
            )
        return function

    return decorate


def settings_from(kind: type[Settings], values: dict[str, Any], typed: dict[str, str] | None = None) -> Any:
    """Make settings from the values of a command; a `UsageError` names options as the user `typed` them (field -> option)."""
    try:
        return kind(**{field.name: values[field.name] for field in dataclasses.fields(kind)})
    except UsageError as error:
        message = str(error)
        for name, option in (typed or {}).items():
            message = message.replace(f"--{name} ", f"--{option.replace('_', '-')} ") if name != option else message
        raise UsageError(message) from None


def given_values(kind: type[Settings], values: dict[str, Any]) -> dict[str, Any]:
    """The settings that the user gave: on the command line, as environment variables or in the file of --config."""
    default, ctx = click.core.ParameterSource.DEFAULT, click.get_current_context()
    names = [field.name for field in dataclasses.fields(kind)]
    return {name: values[name] for name in names if ctx.get_parameter_source(name) is not default}


def _names(field: dataclasses.Field, name: str) -> tuple[str, str]:
    return name, field.metadata["option"] or "--" + name.replace("_", "-")


class PathOrUrl(click.Path):
    """A path or URI, not empty: an empty path, as from an unset shell variable, would mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not value:
            self.fail("is empty; give a path", param, ctx)
        if str(value).rstrip("/").endswith(":") and "://" in str(value):
            self.fail(f"{value} names no bucket or folder", param, ctx)
        return super().convert(value, param, ctx)


PLACE = PathOrUrl()  # the command checks it; shells complete it as a file name


class WordsFile(click.Path):
    """A file of words; the settings keep the words, not the path, since the words determine the output."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The words, separated by spaces."""
        from bertprep.corpus.sources import read_words

        return read_words(value)


class TemplatesFile(click.Path):
    """A file of Wikipedia templates; the settings keep its lines."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The lines that define templates."""
        from bertprep.corpus.wikipedia import own_templates

        return own_templates.read(value)


class Names(click.ParamType):
    """Names separated by commas; in the file of --config also a list."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The names, separated by commas."""
        return value if isinstance(value, str) else ",".join(map(str, value))


class JsonFile(click.ParamType):
    """A file with a JSON object; the settings keep its content."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Any]:
        """The object; in the file of --config it may be a table."""
        if isinstance(value, dict):
            return value
        try:
            content = parsed(local_bytes(value))
        except (OSError, ValueError) as error:
            raise InputError(
                f"{value}: cannot be read as JSON ({reason(error)}); expected a Hugging Face config.json"
            ) from None
        if not isinstance(content, dict):
            raise InputError(f"{value}: contains no JSON object; expected a Hugging Face config.json")
        return content


TYPES: dict[str, type[click.ParamType]] = {  # by the unit of a setting
    "file": WordsFile,
    "lines file": TemplatesFile,
    "config.json": JsonFile,
    "names": Names,
}


def _attributes(field: dataclasses.Field) -> dict[str, Any]:
    meta = field.metadata
    base = _base_type(field.type)
    attributes: dict[str, Any] = {"default": field.default, "help": meta["help"]}
    attributes["show_default"] = field.default is not None
    if meta["choices"]:
        attributes["type"] = click.Choice(meta["choices"])
    elif base is not bool:
        attributes["type"] = TYPES[meta["unit"]]() if meta["unit"] in TYPES else base
    if meta["unit"] and base is not bool:
        attributes["metavar"] = meta["unit"].split()[-1].upper()
    return attributes


def _base_type(kind: Any) -> Any:
    """The type without None: `int` for `int | None`."""
    if isinstance(kind, types.UnionType):
        return next(part for part in typing.get_args(kind) if part is not type(None))
    return kind


def execution_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that change how a stage runs, but not its output."""
    runner = {"type": click.Choice(["local", "ray"]), "default": "local", "show_default": True}
    options = [
        running(
            "--workers",
            type=click.IntRange(1, MOST_WORKERS),
            help="Number of worker processes [default: one per core; one where the input is small].",
        ),
        running(
            "--runner",
            **runner,
            help="Where the work runs: local, in processes on this machine; ray, on a Ray cluster.",
        ),
        running(
            "--ray-address",
            metavar="ADDRESS",
            help="Address of the Ray cluster, such as auto or HOST:6379 [default: start one on this machine].",
        ),
        running("--overwrite", is_flag=True, help="Replace what is in the output folder."),
        running("--dry-run", is_flag=True, help="Show what would be made and why, without making it."),
    ]
    return _apply([*options, *_talk_options()], function)


def running(*names: str, **attributes: Any) -> Decorator:
    """An option under the heading "Running"."""
    return click.option(*names, cls=GroupedOption, group="Running", **attributes)


def cache_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --cache-dir and --cache-gb, for commands that read shards from an object store."""
    return _apply(
        [
            running(
                "--cache-dir",
                type=PLACE,
                metavar="DIR",
                help="Local folder for shards and models from an object store; shards stay there for the next run "
                "[default: below ~/.cache; shards are deleted at the end].",
            ),
            running(
                "--cache-gb",
                type=float,
                metavar="GB",
                help="Maximum size of the cached shards in GB, and separately of the cached models [default: the shards that are "
                "shuffled together and the next one; 20 GB of models].",
            ),
        ],
        function,
    )


def talk_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json, --quiet and --log-file."""
    return _apply(_talk_options(), function)


def _talk_options() -> list[Decorator]:
    return [
        running(
            "--json",
            is_flag=True,
            help="Print one JSON object on stdout: the result, or the error. Progress stays on stderr.",
        ),
        running("--quiet", "-q", is_flag=True, help="No progress, messages or summary; only warnings and errors."),
        running(
            "--log-file",
            type=click.Path(dir_okay=False),
            metavar="FILE",
            callback=lambda ctx, param, path: open_log(path),
            expose_value=False,
            help="Append events (warnings, retries, failures, ...) to this file, as JSON lines with time stamps.",
        ),
    ]


def _apply(options: list[Decorator], function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(options):
        function = option(function)
    return function
