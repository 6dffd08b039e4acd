"""Verdicts: metrics are compared with baselines, and there are sentences in every language."""

import json
import string
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bertprep.train import asking, verdicts
from bertprep.train.intervals import wilson
from bertprep.vocab.vocabulary import SPECIAL_TOKENS, Vocabulary

TABLE = (  # masked loss, by frequency, right of 400, shared pieces -> states
    ((4.2, 6.9, 300, 0.7), ["learnt", "learnt"]),
    ((6.0, 6.9, 250, 0.7), ["part", "part"]),
    ((6.9, 6.9, 201, 0.7), ["not_yet", "not_yet"]),
    ((7.9, 6.9, 100, 0.7), ["worse", "worse"]),
    ((4.2, None, 300, None), ["unknown", "unknown"]),
    ((None, 6.9, None, 0.7), []),
)


def figures(loss, guess, right, shared):
    accuracy = None if right is None else right / 400
    interval = None if right is None else wilson(right, 400)
    named = {"mlm_loss": loss, "unigram_loss": guess, "nsp_accuracy": accuracy, "shared_pieces_accuracy": shared}
    return {**named, "nsp_accuracy_interval": interval}


def test_a_metric_is_compared_with_baselines():
    for values, states in TABLE:
        assert [each.state for each in verdicts.verdicts(figures(*values))] == states, values


@given(st.floats(0, 20), st.none() | st.floats(0, 20), st.integers(0, 400), st.none() | st.floats(0, 1))
def test_every_verdict_is_a_sentence_in_every_language(loss, guess, right, shared):
    measured = figures(loss, guess, right, shared)
    for language in verdicts.LANGUAGES:
        told = verdicts.verdicts(measured, 12, language)
        assert [each.task for each in told] == ["masked", "next"]
        for each in told:
            assert each.sentence[-1] in ".。?？" and not set("{}") & set(each.sentence) and each.word(language)
    if told[1].state == "not_yet":  # an accuracy above 0.5 is no success if its interval contains 0.5
        assert measured["nsp_accuracy_interval"][0] <= 0.5


def test_languages_have_the_same_table():
    fields = [
        {
            (task, state): {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for task, texts in table.items()
            for state, text in texts.items()
        }
        for table in verdicts.SENTENCES.values()
    ]
    assert all(each == fields[0] for each in fields)


def lines(training, held_out):
    logged = [{"step": step, "mlm_loss": training, "nsp_loss": 0.6} for step in range(10, 110, 10)]
    measured = [
        {"step": 10 * step, "validation": {"mlm_loss": loss, "nsp_loss": 0.6}} for step, loss in enumerate(held_out, 1)
    ]
    return logged + measured


def test_memorised_rows_are_reported():
    assert verdicts.by_heart(lines(4.0, [6.0, 4.1])) == []
    assert [each.state for each in verdicts.by_heart(lines(2.0, [6.0, 4.1]))] == ["masked"]
    assert [each.state for each in verdicts.by_heart(lines(4.0, [4.2, 4.6]))] == ["risen"]
    along = lines(4.0, [6.0, 4.1])
    along[-2]["validation"]["rows"] = along[-1]["validation"]["rows"] = 256
    whole = [{"summary": {"steps": 100, "validation": {"mlm_loss": 4.3, "nsp_loss": 0.6, "rows": 10_000}}}]
    assert verdicts.by_heart(along + whole) == []  # losses of different rows are not compared
    assert verdicts.by_heart([]) == verdicts.by_heart(lines(2.0, [])) == []


def test_ranks_by_frequency_are_those_of_the_counts(tmp_path):
    vocabulary = Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c"])
    assert asking.ranks_by_frequency(str(tmp_path), vocabulary) is None
    (tmp_path / asking.FREQUENCIES).write_bytes(asking.frequencies_json(np.array([0, 0, 0, 0, 0, 5, 9, 5])))
    assert asking.ranks_by_frequency(str(tmp_path), vocabulary).tolist() == [0, 0, 0, 0, 0, 2, 1, 3]  # 0: never seen
    (tmp_path / asking.FREQUENCIES).write_text(json.dumps([1, 2]), encoding="utf-8")
    with pytest.raises(asking.InputError, match="expected 8 counts"):
        asking.ranks_by_frequency(str(tmp_path), vocabulary)


def test_invalid_queries_are_refused_before_pytorch_is_loaded(tmp_path):
    code = """if True:
        import sys
        sys.modules["torch"] = None
        from bertprep_cli.main import run
        assert run(["predict", sys.argv[1] + "/model", "no mask"]) == 2
        assert run(["predict", sys.argv[1], "a [MASK]"]) == 3
        assert run(["predict", sys.argv[1], "a", "--next", "b"]) == 3
    """
    Vocabulary([*SPECIAL_TOKENS, "a"]).save(tmp_path / "model")
    (tmp_path / "model" / "config.json").write_text("{}")
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "contains no [MASK]" in done.stderr and done.stderr.count("config.json: no such file") == 2
