"""Running tasks, however workers are started: valid options, messages, and whether anything is started at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bertprep_cli import console
from bertprep_cli.console import Lines
from runner_tasks import square

from bertprep.core import events
from bertprep.core.errors import StageError, UsageError
from bertprep.processes.runner import Execution, run_tasks

TWO = Execution(workers=2)


@pytest.mark.parametrize("wrong", [{"workers": -1}, {"workers": 1.5}, {"workers": True}, {"runner": "slurm"}])
def test_a_wrong_way_to_run_is_refused(wrong):
    with pytest.raises(UsageError, match=f"{next(iter(wrong))} is .*; it must be"):
        Execution(**wrong)


def test_no_tasks_no_results():
    assert list(run_tasks(square, [], TWO)) == []


def test_a_temporary_folder_with_a_long_path_stops_no_worker(tmp_path, monkeypatch):
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    code = (
        "from bertprep.processes.start import prepare; prepare('json'); from runner_tasks import square; "
        "from bertprep.processes.runner import Execution, run_tasks; "
        "print(sorted(run_tasks(square, [(1,), (2,)], Execution(workers=2))))"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent), "TMPDIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[(0, 1), (1, 4)]\n", "")
    assert not list(folder.iterdir())


def test_importing_the_tasks_starts_no_thread_of_polars():
    stages = "bertprep.sentences.job, bertprep.vocab.job, bertprep.pairs.job, bertprep.shards.job"
    code = f"import bertprep_cli.main, sys, {stages}; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_plain_line_tells_both_rates_and_the_time_left():
    lines = Lines("mask", 4800, "rows", 48_000_000, done=0)
    lines.advance(1200)
    assert lines.line(seconds=3) == "mask: 1,200 of 4,800 rows, 400 rows/s, 4.0 MB/s, 9 s left"
    read = Lines("segment: read", 100_000_000, "B", 100_000_000, done=50_000_000)
    read.advance(25_000_000)
    assert read.line(seconds=5) == "segment: read: 75 of 100 MB, 5.0 MB/s, 5 s left"
    slow = Lines("mask", 4, "rows", 4_000_000, done=0)
    slow.advance(1)
    assert slow.line(seconds=2) == "mask: 1 of 4 rows, 0.5 rows/s, 0.5 MB/s, 6 s left"


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_is_told_beside_a_bar_too(is_terminal, monkeypatch):
    monkeypatch.setattr(console, "PLAIN_SECONDS", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    told = []
    with events.scope():
        events.listen(told.append)
        with console.Console({"json": False, "quiet": False}).progress("mask", 4, "rows") as advance:
            advance(1)
    assert told == [{"event": "progress", "step": "mask", "done": 1, "total": 4, "unit": "rows"}]


def test_a_ray_that_does_not_start_is_told(monkeypatch):
    class Slow:
        class job_config:  # noqa: N801  as Ray calls it
            JobConfig = object

        is_initialized = staticmethod(lambda: False)

        @staticmethod
        def init(**_):
            raise Exception("The current node timed out during startup.\nMore of it.")

    monkeypatch.setitem(sys.modules, "ray", Slow)
    with pytest.raises(
        StageError, match=r"Ray did not start \(The current node timed out during startup.\); run the same"
    ):
        list(run_tasks(square, [(1,)], Execution(workers=1, runner="ray")))
