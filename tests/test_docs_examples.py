"""The output shown in the documentation is the real output."""

import doctest
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
FENCE = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["two-examples.md"])
def test_a_page_shows_what_comes_out(page, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    examples = "\n".join(FENCE.findall((DOCS / page).read_text(encoding="utf-8")))
    test = doctest.DocTestParser().get_doctest(examples, {}, page, page, 0)
    done = doctest.DocTestRunner().run(test)
    assert done.attempted and not done.failed
