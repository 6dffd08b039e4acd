"""Faults of one machine: killed processes, a full disk, and failing system calls. FAULTS= sets their number per test."""

import os
import shutil
import signal
import subprocess

import faulty
import pytest
import store_helpers as helpers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks at processes through /proc"),
]


@pytest.fixture
def place(request, corpus, made, tmp_path):
    """(stage, folder with the corpus and what comes before the stage)."""
    stage = request.param
    shutil.copytree(corpus, tmp_path / "corpus")
    helpers.put_before(stage, made, tmp_path)
    return stage, tmp_path


every_stage = pytest.mark.parametrize("place", helpers.STAGES, indirect=True)


def arguments_of(stage, out):
    return helpers.stage_arguments(stage, out / "corpus", out)


@pytest.mark.parametrize("victim", ["command", "command by SIGTERM", "worker"])
@every_stage
def test_processes_killed(place, made, victim):
    stage, out = place

    def disturb(draw, seconds):
        process = helpers.start(arguments_of(stage, out))
        helpers.wait_until(lambda: (out / stage / ".lock").exists() or process.poll() is not None)
        targets = (lambda: helpers.workers_of(process.pid)) if victim == "worker" else (lambda: [process.pid])
        number = signal.SIGTERM if "TERM" in victim else signal.SIGKILL
        struck = helpers.killed_at_random(process, draw, targets, number, seconds)
        code, err = helpers.finish(process)
        assert victim != "worker" or code == 0, err  # if a worker is killed, only its task is repeated
        return code, err, [f"{victim} killed"] if struck else []

    faulty.hold("kill", stage, made, out, disturb, faults=2 * faulty.FAULTS)


@every_stage
def test_files_limited(place, made):
    stage, out = place
    largest = max(path.stat().st_size for path in (made / stage).rglob("*"))

    def disturb(draw, _):
        limit = helpers.limited(draw.randrange(100, largest))
        code, err = helpers.command(arguments_of(stage, out), preexec_fn=limit)
        return code, err, ["file too large"] if code else []

    faulty.hold("disk", stage, made, out, disturb)


@every_stage
def test_disk_full(place, made):
    stage, out = place
    size = sum(path.stat().st_size for path in (made / stage).rglob("*"))
    (out / stage).mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(out / stage)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a file system of limited size needs the right to mount one")

    def resize(size):
        subprocess.run(["mount", "-o", f"remount,size={size}", str(out / stage)], check=True)

    def disturb(draw, _):
        resize("40m")
        used = shutil.disk_usage(out / stage).used  # in whole pages; the size cannot be set below this
        resize(used + draw.randrange(4096, size))
        code, err = helpers.command(arguments_of(stage, out))
        if code == 0:
            helpers.assert_same(made / stage, out / stage)
            for path in (out / stage).iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        return code, err, ["disk full"] if code else []

    try:
        faulty.hold("disk", stage, made, out, disturb, lambda: resize("40m"))
    finally:
        subprocess.run(["umount", "-l", str(out / stage)], check=True)


@every_stage
def test_system_calls_fail(place, made, layer, tmp_path_factory):
    stage, out = place
    log = tmp_path_factory.mktemp("log") / "faults"

    def disturb(draw, _):
        return faulty.with_failing_calls(layer, log, out, draw, arguments_of(stage, out))

    faulty.hold("call", stage, made, out, disturb)
