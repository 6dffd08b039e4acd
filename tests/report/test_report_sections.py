"""The content of the report: figures that add up, samples with what really followed, and two runs compared."""

import html
import json
import re
import shutil

import numpy as np
import pytest
from corpora import json_lines, write
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("matplotlib", reason="needs the extra report")

from bertprep import store
from bertprep.report import compare, history, sample_rows, sections, summary, tokens
from bertprep.report.run import RunFolders
from bertprep.store.local_folder import LocalFolder

FIGURES = {"mlm_loss": 5.0, "mlm_accuracy": 0.2, "nsp_loss": 0.69, "nsp_accuracy": 0.51, "unigram_loss": 7.0}
GIVEN = ("--validation-ids", "--templates")
MEASURED = {**FIGURES, "nsp_accuracy_interval": [0.48, 0.54], "shared_pieces_accuracy": 0.7}


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), max_size=6), st.integers(-(10**6), 10**6))
def test_found_less_dropped_is_kept(total, dropped, more):
    kept = total - sum(dropped) + more
    lines = sections.balanced("found", total, [("dropped", count) for count in dropped], "kept", kept, "more")
    signs = {"–": -1, "+": 1}
    assert lines[0][1] + sum(signs[words[0]] * count for words, count, _ in lines[1:-1]) == lines[-1][1] == kept


@pytest.fixture(scope="module")
def runs(road, tmp_path_factory):
    """Two runs that differ only in their model; their folders have what a report reads."""
    folder, found = tmp_path_factory.mktemp("sections"), {}
    for name, training, steps in (("one", 4.9, 20), ("two", 1.0, 30)):
        model = folder / name / "model"
        shutil.copytree(road, folder / name)
        model.mkdir()
        lines = [{"step": step, "mlm_loss": training, "nsp_loss": 0.69, "learning_rate": 0.001} for step in (10, 20)]
        along = [{"step": step, "validation": {**MEASURED, "mlm_loss": loss}} for step, loss in ((5, 6.0), (10, 5.5))]
        summary = {"summary": {"steps": steps, "rows": 640, "validation": MEASURED}}
        text = "".join(json.dumps(line) + "\n" for line in (*lines, *along, summary))
        (model / "metrics.jsonl").write_text(text, encoding="utf-8")
        identity = {"settings": {"batch_size": 32, "steps": steps}, "data": ["77b12d971c7bfe9c"]}
        (model / "training.json").write_text(json.dumps(identity), encoding="utf-8")
        found[name] = RunFolders.of(str(folder / name))
    return found


def text_of(markup):
    return html.unescape(re.sub(r"<[^>]+>", " ", markup))


def test_it_opens_with_six_numbers_their_verdicts_and_the_commands(runs):
    top = text_of(summary.opening(runs["one"]))
    for words in ("words of text", "vocabulary entries", "pairs", "masked", "5.00 nats", "51.0%"):
        assert words in top
    assert "Masked words: learnt" in top and "Next sentences: not learnt yet, no better than chance" in top
    commands = re.findall(r"bertprep (segment|train-vocab|build-pairs|mask|train) .*-o", top)
    assert commands == ["segment", "train-vocab", "build-pairs", "mask", "train"]
    assert "--vocab vocab" in top and "--batch-size 32" in top


def test_a_command_that_would_make_something_else_is_not_shown(runs, corpus_of_two, command, tmp_path):
    held, templates, plain = (tmp_path / name for name in ("held", "templates", "plain"))
    write(tmp_path / "t", "fmtn = $1\n")
    write(tmp_path / "ids", "doc1\n")
    line = ("segment", corpus_of_two, "--workers", 1, "--source-field", "set", "-o")
    assert command(*line, held, "--validation-ids", tmp_path / "ids")[0] == 0
    assert command(*line, templates, "--templates", tmp_path / "t")[0] == 0
    assert command(*line, plain)[0] == 0
    made = [summary.command_of(RunFolders.of(str(each)), "sentences") for each in (held, templates, plain)]
    reasons = [f"# bertprep segment ... ({option} was given; its path is not recorded)" for option in GIVEN]
    assert made[:2] == reasons and made[2].startswith("bertprep segment ") and "--source-field set" in made[2]
    begun = RunFolders.of(runs["one"].folders["model"])
    begun.training["init_from"] = "ab12"
    assert summary.command_of(begun, "model").startswith("# bertprep train ... (--init-from was given")
    card = text_of(sections._text_funnels(RunFolders.of(str(plain)).manifests["sentences"].counters)[0])
    assert "– document" not in card and "+ parts" not in card and "kept: 1 document without its source field" in card


@pytest.fixture
def corpus_of_two(tmp_path):
    """One document with a source and one without."""
    rows = [{"id": f"doc{n}", "text": f"Cats of kind {n} sleep. They purr."} for n in range(2)]
    return write(tmp_path / "a.jsonl", json_lines({**rows[0], "set": "law"}, rows[1])).path


def test_memorised_rows_are_reported_in_the_opening_and_in_the_title(runs, monkeypatch):
    monkeypatch.setattr(history.plots, "svg", lambda *_: "")
    assert "memorised" in text_of(summary.opening(runs["two"]))
    assert "memorised" not in text_of(summary.opening(runs["one"]))
    titles = [text_of(history.curves({"": runs[name]})[0]) for name in runs]
    assert ["; rows are memorised" in title for title in titles] == [False, True]


def test_random_pairs_show_what_really_followed(runs, road):
    text = text_of(sample_rows.rows(runs["one"]))
    shown = re.findall(r"What really followed A\s+(.*?)\s{2,}", text)
    parts = store.read_manifest(road / "sentences").parts("train")
    rows = [sentences for path, _ in parts for sentences in store.read_part(path)["sentences"].to_pylist()]
    assert 1 <= len(shown) <= 2 and set(shown) <= {sentence for sentences in rows for sentence in sentences[1:]}
    assert text.count("B is from another document") >= 2


def test_two_runs_are_compared_side_by_side(runs, command, road, tmp_path):
    assert re.search(r"model\s+steps\s+20\s+30", text_of(compare.settings(runs)))
    assert re.search(r"MLM loss, held out\s+5.000\s+5.000\s+\+0.000", text_of(compare.figures(runs)))
    assert text_of(compare.opening(runs)).count("vocabulary entries") == 2
    code, _, err = command("report", road, road, "-o", tmp_path / "r.html")
    assert code == 2 and "given twice" in err
    code, _, err = command("report", road / "pairs", road / "vocab", "-o", tmp_path / "r.html")
    assert code == 2 and "of the same stage, are compared; pairs holds pairs and vocab holds vocab" in err
    assert not (tmp_path / "r.html").exists()


def test_a_folder_of_trials_is_listed_whole_by_what_its_folders_hold(road, command, tmp_path):
    kinds = {"sentences": ["s"], "vocab": ["vb", "vu"], "pairs": [f"p{each}" for each in "abcdefg"], "shards": ["m"]}
    for kind, names in kinds.items():
        for name in names:
            shutil.copytree(road / kind, tmp_path / name)
    (tmp_path / "model1").mkdir()
    (tmp_path / "model1" / "training.json").write_text("{}")
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "manifest.json").write_text("{")
    told = "; ".join(f"{kind}: {', '.join(names)}" for kind, names in (*kinds.items(), ("model", ["model1"])))
    for line in (("verify", tmp_path), ("report", tmp_path, "-o", tmp_path / "r.html")):
        code, _, err = command(*line)
        assert code == 4 and "13 folders made by bertprep, several of one kind (vocab, pairs); give one of them" in err
        assert err.rstrip().endswith(f"{told}; damaged: x")
    for name in ("vb", *kinds["pairs"][1:]):
        shutil.rmtree(tmp_path / name)
    assert "not named as in a whole run (sentences, " in command("verify", tmp_path)[2]


def test_the_model_has_its_line_in_the_lineage(runs, monkeypatch):
    monkeypatch.setattr(LocalFolder, "size", lambda self, name: pytest.fail("a file was asked for alone"))
    monkeypatch.setattr(
        LocalFolder, "sizes", lambda self: {"training.json": 12, "checkpoints/step-1/model.safetensors": 7}
    )
    assert re.search(
        r"model\s+train, 20 steps\s+-\s+shards 77b12d971c7b\s+1\s+640\s+12\s", text_of(history.lineage(runs["one"]))
    )


def test_characters_that_the_vocabulary_lacks_are_shown_with_a_warning(tmp_path, command):
    (tmp_path / "a.txt").write_text("\n\n".join(f"we saw a cat. it was ж and here is ж {n}." for n in range(40)))
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    entries = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", *letters, *(f"##{letter}" for letter in letters)]
    (tmp_path / "vocab.txt").write_text("\n".join(entries) + "\n")
    line = (
        "run",
        tmp_path / "a.txt",
        "-o",
        tmp_path / "run",
        "--vocab",
        tmp_path / "vocab.txt",
        "--until",
        "build-pairs",
    )
    code, _, err = command(*line, "--workers", 1, "--validation-share", 0, "--pairing", "none")
    assert code == 0, err
    text = text_of(tokens.vocabulary(RunFolders.of(str(tmp_path / "run"))))
    assert "1 character of the text is not in the vocabulary" in text and "U+0436, 80" in text
    assert "More than 1% of the words are unknown" in text


def test_a_label_of_a_curve_is_taken_as_it_is():
    plots = pytest.importorskip("bertprep.report.plots")
    flat = np.array([0.0, 1.0])
    name = "_run$x_$b"  # matplotlib would read a formula, and hide the name
    drawn = plots.svg("a", "losses", "steps", "loss", plots.lines((name, flat, flat, "-"), ("b", flat, flat, "-")))
    assert drawn.count("<text") and name in re.sub(r"<[^>]*>|\u200b|&#8203;", "", drawn)
