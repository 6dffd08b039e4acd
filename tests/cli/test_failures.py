"""Any exception of a command becomes a message of one line and an exit code; streams that fail do not stop the work."""

import json
import os
import pickle
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import click
import pytest
from bertprep_cli import doctor
from bertprep_cli.commands import COMMANDS, RESUMED
from bertprep_cli.failures import failure
from bertprep_cli.main import run

from bertprep.core.errors import AGAIN, InputError, StageError, StoreError, UsageError
from bertprep.core.places import unreadable
from bertprep.store import object_folder

BERTPREP = Path(sysconfig.get_path("scripts")) / "bertprep"
COMMAND = [str(BERTPREP)] if BERTPREP.exists() else [sys.executable, "-m", "bertprep_cli"]


class Panic(BaseException):
    """An exception like the panics of Rust libraries."""


UNFORESEEN = [
    KeyError("x"),
    ZeroDivisionError("division by zero"),
    RecursionError("maximum recursion depth exceeded"),
    EOFError(),
    Panic("capacity overflow"),
    click.Abort(),
    UnicodeEncodeError("latin-1", "é漢", 1, 2, "ordinal not in range"),
    RuntimeError("line one\nline two " + "x" * 10_000),
    GeneratorExit("not now"),
]
REFUSED = [
    ConnectionResetError(104, "Connection reset by peer"),
    BrokenPipeError(32, "Broken pipe"),
    OSError(24, "Too many open files", "a.txt"),
    OSError(12, "Cannot allocate memory"),
    MemoryError(),
    ImportError("libx.so: failed to map segment from shared object"),
    RuntimeError("can't start new thread"),
]


@pytest.fixture
def raising(monkeypatch, capsys):
    """Run a command that raises this error: (exit code, stdout, stderr)."""

    def run_it(error):
        def fail():
            raise error

        monkeypatch.setattr(doctor, "_needed", fail)
        code = run(["doctor"])
        return code, *capsys.readouterr()

    return run_it


@pytest.mark.parametrize("error", UNFORESEEN, ids=lambda error: type(error).__name__)
def test_an_unexpected_error_is_one_line_with_command_kind_and_how_to_report_it(error, raising):
    code, out, err = raising(error)
    assert (code, out) == (5, "")
    assert err.startswith("bertprep: doctor failed") and err.count("\n") == 1 and len(err) < 1000
    assert type(error).__name__ in err and "report it" in err and "interrupted" not in err


@pytest.mark.parametrize("error", REFUSED, ids=lambda error: type(error).__name__)
def test_an_error_of_the_system_is_one_line_with_a_remedy(error, raising):
    code, out, err = raising(error)
    assert (code, out) == (5, "")
    assert err.startswith("bertprep: ") and err.count("\n") == 1
    assert "bug" not in err and "interrupted" not in err and "; " in err


def test_only_a_signal_is_reported_as_an_interruption(raising):
    code, _, err = raising(KeyboardInterrupt())
    assert code == 130 and "interrupted" in err


def test_only_commands_that_leave_parts_promise_to_resume():
    errors = [
        KeyboardInterrupt(),
        MemoryError(),
        OSError(5, "Input/output error", "a.arrow"),
        unreadable("s3://b/a", OSError("lost")),
    ]
    with pytest.raises(StoreError) as unanswered, object_folder._store_errors("s3://b"):
        raise OSError("lost")
    stopped = StageError(
        "task 1 of 2 ended its worker 3 times", kept=True, advice="try fewer --workers, then", again=AGAIN
    )
    errors += [unanswered.value, stopped, pickle.loads(pickle.dumps(stopped))]  # the last as it arrives from a worker
    for command in COMMANDS:
        for error in errors:
            (line,) = failure(error, command)[1]
            promised = command in RESUMED
            assert ("to resume" in line) == promised and ("are kept" in line) <= promised, (command, line)
            assert re.search("; [^;]*run the same command", line), line


INTERRUPTED_AT = """
import importlib, os, signal, sys

_, command, module = sys.argv
sys.argv = ["bertprep", "--version"]

class Interrupts:
    def find_spec(self, name, *_):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
package, _, name = command.partition(":")
getattr(importlib.import_module(package), name)()
"""


@pytest.mark.parametrize("module", ["click", "bertprep_cli.main", "bertprep.core.events"])
def test_a_signal_during_the_first_imports_is_reported_as_an_interruption_too(module):
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    told = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AT, project["scripts"]["bertprep"], module], capture_output=True, text=True
    )
    assert told.returncode == 130, told.stderr
    assert told.stderr.startswith("bertprep: interrupted") and told.stderr.count("\n") == 1 and not told.stdout


@pytest.mark.parametrize(("kind", "code"), [(UsageError, 2), (InputError, 3), (StoreError, 4), (StageError, 5)])
def test_our_own_errors_are_shown_with_their_messages(kind, code, raising):
    assert raising(kind("what happened")) == (code, "", "bertprep: what happened\n")


@pytest.mark.parametrize("value", ["1", "0", ""])
@pytest.mark.parametrize("error", [KeyError("x"), UsageError("asked wrongly")])
def test_a_traceback_is_shown_only_on_request(error, value, raising, monkeypatch):
    monkeypatch.setenv("BERTPREP_TRACEBACK", value)
    _, _, err = raising(error)
    assert ("Traceback" in err) == ("in fail" in err) == (value == "1")
    assert err.splitlines()[-1].startswith("bertprep: ")


# -- streams ----------------------------------------------------------------------------------------------------------


def entry_point(*arguments, **options):
    """The installed command, in a process of its own."""
    environment = os.environ | options.pop("env", {})
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run([*COMMAND, *map(str, arguments)], env=environment, check=False, **options)


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")


@needs_full
def test_messages_that_cannot_be_written_stop_nothing_and_hide_no_exit_code(small, tmp_path):
    with open("/dev/full", "w") as full:
        done = entry_point("segment", small, "-o", tmp_path / "sentences", "--lang", "en", stderr=full)
        assert done.returncode == 0 and b"next: " in done.stdout
        assert entry_point("segment", tmp_path / "nowhere.txt", "-o", tmp_path / "new", stderr=full).returncode == 3
        assert entry_point("segmnt", stderr=full).returncode == 2


@needs_full
def test_a_result_that_cannot_be_written_is_reported(road):
    with open("/dev/full", "w") as full:
        done = entry_point("inspect", road / "shards", stdout=full)
    assert done.returncode == 5
    assert done.stderr.startswith(b"bertprep: ") and done.stderr.count(b"\n") == 1 and b"No space left" in done.stderr


def test_a_closed_pipe_is_not_a_failure(road):
    process = subprocess.Popen(
        [*COMMAND, "inspect", str(road / "shards"), "--limit", "500"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.read(10)
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == (b"", 0)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8"])
def test_every_encoding_of_stdout_can_show_every_row(encoding, road):
    options = {"env": {"PYTHONIOENCODING": encoding}}
    arguments = ["inspect", road / "sentences", "--limit", "90"]
    shown, told = entry_point(*arguments, **options), entry_point(*arguments, "--json", **options)
    assert [shown.returncode, told.returncode] == [0, 0], shown.stderr
    assert len(shown.stdout.decode(encoding).splitlines()) > 90
    sentences = [one for row in json.loads(told.stdout.decode(encoding))["rows"] for one in row["sentences"]]
    assert any("。" in sentence for sentence in sentences)


# -- what the system refuses ------------------------------------------------------------------------------------------


def limited(limit, value, *arguments, **options):
    """Run the command under a limit, as set by `ulimit`."""
    resource = pytest.importorskip("resource")
    kind = getattr(resource, limit)
    return entry_point(*arguments, preexec_fn=lambda: resource.setrlimit(kind, (value, value)), **options)


def assert_told(done, words):
    """Check for a single line of ours, and exit code 5."""
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 5 and len(lines) == 1, done.stderr
    assert lines[0].startswith("bertprep: ") and words in lines[0]
    assert "bug" not in lines[0] and "interrupted" not in lines[0]


@pytest.fixture
def small(tmp_path):
    """Two files, so that two workers have work."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / "small").mkdir(exist_ok=True)
        (tmp_path / "small" / name).write_text(f"One of {name}. Two.\n\nThree. Four of them.\n")
    return tmp_path / "small"


def test_with_few_open_files_one_worker_works_and_two_get_advice(small, tmp_path):
    done = limited("RLIMIT_NOFILE", 16, "segment", small, "-o", tmp_path / "one", "--workers", 1, "--lang", "en")
    assert done.returncode == 0, done.stderr
    done = limited("RLIMIT_NOFILE", 16, "segment", small, "-o", tmp_path / "two", "--workers", 2, "--lang", "en")
    assert_told(done, "Too many open files")


@pytest.mark.skipif(sys.platform != "linux", reason="others do not hold a program to it")
@pytest.mark.parametrize("megabytes", [100, 450, 600, 850, 1000])
def test_with_little_memory_the_line_says_so(megabytes, small, tmp_path):
    done = limited("RLIMIT_AS", megabytes << 20, "segment", small, "-o", tmp_path / "out", "--workers", 2)
    assert_told(done, "memory")


def test_an_unexpected_error_may_be_lack_of_memory_under_a_limit(raising, monkeypatch):
    monkeypatch.setattr("bertprep_cli.limits.address_space", lambda: 2 << 30)
    code, _, err = raising(NameError("name 'PySeries' is not defined"))
    assert code == 5 and "perhaps out of memory: only 2,147 MB of address space" in err


def test_a_panic_for_too_many_open_files_is_reported_as_that(raising):
    code, _, err = raising(Panic('Os { code: 24, kind: TooManyOpenFiles, message: "Too many open files" }'))
    assert code == 5 and "ulimit -n" in err and "bug" not in err


@pytest.fixture
def deep(tmp_path, monkeypatch):
    """1,200 nested folders, with a text in the innermost; deleted afterwards one by one."""
    names = ["d"] * 1200
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    for name in names:
        os.mkdir(name)
        os.chdir(name)
    Path("a.txt").write_text("One sentence here. And two.\n\nThree of them. And four.\n")
    os.chdir(tmp_path)
    yield Path("deep")
    os.chdir(tmp_path / "deep" / "/".join(names))
    os.remove("a.txt")
    for name in names:
        os.chdir("..")
        os.rmdir(name)


def test_deeply_nested_folders_are_read_and_refused_as_an_output(deep, command):
    code, _, err = command("segment", deep, "-o", "out", "--workers", 1, "--validation-share", 0.5)
    assert code == 0, err
    for output in (deep, "."):
        code, _, err = command("train-vocab", "out", "-o", output, "--workers", 1)
        assert code == 4 and "not made by bertprep" in err


@pytest.mark.parametrize("to", ["parquet", "hf"])
def test_the_current_folder_takes_an_export_if_it_is_empty(to, road, tmp_path, command, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = command("export", road / "shards", "-o", ".", "--to", to)
    assert (code, err) == (0, ""), err
    code, _, err = command("export", road / "shards", "-o", ".", "--to", to)
    assert code in (2, 3, 4) and "is not empty" in err


@pytest.mark.parametrize("name", ["segment", "train-vocab", "mask", "export", "train", "report", "inspect"])
def test_an_empty_path_is_refused(name, tmp_path, command):
    needed = {"export": ["--to", "hf"]}.get(name, [])
    code, _, err = command(name, "", *([] if name == "inspect" else ["-o", tmp_path / "out"]), *needed)
    assert code == 2 and "is empty; give a path" in err
    code, _, err = command(name, tmp_path, "-o", "s3://", *needed) if name != "inspect" else command(name, "s3://")
    assert code == 2 and "s3:// names no bucket" in err
    if name != "inspect":
        code, _, err = command(name, tmp_path, "-o", "", *needed)
        assert code == 2 and "is empty; give a path" in err
