"""Running tasks: nothing is lost with a worker, no process outlives the command, errors are passed on."""

import multiprocessing.forkserver
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from held import HANG_SECONDS
from runner_tasks import die, die_once, fail, raise_one, refuse, square, threads
from store_helpers import wait_until

from bertprep.core.errors import InputError, StageError
from bertprep.processes import pool
from bertprep.processes import start as starting
from bertprep.processes.runner import Execution, run_tasks

TWO = Execution(workers=2)
HERE = Execution(workers=1)


@pytest.fixture(autouse=True, params=["spawned", "forked"])
def start(request, monkeypatch):
    """Both ways in which workers are started."""
    monkeypatch.setattr(pool, "_waiting_workers", [])
    monkeypatch.setattr(starting, "_start_method", "spawn")
    if request.param == "forked":
        starting.prepare("bertprep.shards.job")
    return request.param


@pytest.mark.parametrize("execution", [HERE, TWO, Execution(workers=5)])
def test_every_task_has_its_result_once(execution):
    assert sorted(run_tasks(square, [(number,) for number in range(7)], execution)) == [(n, n * n) for n in range(7)]


def test_relative_paths_mean_the_same_in_a_worker(tmp_path, monkeypatch):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        assert {Path(folder).name for _, folder in run_tasks(os.getcwd, [(), ()], TWO)} == {name}


def test_a_dead_worker_costs_its_task_alone(tmp_path):
    results = sorted(run_tasks(die_once, [(number, str(tmp_path)) for number in range(6)], TWO))
    assert results == [(number, number) for number in range(6)]
    assert sorted((tmp_path / "done").read_text().split()) == [str(number) for number in range(6)]  # each done once


def test_a_task_that_kills_its_workers_is_named():
    with pytest.raises(StageError, match=r"task 4 of 5 ended its worker 3 times .*killed"):
        list(run_tasks(die, [(number,) for number in range(5)], TWO))


@pytest.mark.parametrize("execution", [HERE, TWO])
def test_errors_come_through_as_they_are(execution):
    with pytest.raises(InputError, match="line 7 is bad"):
        list(run_tasks(refuse, [(number,) for number in range(4)], execution))


def test_an_unforeseen_error_tells_where_in_the_worker():
    with pytest.raises(ZeroDivisionError) as caught:
        list(run_tasks(fail, [(1,), (0,)], TWO))
    assert "in fail" in "".join(caught.value.__notes__)


KINDS = {
    "two": ("TakesTwoError", "a: message"),
    "lock": ("HoldsALockError", "a message"),
    "notes": ("ForgetsItsNotesError", "a message"),
    "loud": ("EndsAPickleLoudlyError", "a message"),
    "panic": ("Panic", "a message"),
    "local": ("LocalError", "a message"),
    "exit": ("SystemExit", "a message"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_is_told_with_its_type_message_and_traceback_whether_pickle_can_carry_it_or_not(kind):
    with pytest.raises(Exception) as caught:
        list(run_tasks(raise_one, [("none",), (kind,)], TWO))
    name, message = KINDS[kind]
    assert (type(caught.value).__name__, str(caught.value)) == (name, message)
    assert "in raise_one" in "".join(caught.value.__notes__)


def test_a_result_that_cannot_be_pickled_is_told():
    with pytest.raises(TypeError, match="cannot pickle"):
        list(run_tasks(threading.Lock, [(), ()], TWO))


def test_workers_that_end_before_they_begin_are_told_as_that(monkeypatch):
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # every new Python process ends at once
    monkeypatch.setattr(starting, "_start_method", "spawn")
    with pytest.raises(StageError, match=r"workers exit at start-up|no worker process could be started"):
        list(run_tasks(square, [(1,), (2,)], TWO))


@pytest.mark.parametrize("execution", [HERE, TWO])
def test_progress_adds_up_to_the_sizes(execution):
    heard = []
    list(run_tasks(square, [(number,) for number in range(5)], execution, heard.append, [3] * 5))
    assert sum(heard) == 15 and heard.count(1) == 5  # one from within each task, the rest when it ends


def test_lost_work_is_taken_off_the_bar(tmp_path):
    heard = []
    tasks = [(number, str(tmp_path)) for number in range(4)]
    list(run_tasks(die_once, tasks, TWO, heard.append, [10] * 4))
    assert sum(heard) == 40


def test_libraries_start_no_threads_in_workers():
    results = dict(run_tasks(threads, [(number,) for number in range(4)], TWO))
    assert {result[:2] for result in results.values()} == {(1, "1")}
    assert os.getpid() not in {result[2] for result in results.values()}


def test_the_environment_is_that_of_today(monkeypatch):
    for value in ("one", "two"):
        monkeypatch.setenv("BERTPREP_TEST_OF_TODAY", value)
        results = run_tasks(os.getenv, [("BERTPREP_TEST_OF_TODAY",)] * 2, TWO)
        assert {found for _, found in results} == {value}


PARENT = """
import sys
from bertprep.processes.runner import Execution, run_tasks
from bertprep.processes.start import prepare
import runner_tasks

if __name__ == "__main__":
    if sys.argv[2] == "forked":
        prepare()
    list(run_tasks(runner_tasks.never_give_way, [(sys.argv[1], 0), (sys.argv[1], 1)], Execution(workers=2)))
"""


def test_workers_end_with_a_parent_that_is_killed(tmp_path, start):
    (tmp_path / "parent.py").write_text(PARENT)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    parent = subprocess.Popen([sys.executable, tmp_path / "parent.py", tmp_path, start], env=environment)
    files = [tmp_path / "0.pid", tmp_path / "1.pid"]
    wait_until(lambda: all(file.exists() for file in files))
    parent.kill()
    parent.wait()
    workers = [Path("/proc") / file.read_text() for file in files]
    wait_until(lambda: not any(worker.exists() and " Z " not in (worker / "stat").read_text() for worker in workers))


def test_a_fork_server_that_is_killed_is_started_anew(start):
    if start == "spawned":
        return
    assert len(list(run_tasks(square, [(1,), (2,)], TWO))) == 2
    os.kill(multiprocessing.forkserver._forkserver._forkserver_pid, signal.SIGKILL)
    pool._waiting_workers.clear()
    assert sorted(run_tasks(square, [(1,), (2,)], TWO)) == [(0, 1), (1, 4)]


def test_workers_end_when_the_results_are_no_longer_wanted():
    results = run_tasks(time.sleep, [(0,), (HANG_SECONDS,), (HANG_SECONDS,)], TWO)
    next(results)
    began = time.monotonic()
    results.close()
    assert time.monotonic() - began < HANG_SECONDS / 2
