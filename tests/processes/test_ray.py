"""Law: on a Ray cluster the data are the same to the byte, and a lost node costs its tasks alone."""

import os
import shutil
import signal

import pytest
import store_helpers as helpers

pytest.importorskip("ray", reason="Ray is not installed; pip install 'bertprep[ray]'")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Long enough to be at work when a node is lost."""
    folder = tmp_path_factory.mktemp("corpus")
    helpers.write_corpus(folder, megabytes=4.0)
    return folder


def test_the_road_on_a_cluster_that_loses_a_node(cluster, corpus, made, tmp_path):
    for stage in helpers.STAGES:
        doomed = cluster.add_node(num_cpus=1)
        process = helpers.start(helpers.ray_arguments(stage, corpus, tmp_path, cluster))
        helpers.wait_until(lambda: list((tmp_path / stage).rglob("*.arrow")) or process.poll() is not None, 120)  # noqa: B023
        cluster.remove_node(doomed, allow_graceful=False)
        code, err = helpers.finish(process, 300)
        assert code == 0, err
        helpers.assert_same(made / stage, tmp_path / stage)


def test_a_killed_driver_on_a_cluster_resumes(cluster, corpus, made, tmp_path):
    for stage in ("clean", "vocab"):
        shutil.copytree(made / stage, tmp_path / stage)
    arguments = helpers.ray_arguments("pairs", corpus, tmp_path, cluster)
    process = helpers.start(arguments)
    helpers.wait_until(lambda: list((tmp_path / "pairs").glob("*.arrow")) or process.poll() is not None, 120)
    assert process.poll() is None, helpers.finish(process)
    os.kill(process.pid, signal.SIGKILL)
    helpers.finish(process)
    code, err = helpers.command(arguments)
    assert code == 0, err
    helpers.assert_same(made / "pairs", tmp_path / "pairs")


def test_without_an_address_a_cluster_is_started_for_the_purpose(corpus, made, tmp_path):
    code, err = helpers.command([*helpers.stage_arguments("sentences", corpus, tmp_path), "--runner", "ray"])
    assert code == 0, err
    helpers.assert_same(made / "sentences", tmp_path / "sentences")


def test_errors_come_through_and_a_wrong_address_is_told(cluster, tmp_path):
    (tmp_path / "bad.jsonl").write_text('{"text": "fine"}\nnot JSON\n')
    there = ["--runner", "ray", "--ray-address"]
    code, err = helpers.command(["segment", tmp_path / "bad.jsonl", "-o", tmp_path / "out", *there, cluster.address])
    assert code == 3 and "line 2: not JSON" in err and "Traceback" not in err
    arguments = ["segment", tmp_path / "bad.jsonl", "-o", tmp_path / "new", *there, "127.0.0.1:1"]
    code, err = helpers.command(arguments)
    assert code == 2 and "no Ray cluster is reachable" in err
