"""Initial weights with which attention compares tokens and positions."""

import pytest
import torch
from train_samples import random_rows, vocabulary, write_shards
from transformers import BertForPreTraining

from bertprep.core.errors import UsageError
from bertprep.train import start, train
from bertprep.train.bert.folder import read_model
from bertprep.train.bert.mimetic import GAIN, begin_with_likeness
from bertprep.train.bert.model import Bert, initialise, preset
from bertprep.train.settings import TrainSettings


def fresh(folder, initialization):
    """The initial model of a run."""
    return start.start_of(TrainSettings(initialization=initialization), vocabulary(), folder).model


def differing(first, second):
    """The names of the parameters in which two models differ."""
    parameters = zip(first.named_parameters(), second.parameters(), strict=True)
    return {name for (name, ours), theirs in parameters if not torch.equal(ours, theirs)}


def test_attention_prefers_equal_tokens_and_near_positions():
    model = Bert(preset("tiny", 2000))
    generator = torch.Generator().manual_seed(0)
    initialise(model, generator)
    begin_with_likeness(model, generator)
    hidden = model.config.hidden_size
    queries, keys, _ = model.layers[0].query_key_value.weight.detach().split(hidden)
    assert torch.allclose(queries.T @ keys, GAIN * torch.eye(hidden), atol=1e-5)
    words = model.word_embeddings.weight.detach()[5:]
    words = torch.nn.functional.layer_norm(words, (hidden,))
    for head in range(model.config.num_attention_heads):  # also for each head by itself
        rows = slice(64 * head, 64 * head + 64)
        scores = (words[:300] @ queries[rows].T) @ (words[:300] @ keys[rows].T).T / 8
        assert (scores.argmax(1) == torch.arange(300)).all()
        assert scores.diagonal().mean() == pytest.approx(GAIN * 8, rel=0.05)
    places = model.position_embeddings.weight.detach()
    likeness = (places[100] * places[100:164]).sum(1)
    assert (likeness[:3].diff() < 0).all() and likeness[0] > 1.5 * likeness[8:].max()
    assert float(places.norm(dim=1).mean()) == pytest.approx(model.config.initializer_range * hidden**0.5, rel=0.01)


def test_a_run_uses_the_requested_initialization(tmp_path):
    normal, mimetic = fresh(tmp_path, "normal"), fresh(tmp_path, "mimetic")
    assert differing(fresh(tmp_path, None), normal) == set()
    assert differing(mimetic, normal) == {"position_embeddings.weight", "layers.0.query_key_value.weight"}
    assert differing(mimetic, fresh(tmp_path, "mimetic")) == set()
    shards, output = write_shards(tmp_path / "shards", [random_rows(16)]), tmp_path / "model"
    settings = TrainSettings(steps=1, learning_rate=0.0, batch_size=8, threads=1, initialization="mimetic")
    train([shards], str(output), settings, quiet=True)
    assert differing(read_model(output)[0], mimetic) == set()
    theirs = BertForPreTraining.from_pretrained(output)
    assert theirs.config.initializer_range == preset("tiny", 100).initializer_range
    assert torch.equal(theirs.bert.embeddings.position_embeddings.weight, mimetic.position_embeddings.weight)
    with pytest.raises(UsageError, match="--init-from and --initialization: both give the initial weights"):
        train([shards], "m", TrainSettings(initialization="normal"), init_from=str(output), quiet=True)
