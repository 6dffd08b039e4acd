"""Modules in the current folder are never run, and a script without a main guard gets a clear error."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from held import HANG_SECONDS
from test_every_command import ANSWERS, LINES, line_of, places  # noqa: F401  a fixture

BERTPREP = Path(sysconfig.get_path("scripts")) / "bertprep"
AS_MODULE = [sys.executable, "-m", "bertprep_cli"]
COMMAND = [str(BERTPREP)] if BERTPREP.exists() else AS_MODULE
DECOYS = (
    "click",
    "numpy",
    "random",
    "json",
    "tempfile",
    "torch",
    "pyarrow",
    "matplotlib",
    "bertprep_cli",
    "sitecustomize",
)
WORKERS = {name: ["--workers", count] for name, count in (("run", "1"), ("segment", "1"), ("build-pairs", "2"))}


@pytest.fixture
def decoys(tmp_path):
    """A folder with modules named like those that commands import; each leaves a trace if it is run."""
    folder = tmp_path / "decoys"
    for name in DECOYS:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(MARK)
    (folder / "bertprep").mkdir()
    (folder / "bertprep" / "__init__.py").write_text(MARK)
    return folder


MARK = """
import os
open(os.path.join(os.path.dirname(__file__), "run-" + __name__), "w").close()
raise SystemExit(9)
"""


def marks(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("run-*"))


def started(command, folder):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


# all commands in one process, which saves seconds per command; it starts like the installed one, with the script's folder first
EACH = """
import sys
from bertprep_cli.main import run

if __name__ == "__main__":
    lines = [line.split("\\t") for line in sys.argv[1:]]
    sys.exit(next((f"{line}: {code}" for line in lines if (code := run(line))), 0))
"""


def test_no_command_runs_modules_of_the_current_folder(places, tmp_path, decoys):  # noqa: F811
    pytest.importorskip("torch")
    pytest.importorskip("matplotlib")
    (tmp_path / "each.py").write_text(EACH)
    made = {**places, "model": tmp_path / "train"}
    lines = [line_of(name, made, tmp_path, out=tmp_path / name) + WORKERS.get(name, []) for name in (*LINES, *ANSWERS)]
    done = started([sys.executable, tmp_path / "each.py", *map("\t".join, lines)], decoys)
    assert (marks(decoys), done.returncode) == ([], 0), done.stderr
    assert "Traceback" not in done.stderr


def test_the_installed_command_runs_no_modules_of_the_current_folder(places, tmp_path, decoys):  # noqa: F811
    done = started([*COMMAND, *line_of("segment", places, tmp_path), "--workers", "2", "--lang", "en"], decoys)
    assert (marks(decoys), done.returncode) == ([], 0), done.stderr


def test_as_a_module_it_runs_none_either(places, tmp_path, decoys):  # noqa: F811
    (decoys / "bertprep_cli.py").unlink()  # this one would be what was asked for
    done = started([*AS_MODULE, *line_of("segment", places, tmp_path), "--workers", "2", "--lang", "en"], decoys)
    assert (marks(decoys), done.returncode) == ([], 0), done.stderr


@pytest.mark.slow
def test_on_ray_it_runs_none_either(places, tmp_path, decoys):  # noqa: F811
    pytest.importorskip("ray")
    done = started([*COMMAND, *line_of("segment", places, tmp_path), "--workers", "1", "--runner", "ray"], decoys)
    assert (marks(decoys), done.returncode) == ([], 0), done.stderr


# -- scripts ----------------------------------------------------------------------------------------------------------

SCRIPT = """
from bertprep.processes.runner import Execution
from bertprep.sentences.job import segment
from bertprep.sentences.settings import SegmentSettings

def make():
    how = Execution({how})
    return segment(["{corpus}"], "{out}", SegmentSettings(lang="en"), how)

{call}
"""
GUARD = 'if __name__ == "__main__":\n    '


@pytest.fixture(scope="module")
def two_files(tmp_path_factory):
    """Text for two workers."""
    folder = tmp_path_factory.mktemp("two")
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(
            f"This is file {name}. It has two sentences.\n\nAnd {name} more documents. Two.\n"
        )
    return folder


@pytest.fixture
def script(tmp_path, two_files):
    """Run a script that calls `segment` on its last line."""

    def run(call, how, out="out"):
        text = SCRIPT.format(how=how, corpus=two_files, out=tmp_path / out, call=call)
        (tmp_path / "make.py").write_text(text)
        return started([sys.executable, "make.py"], tmp_path)

    return run


THREAD = "import threading\nthread = threading.Thread(target=make)\nthread.start()\nthread.join()"


@pytest.mark.parametrize("call", ["make()", "for _ in [1]:\n    make()", "if True:\n    make()", THREAD])
def test_a_script_without_a_guard_is_told_where_it_needs_one_and_nothing_is_touched(call, script, tmp_path):
    done = script(call, "workers=2")
    assert re.search(r"UsageError: \S*make.py, line \d+: each worker runs this script again", done.stderr)
    assert done.stderr.count("Traceback") == 1 and "__name__ == '__main__'" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["make.py"]


def test_without_a_guard_one_worker_is_the_default_and_that_is_told_once(script, tmp_path):
    done = script("make()", "")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "manifest.json").exists()
    if len(os.sched_getaffinity(0)) > 1:
        assert done.stderr.count("UserWarning: one worker does all of the work") == 1


GUARDED = f"{GUARD}make()"
GUARDED_WITHIN = f"try:\n    {GUARD.replace('    ', '        ')}make()\nfinally:\n    pass"


@pytest.mark.parametrize(("call", "how"), [(GUARDED_WITHIN, ""), (GUARDED_WITHIN, "workers=2"), (GUARDED, "2, True")])
def test_with_a_guard_any_number_of_workers_will_do(call, how, script, tmp_path):
    done = script(call, how)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "manifest.json").exists()


def test_one_worker_needs_no_guard(script):
    done = script("make()", "workers=1")
    assert (done.returncode, done.stderr) == (0, "")


def test_workers_that_a_script_starts_run_no_modules_of_the_current_folder(tmp_path, two_files, decoys):
    text = SCRIPT.format(how="workers=2", corpus=two_files, out=tmp_path / "out", call=GUARDED)
    (tmp_path / "script").mkdir()
    (tmp_path / "script" / "make.py").write_text(text)
    done = started([sys.executable, tmp_path / "script" / "make.py"], decoys)
    assert (marks(decoys), done.returncode, done.stderr) == ([], 0, "")


@pytest.mark.parametrize(("closed", "corpus", "expected"), [("<&- >&- 2>&-", "a.txt", 0), ("<&-", "-", 3)])
def test_a_stream_that_was_closed_at_the_start_takes_no_part(tmp_path, closed, corpus, expected):
    (tmp_path / "a.txt").write_text("One sentence is here. Another one is there.\n")
    line = f'exec "$0" "$@" segment {corpus} -o o --validation-share 0 --lang en --workers 1 {closed}'
    done = started(["sh", "-c", line, *COMMAND], tmp_path)
    assert done.returncode == expected, done.stderr
    assert (tmp_path / "o" / "manifest.json").exists() == (expected == 0)
    assert "defect" not in done.stderr


def test_a_pipe_or_device_in_place_of_a_file_of_settings_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.txt").write_text("One sentence is here.\n")
    bounded = ["timeout", str(HANG_SECONDS), "sh", "-c", 'ulimit -v 4000000; exec "$0" "$@"', *COMMAND]
    for place, line in (
        ("pipe", "--config pipe doctor"),
        ("/dev/zero", "--config /dev/zero doctor"),
        ("pipe", "segment a.txt -o o --abbreviations pipe"),
        ("/dev/zero", "segment a.txt -o o --abbreviations /dev/zero"),
        ("pipe", "train a.txt -o o --model-config pipe"),
    ):
        done = started([*bounded, *line.split()], tmp_path)
        assert done.returncode in (2, 3), (line, done)
        assert f"{place}: cannot be read" in done.stderr and "(not a plain file)" in done.stderr
    assert not (tmp_path / "o").exists()
