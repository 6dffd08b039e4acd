"""Faults of a cluster: nodes lost, workers killed, the command killed."""

import os
import shutil
import signal
import time

import faulty
import pytest
import store_helpers as helpers

pytest.importorskip("ray", reason="Ray is not installed; pip install 'bertprep[ray]'")
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("stage", helpers.STAGES)
def test_an_unreliable_cluster(stage, cluster, corpus, made, tmp_path):
    shutil.copytree(corpus, tmp_path / "corpus")
    helpers.put_before(stage, made, tmp_path)
    arguments = helpers.ray_arguments(stage, tmp_path / "corpus", tmp_path, cluster)

    def disturb(draw):
        doomed = cluster.add_node(num_cpus=2)
        process = helpers.start(arguments)
        helpers.wait_until(lambda: working() or process.poll() is not None, 120)
        until = time.monotonic() + draw.random() * 2
        while time.monotonic() < until and process.poll() is None:
            time.sleep(0.002)
        victim = draw.choice(["node lost", "worker killed", "command killed"])
        struck = process.poll() is None
        if victim == "command killed" and struck:
            process.kill()
        if victim == "worker killed":
            workers = working() if struck else []
            struck = bool(workers)
            if workers:
                os.kill(draw.choice(workers), signal.SIGKILL)
        cluster.remove_node(doomed, allow_graceful=victim != "node lost" or not struck)
        code, err = helpers.finish(process, 300)
        return code, err, [victim] if struck else []

    faulty.hold("ray", stage, made, tmp_path, disturb)


def working():
    """Processes of our cluster that are running a task."""
    return [pid for pid in helpers.descendants(os.getpid()) if b"ray::bertprep" in helpers.command_line(pid)]
