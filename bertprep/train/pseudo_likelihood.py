"""Pseudo-log-likelihoods: how probable a sentence is under a masked language model.

`plain` sums the log-probability of each token, given all others (Salazar et al. 2020). In a word of several pieces, the later
pieces reveal the earlier ones, so long rare words look likely. `word_l2r` (PLL-word-l2r, Kauf and Ivanova 2023) therefore also
masks the later pieces of the same word:

    [CLS] the sou ##ven ##ir sold [SEP]
    plain      the [MASK] ##ven ##ir sold     the sou [MASK] ##ir sold        the sou ##ven [MASK] sold
    word_l2r   the [MASK] [MASK] [MASK] sold  the sou [MASK] [MASK] sold      the sou ##ven [MASK] sold

Rows that both methods share are computed once. Sentences of equal length are computed together, without padding.

Axes: S sentences of one length, L their tokens, W = L + 2 with [CLS] and [SEP], R rows, V vocabulary.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  everybody's name for it

from ..core.ragged import offsets_of
from ..vocab.vocabulary import Vocabulary
from .bert.loss import CHUNK_ROWS, at_least_float32
from .bert.model import Bert
from .data.collate import Batch, pack
from .data.loader import NO_LABEL, RowBatch
from .world import World

METHODS = ("word_l2r", "plain")
ROW_TOKENS = {"cpu": 8192, "cuda": 1 << 18}  # tokens computed at once; more do not fit into a CPU's cache


def pseudo_log_likelihoods(
    model: Bert,
    vocabulary: Vocabulary,
    sentences: Sequence[np.ndarray],
    here: World,
    advance: Callable[[int], object] = lambda count: None,
) -> dict[str, np.ndarray]:
    """Log-likelihood of each sentence by method, nats, float64 [sentences]; 0 for a sentence without tokens.

    `sentences` are ids without special tokens; the model must be in evaluation mode, on the device of `here`.
    """
    scores = {method: np.zeros(len(sentences)) for method in METHODS}
    for numbers_S in of_one_length(sentences, ROW_TOKENS.get(here.device.type, 8192)):
        ids_SL = np.stack([sentences[number] for number in numbers_S])
        for method, scores_S in score(model, vocabulary, ids_SL, here).items():
            scores[method][numbers_S] = scores_S
        advance(len(numbers_S))
    return scores


def of_one_length(sentences: Sequence[np.ndarray], row_tokens: int) -> Iterator[np.ndarray]:
    """Yield indices of sentences of equal length, whose rows have about `row_tokens` tokens; empty sentences are left out."""
    lengths = np.array([len(sentence) for sentence in sentences])
    for length in np.unique(lengths[lengths > 0]).tolist():
        numbers = np.flatnonzero(lengths == length)
        at_once = max(1, row_tokens // (length * (length + 2)))
        yield from (numbers[start : start + at_once] for start in range(0, len(numbers), at_once))


def score(model: Bert, vocabulary: Vocabulary, ids_SL: np.ndarray, here: World) -> dict[str, np.ndarray]:
    """Log-likelihood of sentences of equal length by method, nats, float64 [S]."""
    count, length = ids_SL.shape
    word_SL = np.cumsum(~vocabulary.joins(ids_SL.ravel()).reshape(ids_SL.shape), 1)
    # [sentence, token to predict, token]: whether it is masked; the rest of the word is masked too
    rest_SLL = (word_SL[:, :, None] == word_SL[:, None, :]) & np.triu(np.ones((length, length), bool))
    later_SL = rest_SLL.sum(2) > 1  # a later piece follows, so the row differs from the plain row
    plain_SLL = np.broadcast_to(np.eye(length, dtype=bool), rest_SLL.shape)
    masked_RL = np.concatenate([plain_SLL.reshape(-1, length), rest_SLL[later_SL]])
    sentence_R, token_R = (np.concatenate([every.ravel(), every[later_SL]]) for every in np.indices((count, length)))
    log_probability_R = log_probabilities(model, rows_of(vocabulary, ids_SL[sentence_R], masked_RL, token_R), here)
    plain_SL = log_probability_R[: count * length].reshape(count, length)
    word_l2r_SL = plain_SL.copy()
    word_l2r_SL[later_SL] = log_probability_R[count * length :]
    return {"word_l2r": word_l2r_SL.sum(1), "plain": plain_SL.sum(1)}


def rows_of(vocabulary: Vocabulary, ids_RL: np.ndarray, masked_RL: np.ndarray, token_R: np.ndarray) -> RowBatch:
    """Rows [CLS] ... [SEP] with masks, in which token `token_R` is to be predicted."""
    rows = len(ids_RL)
    before, behind = (
        np.tile(np.array(ids, np.int64), (rows, 1)) for ids in (vocabulary.layout.before, vocabulary.layout.alone)
    )
    shown_RW = np.hstack([before, np.where(masked_RL, vocabulary.mask_id, ids_RL), behind])
    width = shown_RW.shape[1]
    return RowBatch(
        ids=shown_RW.ravel(),
        offsets=offsets_of(np.full(rows, width)),
        positions=token_R + before.shape[1],
        true_ids=ids_RL[np.arange(rows), token_R],
        mask_offsets=np.arange(rows + 1),
        segment_b_start=np.full(rows, width),
        labels=np.full(rows, NO_LABEL),
        pairs=np.arange(rows),
        layout=vocabulary.layout,
    )


def log_probabilities(model: Bert, rows: RowBatch, here: World) -> np.ndarray:
    """Log-probability of the token to predict in each row, nats, float64 [R]; rows have equal length."""
    batch: Batch = pack(rows, here.device.type == "cuda")
    batch.read_P = batch.read_P[batch.rows :]  # [CLS] is not needed
    batch = batch.to(here.device)
    parts = []
    with torch.inference_mode(), here.precision():
        hidden_RH = model.mlm_hidden(model.encode(batch))
        chunk = CHUNK_ROWS.get(here.device.type, 1024)
        for hidden_CH, targets_C in zip(hidden_RH.split(chunk), batch.targets_M.split(chunk), strict=True):
            logits_CV = at_least_float32(F.linear(hidden_CH, model.word_embeddings.weight, model.mlm_bias))
            parts.append(logits_CV.gather(1, targets_C[:, None])[:, 0] - logits_CV.logsumexp(1))
    return torch.cat(parts).double().cpu().numpy()


def expected_alone(model: Bert, vocabulary: Vocabulary, here: World) -> np.ndarray:
    """The model's prediction for a [MASK] without context, which approximates token frequency: nats, float64 [V]."""
    rows = rows_of(vocabulary, np.array([[vocabulary.mask_id]]), np.array([[True]]), np.array([0]))
    batch = pack(rows).to(here.device)
    with torch.inference_mode(), here.precision():
        logits_1V = model.mlm_logits(model.encode(batch)[1:])
    return at_least_float32(logits_1V)[0].double().log_softmax(0).cpu().numpy()
