"""Help: the most important options with -h, all with --help-all, and suggestions for unknown options."""

import click

from bertprep.core.synonyms import SYNONYMS, meant

from .commands import COMMANDS, command_of
from .streams import show

HELP_ALL = "bertprep.help_all"  # key in the context: show all options
# the options that `-h` shows, for commands with many options; other commands show all
MAIN = {
    "run": "output until vocab document_separator text_field lang vocab_size max_length model epochs init_from seed "
    "workers overwrite dry_run json quiet config",
    "segment": "output format document_separator text_field lang line_breaks splitter validation_share limit workers overwrite "
    "dry_run json quiet config",
    "train": "output init_from model batch_size epochs steps learning_rate seed device max_minutes overwrite dry_run json quiet "
    "config",
}
# other names that are accepted but not shown
ALIASES = {"--short-prob": "--short-probability", "--no-dynamic": "--static"}


def canonical(arguments: list[str]) -> list[str]:
    """Replace other names of options in a command line by the current ones; words after `--` do not change."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return [_canonical(word) for word in arguments[:end]] + arguments[end:]


def _canonical(word: str) -> str:
    name, mark, value = word.partition("=")
    return ALIASES.get(name, name) + mark + value


class HelpAll(click.Option):
    """`--help-all`."""

    group = "Running"

    def __init__(self) -> None:
        super().__init__(
            ["--help-all"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_all,
            allow_from_autoenv=False,
            help="Show all options and exit.",
        )


def _show_all(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        ctx.meta[HELP_ALL] = True
        for line in ctx.get_help().split("\n"):
            show(line)
        ctx.exit()


def is_shown(ctx: click.Context, param: click.Parameter) -> bool:
    """Whether the requested help shows this option."""
    main = MAIN.get(ctx.command.name or "")
    return main is None or bool(ctx.meta.get(HELP_ALL)) or param.name in (*main.split(), "help", "help_all")


def unknown_option(ctx: click.Context, error: click.NoSuchOption) -> click.NoSuchOption:
    """The error with a suggestion: the option that was probably meant, of this command or of another."""
    own = [name for param in ctx.command.params for name in (*param.opts, *param.secondary_opts) if name[:2] == "--"]
    name = error.option_name
    if found := meant(name, own):
        advice = f"did you mean {found}?"
    elif other := _of_another(name):
        advice = f"{other[1]} is an option of {other[0]}"
    else:
        advice = f"bertprep {ctx.info_name} --help-all shows all options"
    return click.NoSuchOption(name, message=f"no such option {name}; {advice}", ctx=ctx)


def _of_another(name: str) -> tuple[str, str] | None:
    """The command that has an option with this name or a synonym, and the option; None if there is none."""
    plain = name.strip("-").replace("-", "_")
    wanted = {"--" + each.replace("_", "-") for each in (plain, SYNONYMS.get(plain, plain))}
    for command in [command for command in COMMANDS if command != "run"]:
        for param in command_of(command).params:
            if found := wanted & {*param.opts, *param.secondary_opts}:
                return command, found.pop()
    return None
