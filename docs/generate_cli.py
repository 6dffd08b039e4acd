"""Write docs/cli.md from the help of every command, with all options: python docs/generate_cli.py"""

from pathlib import Path

from bertprep_cli.help import MAIN
from bertprep_cli.main import COMMANDS, cli
from click.testing import CliRunner

HEAD = """# The command line

This page is generated from `--help-all` by `python docs/generate_cli.py`; a test checks that it is up to date.
"""


def help_of(*names: str) -> str:
    """What `bertprep NAMES --help` prints, at a width that does not depend on the terminal."""
    result = CliRunner().invoke(
        cli,
        [*names, "--help-all" if names[:1] and names[0] in MAIN else "--help"],
        prog_name="bertprep",
        terminal_width=100,
    )
    return result.output.rstrip()


def page() -> str:
    """The whole of cli.md."""
    parts = [HEAD, f"```text\n{help_of()}\n```\n"]
    parts += [f"## {name}\n\n```text\n{help_of(name)}\n```\n" for name in COMMANDS]
    return "\n".join(parts)


if __name__ == "__main__":
    Path(__file__).with_name("cli.md").write_text(page(), encoding="utf-8")
