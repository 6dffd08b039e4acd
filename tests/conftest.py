"""Shared fixtures: all stages on a small corpus, made once, servers, and ways to run commands."""

import gc
import json
import os
import signal
import sys
from pathlib import Path

import held
import pytest
import store_helpers as helpers
from bertprep_cli import checks, console
from bertprep_cli.main import run
from hypothesis import HealthCheck, settings

from bertprep.core import events, places

# no deadlines: a test must not fail on a slow machine
settings.register_profile("default", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")

# tests start hundreds of commands; without stored bytecode each would compile the package again
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# libraries such as torch keep so many objects alive that garbage collection takes a twentieth of the time
gc.set_threshold(50_000, 20, 50)

# in a background job of a shell, SIGINT is ignored, and commands started by the tests would inherit that
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file():
    """Collect no doctests below tests/: there are none, and every benchmark would be imported for that."""
    return [each for each in (yield) if type(each).__name__ != "DoctestModule"]


def pytest_terminal_summary(terminalreporter):
    """Report how many faults the tests in faults/ injected, and how the runs ended."""
    if faulty := sys.modules.get("faulty"):
        faulty.show(terminalreporter)


ROOT = Path(__file__).parent.parent
SAMPLE_CORPUS = ROOT / "sample_corpus" / "small"


@pytest.fixture(scope="session", autouse=True)
def nothing_waits_for_the_disk():
    """Disable fsync, which would be called thousands of times; no test simulates a power failure."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_output_depends_on_the_time_taken():
    """Disable progress lines, which only slow runs print, and the time limits of checks and forecasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console, "PLAIN_SECONDS", helpers.HANG_SECONDS)
        patch.setattr(checks, "SECONDS", helpers.HANG_SECONDS)
        if "torch" in sys.modules:
            from bertprep.train import dry_run, log

            patch.setattr(log, "SECONDS_BETWEEN_LINES", helpers.HANG_SECONDS)
            patch.setattr(dry_run, "SECONDS", helpers.HANG_SECONDS)
        yield


@pytest.fixture(autouse=True)
def no_listener_stays():
    """Close the log that a test opens by parsing a command line with --log-file."""
    with events.scope():
        yield


@pytest.fixture(autouse=True)
def no_command_stays():
    """Kill commands that are still running because a test failed before their end."""
    yield
    helpers.end_started()


@pytest.fixture(scope="session")
def sample_corpus():
    return SAMPLE_CORPUS


@pytest.fixture(scope="session")
def road(tmp_path_factory, sample_corpus):
    """The data folders of the sample corpus with short rows: a folder with sentences, vocab, pairs and shards."""
    folder = tmp_path_factory.mktemp("road")
    options = ["--vocab-size", "2000", "--max-length", "48", "--validation-share", "0.1", "--workers", "1", "--quiet"]
    assert run(["run", str(sample_corpus), "-o", str(folder), "--until", "mask", *options]) == 0
    return folder


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    """A generated corpus of JSON lines and text, with files large enough to be cut and files small enough to be grouped."""
    folder = tmp_path_factory.mktemp("corpus")
    helpers.write_corpus(folder, megabytes=0.8, files=2)
    helpers.write_corpus(folder / "more", megabytes=0.2, files=3, seed=1, kind="txt")
    return folder


@pytest.fixture(scope="session")
def made(corpus, tmp_path_factory):
    """The data folders of `corpus`, made by two workers without faults."""
    out = tmp_path_factory.mktemp("made")
    helpers.make_road(corpus, out)
    return out


@pytest.fixture(scope="module")
def s3_port():
    """The port of a running S3 server with an empty bucket."""
    boto3 = pytest.importorskip("boto3", reason="needs an S3 server; pip install 'bertprep[objects]'")
    pytest.importorskip("moto", reason="needs an S3 server; pip install 'bertprep[objects]'")
    import s3_helpers as s3

    with s3.server() as port, pytest.MonkeyPatch.context() as patch:
        for name, value in s3.environment(port).items():
            patch.setenv(name, value)
        boto3.client("s3").create_bucket(Bucket=s3.BUCKET)
        yield port


@pytest.fixture(scope="module")
def bucket(s3_port):
    """A client of a running S3 server with an empty bucket; the environment points there."""
    import boto3

    places._from_uri.cache_clear()  # connections to the server of another module
    return boto3.client("s3")


@pytest.fixture(scope="module")
def cluster():
    """A Ray cluster with one node, and a head that runs no tasks."""
    pytest.importorskip("ray", reason="Ray is not installed; pip install 'bertprep[ray]'")
    from ray.cluster_utils import Cluster

    class Patient(Cluster):
        def _wait_for_node(self, node, timeout=helpers.HANG_SECONDS):
            super()._wait_for_node(node, timeout)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ray._private.node.time", held.SlowClock)
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))  # so that the nodes can import `held`
        made = Patient(initialize_head=True, head_node_args={"num_cpus": 0, "_system_config": helpers.CLUSTER})
        made.add_node(num_cpus=1)
        yield made
        made.shutdown()


@pytest.fixture
def command(capsys):
    """Run a command line in this process: command("mask", ...) -> (exit code, stdout, stderr)."""

    def run_command(*arguments):
        code = run([str(one) for one in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run_command


@pytest.fixture
def result(command):
    """Run a command line with --json and return what it prints."""

    def run_json(*arguments):
        code, out, err = command(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    return run_json


@pytest.fixture
def refused(tmp_path: Path, command):
    """Run `segment` on paths below the folder; returns its message, after checks that hold for every refusal."""

    def run(*names: str, code: int = 3) -> str:
        output = tmp_path / "out"
        corpus = [one if one.startswith("-") or "=" in one else tmp_path / one for one in names]
        found, out, err = command("segment", *corpus, "-o", output, "--workers", "1")
        assert (found, out) == (code, ""), err
        assert err.startswith("bertprep: ") and err.count("\n") == 1 and "Traceback" not in err
        assert not output.exists()
        assert not list(tmp_path.glob(".*"))
        return err

    return run
