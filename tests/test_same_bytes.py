"""The data folders depend only on input, settings and seed; not on workers, paths, or the order of work."""

import shutil

import pytest
import store_helpers as helpers


@pytest.mark.parametrize("workers", [1, 5])
def test_more_workers_same_bytes(corpus, made, tmp_path, workers):
    road = helpers.road_arguments(corpus, tmp_path)
    code, err = helpers.command_here(road) if workers == 1 else helpers.command(road, workers)
    assert code == 0, err
    for stage in helpers.STAGES:
        helpers.assert_same(made / stage, tmp_path / stage)


def test_the_corpus_is_cut_into_many_tasks(corpus):
    from bertprep.sentences import cutting
    from bertprep.sentences.settings import SegmentSettings

    with helpers.small_pieces():
        assert len(cutting.scan([str(corpus)], SegmentSettings()).tasks) >= 8


def test_another_seed_gives_other_pairs_and_shards(made, tmp_path):
    pairs = ["build-pairs", made / "clean", "--vocab", made / "vocab", "-o", tmp_path / "pairs", "--passes", 2]
    assert helpers.command_here([*pairs, "--seed", 1])[0] == 0
    shards = ["mask", made / "pairs", "-o", tmp_path / "shards", "--copies", 2]
    assert helpers.command_here([*shards, "--seed", 1])[0] == 0
    for stage in ("pairs", "shards"):
        one, other = helpers.contents(made / stage), helpers.contents(tmp_path / stage)
        assert list(one) == list(other)
        assert [name for name in one if one[name] == other[name] and name.endswith(".arrow")] == []


def test_a_folder_can_be_moved_and_the_next_stage_continues(corpus, made, tmp_path):
    away = tmp_path / "elsewhere" / "renamed"
    shutil.copytree(made, away)
    shutil.copytree(corpus, tmp_path / "corpus")
    (away / "shards" / "manifest.json").unlink()  # so there is something to do
    (away / "shards" / "train-00002-of-00008.arrow").unlink()
    for stage in helpers.STAGES:
        code, err = helpers.command_here(helpers.stage_arguments(stage, tmp_path / "corpus", away))
        assert code == 0, err
        helpers.assert_same(made / stage, away / stage)


def test_no_clock_host_or_path_in_the_data(corpus, made):
    import socket

    words = [str(made), str(corpus), str(made.parent)]
    if len(socket.gethostname()) > 5:  # a short one may occur in the data by chance
        words.append(socket.gethostname())
    for stage in helpers.STAGES:
        for name, data in helpers.contents(made / stage).items():
            assert not [word for word in words if word.encode() in data], name
