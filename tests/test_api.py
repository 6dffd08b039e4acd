"""The Python API: each call does what its command does, returns what it made, and imports nothing before it is called."""

import subprocess
import sys

import pytest

import bertprep
from bertprep import store
from bertprep.core.errors import StoreError, UsageError

HOW = {"workers": 1, "progress": False}


@pytest.fixture(scope="module")
def made(sample_corpus, tmp_path_factory):
    """Every data folder by one call each, with the settings of the fixture `road`."""
    out = tmp_path_factory.mktemp("api")
    folders = {
        "sentences": bertprep.segment(sample_corpus, out / "sentences", validation_share=0.1, **HOW),
        "vocab": bertprep.train_vocab(out / "sentences", out / "vocab", size=2000, **HOW),
        "pairs": bertprep.build_pairs(out / "sentences", out / "vocab", out / "pairs", max_length=48, **HOW),
        "shards": bertprep.mask(out / "pairs", out / "shards", **HOW),
    }
    return out, folders


def test_calls_make_the_bytes_that_commands_make(made, road):
    out, folders = made
    for name in folders:
        assert store.read_manifest(out / name).digest == store.read_manifest(road / name).digest


def test_run_makes_all_stages(sample_corpus, road, tmp_path):
    own = {"segment": {"validation_share": 0.1}, "train_vocab": {"size": 2000}, "build_pairs": {"max_length": 48}}
    last = bertprep.run(sample_corpus, tmp_path, until="mask", **own, **HOW)
    assert last.stage == "mask"
    assert store.read_manifest(tmp_path / "shards").digest == store.read_manifest(road / "shards").digest


def test_a_seed_given_to_run_is_that_of_all_stages(sample_corpus, tmp_path):
    corpus = sample_corpus / "english" / "home.txt"
    bertprep.run(corpus, tmp_path, until="mask", seed=7, train_vocab={"size": 300}, **HOW)
    assert [store.read_manifest(tmp_path / name).settings["seed"] for name in ("pairs", "shards")] == [7, 7]


def test_a_second_call_finds_nothing_to_do(made):
    out, folders = made
    again = bertprep.mask(out / "pairs", out / "shards", **HOW)
    assert (folders["shards"].made, again.made) == (True, False)
    assert again.counters == folders["shards"].counters
    with pytest.raises(StoreError, match="mask_prob"):
        bertprep.mask(out / "pairs", out / "shards", mask_prob=0.3, **HOW)


def test_a_folder_shows_itself(made):
    _, folders = made
    assert "mask" in repr(folders["shards"]) and "tokens" in repr(folders["shards"])
    assert "<td>tokens replaced by [MASK]</td>" in folders["shards"]._repr_html_()
    assert folders["sentences"].rows(2, first=0)[1]["sentences"]
    assert all(finding.ok is not False for finding in folders["shards"].verify())


def test_an_option_that_does_not_exist_is_refused_with_the_nearest_that_does(made):
    out, _ = made
    with pytest.raises(UsageError, match=r"mask\(\) has no option mask_probs; did you mean mask_prob"):
        bertprep.mask(out / "pairs", out / "never", mask_probs=0.3)
    with pytest.raises(UsageError, match="no option workerz; did you mean workers"):
        bertprep.run("nowhere", out / "never", workerz=2)
    with pytest.raises(UsageError, match="until is 'masks'"):
        bertprep.run("nowhere", out / "never", until="masks")
    assert not (out / "never").exists()


def test_a_trained_model_can_predict(made, tmp_path):
    pytest.importorskip("torch")
    out, _ = made
    model = bertprep.train(out / "shards", tmp_path / "model", steps=3, batch_size=8, threads=1, progress=False)
    assert model.summary["steps"] == 3 and "3 steps" in repr(model) and "mlm_loss" in model._repr_html_()
    [[(token, probability), *_]] = model.fill_mask("A [MASK].", top=3)
    assert isinstance(token, str) and 0 < probability < 1
    assert 0 < model.next_probability("A cat.", "A mat.") < 1
    assert model.evaluate(out / "shards")["rows"] == model.summary["validation"]["rows"]


def test_the_other_calls(made, tmp_path):
    out, _ = made
    assert bertprep.inspect(out / "pairs", 1, first=0)[0]["row"] == 0
    assert bertprep.verify(out / "pairs")[0].ok
    assert bertprep.export(out / "shards", tmp_path / "parquet") == str(tmp_path / "parquet")
    pytest.importorskip("matplotlib")
    assert bertprep.report(out / "shards", tmp_path / "page.html") == str(tmp_path / "page.html")


def test_importing_the_toolkit_loads_nothing_heavy():
    code = "import sys, bertprep; dir(bertprep); assert not {'numpy', 'pyarrow', 'torch'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_listed_name_exists():
    assert all(callable(getattr(bertprep, name)) for name in bertprep.__all__ if name != "__version__")
