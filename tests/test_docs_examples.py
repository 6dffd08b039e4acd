"""The pages that show real output show what comes out."""

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("page", ["two-examples.md"])
def test_a_page_shows_what_comes_out(page, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    failed, tried = doctest.testfile(str(DOCS / page), module_relative=False)
    assert tried and not failed
