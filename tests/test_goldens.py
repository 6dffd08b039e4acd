"""The data of the sample corpus does not change by a byte, unless its stage has a new version and a changelog line."""

import copy

import goldens
import pytest

CHANGELOG = goldens.CHANGELOG.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def made(sample_corpus, tmp_path_factory):
    pytest.importorskip("rjieba", reason="whole-word-zh needs it; pip install 'bertprep[zh]'")
    return goldens.make(sample_corpus, tmp_path_factory.mktemp("goldens"))


def test_every_data_folder_has_the_digest_that_is_kept(made):
    changed = {name for name in made if made[name] != goldens.kept().get(name)}
    assert not changed, f"python tests/goldens.py --renew, if this is meant: {sorted(changed)}"
    assert made.keys() == goldens.kept().keys()


def test_every_later_version_of_a_stage_has_its_line_in_the_changelog():
    for entry in goldens.kept().values():
        assert entry["version"] == 1 or goldens.has_line(CHANGELOG, entry["stage"], entry["version"])


def test_other_data_need_another_version_and_a_line_in_the_changelog():
    before = goldens.kept()
    after = copy.deepcopy(before)
    after["pairs-matched"]["digest"] = "0" * 32
    [problem] = goldens.refusals(before, after, CHANGELOG)
    assert "raise the version of build-pairs" in problem
    after["pairs-matched"]["version"] = 99
    [problem] = goldens.refusals(before, after, CHANGELOG)
    assert "CHANGELOG.md" in problem
    assert goldens.refusals(before, after, CHANGELOG + "\n- Data: `build-pairs` version 99, for a test.\n") == []


def test_data_may_change_with_their_input():
    before = goldens.kept()
    after = copy.deepcopy(before)
    after["vocab"] |= {"digest": "0" * 32, "inputs": {"sentences": "1" * 32}}
    assert goldens.refusals(before, after, CHANGELOG) == []
