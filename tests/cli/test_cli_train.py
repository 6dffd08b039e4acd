"""The model's commands, end to end: run to a trained model, evaluate, predict."""

import json
import re
import shutil

import pytest

from bertprep.train.history import read_metrics, summary_of

pytest.importorskip("torch")

DATA = ["--vocab-size", "2000", "--max-length", "48", "--validation-share", "0.1", "--workers", "1"]
MODEL = ["--steps", "12", "--batch-size", "8", "--threads", "1"]


@pytest.fixture(scope="module")
def trained(road, tmp_path_factory):
    """The road of the sample corpus, trained to the end for a few steps."""
    from bertprep_cli.main import run

    folder = tmp_path_factory.mktemp("trained") / "demo"
    shutil.copytree(road, folder)  # a copy of folders made elsewhere, from which the next stage continues
    assert run(["train", str(folder / "shards"), "-o", str(folder / "model"), *MODEL, "--quiet"]) == 0
    return folder


def test_run_makes_all_stages_and_again_has_nothing_to_do(tmp_path, sample_corpus, result):
    line = ["run", sample_corpus / "english" / "home.txt", "-o", tmp_path, *DATA, *MODEL, "--vocab-size", 500]
    first, again = result(*line)["stages"], result(*line)["stages"]
    assert list(first) == ["segment", "train-vocab", "build-pairs", "mask", "train"]
    assert first["train"]["steps"] == again["train"]["steps"] == 12
    assert not any(again[stage]["made"] for stage in list(first)[:4])
    assert first["train"]["last_loss"] == again["train"]["last_loss"]


def test_training_reports_losses_and_accuracies(trained, command, tmp_path):
    code, out, _ = command("train", trained / "shards", "-o", tmp_path / "model", *MODEL)
    assert code == 0
    for words in ("MLM loss", "NSP loss", "accuracy", "next: bertprep predict"):
        assert words in out


def test_a_dry_run_estimates_the_cost_and_makes_nothing(trained, command, result, tmp_path):
    code, out, _ = command("train", trained / "shards", "-o", tmp_path / "model", *MODEL, "--dry-run")
    assert code == 0
    for words in ("12 steps over 96 rows", "words", "tokens", "FLOPs", "minutes", "memory", "nothing was written"):
        assert words in out
    found = result("train", trained / "shards", "-o", tmp_path / "model", *MODEL, "--dry-run")
    assert {"words", "tokens", "epochs", "steps", "flops", "peak_memory_bytes", "hours"} <= found.keys()
    assert list(tmp_path.iterdir()) == []


def test_a_mixture_of_another_shape(trained, command, tmp_path):
    config = tmp_path / "shape.json"
    config.write_text('{"hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}')
    mixed = (f"one=2:{trained / 'shards'}", f"two=1:{trained / 'shards'}")
    code, out, _ = command("train", *mixed, "-o", tmp_path / "model", *MODEL, "--model-config", config)
    assert code == 0 and "two: 33.3 %, 32 rows" in out
    assert json.loads((tmp_path / "model" / "config.json").read_text())["hidden_size"] == 64
    code, _, err = command("train", *mixed, "-o", tmp_path / "other", "--model-config", tmp_path / "none.json")
    assert code == 3 and "none.json: cannot be read as JSON" in err
    config.write_text("[]")
    assert "contains no JSON object" in command("train", *mixed, "-o", tmp_path / "other", "--model-config", config)[2]


def test_init_from_reports_metrics_before_and_after(trained, command, tmp_path):
    line = ("train", trained / "shards", "-o", tmp_path / "model", *MODEL, "--init-from", trained / "model")
    code, out, _ = command(*line)
    assert code == 0 and re.search(r"before +after +95% interval", out) and "perplexity" in out
    _, again, _ = command("evaluate", tmp_path / "model", trained / "shards")
    columns = [re.findall(r"MLM loss +(\S+) +(\S+)", each) for each in (out, again)]
    assert columns[0] == columns[1] != []
    _, beside, _ = command("evaluate", tmp_path / "model", trained / "shards", "--against", trained / "model")
    assert re.findall(r"MLM loss +(\S+) +(\S+)", beside) == columns[0]


def test_a_finished_model_is_not_replaced_unasked(trained, command):
    before = (trained / "model" / "model.safetensors").read_bytes()
    code, out, _ = command("train", trained / "shards", "-o", trained / "model", *MODEL)
    assert code == 0 and "already complete, nothing to do" in out
    code, _, err = command("train", trained / "shards", "-o", trained / "model", *MODEL, "--seed", "9")
    assert code == 4 and "seed 0 -> 9. " in err and "--overwrite" in err
    assert (trained / "model" / "model.safetensors").read_bytes() == before


def test_evaluate_reports_the_metrics_of_training(trained, result):
    lines = (trained / "model" / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    expected = json.loads(lines[-1])["summary"]["validation"]
    measured = result("evaluate", trained / "model", trained / "shards")
    for name in ("mlm_loss", "nsp_loss", "mlm_accuracy", "nsp_accuracy"):
        assert measured[name] == pytest.approx(expected[name], rel=1e-5)


def test_predict_fills_every_mask(trained, result):
    masks = result("predict", trained / "model", "The [MASK] sat on the [MASK].", "--top", 4)["masks"]
    assert [len(words) for words in masks] == [4, 4]
    for words in masks:
        likely = [word["probability"] for word in words]
        assert likely == sorted(likely, reverse=True)
        assert 0 < sum(likely) <= 1


def test_predict_gives_the_probability_of_next(trained, result):
    answer = result(
        "predict", trained / "model", "Calculus is a branch of mathematics.", "--next", "Pandas eat bamboo."
    )
    assert 0 < answer["probability"] < 1


def test_inspect_shows_guesses_and_the_truth(trained, command, result):
    import torch
    import transformers

    shards, model = trained / "shards", trained / "model"
    line = ("inspect", shards, "--split", "validation", "--limit", 4, "--guesses", model)
    rows, (_, out, _) = result(*line)["rows"], command(*line)
    tokenizer = transformers.AutoTokenizer.from_pretrained(model)
    reference = transformers.AutoModelForPreTraining.from_pretrained(model).eval()
    for row in rows:
        ids = torch.tensor([tokenizer.convert_tokens_to_ids([token["shown"] for token in row["tokens"]])])
        segments = (torch.arange(ids.shape[1]) >= row["segment_b_start"]).long()[None]
        with torch.no_grad():
            expected = reference(input_ids=ids, token_type_ids=segments)
        hidden = [place for place, token in enumerate(row["tokens"]) if token["kind"]]
        guesses = tokenizer.convert_ids_to_tokens(expected.prediction_logits[0].argmax(-1).tolist())
        assert [row["tokens"][place]["guess"] for place in hidden] == [guesses[place] for place in hidden]
        told = float(expected.seq_relationship_logits.softmax(-1)[0, 0])
        assert row["next_probability"] == pytest.approx(told, abs=1e-5)
        assert f"probability {told:.2f} that B follows A" in out
        wrong = next(row["tokens"][place] for place in hidden if guesses[place] != row["tokens"][place]["true"])
        assert "{" + f"{wrong['true']}|{wrong['guess']}" + "}" in out
    code, _, err = command("inspect", trained / "pairs", "--guesses", model)
    assert code == 2 and "build-pairs" in err
    assert "guess" not in str(result("inspect", shards)["rows"])


def test_predict_without_a_mask_says_what_is_missing(trained, command):
    code, _, err = command("predict", trained / "model", "No mask here.")
    assert code in (2, 3)
    assert "[MASK]" in err


def test_predict_without_a_model(tmp_path, command):
    code, _, err = command("predict", tmp_path, "The [MASK].")
    assert code == 3
    assert str(tmp_path) in err


def test_the_curve_of_a_model_can_be_seen(trained, result):
    shown = result("inspect", trained / "model")
    curve = shown["curve"]
    assert shown["validation"] == summary_of(read_metrics(str(trained / "model")))["validation"] is not None
    assert curve[-1]["step"] == 12
    assert curve[0]["mlm_loss"] == pytest.approx(7.6, abs=0.3)  # ln 2000: an untrained model


def test_transformers_loads_the_model(trained):
    transformers = pytest.importorskip("transformers")
    model, report = transformers.AutoModelForPreTraining.from_pretrained(trained / "model", output_loading_info=True)
    assert not report["missing_keys"] and not report["unexpected_keys"]
    assert model.config.vocab_size == 2000
    tokenizer = transformers.AutoTokenizer.from_pretrained(trained / "model")
    assert tokenizer.tokenize("The cat sat.")
