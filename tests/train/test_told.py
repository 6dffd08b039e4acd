"""What training reports is true: in its summary, its model card and its model folder."""

import json
import shlex
import shutil
from pathlib import Path

import pytest
import torch
from train_samples import before_step, interrupt, random_rows, vocabulary, write_shards
from transformers import AutoTokenizer, BertConfig, BertForMaskedLM, BertForPreTraining, BertModel

from bertprep.core.errors import StoreError
from bertprep.train import next_probability, train
from bertprep.train.settings import TrainSettings

SHAPE = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
TINY = {"model_config": SHAPE, "batch_size": 8, "steps": 4, "save_every": 2, "log_every": 1, "threads": 1}


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    return write_shards(tmp_path_factory.mktemp("data") / "shards", [random_rows(50)], [random_rows(20, seed=2)])


@pytest.fixture
def config(tmp_path):
    """The shape as a file, and the options for a short run."""
    (tmp_path / "shape.json").write_text(json.dumps(SHAPE))
    return ("--model-config", tmp_path / "shape.json", "--steps", "4", "--batch-size", "8", "--threads", "1")


# -- validation -------------------------------------------------------------------------------------------------------


def test_a_run_that_stopped_early_does_not_say_that_nothing_was_held_out(shards, command, tmp_path, config):
    code, out, _ = command("train", shards, "-o", tmp_path / "model", *config, "--max-minutes", "0")
    assert code == 0
    assert "validation: none (not measured, since the run has not reached its last step" in out
    assert "held out" not in out and "not reached its last step" in (tmp_path / "model" / "README.md").read_text()


def test_held_out_rows_without_a_masked_token_are_no_reason_to_crash(command, tmp_path, config):
    shards = write_shards(tmp_path / "shards", [random_rows(30)], [random_rows(9, seed=1, masked=False)])
    code, out, err = command("train", shards, "-o", tmp_path / "model", *config)
    assert code == 0, err
    assert "validation (9 rows)" in out and "no tokens are masked, so there is no MLM loss" in out and "NSP loss" in out
    code, out, err = command("evaluate", tmp_path / "model", shards, "--device", "cpu")
    assert code == 0 and "no tokens are masked" in out, err


def test_evaluate_uses_the_requested_device(shards, command, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    train([shards], str(tmp_path / "model"), TrainSettings(**TINY), quiet=True)
    code, _, err = command("evaluate", tmp_path / "model", shards, "--device", "cuda")
    assert code == 2 and "PyTorch finds no GPU" in err


# -- the folder ---------------------------------------------------------------------------------------------------------


def published(folder, kind=BertForPreTraining, max_length=None):
    """A folder as `transformers` saves it."""
    shape = {**SHAPE, "vocab_size": 100}
    kind(BertConfig(**shape)).save_pretrained(folder)
    vocabulary().save(folder)
    config = json.loads((folder / "tokenizer_config.json").read_text())
    told = {} if max_length is None else {"model_max_length": max_length}
    (folder / "tokenizer_config.json").write_text(json.dumps({**config, **told}))
    return str(folder)


def cut_to(folder):
    """The number of tokens of a long text after truncation, and the tokenizer's warnings."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return len(tokenizer("w8 w9 " * 400, truncation=True).input_ids), tokenizer.model_max_length


def test_a_text_that_is_to_be_cut_fits_into_the_model(shards, tmp_path):
    """Without a maximum length in the folder, `truncation=True` had no effect, and pipelines raised an error."""
    output = tmp_path / "model"
    train([shards], str(output), TrainSettings(**TINY), quiet=True)
    for folder in (output, *output.glob("checkpoints/*")):
        assert cut_to(folder) == (512, 512)


@pytest.mark.parametrize("told, expected", [(300, 300), (512, 512), (None, 512), (int(1e30), 512), (4096, 512)])
def test_a_published_folder_keeps_its_maximum(told, expected, shards, tmp_path):
    output, short = tmp_path / "model", {**TINY, "model_config": None, "steps": 2, "save_every": 1}
    origin = published(tmp_path / "bert", max_length=told)
    train([shards], str(output), TrainSettings(**short, max_minutes=0), init_from=origin, quiet=True)
    assert cut_to(output) == (expected, expected)
    train([shards], str(output), TrainSettings(**short), quiet=True)
    assert cut_to(output) == (expected, expected)


def test_a_next_sentence_head_that_came_trained_stays_so(tmp_path):
    shards = write_shards(tmp_path / "shards", [random_rows(40, labels=False)])
    settings = TrainSettings(**{**TINY, "model_config": None})
    for kind, trained in ((BertForPreTraining, True), (BertForMaskedLM, False)):
        origin, output = published(tmp_path / kind.__name__, kind), tmp_path / f"{kind.__name__}-out"
        train([shards], str(output), settings, init_from=origin, quiet=True)
        assert json.loads((output / "config.json").read_text())["next_sentence_trained"] is trained
        again = tmp_path / f"{kind.__name__}-again"
        train([shards], str(again), settings, init_from=str(output), quiet=True)
        assert json.loads((again / "config.json").read_text())["next_sentence_trained"] is trained
    assert 0 < next_probability(str(tmp_path / "BertForPreTraining-out"), "w8", "w9") < 1


def test_the_card_says_which_positions_no_row_reached(shards, tmp_path):
    train([shards], str(tmp_path / "model"), TrainSettings(**TINY), quiet=True)
    card = (tmp_path / "model" / "README.md").read_text()
    longest = max(len(row) for row in rows_of(shards))
    assert f"the embeddings of positions from {longest} on (counted from 0) are as they were drawn at random" in card
    on = TrainSettings(**{**TINY, "model_config": None})
    train([shards], str(tmp_path / "on"), on, init_from=str(tmp_path / "model"), quiet=True)
    assert f"{longest} on (counted from 0) are as in the weights" in (tmp_path / "on" / "README.md").read_text()
    just = {**TINY, "model_config": {**SHAPE, "max_position_embeddings": longest}}
    train([shards], str(tmp_path / "just"), TrainSettings(**just), quiet=True)
    assert "No row that it was trained on" not in (tmp_path / "just" / "README.md").read_text()


def rows_of(shards):
    import pyarrow as pa

    with pa.ipc.open_file(next(Path(shards).glob("train-*"))) as file:
        return file.read_all()["input_ids"].to_pylist()


# -- resuming -----------------------------------------------------------------------------------------------------------


def stopped(command, output, *line):
    """Train for no time at all; returns the printed command to resume."""
    code, out, err = command("train", *line, "-o", output, "--max-minutes", "0")
    assert code == 0, err
    return out.split("next: ")[-1].strip()


def test_the_command_that_is_printed_resumes_the_run_with_its_settings(command, tmp_path, config):
    shards = write_shards(tmp_path / "my shards; rm", [random_rows(50)])
    options = (
        "--model-config",
        tmp_path / "shape.json",
        "--steps",
        "4",
        "--batch-size",
        "8",
        "--seed",
        "3",
        "--threads",
        "1",
    )
    assert command("train", shards, "-o", tmp_path / "whole", *options, "-q")[0] == 0
    printed = shlex.split(stopped(command, tmp_path / "a model", shards, *options))
    assert printed == ["bertprep", "train", shards, "-o", str(tmp_path / "a model"), "--resume"]
    (tmp_path / "shape.json").unlink()
    code, out, err = command(*printed[1:])
    assert code == 0 and "next: bertprep predict '" in out, err
    first, second = (tmp_path / name / "model.safetensors" for name in ("whole", "a model"))
    assert first.read_bytes() == second.read_bytes()


def test_resuming_needs_only_the_checkpoint(shards, command, tmp_path, config):
    origin = tmp_path / "origin"
    published(origin)
    options = ("--init-from", origin, "--steps", "4", "--batch-size", "8", "--threads", "1", "--save-every", "2")
    assert command("train", shards, "-o", tmp_path / "whole", *options, "-q")[0] == 0
    printed = shlex.split(stopped(command, tmp_path / "model", shards, *options))
    shutil.rmtree(origin)
    code, out, err = command(*printed[1:])
    assert code == 0 and "before" in out, err
    first, second = (tmp_path / name / "model.safetensors" for name in ("whole", "model"))
    assert first.read_bytes() == second.read_bytes()


def test_other_settings_are_refused_and_free_ones_are_changed(shards, command, tmp_path, config):
    stopped(command, tmp_path / "model", shards, *config)
    line = ("train", shards, "-o", tmp_path / "model", "--resume", "--quiet")
    code, _, err = command(*line, "--batch-size", "9")
    assert code == 4 and "batch_size 8 -> 9" in err
    assert command(*line, "--keep", "1", "--save-every", "1")[0] == 0
    assert len(list((tmp_path / "model" / "checkpoints").iterdir())) == 1


def test_a_run_without_a_checkpoint_asks_for_its_initial_weights(shards, tmp_path):
    output, settings = tmp_path / "model", TrainSettings(**{**TINY, "model_config": None})
    origin = published(tmp_path / "origin")
    train([shards], str(output), settings, init_from=origin, quiet=True)
    shutil.rmtree(output / "checkpoints")
    with pytest.raises(StoreError, match="initial weights are needed; give them with --init-from"):
        train([shards], str(output), settings, quiet=True)
    assert train([shards], str(output), settings, init_from=origin, quiet=True)["finished"]


def test_an_interrupted_run_says_how_to_resume_it(shards, command, tmp_path, config, monkeypatch):
    with monkeypatch.context() as patch:
        before_step(patch, 0, interrupt)
        code, _, err = command("train", shards, "-o", tmp_path / "model", *config)
    assert code == 130 and f"resume it with: bertprep train {shards} -o {tmp_path / 'model'} --resume" in err


def test_a_run_that_had_not_begun_is_not_said_to_be_resumable(shards, command, tmp_path, config, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("bertprep.train.training.prepared", lambda *_: interrupt(None))
        code, _, err = command("train", shards, "-o", tmp_path / "model", *config)
    assert code == 130 and "interrupted; training had not begun; run the same command again" in err
    assert not (tmp_path / "model" / "training.json").exists()


@pytest.mark.parametrize(("begun", "settings", "told"), [(0, False, 1), (0, True, 0), (1, False, 0)])
def test_resume_without_a_run_says_that_a_new_one_begins(shards, command, tmp_path, config, begun, settings, told):
    if begun:
        stopped(command, tmp_path / "model", shards, *config)
    given = (
        config if settings else ("--threads", "1")
    )  # a command with settings means the first call and all later ones
    code, _, err = command("train", shards, "-o", tmp_path / "model", "--resume", *given)
    assert code == 0 and (f"{tmp_path / 'model'}: no run to resume; a new one begins" in err) == bool(told)


def test_a_rate_of_zero_and_gradients_clipped_to_zero_are_told(shards, command, tmp_path, config):
    code, _, err = command("train", shards, "-o", tmp_path / "model", *config, "--clip", "0")
    assert code == 2 and "--clip is 0, so every gradient would be 0" in err and not (tmp_path / "model").exists()
    code, _, err = command("train", shards, "-o", tmp_path / "model", *config, "--learning-rate", "0")
    assert code == 0 and "warning: --learning-rate is 0: no weight will change" in err


@pytest.mark.parametrize(("rows", "told"), [(7, True), (8, False)])
def test_a_batch_of_more_rows_than_there_are_is_told(rows, told, command, tmp_path, config):
    shards = write_shards(tmp_path / "shards", [random_rows(rows)])
    code, _, err = command("train", shards, "-o", tmp_path / "model", *config)
    expected = "warning: --batch-size 8 is more than the 7 training rows, so a step reads rows more than once"
    assert code == 0 and (expected in err) == told


def test_shards_given_twice_are_told(shards, command, tmp_path, config):
    shutil.copytree(shards, tmp_path / "copy")
    other = write_shards(tmp_path / "other", [random_rows(20, seed=5)])
    code, _, err = command("train", shards, other, tmp_path / "copy", "-o", tmp_path / "model", *config)
    told = f"warning: {tmp_path / 'copy'} holds the same shards as {shards}, so their rows count twice"
    assert code == 0 and told in err and err.count("the same shards") == 1


def test_another_shape_for_a_resumed_run_is_named(shards, command, tmp_path, config):
    stopped(command, tmp_path / "model", shards, *config)
    line = ("train", shards, "-o", tmp_path / "model", "--resume", "--quiet", "--threads", "1")
    code, _, err = command(*line, "--model", "mini")
    assert code == 4 and "other settings" in err and "model" in err and "leave out one of them" not in err
    assert command(*line, *config[:2])[0] == 0


LACKING = [
    (BertForPreTraining, True, None),
    (BertForMaskedLM, True, "no trained next-sentence head: it begins"),
    (BertForMaskedLM, False, None),
    (BertModel, True, "no trained masked-language-model head and no trained next-sentence head: they begin"),
    (BertModel, False, "no trained masked-language-model head: it begins"),
]


@pytest.mark.parametrize(("kind", "labels", "told"), LACKING)
def test_heads_that_begin_at_random_are_told(command, tmp_path, kind, labels, told):
    shards = write_shards(tmp_path / "shards", [random_rows(40, labels=labels)])
    kind(BertConfig(vocab_size=100, **SHAPE)).save_pretrained(tmp_path / "bert")
    vocabulary().save(tmp_path / "bert")
    line = ("train", shards, "--init-from", tmp_path / "bert", "--steps", "1", "--batch-size", "4", "--threads", "1")
    code, _, err = command(*line, "-o", tmp_path / "model")
    assert code == 0 and ("random weights" in err) == (told is not None), err
    assert told is None or f"warning: {tmp_path / 'bert'} has {told} with random weights" in err
