"""What several tests start from: the whole road, made once, on the sample corpus or on made-up words; an S3 server."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import store_helpers as helpers
from bertprep_cli.main import run
from hypothesis import settings

from bertprep import files

# machines differ in speed; a test that is slow there is not wrong
settings.register_profile("default", deadline=None, print_blob=True)
settings.load_profile("default")

# a shell that runs the tests in the background has Ctrl-C ignored, and so would the commands that they start
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent.parent
SAMPLE_CORPUS = ROOT / "sample_corpus"


@pytest.fixture(scope="session")
def sample_corpus():
    return SAMPLE_CORPUS


@pytest.fixture(scope="session")
def road(tmp_path_factory, sample_corpus):
    """The data folders of the sample corpus, at a short length: a folder with sentences, vocab, pairs and shards."""
    folder = tmp_path_factory.mktemp("road")
    options = ["--vocab-size", "2000", "--max-length", "48", "--validation-share", "0.1", "--workers", "1", "--quiet"]
    assert run(["run", str(sample_corpus), "-o", str(folder), "--until", "mask", *options]) == 0
    return folder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A megabyte of made-up words in two files."""
    folder = tmp_path_factory.mktemp("corpus")
    helpers.write_corpus(folder, megabytes=1.0, files=2)
    return folder


@pytest.fixture(scope="module")
def made(corpus, tmp_path_factory):
    """The data folders of that corpus, as nothing disturbed them."""
    out = tmp_path_factory.mktemp("made")
    helpers.make_road(corpus, out)
    return out


@pytest.fixture(scope="module")
def s3_port():
    """The port of a running S3 server; the environment points there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        helpers.wait_until(lambda: _answers(port))
        files._from_uri.cache_clear()  # connections to the server of another module
        yield port
    server.kill()
    server.wait()


def _answers(port):
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/").status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def bucket(s3_port, corpus):
    """A client of the server, with a bucket that holds the corpus under the prefix `corpus`."""
    import boto3

    client = boto3.client("s3")
    client.create_bucket(Bucket="corpora")
    for path in sorted(corpus.iterdir()):
        client.upload_file(str(path), "corpora", f"corpus/{path.name}")
    return client


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
