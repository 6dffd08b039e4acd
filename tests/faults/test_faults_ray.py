"""Faults of a cluster: nodes lost, workers killed, the command killed."""

import os
import shutil
import time
from importlib.util import find_spec

import faulty
import pytest
import store_helpers as helpers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not find_spec("ray"), reason="Ray is not installed; pip install 'bertprep[ray]'"),
]


@pytest.mark.parametrize("stage", helpers.STAGES)
def test_an_unreliable_cluster(stage, cluster, corpus, made, tmp_path):
    shutil.copytree(corpus, tmp_path / "corpus")
    helpers.put_before(stage, made, tmp_path)
    arguments = helpers.ray_arguments(stage, tmp_path / "corpus", tmp_path, cluster)

    def disturb(draw, seconds):
        doomed = cluster.add_node(num_cpus=2)
        process = helpers.start(arguments)
        helpers.wait_until(lambda: working() or process.poll() is not None)
        until = time.monotonic() + draw.random() * seconds
        while time.monotonic() < until and process.poll() is None:
            time.sleep(0.002)
        victim = draw.choice(["node lost", "worker killed", "command killed"])
        struck = process.poll() is None
        if victim == "command killed" and struck:
            process.kill()
        if victim == "worker killed":
            struck = helpers.killed_at_random(process, draw, working, seconds=0)
        cluster.remove_node(doomed, allow_graceful=victim != "node lost" or not struck)
        code, err = helpers.finish(process)
        return code, err, [victim] if struck else []

    faulty.hold("ray", stage, made, tmp_path, disturb)


def working():
    """Processes of our cluster that are running a task."""
    return [pid for pid in helpers.descendants(os.getpid()) if b"ray::bertprep" in helpers.command_line(pid)]
