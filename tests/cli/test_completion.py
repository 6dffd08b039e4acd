"""Tab completion in real shells. Shells that are not installed are skipped."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

SCRIPTS = sysconfig.get_path("scripts")
# each shell completes as it would itself; zsh uses functions that exist only during completion, so they are replaced
PROGRAMS = {
    "bash": """eval "$(_BERTPREP_COMPLETE=bash_source bertprep)"
        complete -p bertprep > /dev/null
        COMP_WORDS=(bertprep {words}); COMP_CWORD={last}; compopt() {{ echo "$@"; }}
        _bertprep_completion bertprep; printf '%s\\n' "${{COMPREPLY[@]}}" """,
    "zsh": """compdef() {{}}; _path_files() {{ print -- $@ }}
        _describe() {{ print -l -- $completions_with_descriptions }}; compadd() {{ print -l -- $completions }}
        eval "$(_BERTPREP_COMPLETE=zsh_source bertprep)"
        words=(bertprep {words}); CURRENT=$(({last} + 1)); _bertprep_completion""",
    "fish": """_BERTPREP_COMPLETE=fish_source bertprep | source; complete -C 'bertprep {line}'""",
}


def offered(shell, line, folder):
    """What a shell offers after `bertprep LINE`."""
    if shutil.which(shell) is None or not (Path(SCRIPTS) / "bertprep").exists():
        pytest.skip(f"needs {shell}, and bertprep installed")
    words = " ".join(f"'{word}'" for word in line.split(" "))
    program = PROGRAMS[shell].format(words=words, last=len(line.split(" ")), line=line)
    bare = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    environment = {**os.environ, "PATH": f"{SCRIPTS}:{os.environ['PATH']}", "HOME": str(folder)}
    done = subprocess.run(
        [shell, *bare, "-c", program], capture_output=True, text=True, cwd=folder, env=environment, check=False
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return [entry.split("\t")[0].split(":")[0] for entry in done.stdout.splitlines()]


@pytest.mark.parametrize("shell", PROGRAMS)
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ver", ["verify"]),
        ("mask --mask-p", ["--mask-prob"]),
        ("mask pairs --strategy whole-word-z", ["whole-word-zh"]),
        ("run corpus --pairing m", ["matched"]),
    ],
)
def test_commands_options_and_choices(shell, line, expected, tmp_path):
    assert offered(shell, line, tmp_path) == expected


@pytest.mark.parametrize("shell", PROGRAMS)
@pytest.mark.parametrize("line", ["inspect dem", "segment dem", "mask pairs -o dem", "build-pairs s --vocab dem"])
def test_names_of_files(shell, line, tmp_path):
    (tmp_path / "demo").mkdir()
    found = offered(shell, line, tmp_path)
    assert found == {"bash": ["-o default", ""], "zsh": ["-f"], "fish": ["demo/"]}[shell]
