"""A model and shards fit if their vocabularies give the same ids; embeddings beyond the vocabulary do no harm."""

import itertools
import json

import numpy as np
import pytest
import torch
from train_samples import random_rows, vocabulary, write_shards

from bertprep.core.errors import InputError
from bertprep.train import evaluate, fill_mask, train
from bertprep.train.bert.folder import read_model
from bertprep.train.bert.shape import own_shape
from bertprep.train.data.loader import RowBatch
from bertprep.train.settings import TrainSettings
from bertprep.vocab.compare import difference
from bertprep.vocab.vocabulary import AddedToken, TextRules, Vocabulary

transformers = pytest.importorskip("transformers", reason="compares with it; pip install 'bertprep[interop]'")

SHORT = {"steps": 3, "batch_size": 8, "threads": 1, "learning_rate": 1e-3}
SIZES = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
HELD_OUT = random_rows(20, seed=1)


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    return write_shards(tmp_path_factory.mktemp("shards"), [random_rows(60)], [HELD_OUT])


def bert(folder, words=None, pad_to=64, **config):
    """A typical folder: a BERT with padded embeddings, and its tokenizer."""
    torch.manual_seed(0)
    words = words or vocabulary()
    model = transformers.BertForPreTraining(transformers.BertConfig(vocab_size=words.size, **SIZES, **config))
    model.resize_token_embeddings(words.size, pad_to_multiple_of=pad_to)
    model.save_pretrained(folder)
    words.save(folder)
    return model.eval()


def loss_by_transformers(model, rows: RowBatch) -> float:
    """The masked-language-model loss of the rows, one by one."""
    total, count = 0.0, 0
    for row, (start, stop) in enumerate(itertools.pairwise(rows.offsets)):
        first, last = rows.mask_offsets[row : row + 2]
        positions = rows.positions[first:last].astype(np.int64)
        ids = torch.tensor(rows.ids[start:stop].astype(np.int64))[None]
        kinds = (torch.arange(stop - start) >= int(rows.segment_b_start[row])).long()[None]
        with torch.no_grad():
            logits = model(input_ids=ids, token_type_ids=kinds).prediction_logits[0, positions]
        targets = torch.tensor(rows.true_ids[first:last].astype(np.int64))
        total += float(torch.nn.functional.cross_entropy(logits, targets, reduction="sum"))
        count += len(targets)
    return total / count


# -- embeddings beyond the vocabulary ---------------------------------------------------------------------------------


@pytest.mark.parametrize("pad_to", [8, 64])
def test_a_padded_table_is_used_as_in_transformers(shards, tmp_path, pad_to):
    model = bert(tmp_path / "bert", pad_to=pad_to)
    assert model.config.vocab_size == {8: 104, 64: 128}[pad_to]
    measured = evaluate(str(tmp_path / "bert"), [shards])
    assert measured["mlm_loss"] == pytest.approx(loss_by_transformers(model, HELD_OUT), rel=1e-5)
    train([shards], str(tmp_path / "model"), TrainSettings(**SHORT), init_from=str(tmp_path / "bert"), quiet=True)
    again = transformers.BertForPreTraining.from_pretrained(tmp_path / "model").eval()
    assert again.config.vocab_size == model.config.vocab_size
    assert len(transformers.AutoTokenizer.from_pretrained(tmp_path / "model")) == 100
    after = evaluate(str(tmp_path / "model"), [shards])
    assert after["mlm_loss"] == pytest.approx(loss_by_transformers(again, HELD_OUT), rel=1e-5)


def test_spare_embeddings_are_never_predicted(shards, tmp_path):
    model = bert(tmp_path / "bert")
    before = evaluate(str(tmp_path / "bert"), [shards])["mlm_accuracy"]
    with torch.no_grad():
        model.cls.predictions.bias[100:] += 50.0  # make them the most probable tokens
    model.save_pretrained(tmp_path / "bert")
    [words] = fill_mask(str(tmp_path / "bert"), "w5 [MASK] w7", top=128, pieces=True)
    assert sorted(word for word, _ in words) == sorted(vocabulary().tokens)
    assert evaluate(str(tmp_path / "bert"), [shards])["mlm_accuracy"] == before


def test_spare_embeddings_are_kept_on_saving_and_never_drawn(shards, tmp_path):
    settings = TrainSettings(**SHORT, dynamic=True, model_config={**SIZES, "vocab_size": 128})
    train([shards], str(tmp_path / "model"), settings, quiet=True)
    model, _ = read_model(tmp_path / "model")
    assert model.config.vocab_size == 128
    with open(tmp_path / "model" / "config.json") as file:
        assert json.load(file)["vocab_size"] == 128
    train([shards], str(tmp_path / "again"), TrainSettings(**SHORT), init_from=str(tmp_path / "model"), quiet=True)
    assert read_model(tmp_path / "again")[0].config.vocab_size == 128


def test_many_spare_embeddings_are_reported(shards, tmp_path, capfd):
    settings = TrainSettings(**SHORT, model_config={**SIZES, "vocab_size": 1000})
    train([shards], str(tmp_path / "model"), settings, quiet=True)
    assert "warning: 900 of 1,000 embeddings are unused" in capfd.readouterr().err
    assert own_shape({**SIZES, "vocab_size": 104}, vocabulary(), None).vocab_size == 104


def test_too_few_embeddings_are_refused_with_a_way_out(shards, tmp_path):
    bert(tmp_path / "bert", vocabulary(90), pad_to=None)
    vocabulary().save(tmp_path / "bert")
    with pytest.raises(
        InputError, match=r"100 tokens in its vocabulary, 90 in its weights; model.resize_token_embeddings"
    ):
        evaluate(str(tmp_path / "bert"), [shards])


@pytest.mark.parametrize(("pad_to", "fits"), [(64, True), (1024, False)])
def test_a_model_without_a_tokenizer_fits_by_its_size(shards, tmp_path, pad_to, fits):
    bert(tmp_path / "bert", pad_to=pad_to)
    for name in ("tokenizer.json", "vocab.txt", "tokenizer_config.json"):
        (tmp_path / "bert" / name).unlink()
    if fits:
        assert evaluate(str(tmp_path / "bert"), [shards])["rows"] == 20
        return
    with pytest.raises(InputError, match=r"1,024 tokens in its weights, 100 in the vocabulary of the shards"):
        evaluate(str(tmp_path / "bert"), [shards])


# -- rules ------------------------------------------------------------------------------------------------------------

TOKENS = vocabulary().tokens
PLAIN = AddedToken("w7", special=False, normalized=True)
OTHERS = [
    (Vocabulary(TOKENS, TextRules(lowercase=False)), r"lower-casing \(false here, true there\)"),
    (Vocabulary(TOKENS, TextRules(strip_accents=False)), r"stripping of accents \(false here, true there\)"),
    (Vocabulary(TOKENS, TextRules(split_chinese=False)), r"splitting of Chinese characters \(false here, true there\)"),
    (Vocabulary(TOKENS, TextRules(max_word_chars=50)), r"the longest word \(50 here, 100 there\)"),
    (Vocabulary([*TOKENS[:50], "x", *TOKENS[51:]]), r"id 50 \('x' here, 'w50' there\)"),
    (Vocabulary([*TOKENS, "[URL]"], added=[AddedToken("[URL]")], model_size=100), r"the number of tokens \(101 here, 100"),
    (Vocabulary(TOKENS, added=[PLAIN]), r"how 'w7' is found in a text \(whole, normalized here, as a piece there\)"),
]  # fmt: skip


@pytest.mark.parametrize(("other", "message"), OTHERS)
def test_a_model_with_another_normalization_is_refused(shards, tmp_path, other, message):
    bert(tmp_path / "bert", other)
    for command in (
        lambda: evaluate(str(tmp_path / "bert"), [shards]),
        lambda: train(
            [shards], str(tmp_path / "model"), TrainSettings(**SHORT), init_from=str(tmp_path / "bert"), quiet=True
        ),
    ):
        with pytest.raises(
            InputError, match=rf"not that of the shards; they differ in {message}.*; build the pairs with"
        ):
            command()


@pytest.mark.parametrize(("other", "message"), OTHERS)
def test_shards_with_different_normalizations_are_not_mixed(shards, tmp_path, other, message):
    mixed = write_shards(tmp_path / "other", [random_rows(9)], words=other)
    with pytest.raises(InputError, match=rf"they differ in {message}.*; build the pairs of both"):
        train([shards, mixed], str(tmp_path / "model"), TrainSettings(**SHORT), quiet=True)


def test_equal_vocabularies_do_not_differ():
    for words, _ in OTHERS:
        assert difference(words, Vocabulary(*words.__reduce__()[1])) is None


def test_a_token_that_is_also_a_piece_differs_from_one_that_is_not():
    also, only = (Vocabulary([*TOKENS, "x"], added=[AddedToken("x")], model_size=size) for size in (101, 100))
    assert difference(also, only) == "which tokens were added (0 here, 1 there)"


# -- messages ---------------------------------------------------------------------------------------------------------


def test_a_pad_token_id_that_is_not_pad_is_reported(shards, tmp_path, command):
    bert(tmp_path / "bert", pad_token_id=7)
    code, _, err = command("evaluate", tmp_path / "bert", shards)
    assert code == 0 and "warning: pad_token_id is 7 ('w7'), and [PAD] has id 0" in err
    line = ("train", shards, "-o", tmp_path / "model", "--init-from", tmp_path / "bert", "--steps", 2, "--threads", 1)
    code, _, err = command(*line)
    assert code == 0 and "warning: pad_token_id is 7" in err


def test_evaluate_reports_unknown_tokens(shards, tmp_path, command, result):
    bert(tmp_path / "bert")
    assert result("evaluate", tmp_path / "bert", shards)["unknown_share"] == 0
    rows = random_rows(20, seed=1)
    inner = np.flatnonzero(rows.ids >= 5)
    rows.ids[inner[: len(inner) // 2]] = 1
    unknown = write_shards(tmp_path / "unknown", [random_rows(9)], [rows])
    code, out, err = command("evaluate", tmp_path / "bert", unknown)
    assert code == 0 and "of the tokens are [UNK]: the vocabulary does not fit this text" in err
    assert "[UNK]: 4" in out


def test_predict_finds_added_tokens(tmp_path, command):
    words = Vocabulary(
        [*TOKENS, "[URL]", "glioma"], added=[AddedToken("[URL]"), AddedToken("glioma", False, True)], model_size=100
    )
    model = bert(tmp_path / "bert", words)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path / "bert")
    inputs = tokenizer("w5 [URL] Gliomas [MASK]", return_tensors="pt")
    assert {100, 101} <= set(inputs["input_ids"][0].tolist())
    with torch.no_grad():
        logits = model(**inputs).prediction_logits[0, -2]
    [found] = fill_mask(str(tmp_path / "bert"), "w5 [URL] Gliomas [MASK]", top=3)
    best = logits.softmax(-1)[: words.size].topk(3)
    assert [word for word, _ in found] == [words.tokens[number] for number in best.indices]
    assert [value for _, value in found] == pytest.approx(best.values.tolist(), rel=1e-4)
