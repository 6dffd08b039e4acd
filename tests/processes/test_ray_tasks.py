"""Tasks on a cluster, with a fake Ray that calls the code for nodes locally and loses nodes on demand."""

import collections
import itertools
import json
import pickle
import sys
import threading
import types

import pytest
from held import HANG_SECONDS
from hypothesis import given, settings
from hypothesis import strategies as st

from bertprep.core import events
from bertprep.core.errors import InputError, StageError, UsageError
from bertprep.processes import connection, ray, worker
from bertprep.processes.pool import MOST_LOSSES
from bertprep.processes.runner import report
from bertprep.store import placed

IDS = [f"{number:08x}" + "0" * 48 for number in range(50)]
FATES = ["well", "worker killed", "node died", "node died early", "node vanished", "node vanished early"]


class RayError(Exception):
    """Stands for the error of this name in Ray."""


class NodeDiedError(RayError):
    """Stands for the error of this name in Ray."""


class WorkerCrashedError(RayError):
    """Stands for the error of this name in Ray."""


class Given:
    """Ray's generator for a task: its messages, the last of which may be an error, or never arrive."""

    def __init__(self, messages):
        self.left = collections.deque(messages)

    def __next__(self):
        return self.left.popleft()


class FakeRay(types.ModuleType):
    """A cluster with one node per attempt and two cores; `fates` are the outcomes of the first attempts."""

    def __init__(self, fates=()):
        super().__init__("ray")
        self.fates, self.alive, self.cancelled, self.here = list(fates), list(IDS), 0, IDS[0]
        errors = (RayError, NodeDiedError, WorkerCrashedError)
        self.exceptions = types.SimpleNamespace(RayTaskError=KeyError, **{error.__name__: error for error in errors})
        self.util = types.SimpleNamespace(get_node_ip_address=lambda: "10.0.0.1")
        self.free = iter(IDS)

    def get_runtime_context(self):
        return types.SimpleNamespace(get_node_id=lambda: self.here)

    def nodes(self):
        shared = {"NodeManagerAddress": "10.0.0.1", "Alive": True, "Resources": {"CPU": 0.04}}
        return [{"NodeID": node, **shared} for node in self.alive]

    def remote(self, **options):
        assert (options["max_retries"], options["num_cpus"]) == (0, 1)
        return lambda function: types.SimpleNamespace(remote=lambda *arguments: self._given(function, *arguments))

    def _given(self, function, *arguments):
        self.here = node = next(self.free)
        messages = list(function(*arguments))
        fate = self.fates.pop(0) if self.fates else "well"
        if fate == "well":
            return Given(messages)
        if fate.startswith("node"):
            self.alive.remove(node)
        ends = {"worker killed": [WorkerCrashedError()], "node died": [NodeDiedError(f"node {node} died")]}
        end = ends.get(fate.removesuffix(" early"), [])
        return Given(end if fate.endswith("early") else [messages[0], *end])

    def wait(self, generators, num_returns, timeout):
        return [each for each in generators if each.left][:num_returns], []

    def get(self, message):
        if isinstance(message, Exception):
            raise message
        return message

    def cancel(self, generator, force=False):
        self.cancelled += 1


@pytest.fixture(scope="module", autouse=True)
def quick():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ray, "CHECK_SECONDS", 0.0)
        patch.setattr(worker, "leave_out_pandas", lambda: None)
        yield patch


def square(number):
    report(7)
    return number * number


def refuse(number):
    raise InputError(f"line {number}: not JSON")


def done(fake, function, count, most=None):
    """Results by number, the progress reported, and the events."""
    told, amounts = [], []
    with pytest.MonkeyPatch.context() as patch, events.scope():
        patch.setitem(sys.modules, "ray", fake)
        events.listen(told.append)

        def advance(amount):
            assert len(tasks.running) <= (most or 2 * ray.AHEAD)
            amounts.append(amount)

        tasks = ray.RayTasks(fake, function, [(number,) for number in range(count)], [10] * count, advance)
        results = dict(tasks.run(most))
    return results, amounts, told


@settings(max_examples=50)
@given(st.lists(st.sampled_from(FATES), max_size=3 * MOST_LOSSES), st.integers(1, 12), st.sampled_from([None, 1, 3]))
def test_whatever_is_lost_all_is_done_and_told(fates, count, most):
    fake = FakeRay(fates)
    try:
        results, amounts, told = done(fake, square, count, most)
    except StageError as error:
        assert "lost its worker or node 4 times" in str(error)
        assert sum(fate not in ("well", "node vanished early") for fate in fates) > MOST_LOSSES
        return
    assert results == {number: number * number for number in range(count)}
    assert sum(amounts) == 10 * count  # the progress bar ends at exactly 100 %
    *retries, places = told
    assert places["event"] == "places"
    assert sorted(itertools.chain(*places["nodes"].values())) == list(range(count))  # each exactly once
    assert {event["event"] for event in retries} <= {"retry"}
    met = fates[: len(fates) - len(fake.fates)]
    counted = collections.Counter(event["reason"] for event in retries)
    assert counted["its worker was killed"] == met.count("worker killed")
    # a task that had not started when its node vanished is submitted again, but does not count as lost
    assert counted["its node was lost"] == sum(met.count(fate) for fate in FATES[2:5])
    assert all(event["node"] for event in retries)


def test_another_version_on_a_node_and_an_error_end_the_work_at_once():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ray, "versions_here", lambda: {"bertprep": "9.9", "Python": "3.11"})
        with pytest.raises(
            UsageError, match=r"on node 10.0.0.1/\w+ bertprep is .*, and here it is 9.9; install the same"
        ):
            done(FakeRay(), square, 3)
    fake = FakeRay()
    with events.scope(), pytest.raises(InputError, match="line 0: not JSON"):
        told = []
        events.listen(told.append)
        done(fake, refuse, 3)
    assert [(event["event"], event["task"], event["node"]) for event in told] == [("failed", 1, "10.0.0.1/00000000")]
    assert fake.cancelled == 3  # no task keeps running


class Clock:
    """A clock that advances by a second each time `ray.wait` is called; tasks get a core after `noon`."""

    now, noon = 0, 1000

    def monotonic(self):
        return self.now


class Late(Given):
    """Like `Given`, for a task that gets no core until noon."""

    clock = Clock()

    @property
    def left(self):
        return self._left if self.clock.now > self.clock.noon else ()

    @left.setter
    def left(self, messages):
        self._left = messages


@pytest.mark.parametrize(
    ("cores", "reason"),
    [
        (0, "the Ray cluster has no node with a CPU; the"),
        (0.04, "no task has started yet; other jobs may hold the 2 CPUs"),
    ],
)
def test_a_cluster_that_starts_nothing_is_told_now_and_then(monkeypatch, cores, reason):
    clock, fake = Clock(), FakeRay()
    monkeypatch.setattr(ray, "time", clock)
    monkeypatch.setitem(globals(), "Given", Late)
    monkeypatch.setattr(Late, "clock", clock)
    wait = fake.wait

    def wait_a_second(*arguments, **options):
        clock.now += 1
        return wait(*arguments, **options)

    monkeypatch.setattr(fake, "wait", wait_a_second)
    nodes = fake.nodes()
    monkeypatch.setattr(fake, "nodes", lambda: [{**node, "Resources": {"CPU": cores}} for node in nodes])
    results, _, told = done(fake, square, 3, most=3)
    assert results == {0: 0, 1: 1, 2: 4}
    *waits, places = told
    assert places["event"] == "places" and len(waits) == 6  # after 30, 60, 120, 240, 480 and 960 seconds
    assert all(wait["event"] == "waiting" and wait["reason"].startswith(reason) for wait in waits)


heard = threading.Semaphore(0)  # for each report that has arrived


def busy():
    for _ in range(3):
        report(2)
        assert heard.acquire(timeout=HANG_SECONDS)
    return "done"


def test_a_task_on_a_node_reports_while_it_works(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(worker, "leave_out_pandas", lambda: None)
    packed = pickle.dumps((busy, ()))
    told = []
    for message in worker.messages(str(tmp_path), packed, seconds=0.01):
        told.append(pickle.loads(message))
        heard.release()
    assert told == [*[("report", 2)] * 3, ("result", "done")]


def test_the_log_of_runs_names_parts_and_nodes_and_stays_short(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    parts = [(number, f"train-{number:05d}-of-00999.arrow") for number in range(500, 999)]
    with placed.losses_counted() as losses, placed.logged(folder, "mask", parts):
        for task in range(200):
            events.tell("retry", task=task + 1, tasks=499, attempt=2, reason="its node was lost", node="10.0.0.4/ab")
        events.tell("places", tasks=499, nodes={"10.0.0.5/cd": list(range(499))})
    *retries, places = map(json.loads, (folder / "run.jsonl").read_text().splitlines())
    assert len(retries) == placed.MOST_LINES and retries[1]["part"] == "train-00501-of-00999.arrow"
    assert places["nodes"] == {"10.0.0.5/cd": list(range(500, 999))}
    assert losses.told() == "200 tasks lost and done again (its node was lost: 200) on 10.0.0.4/ab: 200"
    assert placed.Losses().told() == ""


def test_one_connection_serves_all_tasks_within_and_no_other_is_closed(monkeypatch):
    calls = []

    class Counted(types.ModuleType):
        job_config = types.SimpleNamespace(JobConfig=object)
        is_on = False

        def is_initialized(self):
            return self.is_on

        def init(self, **options):
            calls.append(options.get("num_cpus"))
            self.is_on = True

        def shutdown(self):
            calls.append("shutdown")
            self.is_on = False

    monkeypatch.setitem(sys.modules, "ray", Counted("ray"))

    def connect(workers):
        with connection.connected(None, workers):
            calls.append("work")

    with connection.kept_connection():
        connect(2)
        connect(2)
        connect(3)  # a different cluster
    assert calls == [2, "work", "work", "shutdown", 3, "work", "shutdown"]
    sys.modules["ray"].init()
    calls.clear()
    connect(2)  # made by other code
    assert calls == ["work"]


def test_a_cluster_that_starts_gets_time(monkeypatch):
    tries = []

    def init(**_):
        tries.append(1)
        if len(tries) < 4:
            raise ConnectionError("not ready")

    fake = types.SimpleNamespace(init=init, shutdown=lambda: None)
    monkeypatch.setattr(connection.time, "sleep", tries.append)
    connection._init_with_retries(fake)
    assert tries == [1, connection.START_SECONDS[0], 1, connection.START_SECONDS[1], 1]
