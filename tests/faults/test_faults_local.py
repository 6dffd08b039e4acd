"""Law: whatever befalls the processes and the disk, each stage ends with the same bytes, or with a message, and resumes."""

import os
import shutil
import subprocess

import pytest
import trials

pytest.importorskip("torch")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs /proc")]


@pytest.fixture(scope="module")
def made(corpus, tmp_path_factory):
    out = tmp_path_factory.mktemp("made")
    for stage in trials.STAGES:
        code, err = trials.run(stage, corpus, out)
        assert code == 0, err
    return out


@pytest.mark.parametrize("trial", range(trials.TRIALS))
@pytest.mark.parametrize("kind", ["killed", "worker_killed", "limited", "failing_disk", "any"])
def test_disturbed_same_bytes(kind, trial, made, corpus, tmp_path, counts):
    draw = trials.draw_for(kind, trial)
    shutil.copytree(corpus, tmp_path / "corpus")
    (tmp_path / "out").mkdir()
    disturbances = trials.Disturbances(tmp_path / "corpus", tmp_path, draw, counts)
    trials.disturbed_road(made, tmp_path / "corpus", tmp_path / "out", getattr(disturbances, kind), counts, draw)


@pytest.mark.parametrize("trial", range(trials.TRIALS))
def test_full_disk_same_bytes(trial, made, corpus, tmp_path, counts):
    draw = trials.draw_for("full disk", trial)
    out = tmp_path / "out"
    out.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500m", "tmpfs", str(out)], capture_output=True).returncode:
        pytest.skip("a file system of limited size needs the right to mount one")
    try:
        disturbances = trials.Disturbances(corpus, tmp_path, draw, counts)
        disturbances.kinds = [disturbances.full_disk, disturbances.full_disk, disturbances.killed]
        trials.disturbed_road(made, corpus, out, disturbances.any, counts, draw)
    finally:
        subprocess.run(["umount", "-l", str(out)], check=True)
