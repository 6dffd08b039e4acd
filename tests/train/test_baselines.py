"""Baselines of held-out metrics: by frequency, by the pieces that A and B share, and per character."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
import torch
from train_samples import SPECIAL, random_rows, vocabulary, write_shards

from bertprep.train import evaluate
from bertprep.train.baselines import Baselines, SharedPieces
from bertprep.train.bert.folder import write_model
from bertprep.train.bert.model import Bert, ModelConfig
from bertprep.train.data.examples import Examples
from bertprep.vocab.vocabulary import Vocabulary


def related(rows, share=0.7, draw_seed=5):
    """The rows, with this share of B replaced by pieces of A if the label is next."""
    draw, ids = np.random.default_rng(draw_seed), rows.ids.copy()
    for row, (low, high) in enumerate(itertools.pairwise(rows.offsets)):
        b = low + int(rows.segment_b_start[row])
        for place in range(b, high - 1) if rows.labels[row] == 0 else ():
            if draw.random() < share and ids[place] >= 5:
                ids[place] = draw.choice(ids[low + 1 : b - 1])
    return dataclasses.replace(rows, ids=ids)


def baselines_of(folder, train, validation):
    write_shards(folder, [train], [validation])
    return Baselines(*(Examples([str(folder)], split) for split in ("train", "validation")), vocabulary()).figures


def test_shared_pieces_predict_the_label_only_if_neighbours_share_them(tmp_path):
    told = baselines_of(tmp_path / "a", related(random_rows(600)), related(random_rows(400, seed=1)))
    assert told["shared_pieces_accuracy"] > 0.75 and told["shared_pieces_loss"] < 0.55
    # nothing can be learnt: within four standard errors of 0.5, and the loss exceeds chance only by the cost of the weights
    told = baselines_of(tmp_path / "b", random_rows(600), random_rows(400, seed=1))
    assert abs(told["shared_pieces_accuracy"] - 0.5) < 4 * 0.5 / math.sqrt(400)
    assert told["shared_pieces_loss"] == pytest.approx(math.log(2), abs=0.02)
    told = baselines_of(tmp_path / "c", random_rows(50, labels=False), random_rows(20, seed=1))
    assert told["shared_pieces_accuracy"] is None and told["unigram_loss"] is not None


def test_shared_pieces_equal_a_plain_count():
    rows = random_rows(80, size=30)
    pieces = SharedPieces.fitted([rows], vocabulary(30))
    for row, features in enumerate(pieces.features(rows).tolist()):
        shown = rows.ids[rows.offsets[row] : rows.offsets[row + 1]].tolist()
        start = int(rows.segment_b_start[row])
        a, b = ({number for number in side if number >= 5} for side in (shown[:start], shown[start:]))
        rare = [sum(pieces.rarity_V[number] for number in some) for some in (a & b, a, b)]
        assert features == pytest.approx([len(a & b), rare[0], rare[0] / math.sqrt(rare[1] * rare[2] or 1)])


def test_bits_per_character_follow_from_the_pieces(tmp_path):
    """An untrained model needs log2(V) bits per token; w100 has 4 characters and ##101 has 3."""
    size = 105
    words = Vocabulary([*SPECIAL, *(f"{('w', '##')[number % 2]}{number}" for number in range(100, size + 95))])
    model = Bert(ModelConfig(size, 32, 1, 2, 64))
    torch.nn.init.zeros_(model.word_embeddings.weight)
    write_model(tmp_path / "model", model, words)
    rows = random_rows(40, size)
    shards = write_shards(tmp_path / "shards", [random_rows(40, size)], [rows], words)
    measured = evaluate(str(tmp_path / "model"), [shards])
    characters = sum(len(words.tokens[number].removeprefix("##")) for number in rows.true_ids.tolist())
    assert measured["mlm_bits_per_character"] == pytest.approx(math.log2(size) * len(rows.true_ids) / characters)
    assert measured["unigram_accuracy"] == pytest.approx(np.bincount(rows.true_ids).max() / len(rows.true_ids))
    assert measured["unigram_perplexity"] == pytest.approx(math.exp(measured["unigram_loss"]))
