"""A small model and its shards; the tests of a module change copies of them."""

import shutil

import pytest
from train_samples import random_rows, write_shards

from bertprep.train import train


@pytest.fixture(scope="module")
def made(request, tmp_path_factory):
    """Shards, and a model trained on them with the module's SETTINGS."""
    folder = tmp_path_factory.mktemp("made")
    write_shards(folder / "shards", [random_rows(50)], [random_rows(20, seed=1)])
    train([str(folder / "shards")], str(folder / "model"), request.module.SETTINGS, quiet=True)
    return folder


@pytest.fixture
def folders(made, tmp_path):
    return shutil.copytree(made, tmp_path / "made")
