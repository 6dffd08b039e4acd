"""A task of labelled texts: what a model learns, compared with an untrained network and the majority class, and errors."""

import contextlib
import json

import numpy as np
import pytest
import torch
from train_samples import random_rows, vocabulary, write_shards

from bertprep.core.errors import InputError
from bertprep.train import classify, evaluate_task, task
from bertprep.train.bert.folder import read_model, write_model
from bertprep.train.bert.model import Bert, ModelConfig, initialise
from bertprep.train.classify import features
from bertprep.train.data.collate import single
from bertprep.train.intervals import of_mean
from bertprep.train.task import read_examples, rows_of
from bertprep.train.world import world

WORDS = vocabulary()
DRAW = np.random.default_rng(0)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("task") / "model"
    net = Bert(ModelConfig(WORDS.size, 32, 1, 2, 64, max_position_embeddings=24, initializer_range=0.1))
    initialise(net, torch.Generator().manual_seed(1))
    write_model(folder, net, WORDS)
    return folder


def write_task(path, rows):
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def text(words=6):
    return " ".join(f"w{number}" for number in DRAW.integers(10, 100, words))


def test_a_predictable_label_is_learnt_and_a_random_one_is_not(tmp_path, model, command, monkeypatch):
    """Both methods learn a label that depends on a word; for a random label they stay near the majority class."""
    monkeypatch.setattr(classify, "LEAST_STEPS", 40)
    monkeypatch.setattr(task, "default_rate", lambda config, continued: 5e-3)
    told = [(f"{text()} w{5 + number % 2} {text(2)}", f"class {number % 2}") for number in range(160)]
    file, test = (write_task(tmp_path / name, rows) for name, rows in (("a.tsv", told[:120]), ("b.tsv", told[120:])))
    told_of = []

    @contextlib.contextmanager
    def progress(step, total, unit):
        told_of.append((total, unit))
        yield told_of.append

    measured = evaluate_task(str(model), str(file), test=str(test), seeds=2, device="cpu", progress=progress)
    assert told_of == [(160, "steps"), *[1] * 160]  # two seeds, two networks, 40 steps
    assert measured["training_rows"] == 120 and measured["test_rows"] == 40 and measured["majority"] == 0.5
    for way in ("fine_tuned", "linear_probe"):
        assert measured["model"][way]["mean"] > 0.9
        differences = np.subtract(measured["model"][way]["seeds"], measured["fresh"][way]["seeds"])
        assert measured["difference"][way]["mean"] == pytest.approx(differences.mean())
        assert measured["model"][way]["interval"] == pytest.approx(of_mean(measured["model"][way]["seeds"]))
    monkeypatch.setattr(classify, "LEAST_STEPS", 4)
    drawn = write_task(tmp_path / "c.tsv", [(text(), text(), ("yes", "no", "no")[number % 3]) for number in range(60)])
    ended = [command("evaluate", model, "--task", drawn, "--device", "cpu", *more) for more in ((), ("--json",))]
    assert all("are fine-tuned on" in err and "5 random seeds" in err for _, _, err in ended)
    printed = [shown for _, shown, _ in ended]
    measured = json.loads(printed[1])
    assert measured["majority"] > 0.5 and measured["test_rows"] == 12 and measured["truncated"] == 0
    assert measured["model"]["fine_tuned"]["mean"] < 0.85 and len(measured["model"]["fine_tuned"]["seeds"]) == 5
    # the same again, in words
    assert f"{measured['model']['fine_tuned']['mean']:.1%} (" in printed[0] and "majority class" in printed[0]


def test_features_are_the_means_over_the_tokens_of_each_text(tmp_path, model):
    file = write_task(tmp_path / "a.tsv", [(text(n % 5 + 1), text(n % 3 + 1), str(n % 2)) for n in range(20)])
    rows, truncated = rows_of(read_examples(str(file)), ["0", "1"], WORDS, 24)
    read = read_model(model)[0].eval()
    with world("cpu", "float32") as here:
        found, labels = features(read, rows, here)
    expected, lengths = [], np.diff(rows.offsets)
    for row in np.argsort(lengths, kind="stable").tolist():
        ids, start = rows.ids[rows.offsets[row] : rows.offsets[row + 1]], int(rows.segment_b_start[row])
        with torch.no_grad():
            x = read.encode(single(ids, start, range(len(ids))))[1:]
        expected.append(torch.cat([x[:start].mean(0), x[start:].mean(0)]))
    assert truncated == 0 and torch.allclose(found, torch.stack(expected), atol=1e-5)
    assert labels.tolist() == rows.labels[np.argsort(lengths, kind="stable")].tolist()


def test_texts_are_cut_to_the_positions_and_bad_tasks_refused(tmp_path, model, command):
    long = [("w9 " * (10 * n), "w8 " * 15, str(n % 2)) for n in range(1, 25)]
    examples = read_examples(str(write_task(tmp_path / "long.tsv", [("text", "text_b", "label"), *long])))
    assert len(examples.labels) == 24
    rows, truncated = rows_of(examples, ["0", "1"], WORDS, 24)
    assert truncated == 24 and np.diff(rows.offsets).max() == 24
    good = [(text(), str(number % 2)) for number in range(30)]
    refused = (
        ([*good, ("w5",)], "line 31: 1 column"),
        ([*good, ("", "0")], "line 31: an empty column"),
        (good[:5], "5 examples; expected at least 20"),
        ([(text(), "0")] * 30, "1 different label"),
    )
    for rows, words in refused:
        with pytest.raises(InputError) as error:
            evaluate_task(str(model), str(write_task(tmp_path / "bad.tsv", rows)))
        assert words in str(error.value)
    file, other = (write_task(tmp_path / f"{n}.tsv", [(*row[:-1], f"{n}{row[-1]}") for row in good]) for n in (1, 2))
    shards = write_shards(tmp_path / "shards", [random_rows(8)])
    for arguments, code, words in (
        (["--task", file, "--test", other], 3, "which"),
        (["--test", other], 2, "give its training examples too"),
        (["--task", file, shards], 2, "exclude each other"),
    ):
        found, _, err = command("evaluate", model, *arguments)
        assert found == code and words in err
