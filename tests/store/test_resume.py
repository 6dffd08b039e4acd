"""However and whenever a run is ended, the same command resumes it and gives the result of an undisturbed run.

Each way to end a run by hand is tested once here; repetitions, and all kinds of faults, are in faults/.
"""

import os
import random
import shutil
import signal
import subprocess

import held
import pytest
import store_helpers as helpers

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks at processes through /proc")


def run_undisturbed(stage, corpus, out):
    code, err = helpers.command_here(helpers.stage_arguments(stage, corpus, out))
    assert code == 0, err


# all stages share the code for lost workers and refused writes; tests/faults tests them for each stage
@pytest.mark.parametrize(
    ("stage", "victim"), [*((stage, "command") for stage in helpers.STAGES), ("clean", "worker"), ("shards", "worker")]
)
def test_killed_and_resumed_same_bytes(stage, victim, corpus, made, tmp_path):
    out = helpers.put_before(stage, made, tmp_path)
    process = helpers.start(helpers.stage_arguments(stage, corpus, out))
    helpers.wait_until(lambda: (out / stage / ".lock").exists() or process.poll() is not None)
    targets = (lambda: [process.pid]) if victim == "command" else (lambda: helpers.workers_of(process.pid))
    helpers.killed_at_random(process, random.Random(stage + victim), targets)
    code, err = helpers.finish(process)
    assert code == 0 or (victim == "command" and code == -signal.SIGKILL), err
    run_undisturbed(stage, corpus, out)
    helpers.assert_same(made / stage, out / stage)


@pytest.mark.parametrize("stage", ["sentences", "pairs", "shards"])
def test_finished_parts_are_not_redone(stage, corpus, made, tmp_path):
    out = helpers.put_before(stage, made, tmp_path)
    shutil.copytree(made / stage, out / stage)
    (out / stage / "manifest.json").unlink()
    parts = sorted((out / stage).glob("train-*.arrow"))
    parts[1].unlink()
    stamps = {path: path.stat().st_ino for path in parts if path != parts[1]}
    run_undisturbed(stage, corpus, out)
    assert {path: path.stat().st_ino for path in stamps} == stamps
    helpers.assert_same(made / stage, out / stage)


@pytest.mark.parametrize("damage", ["truncated", "flipped"])
def test_a_damaged_part_of_an_unfinished_folder_is_redone(damage, corpus, made, tmp_path):
    out = helpers.put_before("pairs", made, tmp_path)
    shutil.copytree(made / "pairs", out / "pairs")
    (out / "pairs" / "manifest.json").unlink()
    part = out / "pairs" / "train-00001-of-00008.arrow"
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(bytes(data) if damage == "flipped" else bytes(data[: len(data) // 2]))
    run_undisturbed("pairs", corpus, out)
    helpers.assert_same(made / "pairs", out / "pairs")


def interrupted(number, corpus, folder):
    """Send a signal to a running stage, of which only the first task ends; returns output, exit code, stderr and workers."""
    out, gate = folder / "out", folder / "gate"
    segment = helpers.stage_arguments("sentences", corpus, out)
    process = helpers.start(segment, command=held.command(helpers.COMMAND, gate, "/piece-", after=1))

    def is_at_work():
        assert process.poll() is None, process.communicate()
        return any((out / "sentences" / ".scratch").glob("*.json")) and held.waiting(gate)

    helpers.wait_until(is_at_work)
    workers = helpers.workers_of(process.pid)
    assert set(held.waiting(gate)) <= set(workers)
    if number == signal.SIGINT:  # as a terminal does: to the whole group
        helpers.kill_group(process, number)
    else:
        os.kill(process.pid, number)
    return out, *helpers.finish(process), workers


def test_interrupt_ends_at_once_and_resumes(corpus, made, tmp_path):
    out, code, err, workers = interrupted(signal.SIGINT, corpus, tmp_path)
    # an empty line first, so that the message is not on the line of the terminal's ^C
    assert (code, err.strip().count("\n")) == (130, 0) and "interrupted" in err and "Traceback" not in err
    assert not [pid for pid in workers if helpers.is_alive(pid)]
    assert not list(out.rglob("*.tmp"))
    run_undisturbed("sentences", corpus, out)
    helpers.assert_same(made / "sentences", out / "sentences")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_the_command(number, corpus, tmp_path):
    _, code, _, workers = interrupted(number, corpus, tmp_path)
    assert code == (-signal.SIGKILL if number == signal.SIGKILL else 143)
    helpers.wait_until(lambda: not [pid for pid in workers if helpers.is_alive(pid)])


@pytest.mark.parametrize("stage", ["clean", "vocab"])
def test_a_refused_write_is_one_message_and_resumes(stage, corpus, made, tmp_path):
    out = helpers.put_before(stage, made, tmp_path)
    arguments = helpers.stage_arguments(stage, corpus, out)
    code, err = helpers.command(arguments, preexec_fn=helpers.limited(1024))
    assert code == 5 and err.count("\n") == 1 and "cannot be written" in err and "Traceback" not in err, err
    assert not list(out.rglob("*.tmp"))
    run_undisturbed(stage, corpus, out)
    helpers.assert_same(made / stage, out / stage)


def test_a_full_disk_is_one_message_and_resumes_once_there_is_room(corpus, made, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=900k", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a file system of limited size needs the right to mount one")
    try:
        code, err = helpers.command(helpers.stage_arguments("sentences", corpus, small))
        assert code == 5 and err.count("\n") == 1 and "No space left" in err, err
        subprocess.run(["mount", "-o", "remount,size=20m", str(small)], check=True)
        run_undisturbed("sentences", corpus, small)
        helpers.assert_same(made / "sentences", small / "sentences")
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
