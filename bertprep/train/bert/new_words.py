"""Embeddings for new words, if the vocabulary extends that of the model.

    cardio       was  card ##io      ->  the mean of the embeddings of `card` and `##io`, and of their biases in the projection

So a new word initially means about the same as its pieces, whether it takes the row of an [unusedN] entry or a new row at the
end. Spare rows begin as the mean of all rows, so that none of them is likely. All other rows are unchanged.
"""

import dataclasses

import numpy as np
import pyarrow as pa
import torch
from torch import nn

from ...vocab.vocabulary import Vocabulary
from ...vocab.wordpiece.trie import PieceTrie
from .model import Bert


@torch.no_grad()
def begin_with_pieces(model: Bert, before: Vocabulary, after: Vocabulary, new: list[int]) -> None:
    """Extend the model to all tokens of `after`; rows of the `new` ids are the mean of their pieces in `before`."""
    add_rows(model, before.size, after.size)
    words = pa.array([after.tokens[number] for number in new], pa.large_string())
    ids, starts = PieceTrie(before).pieces(words)
    word_P = torch.from_numpy(np.repeat(np.arange(len(new)), np.diff(starts)))
    counts = torch.from_numpy(np.diff(starts)).float()
    for table in (model.word_embeddings.weight, model.mlm_bias):
        pieces = table[torch.from_numpy(ids)]
        sums = torch.zeros(len(new), *pieces.shape[1:]).index_add_(0, word_P, pieces)
        table[torch.tensor(new)] = sums / counts.reshape(-1, *[1] * (pieces.dim() - 1))


def add_rows(model: Bert, known: int, size: int) -> None:
    """Extend the model to at least `size` rows; new ones are the mean of the first `known` rows."""
    more = size - model.config.vocab_size
    if more <= 0:
        return
    weight, bias = model.word_embeddings.weight, model.mlm_bias
    model.config = dataclasses.replace(model.config, vocab_size=size)
    model.word_embeddings = nn.Embedding.from_pretrained(
        torch.cat([weight, weight[:known].mean(0).expand(more, -1)]),
        freeze=False,
        padding_idx=model.config.pad_token_id,
    )
    model.mlm_bias = nn.Parameter(torch.cat([bias, bias[:known].mean().expand(more)]))
    model.tokens = size
