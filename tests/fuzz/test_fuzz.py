"""Any input gives correct output or one of our error messages, within limits, and nothing outside of the output is changed.

Tries a few inputs of each kind; `FUZZ_COUNT=2000 pytest -m slow tests/fuzz` tries 2,000 of each, from number `FUZZ_FIRST` on.
The kinds in keys.py have about 90,000 and 60,000 inputs in total.
"""

import importlib.util
import os

import pytest
from keys import NUMBERED
from kinds import KINDS, NEED_TORCH
from roads import make_road
from trial import tried

FEW = {
    "values": 8,
    "trained_on": 4,
    "checkpoint": 4,
    "wikitext": 10,
    "keys": 40,
    "model_keys": 12,
    "json_value": 8,
    "pubmed": 8,
    "mail": 4,
    "markdown": 8,
    "docx": 8,
}
HAS_TORCH = importlib.util.find_spec("torch") is not None


@pytest.fixture(scope="session")
def small_road(tmp_path_factory, sample_corpus):
    return make_road(tmp_path_factory.mktemp("small") / "road", sample_corpus, with_model=HAS_TORCH)


ALL = (*KINDS, *NUMBERED)


def _kinds():
    needs = pytest.mark.skipif(not HAS_TORCH, reason="needs the extra train")
    return [pytest.param(kind, marks=needs if kind in NEED_TORCH else ()) for kind in ALL]


@pytest.fixture(scope="module")
def few(small_road, tmp_path_factory):
    """A few inputs of each kind, tried in one process, and in another one with PyTorch."""
    outcomes = {}
    for with_torch in (False, True) if HAS_TORCH else (False,):
        counts = {kind: FEW.get(kind, 15) for kind in ALL if (kind in NEED_TORCH) == with_torch}
        outcomes |= tried(counts, 0, tmp_path_factory.mktemp("few"), small_road)
    return outcomes


@pytest.mark.parametrize("kind", _kinds())
def test_a_few_hostile_inputs(kind, few):
    assert few[kind].broken == []
    assert few[kind].tried == FEW.get(kind, 15)


@pytest.mark.slow
@pytest.mark.parametrize("kind", _kinds())
def test_many_hostile_inputs(kind, small_road, tmp_path):
    count = int(os.environ.get("FUZZ_COUNT", "15"))
    outcome = tried({kind: count}, int(os.environ.get("FUZZ_FIRST", "1000")), tmp_path, small_road)[kind]
    print(kind, outcome.tried, dict(outcome.codes))
    assert outcome.broken == []
