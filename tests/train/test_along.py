"""Evaluation during a run: its cost is limited, its rows are a fixed sample, and it does not change the run."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

from train_samples import random_rows, write_shards

from bertprep.train import train
from bertprep.train.along import FORWARD_SHARE, MOST_SHARE, POINTS, along
from bertprep.train.settings import TrainSettings

SHAPE = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}


@given(st.integers(1, 10**7), st.integers(1, 4096), st.integers(0, 10**4))
@settings(max_examples=50)
def test_figures_along_the_way_cost_at_most_a_few_percent(steps, batch_size, held_out):
    found = along(None, steps, batch_size, held_out)
    asked = {*range(found.every or steps, steps + 1, found.every or 1), steps}
    due = sum(found.is_due(step, steps) for step in asked)
    assert due <= POINTS
    if found.rows_N is not None:
        assert found.is_due(steps, steps)  # curves end where the run ends
        assert FORWARD_SHARE * due * len(found.rows_N) <= MOST_SHARE * steps * batch_size
        assert len(np.unique(found.rows_N)) == len(found.rows_N) >= min(256, held_out)
        assert found.rows_N[0] == 0 and found.rows_N[-1] < held_out
    if steps * batch_size >= 10**6 and steps >= 1000 and held_out:
        assert due >= 10


def test_a_number_asked_for_measures_all_rows():
    found = along(100, 1000, 32, 50)
    assert found.rows_N is None and [step for step in range(1, 301) if found.is_due(step, 300)] == [100, 200]
    assert not any(along(None, 10, 8, 500).is_due(step, 10) for step in (5, 10))


def test_weights_are_the_same_with_and_without_them_and_a_sample_ends_with_the_run(tmp_path):
    shards = write_shards(tmp_path / "shards", [random_rows(30)], [random_rows(300, seed=1)])
    for name, every in (("sampled", None), ("never", 1000)):
        chosen = TrainSettings(model_config=SHAPE, steps=90, batch_size=64, threads=1, eval_every=every)
        train([shards], str(tmp_path / name), chosen, quiet=True)
    one, other = ((tmp_path / name / "model.safetensors").read_bytes() for name in ("sampled", "never"))
    assert one == other
    lines = [json.loads(line) for line in (tmp_path / "sampled" / "metrics.jsonl").read_text().splitlines()]
    measured = [(line["step"], line["validation"]["rows"]) for line in lines if "validation" in line]
    assert measured == [(45, 259), (90, 259)]
    assert lines[-1]["summary"]["validation"]["rows"] == 300
