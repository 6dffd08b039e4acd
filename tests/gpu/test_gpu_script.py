"""The GPU script runs to its end on a CPU, in miniature, so that it works on the first GPU that is available."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
def test_every_part_is_measured_and_reported(tmp_path):
    command = [sys.executable, HERE, "--quick", "--device", "cpu", "-o", tmp_path]
    ran = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found = json.loads((tmp_path / "gpu.json").read_text())
    assert list(found) == ["card", "correct", "speed", "kernels", "learning"]
    assert found["correct"]["wrong"] == 0
    assert not [line for line in found["speed"]["lines"] if "failed" in line]
    assert found["kernels"]["kernels"] and found["learning"]["validation"]["mlm_loss"] > 0
    page = (tmp_path / "gpu.md").read_text()
    assert "wrong" not in page and "Failed" not in page
    assert all(line["who"] in page for line in found["speed"]["lines"])
