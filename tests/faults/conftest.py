"""Counts of the faults, told at the end of the run."""

import collections

import pytest

collect_ignore = ["failing"]  # not for this process
COUNTS = pytest.StashKey[collections.Counter]()


def pytest_configure(config):
    config.stash[COUNTS] = collections.Counter()


@pytest.fixture
def counts(request):
    """How many of each kind of fault, and of what came of them."""
    return request.config.stash[COUNTS]


def pytest_terminal_summary(terminalreporter, config):
    if counts := config.stash[COUNTS]:
        terminalreporter.section("faults")
        for name, count in sorted(counts.items()):
            terminalreporter.line(f"{count:6,}  {name}")
