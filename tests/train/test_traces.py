"""Training and commands that read a model leave no files outside of the output, such as caches of libraries."""

import os
import subprocess
import sys

import pytest
from train_samples import random_rows, write_shards

ALL = """
import sys
from bertprep_cli.main import run
shards, model, page = sys.argv[1:4]
for line in (
    ["train", shards, "-o", model, "--steps", "1", "--batch-size", "2", "--threads", "1", "-q", *sys.argv[4:]],
    ["evaluate", model, shards, "-q"],
    ["predict", model, "w8 [MASK]", "-q"],
    ["report", model, "-o", page, "-q"],
):
    assert run(line) == 0, line
"""


@pytest.mark.parametrize("options", [[], pytest.param(["--compile"], marks=pytest.mark.slow)])
def test_nothing_is_left_in_the_home_and_the_temporary_folder(options, tmp_path):
    """A cache of compiled code with a name that other users of the machine can guess would let them inject code."""
    pytest.importorskip("matplotlib")
    shards = write_shards(tmp_path / "shards", [random_rows(20)], [random_rows(9, seed=1)])
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    known = {
        name: value for name, value in os.environ.items() if not name.startswith(("XDG", "MPL", "TORCH", "TRITON"))
    }
    places = {"HOME": str(home), "TMPDIR": str(temporary), "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    line = [sys.executable, "-c", ALL, shards, str(tmp_path / "model"), str(tmp_path / "page.html"), *options]
    done = subprocess.run(line, env={**known, **places}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not list(home.rglob("*")) and not list(temporary.rglob("*"))
    assert (tmp_path / "page.html").exists()
