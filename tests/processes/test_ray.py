"""On a Ray cluster the data are byte-identical, and a lost node costs only its tasks."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest
import store_helpers as helpers
from machines import CONFIG, Network, ip

from bertprep.processes import ray

pytest.importorskip("ray", reason="Ray is not installed; pip install 'bertprep[ray]'")

pytestmark = pytest.mark.slow


def workers_below(pid):
    """Ray's workers among a process's descendants that are running a task."""
    return [each for each in helpers.descendants(pid) if b"ray::bertprep" in helpers.command_line(each)]


def working(node):
    """The workers of a node that are running a task."""
    return workers_below(next(infos[0].process.pid for name, infos in node.all_processes.items() if name == "raylet"))


def held_workers(stage, node, process):
    """Wait until a node works on a stage, and stop its workers, as if the machine were gone; empty if it is too late."""

    def caught():
        began = stage.exists() and not (stage / "manifest.json").exists()
        return process.poll() is not None or (stage / "manifest.json").exists() or (began and working(node))

    found = helpers.wait_until(caught, 120)
    workers = found if isinstance(found, list) else []
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    return workers


def log(folder, event):
    lines = map(json.loads, (folder / "run.jsonl").read_text().splitlines())
    return [line for line in lines if line["event"] == event]


def nodes_of(folder):
    """The nodes that made the parts of a folder."""
    return [node for line in log(folder, "places") for node in line["nodes"]]


def test_the_road_on_three_nodes_of_which_one_is_lost_and_one_comes_in_each_stage(cluster, corpus, made, tmp_path):
    doomed, stopped, struck = cluster.add_node(num_cpus=1), [], []
    process = helpers.start(
        helpers.road_arguments(corpus, tmp_path, "--runner", "ray", "--ray-address", cluster.address, "--json")
    )
    for stage in helpers.STAGES:
        if workers := held_workers(tmp_path / stage, doomed, process):
            cluster.remove_node(doomed, allow_graceful=False)
            os.kill(process.pid, signal.SIGSTOP)  # so that it is not finished before the next node joins
            doomed = cluster.add_node(num_cpus=1)
            os.kill(process.pid, signal.SIGCONT)
            stopped += workers
            struck.append(stage)
    out, err = process.communicate(timeout=300)
    for pid in stopped:  # a stopped process does not notice that its cluster is gone
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    cluster.remove_node(doomed)
    assert process.returncode == 0, err
    for stage in helpers.STAGES:
        helpers.assert_same(made / stage, tmp_path / stage)
    retried = [stage for stage in struck if log(tmp_path / stage, "retry")]
    # a task may end, or not have reported its start yet, while its worker is being stopped
    assert len(struck) >= 3 and retried, (struck, retried)
    assert all(line["part"].endswith(".arrow") for stage in retried for line in log(tmp_path / stage, "retry"))
    assert len({node for stage in helpers.STAGES for node in nodes_of(tmp_path / stage)}) >= 2
    told = [stage["lost"] for stage in json.loads(out)["stages"].values()]  # so Ray has printed nothing on stdout
    assert sum("lost and done again (its node was lost: " in each for each in told) == len(retried), told


def test_a_killed_driver_on_a_cluster_resumes(cluster, corpus, made, tmp_path):
    for stage in ("clean", "vocab"):
        shutil.copytree(made / stage, tmp_path / stage)
    arguments = helpers.ray_arguments("pairs", corpus, tmp_path, cluster)
    process = helpers.start(arguments)
    node = next(node for node in cluster.list_all_nodes() if node is not cluster.head_node)
    assert held_workers(tmp_path / "pairs", node, process)
    os.kill(process.pid, signal.SIGKILL)
    helpers.finish(process)
    code, err = helpers.command(arguments)  # the stopped worker must be gone, or there would be no free core
    assert code == 0, err
    helpers.assert_same(made / "pairs", tmp_path / "pairs")


def test_a_spread_in_two_levels_on_a_cluster_gives_the_same_data(cluster, corpus, made, tmp_path, monkeypatch):
    monkeypatch.setattr(helpers, "COMMAND", helpers.TWO_LEVELS)
    grouped = {
        "sentences": ["segment: group"],
        "clean": [f"clean: {kind}, groups" for kind in ("hashes", "bands", "shared", "sketched")],
        "vocab": ["train-vocab: words, groups"],
    }
    for stage, expected in grouped.items():
        code, err = helpers.command(helpers.ray_arguments(stage, corpus, tmp_path, cluster))
        assert code == 0, err
        helpers.assert_same(made / stage, tmp_path / stage)
        assert [line["stage"] for line in log(tmp_path / stage, "places") if "group" in line["stage"]] == expected


@pytest.fixture
def network():
    with tempfile.TemporaryDirectory(prefix="bp", dir="/tmp") as folder:  # a short path, since it contains sockets
        made = Network(folder)
        try:
            yield made
        finally:
            made.end()


@pytest.mark.skipif(
    "FAULTS" not in os.environ, reason="of a long run (FAULTS=1): when Ray gives a machine work is chance"
)
def test_a_machine_whose_cable_is_pulled_costs_its_tasks_alone(network, corpus, made, tmp_path):
    address = f"{network.net}.1:6379"
    worker = [f"--address={address}", "--num-cpus=1"]
    head = network.add_machine("--head", "--port=6379", "--num-cpus=0", f"--system-config={CONFIG}")
    helpers.wait_until(lambda: ip("netns", "exec", head, "bash", "-c", f": > /dev/tcp/{network.net}.1/6379"))
    doomed = network.add_machine(*worker)
    network.add_machine(*worker)
    arguments = helpers.road_arguments(corpus, tmp_path, "--runner", "ray", "--ray-address", address, "--json")
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    run = network.start(head, [*helpers.COMMAND, *arguments], **streams)

    def at_work():
        assert run.poll() is None, run.communicate()
        return workers_below(network.processes[1].pid)

    for pid in helpers.wait_until(at_work, 120):
        os.kill(pid, signal.SIGSTOP)  # so that it is not finished when the network is cut
    network.pull_cable(doomed)
    network.add_machine(*worker)
    _, err = run.communicate(timeout=200)
    assert run.returncode == 0, err
    for stage in helpers.STAGES:
        helpers.assert_same(made / stage, tmp_path / stage)
    places = {node.partition("/")[0] for stage in helpers.STAGES for node in nodes_of(tmp_path / stage)}
    assert places & {f"{network.net}.3", f"{network.net}.4"} and f"{network.net}.1" not in places


def test_without_an_address_a_cluster_is_started_for_the_purpose(corpus, made, tmp_path):
    code, err = helpers.command([*helpers.stage_arguments("sentences", corpus, tmp_path), "--runner", "ray"])
    assert code == 0, err
    helpers.assert_same(made / "sentences", tmp_path / "sentences")


def test_workers_of_our_own_cluster_are_no_nicer_than_the_command():
    code = (
        "import os; from bertprep.processes.connection import connected\n"
        "with connected(None, 1) as ray: print(ray.get(ray.remote(lambda: os.nice(0)).remote()) - os.nice(0))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "0\n"


def test_errors_come_through_and_what_is_not_as_here_is_told(cluster, command, tmp_path, monkeypatch):
    (tmp_path / "bad.jsonl").write_text('{"text": "fine"}\nnot JSON\n')

    def refusal(address, folder):
        on = ["--runner", "ray", "--ray-address", address]
        code, out, err = command("segment", tmp_path / "bad.jsonl", "-o", tmp_path / folder, *on)
        assert not out and err.count("\n") == 1 and "Traceback" not in err and not (tmp_path / folder).exists()
        return code, err

    code, err = refusal(cluster.address, "out")
    assert code == 3 and "line 2: not JSON" in err
    code, err = refusal("127.0.0.1:1", "new")
    assert code == 2 and "no Ray cluster is reachable" in err
    code, err = refusal("ray://127.0.0.1:1", "new")
    assert code == 2 and "must be auto or HOST:PORT" in err
    monkeypatch.setattr(ray, "versions_here", lambda: {"bertprep": "9.9"})
    code, err = refusal(cluster.address, "new")
    assert (
        code == 2 and "bertprep is 0." in err and "and here it is 9.9; install the same versions on every node" in err
    )
