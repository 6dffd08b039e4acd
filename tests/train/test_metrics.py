"""A metric is one entry in the table: adding one makes it appear everywhere."""

import json
import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bertprep.train.metrics import METRICS, Sums, computed

# the entry
WITH_BITS = """
import math, sys
from bertprep.train import metrics

metrics.METRICS["mlm_bits"] = metrics.Metric(
    *("mlm_bits", "MLM bits", ".2f", "masked", lambda sums: sums.mlm / sums.masked / math.log(2), "lower"),
    baselines={"chance": 10.5},
)

from bertprep_cli.main import run
for line in " ".join(sys.argv[1:]).split(" , "):
    assert run(line.split(" ")) == 0
"""
counts = st.floats(0, 1e9)


@pytest.fixture(scope="module")
def told(road, tmp_path_factory):
    """A model trained and measured with one more metric: its folder, and what the commands printed."""
    pytest.importorskip("torch")
    pytest.importorskip("matplotlib")
    model = tmp_path_factory.mktemp("metrics") / "model"
    commands = [
        f"train {road}/shards -o {model} --steps 2 --batch-size 8 --threads 1 --log-every 1 --eval-every 1 --json",
        f"evaluate {model} {road}/shards",
        f"report {model} -o {model}.html",
    ]
    line = [sys.executable, "-c", WITH_BITS, *" , ".join(commands).split(" ")]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return model, done.stdout.splitlines()


def test_evaluation_and_log_contain_it(told):
    model, printed = told
    measured = json.loads(printed[0])["validation"]
    assert measured["mlm_bits"] == pytest.approx(measured["mlm_loss"] / math.log(2))
    logged = [json.loads(line) for line in (model / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sum("mlm_bits" in line.get("validation", {}) for line in logged) >= 1


def test_command_line_card_and_report_show_it(told):
    model, printed = told
    measured = json.loads(printed[0])["validation"]
    bits = f"{measured['mlm_bits']:.2f}"
    row = next(line.split() for line in printed if line.strip().startswith("MLM bits  "))
    assert row[2] == bits and "10.50" in row
    assert f"| MLM bits | {bits} | 10.50 |" in (model / "README.md").read_text(encoding="utf-8")
    page = (model.parent / "model.html").read_text(encoding="utf-8")
    assert f"<td>MLM bits</td><td>{bits}</td>" in page


@given(st.tuples(*[counts] * 4), st.integers(0, 10**9), st.integers(0, 10**9))
def test_each_metric_exists_only_if_something_was_counted(sums, masked, labelled):
    mlm, nsp, mlm_right, nsp_right = sums
    added = Sums(mlm, nsp, min(mlm_right, masked), min(nsp_right, labelled), masked, labelled)
    found = computed(added)
    for name, metric in METRICS.items():
        assert (found[name] is None) == (not getattr(added, metric.counted))
        assert metric.shown(found[name]) and len(metric.shown(found[name])) < 20
        if metric.interval and found[name] is not None:
            low, high = found[f"{name}_interval"]
            assert 0 <= low <= found[name] + 1e-9 and found[name] - 1e-9 <= high <= 1


def test_figures_by_hand():
    found = computed(Sums(mlm=20, nsp=7, mlm_right=3, nsp_right=8, masked=10, labelled=10, characters=40))
    assert found["mlm_bits_per_character"] == pytest.approx(20 / math.log(2) / 40)
    assert found["mlm_loss"] == 2 and found["mlm_perplexity"] == pytest.approx(math.exp(2))
    assert found["mlm_accuracy"] == 0.3 and found["nsp_loss"] == 0.7 and found["nsp_accuracy"] == 0.8
    # Wilson's interval for 8 of 10, from a table
    assert found["nsp_accuracy_interval"] == pytest.approx([0.4902, 0.9433], abs=1e-4)
