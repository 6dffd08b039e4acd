"""What a model guesses of decoded rows (report/decoding.py): the hidden words, and whether the second text follows.

It reads a row as training does, masks and all, so each guess can be held against the truth beside it.
"""

from typing import Any

import numpy as np
import torch

from ..core.errors import InputError
from ..core.places import is_uri
from ..vocab.vocabulary import Vocabulary
from .data.collate import single
from .data.dataset import common_vocabulary
from .data.examples import Examples, too_long
from .evaluation import model_to_measure


def add_guesses(model_dir: str, shards: str, rows: list[dict[str, Any]]) -> None:
    """Add to each token that must be predicted its `guess`, and to each row `next_probability`.

    The probability is None for a row without a label, and of a model whose next-sentence head was not trained.
    """
    vocabulary = common_vocabulary([shards])
    # of a store only the rows at hand are known
    splits = (Examples([shards], split, vocabulary) for split in ("train", "validation") if not is_uri(shards))
    model, lacking = model_to_measure(model_dir, vocabulary, *splits)
    ids = {token: number for number, token in enumerate(vocabulary.tokens)}
    model.eval()
    for row in rows:
        hidden = [place for place, token in enumerate(row["tokens"]) if token["kind"]]
        shown = [token["id"] if vocabulary.given else ids[token["shown"]] for token in row["tokens"]]
        if len(shown) > (most := model.config.max_position_embeddings):
            raise InputError(too_long(shards, len(shown), most))
        batch = single(shown, row["segment_b_start"], hidden, vocabulary.layout)
        with torch.no_grad():
            encoded_PH = model.encode(batch)
            guessed_M = model.mlm_logits(encoded_PH[1:])[:, : vocabulary.size].argmax(-1).tolist()
            next_2 = model.nsp_logits(encoded_PH[:1]).softmax(-1)[0]
        for place, number in zip(hidden, guessed_M, strict=True):
            row["tokens"][place]["guess"] = guess_of(row["tokens"][place], number, vocabulary)
            if vocabulary.given:
                row["tokens"][place]["guess_id"] = number
        told = row["next_sentence_label"] is not None and "nsp" not in lacking
        row["next_probability"] = float(next_2[0]) if told else None


def guess_of(token: dict[str, Any], number: int, vocabulary: Vocabulary) -> str:
    """The name of a guessed token, as the true one beside it is named; equal names mean equal tokens."""
    if vocabulary.given is None:
        return vocabulary.tokens[number]
    [name] = vocabulary.names(np.array([number]), np.array([token["true"].startswith("##")]))
    return vocabulary.tokens[number] if (name == token["true"]) != (number == token["true_id"]) else name
