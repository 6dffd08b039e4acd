"""A run checks everything before it begins, and reports all problems at once."""

import json
import shutil
import sys

import pytest
import torch
from bertprep_cli import checks, given_models
from bertprep_cli import road as running
from bertprep_cli import train as training

from bertprep.core import costs, hub
from bertprep.core.errors import InputError, UsageError
from bertprep.corpus import quotes
from bertprep.shards.strategies import STRATEGIES, segmenters
from bertprep.train.bert.model import PRESETS
from bertprep.vocab.vocabulary import Vocabulary

QUICK = ("--vocab-size", "300", "--max-length", "64", "--workers", "1", "--validation-share", "0.1")


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "in"
    path.mkdir()
    (path / "a.txt").write_text(
        "\n\n".join(f"Cats of farm {n} sleep. They eat fish. Dogs bark at {n} cows." for n in range(60))
    )
    (path / "b.jsonl").write_text("".join(json.dumps({"text": f"Birds sing {n}. They fly."}) + "\n" for n in range(20)))
    return path


def test_all_problems_are_reported_at_once_and_nothing_is_made(corpus, tmp_path, command):
    (corpus / "c.jsonl").write_text('{"body": "A text."}\n')
    (corpus / "d.txt").write_bytes("Füße".encode("utf-16-le") * 40)
    (corpus / "e.txt").write_bytes(b"")
    line = ("run", corpus, tmp_path / "nowhere", "-o", tmp_path / "out", "--init-from", "bert-base-uncased", *QUICK)
    device = ("--device", "mps" if torch.cuda.is_available() else "cuda")
    code, out, err = command(*line, *device)
    told = (
        "nowhere",
        "c.jsonl, line 1: no field 'text'",
        "d.txt",
        "hf download bert-base-uncased",
        f"{device[0]} {device[1]}",
    )
    assert code == 3 and out == "" and not (tmp_path / "out").exists()
    assert all(words in err for words in told) and err.count("\n") >= 6 and "problems; nothing was made" in err
    code, out, _ = command(*line, *device, "--dry-run", "--json")
    plan = json.loads(out)
    assert code == 3 == plan["exit_code"] and len(plan["problems"]) >= 5
    assert all({"code", "kind", "message", "try"} == problem.keys() for problem in plan["problems"])
    assert plan["plan"][0]["action"] == "refuse"


def test_vocabulary_and_weights_must_agree_before_any_work(corpus, tmp_path, command, monkeypatch):
    quick = ("--steps", "1", "--batch-size", "4")
    assert command("run", corpus, "-o", tmp_path / "a", *QUICK, *quick)[0] == 0
    model, other = tmp_path / "a" / "model", tmp_path / "vocab"
    assert command("train-vocab", tmp_path / "a" / "sentences", "-o", other, "--cased", "--workers", 1)[0] == 0
    line = ("run", corpus, "-o", tmp_path / "b", "--workers", 1, "--init-from", model)
    code, _, err = command(*line)
    assert code == 2 and f"add --vocab {model}" in err
    code, _, err = command(*line, "--vocab", other)
    assert code == 3 and "their vocabularies differ in" in err and not (tmp_path / "b").exists()
    code, out, _ = command(*line, "--vocab", model, "--dry-run")
    assert code == 0 and "train-vocab" not in out
    code, _, err = command(*line, "--extend", other)
    assert code == 3 and "--extend" in err and "their vocabularies differ in" in err and not (tmp_path / "b").exists()
    field = tmp_path / "field"
    field.mkdir()
    (field / "a.txt").write_text("\n\n".join(f"Badgers of sett {n} sleep. They eat worms." for n in range(60)))
    words = ("--extend", model, "--add", "3")
    assert command("run", field, "-o", tmp_path / "c", *line[4:], *words, *quick)[0] == 0
    assert (
        Vocabulary.load(tmp_path / "c" / "model").tokens[-3:] == Vocabulary.load(tmp_path / "c" / "vocab").tokens[-3:]
    )
    assert "badgers" in Vocabulary.load(tmp_path / "c" / "model").tokens[-3:]
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(9, 9, 1000))
    code, _, err = command(*line, "--vocab", model, "--dry-run")
    assert code == 0 and "warning: " in err and "GB of disk space is needed, but only 0.0 GB is free" in err
    with (tmp_path / "a" / "model" / "large").open("wb") as file:
        file.truncate(10**9)
    code, _, err = command("run", corpus, "-o", tmp_path / "a", *QUICK, *quick, "--overwrite", "--dry-run")
    assert code == 0 and "disk space" not in err  # existing output of the same size is replaced


def test_a_plan_says_what_is_kept_made_resumed_and_refused(corpus, tmp_path, command):
    line = ("run", corpus, "-o", tmp_path / "out", *QUICK, "--until", "mask")

    def actions(*more):
        code, out, _ = command(*line, *more, "--dry-run", "--json")
        content = json.loads(out)
        return code, {each["stage"]: (each["action"], each["reason"]) for each in content["plan"]}

    assert command(*line)[0] == 0
    assert {action for action, _ in actions()[1].values()} == {"keep"}
    shutil.rmtree(tmp_path / "out" / "pairs")
    code, found = actions()
    assert code == 0 and [action for action, _ in found.values()] == ["keep", "keep", "make", "make"]
    of_pairs = "made from build-pairs, which will be made"
    assert found["mask"][1] == f"{of_pairs}; kept if that is as before, else --overwrite is needed"
    assert actions("--overwrite")[1]["mask"][1] == of_pairs
    code, found = actions("--max-length", 48, "--mask-prob", 0.3)
    assert code == 4 and found["mask"][0] == "refuse" and "mask_prob 0.15 -> 0.3" in found["mask"][1]
    code, _, err = command(*line, "--mask-prob", 0.3)
    assert code == 4 and "mask_prob 0.15 -> 0.3" in err and not (tmp_path / "out" / "pairs").exists()
    assert all(action == "make" for action, _ in actions("--overwrite")[1].values())
    shown = command(*line, "--dry-run")[1]
    assert shown.splitlines()[0].split() == ["stage", "folder", "to", "do", "why", "in", "out", "time"]


def test_names_of_the_hub_get_the_command_that_downloads_them(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    for name in ("bert-base-uncased", "google-bert/bert-base-uncased"):
        for line in (
            ("predict", name, "a [MASK]"),
            ("build-pairs", "s", "--vocab", name, "-o", "p"),
            ("train", "s", "-o", "m", "--init-from", name),
        ):
            code, _, err = command(*line)
            assert code == 3 and f"hf download {name} --local-dir bert-base-uncased" in err
    with pytest.raises(InputError, match="no such file or folder; check the path"):
        given_models.refuse_missing("some/deep/path/model")


def test_a_model_of_the_hub_is_downloaded_when_asked_for(tmp_path, monkeypatch):
    huggingface_hub = pytest.importorskip("huggingface_hub")
    asked = []

    def snapshot_download(name, **options):
        asked.append((name, options["revision"], options["allow_patterns"]))
        assert options["ignore_patterns"] == ["*/*"]  # files in subfolders, which `*.json` would match too
        if name == "no/such":
            raise FileNotFoundError(2, "the Hub has no such model")
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    assert given_models.local_model("hf://google-bert/bert-base-uncased@main") == str(tmp_path)
    assert asked == [("google-bert/bert-base-uncased", "main", list(hub.MODEL_FILES))]
    assert not any("bin" in pattern for pattern in hub.MODEL_FILES)
    with pytest.raises(InputError, match="cannot be downloaded"):
        given_models.local_model("hf://no/such")
    for uri in ("hf://datasets/a/b", "hf://a/b/c", "hf://"):
        with pytest.raises(UsageError, match="not a model"):
            given_models.local_model(uri)


def test_a_dry_run_downloads_no_weights(corpus, tmp_path, monkeypatch, command):
    asked = []
    monkeypatch.setattr(running, "local_model", lambda path, weights=True: asked.append(weights) or str(tmp_path / "v"))
    model = "hf://google-bert/bert-base-uncased"
    _, _, err = command("run", corpus, "-o", tmp_path / "a", "--vocab", model, "--init-from", model, "--dry-run")
    assert asked == [False] and f"--init-from {model}: would be downloaded" in err
    monkeypatch.setattr(training, "local_model", lambda path: path)
    _, _, err = command("train", "s", "-o", tmp_path / "a", "--init-from", model, "--dry-run")
    assert f"--init-from {model}: is downloaded to be measured" in err  # by `train`, which makes some steps


def test_the_extra_of_every_strategy_is_asked_for_before_a_run(corpus, tmp_path, monkeypatch, command):
    segmenters.load.cache_clear()
    for package in ("rjieba", *(each.package for each in segmenters.SEGMENTERS.values())):
        monkeypatch.setitem(sys.modules, package, None)
    line = ("run", corpus, "-o", tmp_path / "a", *QUICK, "--until", "mask", "--dry-run")
    for strategy in STRATEGIES:
        code, out, err = command(*line, "--strategy", strategy)
        extra = strategy.removeprefix("whole-word-")
        is_needed = extra == "zh" or extra in segmenters.SEGMENTERS
        assert code == (2 if is_needed else 0) and (f"bertprep[{extra}]" in out + err) == is_needed, (
            strategy,
            out,
            err,
        )


def test_a_folder_of_no_known_kind_is_one_problem(tmp_path, command):
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.bin").write_bytes(b"\0\1")
    for folders in ([tmp_path / "a"], [tmp_path / "a", tmp_path / "b"]):
        code, out, _ = command("run", *folders, "-o", tmp_path / "out", *QUICK, "--dry-run")
        assert code == 3 and out.count("no file of a known format") == 1 == out.count("problem: "), out


def test_a_plan_looks_for_the_rows_of_a_file_once(tmp_path, monkeypatch, command):
    rows = "".join(f'{n},"Cats of farm {n} sleep.\nThey eat fish."\n' for n in range(150_000))
    (tmp_path / "a.csv").write_text("id,text\n" + rows)
    looked = []
    tables = quotes._table
    monkeypatch.setattr(quotes, "_table", lambda characters: looked.append(characters) or tables(characters))
    code, out, _ = command("run", tmp_path / "a.csv", "-o", tmp_path / "out", *QUICK, "--until", "mask", "--dry-run")
    assert code == 0 and len(looked) == 2, out  # one for opening quotation marks, one for closing ones


def test_costs_are_of_the_presets_that_there_are():
    assert costs.PRESETS is PRESETS
    for stage in costs.RATES:
        assert costs.seconds_of(stage, 10**9, 1) > costs.seconds_of(stage, 10**9, 2) > 0
    assert costs.training_seconds("base", 1e6, 30522) > 50 * costs.training_seconds("tiny", 1e6, 30522)
