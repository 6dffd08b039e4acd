"""Law: whatever an object store answers, or does not, each stage ends with the same data, or with a message, and resumes."""

import os
import subprocess
import sys
from pathlib import Path

import object_store
import pytest
import store_helpers as helpers
import trials

pytest.importorskip("boto3", reason="needs an S3 server; pip install 'moto[server]' boto3")
pytest.importorskip("moto", reason="needs an S3 server; pip install 'moto[server]'")
pytestmark = pytest.mark.slow

RATES = (0.02, 0.1, 0.3, 0.5)  # Arrow asks again twice, so that most single faults are never seen


@pytest.fixture
def proxy(s3_port, tmp_path):
    """A faulty way to the server: its environment, the file that says how faulty, and the log of faults."""
    log = tmp_path / "faults"
    command = [sys.executable, str(Path(__file__).parent / "proxy.py"), str(s3_port), str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        address = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        yield os.environ | {"AWS_ENDPOINT_URL": address}, Path(f"{log}.rate"), log
        process.kill()


@pytest.mark.parametrize("trial", range(trials.TRIALS))
def test_a_server_that_fails_same_data(trial, proxy, bucket, made, counts):
    environment, rate, log = proxy
    draw = trials.draw_for("s3", trial)
    corpus, out = object_store.Place("corpus"), object_store.Place(f"trial-{trial}")
    for stage in helpers.STAGES:
        for _ in range(draw.randint(1, 3)):
            rate.write_text(str(draw.choice(RATES)))
            code, err = trials.run(stage, corpus, out, env=environment)
            trials.check_ending(code, err, counts)
        rate.write_text("0")
        code, err = trials.run(stage, corpus, out)
        assert code == 0, err
        object_store.assert_same_data(bucket, f"{out.name}/{stage}", made / stage)
    for line in log.read_text().splitlines():
        counts[f"S3: {' '.join(line.split()[:2])}"] += 1
    counts["road: the same to the byte"] += 1
