"""The library that makes system calls fail, compiled once."""

import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def layer(tmp_path_factory):
    """The compiled library that makes system calls fail."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        pytest.skip("the layer of failing system calls needs a C compiler")
    library = tmp_path_factory.mktemp("layer") / "layer.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, Path(__file__).parent / "layer.c"], check=True)
    return library
