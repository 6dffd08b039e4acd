"""--save-at-words: model folders during a run, and metrics over the words seen."""

import json
import signal

import pytest
from train_samples import before_step, random_rows, write_shards
from transformers import AutoModelForPreTraining, AutoTokenizer

from bertprep.core.errors import UsageError
from bertprep.train import evaluate, train
from bertprep.train.settings import TrainSettings, counts_of_words

SHAPE = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
TINY = {"model_config": SHAPE, "batch_size": 8, "steps": 8, "save_every": 3, "log_every": 2, "threads": 1}


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_folder_is_the_model_of_its_moment_also_after_a_resume(tmp_path, monkeypatch, command):
    shards = write_shards(tmp_path / "shards", [random_rows(80)], [random_rows(20, seed=1)])
    settings = TrainSettings(**TINY, save_at_words="300,600,1B")
    output = tmp_path / "model"
    summary = train([shards], str(output), settings, quiet=True)
    assert summary["words_not_reached"] == [10**9] and summary["words"] > 600
    logged = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    measured = [line for line in logged if "validation" in line]
    folders = [output / "at-words" / f"words-{count}" for count in (300, 600)]
    assert sorted(path.name for path in (output / "at-words").iterdir()) == [folder.name for folder in folders]
    for count, folder, line in zip((300, 600), folders, measured, strict=True):
        assert count <= line["words"] < count + 8 * 24  # at the first step that reaches it
        assert evaluate(str(folder), [shards], device="cpu")["mlm_loss"] == line["validation"]["mlm_loss"]
        _, report = AutoModelForPreTraining.from_pretrained(folder, output_loading_info=True)
        assert not report["missing_keys"] and not report["mismatched_keys"]
        assert len(AutoTokenizer.from_pretrained(folder)) == 100
    resumed = tmp_path / "resumed"
    before_step(monkeypatch, 5, lambda _: signal.raise_signal(signal.SIGTERM))
    assert not train([shards], str(resumed), settings, quiet=True)["finished"]
    monkeypatch.undo()
    assert train([shards], str(resumed), settings, quiet=True)["finished"]
    assert files_of(resumed / "at-words") == files_of(output / "at-words")
    pytest.importorskip("matplotlib", reason="needs the extra report")
    assert command("report", output, "-o", tmp_path / "page.html")[0] == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    for name in ("mlm_loss", "mlm_accuracy", "mlm_bits_per_character", "nsp_loss", "nsp_accuracy"):
        assert f'id="{name}-' in page, name
    assert page.count("words seen") >= 6


def test_invalid_numbers_of_words_are_refused(tmp_path, command):
    assert counts_of_words("2M, 500,1k,1000") == [500, 1000, 2_000_000] and counts_of_words(None) == []
    for text in ("", "1M,", "-5", "0", "1.5M", "many", "1MM"):
        with pytest.raises(UsageError, match=r"--save-at-words has .*such as 1M,2M,5M"):
            TrainSettings(save_at_words=text)
    code, _, err = command("train", tmp_path, "-o", tmp_path / "model", "--save-at-words", "soon")
    assert code == 2 and "--save-at-words has 'SOON'" in err
