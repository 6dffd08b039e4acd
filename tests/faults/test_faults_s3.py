"""Faults of an object store: error responses, closed connections, truncated bodies."""

import os
import random

import faulty
import proxy
import pytest
import s3_helpers as s3
import store_helpers as helpers
from s3_helpers import Place

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def faults(s3_port, bucket, corpus):
    """A proxy in front of the server, which holds the corpus."""
    s3.upload(bucket, corpus, "corpus")
    with proxy.running(s3_port) as running:
        yield running


@pytest.mark.parametrize("stage", helpers.STAGES)
def test_an_unreliable_object_store(stage, faults, bucket, made):
    out = Place("road")
    for earlier in helpers.STAGES[: helpers.STAGES.index(stage)]:
        s3.remove(bucket, f"road/{earlier}")
        s3.upload(bucket, made / earlier, f"road/{earlier}")
    arguments = helpers.stage_arguments(stage, Place("corpus"), out)
    draw = random.Random(stage)
    count = 0
    # the client retries by itself, so many faults have no visible effect
    while count < 5 * faulty.FAULTS:
        faults.odds, faults.struck = draw.choice([2, 3, 5, 10, 30]), []
        code, err = helpers.command(arguments, env={**os.environ, **s3.environment(faults.port)})
        kinds, faults.odds = faults.struck, 0
        faulty.note("s3", kinds)
        count += len(kinds)
        told = f"exit code {code} after {kinds}\n{err}"
        if code == 0:
            s3.assert_same_data(bucket, f"road/{stage}", made / stage)
            s3.remove(bucket, f"road/{stage}")
        else:
            assert code in (3, 4, 5) and "Traceback" not in err, told
            lines = [line for line in err.splitlines() if not line.startswith("/arrow/")]  # messages of Arrow itself
            assert len(lines) == 1 and lines[0].startswith("bertprep: "), told
        faulty.ends["s3", f"exit code {code}" if code else "same bytes"] += 1
    code, err = helpers.command(arguments)
    assert code == 0, err
    s3.assert_same_data(bucket, f"road/{stage}", made / stage)
