"""Model folders can be read by transformers and from it; predictions need only such a folder."""

import numpy as np
import pyarrow as pa
import pytest
import torch
from safetensors.torch import save_file
from train_samples import random_rows, vocabulary, write_shards
from transformers import (
    AutoModel,
    AutoModelForPreTraining,
    AutoTokenizer,
    BertConfig,
    BertForMaskedLM,
    BertForPreTraining,
    BertModel,
)

from bertprep.core.errors import InputError, UsageError
from bertprep.train import evaluate, fill_mask, next_probability
from bertprep.train.bert.folder import About, read_model, to_hugging_face, write_model
from bertprep.train.bert.model import Bert, ModelConfig, initialise
from bertprep.train.data import collate

CONFIG = {
    "vocab_size": 100,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
}
SENTENCE = "w8 [MASK] w9 w10 [MASK]."


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """A model of ours with weights far from zero, and its folder."""
    model, folder = Bert(ModelConfig(**CONFIG)).eval(), tmp_path_factory.mktemp("ours") / "model"
    initialise(model, torch.Generator().manual_seed(0))
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters()):
            parameter += 0.2 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(number))
    write_model(folder, model, vocabulary())
    return model, folder


def theirs(folder, kind=BertForPreTraining, **changes):
    """A folder that transformers saved."""
    torch.manual_seed(0)
    model = kind(BertConfig(**{**CONFIG, **changes})).eval()
    model.save_pretrained(folder)
    vocabulary().save(folder)
    return model


def test_transformers_loads_our_folder_with_nothing_missing_and_equal_logits(ours):
    model, folder = ours
    loaded, report = AutoModelForPreTraining.from_pretrained(folder, output_loading_info=True)
    assert not report["missing_keys"] and not report["unexpected_keys"] and not report["mismatched_keys"]
    body, report = AutoModel.from_pretrained(folder, output_loading_info=True)
    assert isinstance(body, BertModel) and not report["missing_keys"]
    assert all(name.startswith("cls.") for name in report["unexpected_keys"])  # a body alone has no heads
    tokens = AutoTokenizer.from_pretrained(folder)("w8 [MASK] w9", "w10", return_tensors="pt")
    batch = collate.single(tokens["input_ids"][0].tolist(), 5, [0, 1, 2, 3, 4, 5, 6])
    with torch.no_grad():
        expected, encoded_PH = loaded(**tokens), model.encode(batch)
        assert torch.allclose(model.mlm_logits(encoded_PH[1:]), expected.prediction_logits[0], atol=2e-6)
        assert torch.allclose(model.nsp_logits(encoded_PH[:1]), expected.seq_relationship_logits, atol=2e-6)


def test_a_model_comes_back_bit_for_bit(ours):
    model, folder = ours
    read, lacking = read_model(folder)
    assert lacking == set() and read.config == model.config
    assert all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), read.state_dict().values(), strict=True))


@pytest.mark.parametrize("kind", [BertForPreTraining, BertForMaskedLM, BertModel])
def test_folders_of_transformers_are_read(kind, tmp_path):
    model = theirs(tmp_path, kind)
    read, lacking = read_model(tmp_path)
    expected_lacking = {BertForPreTraining: set(), BertForMaskedLM: {"nsp"}, BertModel: {"nsp", "mlm"}}
    assert lacking == expected_lacking[kind]
    body = model if kind is BertModel else model.bert
    ids = [2, 8, 9, 3]
    with torch.no_grad():
        expected = body(torch.tensor([ids])).last_hidden_state[0]
        assert torch.allclose(read.eval().encode(collate.single(ids, 4, [0, 1, 2, 3]))[1:], expected, atol=2e-6)


def test_names_of_old_folders_are_understood(ours, tmp_path):
    model = ours[0]
    tensors = to_hugging_face(model)
    old = {
        name.replace("Norm.weight", "Norm.gamma").replace("Norm.bias", "Norm.beta"): value
        for name, value in tensors.items()
    }
    old["bert.embeddings.position_ids"] = torch.arange(512)[None]
    old["cls.predictions.decoder.weight"] = tensors["bert.embeddings.word_embeddings.weight"].clone()
    write_model(tmp_path, model, vocabulary())
    save_file(old, tmp_path / "model.safetensors")
    read, lacking = read_model(tmp_path)
    assert not lacking and torch.equal(read.embedding_norm.weight, model.embedding_norm.weight)


def test_fill_mask_equals_transformers(tmp_path):
    model = theirs(tmp_path)
    found = fill_mask(str(tmp_path), SENTENCE, top=3)
    tokens = AutoTokenizer.from_pretrained(tmp_path)(SENTENCE, return_tensors="pt")
    with torch.no_grad():
        probabilities = model(**tokens).prediction_logits[0].softmax(-1)
    for place, answers in zip((tokens["input_ids"][0] == 4).nonzero().flatten(), found, strict=True):
        best = probabilities[place].topk(3)
        assert [word for word, _ in answers] == [vocabulary().tokens[number] for number in best.indices]
        assert np.allclose([value for _, value in answers], best.values, atol=1e-6)


def test_next_probability_equals_transformers(tmp_path):
    model = theirs(tmp_path)
    tokens = AutoTokenizer.from_pretrained(tmp_path)("w8 w9 unheard", "w10 w11", return_tensors="pt")
    with torch.no_grad():
        expected = model(**tokens).seq_relationship_logits.softmax(-1)[0, 0]
    assert next_probability(str(tmp_path), "w8 w9 unheard", "w10 w11") == pytest.approx(float(expected), abs=1e-6)


def test_evaluate_equals_transformers(tmp_path):
    model = theirs(tmp_path / "model")
    shards = write_shards(tmp_path / "shards", [random_rows(30)], [random_rows(70, seed=1)])
    measured = evaluate(str(tmp_path / "model"), [shards])
    with pa.ipc.open_file(next((tmp_path / "shards").glob("validation-*"))) as file:
        batch = collate.pad(file.read_all().to_pylist())
    with torch.no_grad():
        expected = model(**batch)
    assert measured["mlm_loss"] + measured["nsp_loss"] == pytest.approx(float(expected.loss), abs=1e-5)
    masked = batch["labels"] != -100
    right = (expected.prediction_logits.argmax(-1) == batch["labels"])[masked].float().mean()
    assert measured["mlm_accuracy"] == pytest.approx(float(right))
    right = (expected.seq_relationship_logits.argmax(-1) == batch["next_sentence_label"]).float().mean()
    assert measured["nsp_accuracy"] == pytest.approx(float(right))
    assert measured["masked_tokens"] == int(masked.sum()) and measured["rows"] == 70


@pytest.mark.parametrize(
    ("kind", "labels"), [(BertForPreTraining, True), (BertForMaskedLM, True), (BertForMaskedLM, False)]
)
def test_evaluate_says_that_next_sentences_are_left_out(kind, labels, tmp_path):
    theirs(tmp_path / "model", kind)
    shards = write_shards(tmp_path / "shards", [random_rows(9, labels=labels)], [random_rows(9, seed=1, labels=labels)])
    measured = evaluate(str(tmp_path / "model"), [shards])
    told = f"{tmp_path / 'model'} has no trained next-sentence head, so only masked words are evaluated"
    assert (told in measured["warnings"]) == (kind is BertForMaskedLM and labels)


def test_unigram_loss_by_hand(tmp_path):
    shards = write_shards(tmp_path / "shards", [random_rows(30)], [random_rows(7, seed=1)])
    theirs(tmp_path / "model")
    counts = np.ones(100)
    np.add.at(counts, random_rows(30).true_ids, 1)
    expected = -np.log(counts / counts.sum())[random_rows(7, seed=1).true_ids].mean()
    assert evaluate(str(tmp_path / "model"), [shards])["unigram_loss"] == pytest.approx(expected)


def test_a_folder_without_the_head_asked_for_is_refused(tmp_path, ours):
    theirs(tmp_path / "masked", BertForMaskedLM)
    theirs(tmp_path / "body", BertModel)
    with pytest.raises(InputError, match="no trained next-sentence head"):
        next_probability(str(tmp_path / "masked"), "w8", "w9")
    with pytest.raises(InputError, match="no trained masked-language-model head"):
        fill_mask(str(tmp_path / "body"), SENTENCE)
    write_model(tmp_path / "untrained", ours[0], vocabulary(), About(next_sentence_trained=False))
    with pytest.raises(InputError, match="no trained next-sentence head"):
        next_probability(str(tmp_path / "untrained"), "w8", "w9")
    assert fill_mask(str(tmp_path / "untrained"), "[MASK]")


@pytest.mark.parametrize(("first", "second", "told"), [("", "w8", "TEXT is empty"), ("w8", " \n", "--next is empty")])
def test_an_empty_text_is_refused(first, second, told, ours):
    with pytest.raises(UsageError, match=told):
        next_probability(str(ours[1]), first, second)


def test_refusals_say_what_is_wrong_with_a_model_folder(tmp_path, ours):
    with pytest.raises(InputError, match=r"config.json: no such file; expected a Hugging Face model folder"):
        read_model(tmp_path / "nowhere")
    theirs(tmp_path / "run" / "model")
    with pytest.raises(InputError, match=f"expected a Hugging Face model folder; give {tmp_path / 'run' / 'model'}"):
        read_model(tmp_path / "run")
    theirs(tmp_path / "tanh", hidden_act="tanh")
    with pytest.raises(InputError, match="hidden_act is 'tanh'; only gelu, gelu_new, relu, silu are supported"):
        read_model(tmp_path / "tanh")
    theirs(tmp_path / "pickle")
    (tmp_path / "pickle" / "model.safetensors").unlink()
    (tmp_path / "pickle" / "pytorch_model.bin").write_bytes(b"\x80")
    with pytest.raises(InputError, match="pickle, and loading one can run code; save it again"):
        read_model(tmp_path / "pickle")
    theirs(tmp_path / "cut")
    (tmp_path / "cut" / "model.safetensors").write_bytes(b"short")
    with pytest.raises(InputError, match="damaged or not safetensors"):
        read_model(tmp_path / "cut")
    theirs(tmp_path / "shape")
    config = (tmp_path / "shape" / "config.json").read_text().replace('"vocab_size": 100', '"vocab_size": 90')
    (tmp_path / "shape" / "config.json").write_text(config)
    with pytest.raises(InputError, match=r"cls.predictions.bias is \[100\], config.json makes it \[90\]"):
        read_model(tmp_path / "shape")
    with pytest.raises(UsageError, match=r"contains no \[MASK\]"):
        fill_mask(str(ours[1]), "w8")
    with pytest.raises(InputError, match="the text has 603 tokens, the model has 512 positions"):
        fill_mask(str(ours[1]), "[MASK]" + " w8" * 600)
