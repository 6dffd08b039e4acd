"""Any shape of BERT: from a config.json, to one that transformers reads; unsupported ones are refused."""

import json

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from train_samples import random_rows, vocabulary, write_shards
from transformers import BertConfig, BertForPreTraining

from bertprep.core.errors import InputError, UsageError
from bertprep.train import train
from bertprep.train.bert.folder import read_model
from bertprep.train.bert.model import Bert, initialise, preset
from bertprep.train.bert.shape import config_of, own_shape, shape_of
from bertprep.train.data import collate
from bertprep.train.flops import peak_of, training_flops
from bertprep.train.settings import TrainSettings

OWN = {
    "hidden_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 80,
    "hidden_act": "relu",
    "hidden_dropout_prob": 0.2,
    "attention_probs_dropout_prob": 0.05,
    "max_position_embeddings": 40,
    "type_vocab_size": 3,
    "initializer_range": 0.1,
    "layer_norm_eps": 1e-6,
}
SHORT = {"batch_size": 8, "steps": 2, "threads": 1}


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    return write_shards(tmp_path_factory.mktemp("data") / "shards", [random_rows(50)], [random_rows(20)])


def test_every_field_of_a_config_arrives_in_the_model_and_its_folder(shards, tmp_path):
    train([shards], str(tmp_path / "model"), TrainSettings(model_config=OWN, **SHORT), quiet=True)
    written = json.loads((tmp_path / "model" / "config.json").read_text())
    assert {name: written[name] for name in OWN} == OWN
    model, _ = read_model(tmp_path / "model")
    assert model.config == own_shape(OWN, vocabulary(), None)
    assert (model.layers[0].dropout, model.layers[0].attention_dropout) == (0.2, 0.05)
    theirs = BertForPreTraining.from_pretrained(tmp_path / "model").config
    assert {name: getattr(theirs, name) for name in OWN} == OWN
    fresh = Bert(own_shape(OWN, vocabulary(), None))
    initialise(fresh, torch.Generator().manual_seed(0))
    assert fresh.layers[0].feed_in.weight.detach().std().item() == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize("activation", ["gelu", "gelu_new", "relu", "silu"])
def test_each_activation_is_the_one_of_transformers(activation, tmp_path):
    torch.manual_seed(0)
    shape = {
        name: OWN[name] for name in ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
    }
    theirs = BertForPreTraining(BertConfig(vocab_size=100, hidden_act=activation, **shape)).eval()
    theirs.save_pretrained(tmp_path)
    ours = read_model(tmp_path)[0].eval()
    ids = [2, 8, 4, 9, 3]
    with torch.no_grad():
        expected = theirs(torch.tensor([ids])).prediction_logits[0]
        found = ours.mlm_logits(ours.encode(collate.single(ids, 5, [0, 1, 2, 3, 4]))[1:])
    assert torch.allclose(found, expected, atol=2e-6)


@given(st.sampled_from([None, 0.0, 0.3]), st.floats(0, 0.9), st.floats(0, 0.9))
def test_a_shape_survives_its_config(dropout, hidden, attention):
    content = {**OWN, "vocab_size": 100, "hidden_dropout_prob": hidden, "attention_probs_dropout_prob": attention}
    shape = shape_of(content, "config.json", dropout)
    assert shape_of(config_of(shape), "config.json") == shape
    assert dropout is None or (shape.dropout == dropout and shape.attention_dropout is None)


def test_what_a_config_leaves_out_is_bert_base():
    assert shape_of({"vocab_size": 30522}, "config.json") == preset("base", 30522)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("hidden_act", "tanh", "only gelu, gelu_new, relu, silu are supported: an activation needs"),
        ("position_embedding_type", "relative_key", "only 'absolute' is supported: positions are added"),
        ("is_decoder", True, "only False is supported: both pre-training tasks look at the words on both sides"),
        ("tie_word_embeddings", False, "only True is supported: the output projection is the word embeddings"),
        ("model_type", "roberta", "only 'bert' is supported"),
        ("num_attention_heads", 5, "hidden_size 48 is not divisible by num_attention_heads 5"),
        ("hidden_size", 0, "expected a whole number from 1"),
        ("num_hidden_layers", "3", "expected a whole number from 1"),
        ("hidden_dropout_prob", 1.0, "expected a number from 0 to 0.99"),
        ("layer_norm_eps", 0, "expected a number between 0 and 1"),
        ("type_vocab_size", 1, "two are needed to tell the first sentence from the second"),
        ("vocab_size", 99, "the vocabulary of the shards has 100 entries; leave it out"),
        ("pad_token_id", 3, r"pad_token_id is 3, \[PAD\] of the vocabulary has id 0; leave it out"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_the_reason(field, value, message):
    with pytest.raises(InputError, match=message):
        own_shape({**OWN, field: value}, vocabulary(), None)


def test_a_misspelt_field_is_not_ignored():
    with pytest.raises(UsageError, match="'hiden_size' is not a field of a BERT config; did you mean 'hidden_size'"):
        own_shape({"hiden_size": 64}, vocabulary(), None)
    own_shape({"transformers_version": "5.0", "torch_dtype": "float32", "use_cache": True}, vocabulary(), None)


def test_a_row_longer_than_the_positions_is_refused_and_a_config_can_have_more(tmp_path):
    long = write_shards(tmp_path / "long", [random_rows(9, length=900)], [random_rows(3)])
    config = {**OWN, "max_position_embeddings": 600}
    with pytest.raises(
        InputError, match="the model 600 positions; build the pairs with --max-length 600 or less, or train a"
    ):
        train([long], str(tmp_path / "model"), TrainSettings(model_config=config, **SHORT), quiet=True)
    config["max_position_embeddings"] = 900
    assert train([long], str(tmp_path / "model"), TrainSettings(model_config=config, **SHORT), quiet=True)["finished"]


def test_two_shapes_at_once_are_refused(shards, tmp_path):
    settings = TrainSettings(model_config=OWN, **SHORT)
    with pytest.raises(UsageError, match="both give the shape"):
        train([shards], str(tmp_path / "model"), settings, init_from="anywhere", quiet=True)


@pytest.mark.parametrize(
    ("name", "length", "millions"),
    [("base", 128, 545.4), ("base", 512, 587.9), ("large", 128, 1878.8), ("large", 512, 1992)],
)
def test_operations_per_token(name, length, millions):
    rows, masked = 1000, round(0.15 * 1000 * length)
    flops = training_flops(preset(name, 30522), rows * length, rows * length**2, masked, rows)
    assert flops / (rows * length) / 1e6 == pytest.approx(millions, rel=2e-4)


def test_operations_are_those_that_torch_counts():
    from torch.utils.flop_counter import FlopCounterMode

    shape = preset("tiny", 300)
    batch = collate.pack(random_rows(40, size=300))
    model = Bert(shape).train()
    with FlopCounterMode(display=False) as counter:
        losses = model(batch)
        (losses.mlm + losses.nsp).backward()
    ours = training_flops(shape, batch.tokens, batch.squares, batch.masked, batch.rows)
    # we count the last layer in full, but the model omits tokens that are not needed; the counter may miss attention scores
    assert 0.6 * ours < counter.get_total_flops() < 1.01 * ours


def test_known_devices():
    names = (
        "NVIDIA H200",
        "NVIDIA H100 80GB HBM3",
        "NVIDIA H100 PCIe",
        "NVIDIA A100-SXM4-80GB",
        "NVIDIA GeForce GTX 1080",
    )
    assert [peak_of(name) for name in names] == [989e12, 989e12, 756e12, 312e12, None]
