"""Any input gives correct output or one of our error messages, within limits, and nothing outside of the output is changed.

Tries the first few inputs of each kind, and more in the slow tests; `FUZZ_COUNT=2000 pytest -m slow tests/fuzz` tries 2,000 of
each, from number `FUZZ_FIRST` on. The kinds in keys.py have about 90,000 and 60,000 inputs in total.
"""

import importlib.util
import os

import pytest
from keys import NUMBERED
from kinds import KINDS, NEED_TORCH
from roads import make_road
from trial import tried

FEW = {"trained_on": 3, "checkpoint": 4, "keys": 20, "mail": 4}
EACH = 8  # of the other kinds
MANY = 30  # of each kind in the slow tests
HAS_TORCH = importlib.util.find_spec("torch") is not None


@pytest.fixture(scope="session")
def small_road(tmp_path_factory, sample_corpus):
    return make_road(tmp_path_factory.mktemp("small") / "road", sample_corpus, with_model=HAS_TORCH)


ALL = (*KINDS, *NUMBERED)


def _kinds():
    needs = pytest.mark.skipif(not HAS_TORCH, reason="needs the extra train")
    return [pytest.param(kind, marks=needs if kind in NEED_TORCH else ()) for kind in ALL]


def tried_together(counts, first, workplace, road):
    """Try inputs of all kinds in one process, and in another one with PyTorch."""
    outcomes = {}
    for with_torch in (False, True) if HAS_TORCH else (False,):
        some = {kind: count for kind, count in counts.items() if (kind in NEED_TORCH) == with_torch}
        outcomes |= tried(some, first, workplace, road)
    return outcomes


@pytest.fixture(scope="module")
def few(small_road, tmp_path_factory):
    counts = {kind: FEW.get(kind, EACH) for kind in ALL}
    return tried_together(counts, 0, tmp_path_factory.mktemp("few"), small_road)


@pytest.fixture(scope="module")
def many(small_road, tmp_path_factory):
    counts = dict.fromkeys(ALL, int(os.environ.get("FUZZ_COUNT", MANY)))
    return tried_together(counts, int(os.environ.get("FUZZ_FIRST", "0")), tmp_path_factory.mktemp("many"), small_road)


@pytest.mark.parametrize("kind", _kinds())
def test_a_few_hostile_inputs(kind, few):
    assert few[kind].broken == []
    assert few[kind].tried == FEW.get(kind, EACH)


@pytest.mark.slow
@pytest.mark.parametrize("kind", _kinds())
def test_many_hostile_inputs(kind, many):
    print(kind, many[kind].tried, dict(many[kind].codes))
    assert many[kind].broken == []
