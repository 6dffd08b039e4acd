"""On a Ray cluster the data are byte-identical, and a lost node costs only its tasks."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import held
import pytest
import store_helpers as helpers
from machines import CONFIG, Network, ip

from bertprep.processes import ray

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not find_spec("ray"), reason="Ray is not installed; pip install 'bertprep[ray]'"),
]


def workers_below(pid):
    """Ray's workers among a process's descendants that are running a task."""
    return [each for each in helpers.descendants(pid) if b"ray::bertprep" in helpers.command_line(each)]


def workers_of(node):
    """The workers of a node that are running a task."""
    return workers_below(next(infos[0].process.pid for name, infos in node.all_processes.items() if name == "raylet"))


@contextlib.contextmanager
def stopped(pids):
    """Stop processes, as if their machine were gone; kill them at the end, since a stopped process notices nothing."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def wait_for_task(gate, node, process):
    """Wait until the command knows that a task has started on a node, where it is held at a gate."""

    def heard():
        assert process.poll() is None, process.communicate()
        return Path(f"{gate}.heard-{node.node_id[:8]}").exists()

    helpers.wait_until(heard)


def log(folder, event):
    lines = map(json.loads, (folder / "run.jsonl").read_text().splitlines())
    return [line for line in lines if line["event"] == event]


def nodes_of(folder):
    """The nodes that made the parts of a folder."""
    return [node for line in log(folder, "places") for node in line["nodes"]]


def test_the_road_on_three_nodes_of_which_one_is_lost_and_one_comes_in_each_stage(cluster, corpus, made, tmp_path):
    out, gates = tmp_path / "out", tmp_path / "{}"
    kept, doomed = cluster.list_all_nodes()[-1], cluster.add_node(num_cpus=1)
    arguments = helpers.road_arguments(corpus, out, "--runner", "ray", "--ray-address", cluster.address, "--json")
    process = helpers.start(arguments, command=held.command(helpers.COMMAND, gates))
    for stage in helpers.STAGES:
        gate = tmp_path / stage
        for node in (kept, doomed):
            wait_for_task(gate, node, process)
        with stopped(workers_of(doomed)):
            cluster.remove_node(doomed, allow_graceful=False)
        doomed = cluster.add_node(num_cpus=1)
        wait_for_task(gate, doomed, process)
        gate.touch()
    told, err = process.communicate(timeout=helpers.HANG_SECONDS)
    cluster.remove_node(doomed)
    assert process.returncode == 0, err
    for stage in helpers.STAGES:
        helpers.assert_same(made / stage, out / stage)
        retries = log(out / stage, "retry")
        assert retries and all(line["part"].endswith(".arrow") for line in retries), stage
    for stage in ("pairs", "shards"):  # their held tasks write the parts
        assert len(set(nodes_of(out / stage))) >= 2
    lost = [stage["lost"] for stage in json.loads(told)["stages"].values()]  # so Ray has printed nothing on stdout
    assert all("lost and done again (its node was lost: " in each for each in lost) and len(lost) == 5, lost


def test_a_killed_driver_on_a_cluster_resumes(cluster, corpus, made, tmp_path):
    for stage in ("clean", "vocab"):
        shutil.copytree(made / stage, tmp_path / stage)
    arguments = helpers.ray_arguments("pairs", corpus, tmp_path, cluster)
    gate, node = tmp_path / "gate", cluster.list_all_nodes()[-1]
    process = helpers.start(arguments, command=held.command(helpers.COMMAND, gate))
    wait_for_task(gate, node, process)
    with stopped(workers_of(node)):
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


def test_a_machine_whose_cable_is_pulled_costs_its_tasks_alone(network, corpus, made, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", held.HERE)
    out, gates, address = tmp_path / "out", tmp_path / "{}", f"{network.net}.1:6379"
    worker = [f"--address={address}", "--num-cpus=1"]
    head = network.add_machine("--head", "--port=6379", "--num-cpus=0", f"--system-config={CONFIG}")
    helpers.wait_until(lambda: ip("netns", "exec", head, "bash", "-c", f": > /dev/tcp/{network.net}.1/6379"))
    doomed = network.add_machine(*worker)
    network.add_machine(*worker)
    arguments = helpers.road_arguments(corpus, out, "--runner", "ray", "--ray-address", address, "--json")
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    run = network.start(head, [*held.command(helpers.COMMAND, gates), *arguments], **streams)

    def both_at_work():
        assert run.poll() is None, run.communicate()
        return len(list(tmp_path.glob("sentences.heard-*"))) == 2

    helpers.wait_until(both_at_work)
    with stopped(workers_below(network.processes[1].pid)):  # so that they are not finished when the network is cut
        network.pull_cable(doomed)
        network.add_machine(*worker)
        for stage in helpers.STAGES:
            (tmp_path / stage).touch()
        _, err = run.communicate(timeout=helpers.HANG_SECONDS)
    assert run.returncode == 0, err
    for stage in helpers.STAGES:
        helpers.assert_same(made / stage, out / stage)
    places = {node.partition("/")[0] for stage in helpers.STAGES for node in nodes_of(out / stage)}
    assert places & {f"{network.net}.3", f"{network.net}.4"} and f"{network.net}.1" not in places
    assert log(out / "sentences", "retry")


def test_without_an_address_a_cluster_is_started_for_the_purpose(corpus, made, tmp_path):
    arguments = [*helpers.stage_arguments("sentences", corpus, tmp_path), "--runner", "ray"]
    code, err = helpers.finish(helpers.start(arguments, command=held.patient(helpers.COMMAND)))
    assert code == 0, err
    helpers.assert_same(made / "sentences", tmp_path / "sentences")


def test_workers_of_our_own_cluster_are_no_nicer_than_the_command():
    code = (
        "import os; from bertprep.processes.connection import connected\n"
        "with connected(None, 1) as ray: print(ray.get(ray.remote(lambda: os.nice(0)).remote()) - os.nice(0))"
    )
    assert subprocess.run(held.patient([sys.executable, "-c", code]), capture_output=True, text=True).stdout == "0\n"


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
