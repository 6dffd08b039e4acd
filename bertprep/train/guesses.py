"""Predictions of a model for decoded rows (report/decoding.py): the masked tokens, and whether B follows A.

The model reads a row as in training, with its masks, so each prediction can be compared with the truth.
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
    """Add `guess` to each masked token, and `next_probability` to each row.

    The probability is None for a row without a label, or if the model's next-sentence head was not trained.
    """
    vocabulary = common_vocabulary([shards])
    # in an object store, only these rows are checked
    splits = (Examples([shards], split, vocabulary) for split in ("train", "validation") if not is_uri(shards))
    model, lacking = model_to_measure(model_dir, vocabulary, *splits)
    ids = {token: number for number, token in enumerate(vocabulary.tokens)}
    model.eval()
    for row in rows:
        masked = [place for place, token in enumerate(row["tokens"]) if token["kind"]]
        shown = [token["id"] if vocabulary.given else ids[token["shown"]] for token in row["tokens"]]
        if len(shown) > (most := model.config.max_position_embeddings):
            raise InputError(too_long(shards, len(shown), most))
        batch = single(shown, row["segment_b_start"], masked, vocabulary.layout)
        with torch.no_grad():
            encoded_PH = model.encode(batch)
            guessed_M = model.mlm_logits(encoded_PH[1:])[:, : vocabulary.size].argmax(-1).tolist()
            next_2 = model.nsp_logits(encoded_PH[:1]).softmax(-1)[0]
        for place, number in zip(masked, guessed_M, strict=True):
            row["tokens"][place]["guess"] = guess_of(row["tokens"][place], number, vocabulary)
            if vocabulary.given:
                row["tokens"][place]["guess_id"] = number
        has_label = row["next_sentence_label"] is not None and "nsp" not in lacking
        row["next_probability"] = float(next_2[0]) if has_label else None


def guess_of(token: dict[str, Any], number: int, vocabulary: Vocabulary) -> str:
    """The name of a predicted token, written like the true one; equal names mean equal tokens."""
    if vocabulary.given is None:
        return vocabulary.tokens[number]
    [name] = vocabulary.names(np.array([number]), np.array([token["true"].startswith("##")]))
    return vocabulary.tokens[number] if (name == token["true"]) != (number == token["true_id"]) else name
