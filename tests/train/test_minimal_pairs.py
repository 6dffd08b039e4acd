"""Minimal pairs: pseudo-log-likelihoods compared with a plain implementation, the figures, and errors."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from train_samples import SPECIAL, random_rows, write_shards

from bertprep.core.errors import InputError
from bertprep.train import evaluate_pairs
from bertprep.train.bert.folder import read_model, write_model
from bertprep.train.bert.model import Bert, ModelConfig, initialise
from bertprep.train.intervals import student_t
from bertprep.train.minimal_pairs import compared
from bertprep.train.pseudo_likelihood import METHODS, pseudo_log_likelihoods
from bertprep.train.world import world
from bertprep.vocab.vocabulary import Vocabulary

WORDS = Vocabulary([*SPECIAL, "a", "cat", "cats", "sou", "##ven", "##ir", "##s", "sleep", "sell", "."])
SENTENCES = [
    "a cat sleeps .",
    "souvenirs",
    "cats sell a souvenir .",
    "a unheard cats",
    "cat",
    "souvenirs sell souvenirs",
]


def model_folder(folder, positions=16, even=False):
    """A random model with large logits, or one that gives all words the same logit."""
    model = Bert(ModelConfig(WORDS.size, 32, 2, 2, 64, max_position_embeddings=positions, initializer_range=0.5))
    initialise(model, torch.Generator().manual_seed(3))
    if even:
        torch.nn.init.zeros_(model.word_embeddings.weight)
    write_model(folder, model, WORDS)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return model_folder(tmp_path_factory.mktemp("pairs") / "model")


def write_pairs(path, *pairs):
    names = ("sentence_good", "sentence_bad", "UID")
    path.write_text(
        "".join(json.dumps(dict(zip(names, pair, strict=False))) + "\n" for pair in pairs), encoding="utf-8"
    )
    return path


def by_transformers(model, tokenizer, sentence: str, method: str) -> float:
    """The score by transformers, one token at a time, with words by `word_ids`; minicons 0.3.39 gives the same numbers."""
    encoded = tokenizer(sentence, return_tensors="pt")
    ids, words, total = encoded["input_ids"][0], encoded.word_ids(0), 0.0
    for place in range(1, len(ids) - 1):
        last = len(ids) - 1 if method == "word_l2r" else place + 1
        shown = ids.clone()
        shown[[other for other in range(place, last) if words[other] == words[place]]] = WORDS.mask_id
        with torch.no_grad():
            total += float(model(shown[None]).logits[0, place].log_softmax(-1)[ids[place]])
    return total


def test_pseudo_log_likelihoods_are_those_of_a_plain_implementation(model):
    transformers = pytest.importorskip("transformers", reason="compares with it; pip install 'bertprep[interop]'")
    theirs = transformers.BertForMaskedLM.from_pretrained(model).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(model)
    with world("cpu", "float32") as here:
        read = read_model(model)[0].eval()
        scores = pseudo_log_likelihoods(read, WORDS, WORDS.encode_many(SENTENCES), here)
    for method in METHODS:
        expected = [by_transformers(theirs, tokenizer, sentence, method) for sentence in SENTENCES]
        assert scores[method] == pytest.approx(expected, abs=1e-4)
    assert not np.allclose(scores["plain"][[0, 1, 2]], scores["word_l2r"][[0, 1, 2]], atol=0.01)
    assert scores["plain"][4] == scores["word_l2r"][4]


def test_a_model_that_gives_all_words_the_same_logit_is_never_right(tmp_path):
    even = model_folder(tmp_path / "even", even=True)
    file = write_pairs(
        tmp_path / "p.jsonl", ("a cat .", "a cats ."), ("cat a sell sleep", "sell sleep a cat"), ("cats", "cat")
    )
    measured = evaluate_pairs(str(even), str(file), device="cpu")
    for measure in measured["measures"].values():
        assert (measure["mean"], measure["ties"], measure["over_pairs"][0]) == (0, 3, 0)
    assert measured["groups"]["p"]["plain"] == {"accuracy": 0, "ties": 3}


def test_frequency_alone_by_hand_and_a_model_against_itself(tmp_path, model, result):
    """Good sentences win if their tokens were masked more often; sentences of the same tokens tie."""
    rows = random_rows(30, WORDS.size)
    shards = write_shards(tmp_path / "shards", [rows], words=WORDS)
    counts = np.bincount(rows.true_ids, minlength=WORDS.size)
    often, seldom = (WORDS.tokens[int(number)] for number in (counts[5:8].argmax() + 5, counts[5:8].argmin() + 5))
    assert often != seldom
    pairs = ((often, seldom, "x"), (seldom, often, "x"), (f"{often} {seldom}", f"{seldom} {often}", "y"))
    file = write_pairs(tmp_path / "p.jsonl", *pairs)
    measured = result("evaluate", model, shards, "--pairs", file, "--against", model, "--device", "cpu")
    assert [group["by_frequency"] for group in measured["groups"].values()] == [
        {"accuracy": 0.5, "ties": 0},
        {"accuracy": 0, "ties": 1},
    ]
    assert measured["measures"]["by_frequency"]["mean"] == 0.25 and measured["unknown_share"] == 0
    for method in METHODS:
        assert measured["difference"][method] == {"mean": 0, "over_groups": [0, 0], "over_pairs": [0, 0]}
        assert measured["against"]["measures"][method] == measured["measures"][method]


@given(st.lists(st.lists(st.integers(-1, 1), min_size=2, max_size=9), min_size=1, max_size=6))
def test_mean_and_intervals_by_their_definition(groups):
    found = compared(
        np.array([float(value) for group in groups for value in group]),
        np.array([number for number, group in enumerate(groups) for _ in group]),
    )
    means = [sum(group) / len(group) for group in groups]
    assert found["mean"] == pytest.approx(sum(means) / len(means))
    error = math.sqrt(sum(np.var(group, ddof=1) / len(group) for group in groups)) / len(groups)
    assert found["over_pairs"] == pytest.approx([found["mean"] - 1.96 * error, found["mean"] + 1.96 * error], abs=1e-4)
    if len(groups) == 1:
        assert found["over_groups"] is None
    else:
        half = student_t(len(groups) - 1) * np.std(means, ddof=1) / math.sqrt(len(groups))
        assert found["over_groups"] == pytest.approx([found["mean"] - half, found["mean"] + half])


def test_students_t_is_that_of_the_tables():
    for freedom, expected in ((1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (10, 2.228), (66, 1.997)):
        assert student_t(freedom) == pytest.approx(expected, rel=3e-3)


def test_the_command_shows_every_row_and_refuses_what_cannot_be_measured(tmp_path, model, command):
    file = write_pairs(
        tmp_path / "p.jsonl", ("a cat sleeps .", "a cats sleeps .", "agreement"), ("cats", "unheard", "words")
    )
    code, out, err = command("evaluate", model, "--pairs", file, "--device", "cpu")
    assert code == 0 and err.startswith("warning: 8.3% of the tokens are [UNK]"), err
    for words in (
        "word by word, left to right",
        "token by token",
        "by frequency alone",
        "agreement",
        "2 minimal pairs in 2",
    ):
        assert words in out
    refused = (
        ([("a " * 15, "cat")], "line 1: a sentence has 17 tokens"),
        ([("cat", "cats"), ("cat", "")], "line 2: a sentence has no token"),
        ([("cat",)], "line 1: sentence_bad is missing"),
        ([("cat", 5)], "line 1: sentence_bad is 5; expected text"),
        ([], "contains no minimal pairs"),
    )
    for pairs, words in refused:
        with pytest.raises(InputError) as error:
            evaluate_pairs(str(model), str(write_pairs(tmp_path / "bad.jsonl", *pairs)), device="cpu")
        assert words in str(error.value)
    (tmp_path / "bad.jsonl").write_text("cat\n")
    for arguments, code, words in (
        (["--pairs", tmp_path / "bad.jsonl"], 3, "line 1: not JSON"),
        (["--pairs", tmp_path / "nowhere.jsonl"], 3, "cannot be read"),
        (
            ["--against", model, "--task", tmp_path / "bad.jsonl"],
            2,
            "--against compares two models on SHARDS or --pairs",
        ),
        ([], 2, "nothing to evaluate on"),
    ):
        found, _, err = command("evaluate", model, *arguments)
        assert found == code and words in err
