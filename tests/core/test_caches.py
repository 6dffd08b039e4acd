"""Environment variables point libraries to private folders during a call, unless the user has set them."""

import os
from pathlib import Path

from bertprep.core.caches import private_folders, without


def test_each_call_has_folders_of_its_own_and_leaves_none(monkeypatch):
    monkeypatch.delenv("SOME_CACHE", raising=False)
    monkeypatch.setenv("OTHER_CACHE", "mine")

    @private_folders("SOME_CACHE", "OTHER_CACHE")
    def used():
        assert os.environ["OTHER_CACHE"] == "mine"
        Path(os.environ["SOME_CACHE"]).mkdir()
        return Path(os.environ["SOME_CACHE"])

    first, second = used(), used()
    assert first != second and not first.parent.exists() and not second.parent.exists()
    assert "SOME_CACHE" not in os.environ


def test_a_variable_is_hidden_for_a_while(monkeypatch):
    monkeypatch.setenv("SOME_BACKEND", "x")
    with without("SOME_BACKEND", "NEVER_SET"):
        assert "SOME_BACKEND" not in os.environ
    assert os.environ["SOME_BACKEND"] == "x" and "NEVER_SET" not in os.environ
