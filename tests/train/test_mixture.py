"""Mixtures: shares are kept everywhere, and the row of a sample follows from its number alone."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from train_samples import before_step, interrupt, random_rows, vocabulary, write_shards

from bertprep.core.errors import InputError, StoreError, UsageError
from bertprep.train import train
from bertprep.train.data.examples import Examples
from bertprep.train.data.mixture import PATTERN, Mixture, MixtureSource, shares, sources_of, spread_evenly
from bertprep.train.run import prepared
from bertprep.train.settings import TrainSettings
from bertprep.train.world import World

WEIGHTS = st.lists(st.floats(0.01, 1.0), min_size=1, max_size=6)
TINY = {"batch_size": 8, "steps": 12, "save_every": 5, "log_every": 1, "threads": 1}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("mixture")
    sizes = {"wiki": [50, 31], "pubmed": [7, 20], "news": [40]}
    return {
        name: write_shards(root / name, [random_rows(size, seed=size) for size in each], [random_rows(9)])
        for name, each in sizes.items()
    }


def mixture(folders, weights, seed=0, slab_rows=10**6):
    sources = [MixtureSource(folders[name], name, weight) for name, weight in weights.items()]
    return Mixture(sources, Examples([source.folder for source in sources], "train"), seed, slab_rows)


def source_of_row(rows, mixed):
    return np.searchsorted(mixed.first_rows, rows, side="right") - 1


@given(WEIGHTS, st.integers(0, 10**9))
def test_every_thousand_consecutive_samples_keep_the_shares(weights, start):
    sources = [MixtureSource("", str(number), weight) for number, weight in enumerate(weights)]
    counts = shares(sources)
    pattern = spread_evenly(counts)
    window = pattern[(start + np.arange(PATTERN)) % PATTERN]
    exact = PATTERN * np.array(weights) / sum(weights)
    assert (np.abs(np.bincount(window, minlength=len(weights)) - exact) < 1).all()


@given(st.floats(0.002, 0.998), st.integers(0, 999), st.integers(1, 2000))
def test_two_sources_keep_their_shares_in_windows_of_any_length(weight, start, length):
    counts = shares([MixtureSource("", "a", weight), MixtureSource("", "b", 1 - weight)])
    window = spread_evenly(counts)[(start + np.arange(length)) % PATTERN]
    assert abs((window == 0).sum() - length * counts[0] / PATTERN) <= 1


@pytest.mark.parametrize("slab_rows", [16, 10**6])
def test_a_sample_s_row_follows_from_its_number(folders, slab_rows):
    weights = {"wiki": 0.5, "pubmed": 0.3, "news": 0.2}
    epochs, rows = mixture(folders, weights, slab_rows=slab_rows).rows_of(0, 2500)
    again = mixture(folders, weights, slab_rows=slab_rows)
    for first, last in ((0, 1), (17, 900), (999, 1001), (1500, 2500), (2400, 2400)):
        found = again.rows_of(first, last)
        assert (found[0] == epochs[first:last]).all() and (found[1] == rows[first:last]).all()
    assert mixture(folders, weights, seed=1).rows_of(0, 99)[1].tolist() != rows[:99].tolist()


def test_each_source_has_its_own_epochs_and_is_reshuffled(folders):
    mixed = mixture(folders, {"wiki": 0.7, "pubmed": 0.3})
    epochs, rows = mixed.rows_of(0, 1000)
    own = source_of_row(rows, mixed) == 1
    assert own.sum() == 300 and mixed.taken(1000) == [700, 300]
    by_epoch = [rows[own & (epochs == epoch)].tolist() for epoch in range(11)]
    assert all(sorted(each) == list(range(81, 108)) for each in by_epoch)  # 27 rows, 11 times, and 3 more
    assert len(set(map(tuple, by_epoch))) == 11
    assert (epochs[own] == np.arange(300) // 27).all()
    assert mixed.described(1000)["pubmed"] == {"share": 0.3, "rows": 300, "epochs": 11.111}
    pubmed = mixed.examples.tokens(2, 4) / 27
    assert mixed.tokens(1000) == pytest.approx(700 * mixed.examples.tokens(0, 2) / 81 + 300 * pubmed)


def losses(output):
    return [
        line["loss"] for line in map(json.loads, (output / "metrics.jsonl").read_text().splitlines()) if "loss" in line
    ]


def test_a_mixture_resumes_with_the_same_losses_and_is_part_of_the_run(folders, tmp_path, monkeypatch):
    shards = [f"wiki=7:{folders['wiki']}", f"pubmed=3:{folders['pubmed']}"]
    settings = TrainSettings(model_config={"hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}, **TINY)
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    summary = train(shards, str(whole), settings, quiet=True)
    assert summary["mixture"]["wiki"] == {"share": 0.7, "rows": 67, "epochs": 0.827}
    assert json.loads((whole / "training.json").read_text())["mixture"] == {
        "wiki": {"share": 0.7},
        "pubmed": {"share": 0.3},
    }
    before_step(monkeypatch, 7, interrupt)
    with pytest.raises(KeyboardInterrupt):
        train(shards, str(cut), settings, quiet=True)
    monkeypatch.undo()
    with pytest.raises(StoreError, match=r"other settings: .*mixture"):
        train([shards[0].replace("=7", "=8"), shards[1]], str(cut), settings, quiet=True)
    train(shards, str(cut), settings, quiet=True)
    assert losses(cut) == losses(whole)


def test_the_rows_of_a_step_do_not_depend_on_the_number_of_processes(folders, tmp_path):
    def rows_seen(size):
        seen = []
        for rank in range(size):
            here = World(rank, size, torch.device("cpu"))
            sources = [f"wiki=2:{folders['wiki']}", f"news=1:{folders['news']}"]
            run = prepared(sources, tmp_path, TrainSettings(batch_size=16), here)
            run.data.batch = lambda epochs_B, rows_B, jagged: zip(epochs_B.tolist(), rows_B.tolist(), strict=True)
            seen += [pair for part in run.batches.read(5) for pair in part]
        return sorted(seen)

    assert rows_seen(1) == rows_seen(2) == rows_seen(3)


def test_folders_without_weights_count_by_rows(folders):
    sources = sources_of([folders["wiki"], folders["news"]])
    mixed = Mixture(sources, Examples([source.folder for source in sources], "train"), 0)
    assert sorted(mixed.rows_of(0, 121)[1].tolist()) == list(range(121))
    assert mixed.described(121) == {}


def test_refusals_say_how_a_mixture_is_written(folders, tmp_path):
    with pytest.raises(UsageError, match="has no weight while others have one"):
        sources_of([f"wiki=0.7:{folders['wiki']}", folders["news"]])
    for weight in ("0", "-1", "0,7", "", "nan", "inf"):
        with pytest.raises(UsageError, match=r"is not a weight; expected a number above 0, as in wiki=0\.7:shards-a"):
            sources_of([f"wiki={weight}:x"])
    with pytest.raises(UsageError, match="wiki: given twice"):
        sources_of(["wiki=1:a", "wiki=2:b"])
    with pytest.raises(UsageError, match=r"b=0\.0001: a share below a thousandth"):
        shares([MixtureSource("", "a", 1.0), MixtureSource("", "b", 0.0001)])
    assert [source.name for source in sources_of(["./wiki=1:a", "s3://bucket/a=1"])] == ["", ""]
    empty = write_shards(tmp_path / "empty", [], [random_rows(9)])
    with pytest.raises(InputError, match="empty: no training rows"):
        train([f"a=1:{folders['wiki']}", f"b=1:{empty}"], str(tmp_path / "model"), TrainSettings())
    other = write_shards(tmp_path / "other", [random_rows(9)], words=vocabulary(prefix="x"))
    with pytest.raises(InputError, match="other: made with another vocabulary"):
        train([f"a=1:{folders['wiki']}", f"b=1:{other}"], str(tmp_path / "model"), TrainSettings())
