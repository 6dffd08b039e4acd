"""BERT (Devlin et al. 2019) with its two pre-training losses.

In: a `Batch` (data/collate.py), the concatenated tokens of all rows, without padding. Out: the *sums* of the two losses, so that
the caller (step.py) can average over the whole batch, into however many parts it was split.

    [CLS] the cat [MASK] [SEP] it [MASK] [SEP]      a row of 8 tokens, 2 of them masked; B begins at position 5
    [CLS] dogs bark [SEP] [MASK] eat bamboo [SEP]   another, 1 masked

    ids_T         2 8 9 4 3 7 4 3 2 5 6 3 4 10 11 3      both rows, T = 16
    segments_T    0 0 0 0 0 1 1 1 0 0 0 0 1 1 1 1        A or B
    positions_T   0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 7        position in the row
    read_P        0 8 | 3 6 12                           each [CLS], for the label; each [MASK], for its token
    targets_M     the 3 true tokens                      labels_R   0 (B is next) or 1 (B is random), for each row

    encode        x = norm(word + segment + position);  for each layer:  x = norm(x + attention(x));  x = norm(x + feed(x))
    losses        -log softmax(projection(x at [MASK]))[true token]  and  -log softmax(pooler(x at [CLS]))[label]

The results are those of `transformers.BertForPreTraining`, with less computation, because three things are avoided:

    padding            tokens are flat; attention takes rows of equal length together, or all rows as a jagged tensor
    unread tokens      after the last attention, only [CLS] and the masked positions are computed (a third of a tiny body)
    vocabulary logits  only at masked positions, and there in chunks (`linear_cross_entropy`)

Axes: T tokens of the batch, R rows, P positions read out (first R times [CLS], then M masked), V vocabulary, H hidden,
N attention heads, D dimensions of a head, L tokens of a row.
"""

import dataclasses
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812  everybody's name for it
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from ...core.presets import PRESETS
from ..data.collate import Batch, Group
from .attention import attend, dropped
from .loss import at_least_float32, linear_cross_entropy


@dataclasses.dataclass(frozen=True)
class ModelConfig:
    """The shape of a BERT; names as in `config.json` of a Hugging Face folder."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int = 512
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12
    pad_token_id: int | None = 0
    dropout: float = 0.1
    attention_dropout: float | None = None  # None: the same as `dropout`
    hidden_act: str = "gelu"
    initializer_range: float = 0.02


def preset(name: str, vocab_size: int, pad_token_id: int | None = 0, dropout: float = 0.1) -> ModelConfig:
    """The published shape of this name, with the initializer range scaled to its width.

    BERT-base uses N(0, 0.02). In narrower models, attention is then nearly uniform: for the same standard deviation of sums over
    the hidden size, 0.02 * sqrt(768 / hidden) is needed. `tiny` on 150,000 words, 2,000 steps of 32 rows, one seed: held-out MLM
    loss 4.82 nats instead of 5.92.
    """
    layers, hidden = PRESETS[name]
    spread = 0.02 * math.sqrt(768 / hidden)
    return ModelConfig(
        vocab_size,
        hidden,
        layers,
        hidden // 64,
        4 * hidden,
        pad_token_id=pad_token_id,
        dropout=dropout,
        initializer_range=spread,
    )


# names as in transformers; published BERTs use the exact GELU, not the tanh approximation
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "gelu": lambda x: F.gelu(x),
    "gelu_new": lambda x: F.gelu(x, approximate="tanh"),
    "relu": lambda x: F.relu(x),
    "silu": lambda x: F.silu(x),
}


class Losses(NamedTuple):
    """Sums over a batch, to divide by `Batch.masked` and `Batch.labelled`; the last two count correct predictions."""

    mlm: Tensor
    nsp: Tensor
    mlm_right: Tensor
    nsp_right: Tensor


class Bert(nn.Module):
    """Encoder, pooler and both heads. Parameters have our own names; `folder.py` maps them to Hugging Face's."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config, hidden = config, config.hidden_size
        # size of the vocabulary; the embeddings may have spare rows beyond it, which are never predicted
        self.tokens = config.vocab_size
        self.activation = ACTIVATIONS[config.hidden_act]
        self.gradient_checkpointing = False
        # the lookup gives [PAD] no gradient, but the tied projection does, as in transformers
        self.word_embeddings = nn.Embedding(config.vocab_size, hidden, padding_idx=config.pad_token_id)
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, hidden)
        self.segment_embeddings = nn.Embedding(config.type_vocab_size, hidden)
        self.embedding_norm = nn.LayerNorm(hidden, config.layer_norm_eps)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.pooler = nn.Linear(hidden, hidden)
        self.nsp = nn.Linear(hidden, 2)
        self.mlm_transform = nn.Linear(hidden, hidden)
        self.mlm_norm = nn.LayerNorm(hidden, config.layer_norm_eps)
        self.mlm_bias = nn.Parameter(torch.zeros(config.vocab_size))  # the projection is tied to word_embeddings.weight

    def encode(self, batch: Batch) -> Tensor:
        """The last layer's output at `batch.read_P`, [P, H]."""
        x_TH = self.words(batch.ids_T) + self.segment_embeddings(batch.segments_T)
        x_TH = self.embedding_norm(x_TH + self.position_embeddings(batch.positions_T))
        x_TH = dropped(x_TH, self.config.dropout) if self.training else x_TH
        for layer in self.layers[:-1]:
            x_TH = self.run_layer(layer, x_TH, batch.groups)
        return self.run_layer(self.layers[-1], x_TH, batch.groups, batch.read_P)

    def words(self, ids_T: Tensor) -> Tensor:
        """The embeddings of the tokens, [T, H]."""
        # on a CPU, a sparse gradient is added in place to that of the projection; a dense one would be mostly zeros
        sparse = ids_T.device.type == "cpu"
        return F.embedding(ids_T, self.word_embeddings.weight, self.config.pad_token_id, sparse=sparse)

    def run_layer(self, layer: nn.Module, *inputs: Any) -> Tensor:
        """The layer's output; with gradient checkpointing, activations are recomputed in the backward pass."""
        if self.gradient_checkpointing and torch.is_grad_enabled():
            return checkpoint(layer, *inputs, use_reentrant=False)
        return layer(*inputs)

    def forward(self, batch: Batch) -> Losses:
        """Both losses, summed over the masked positions and over the rows with a label."""
        x_PH = self.encode(batch)
        nsp_sum, nsp_right = x_PH.new_zeros(()), batch.read_P.new_zeros(())
        if batch.labelled:
            logits_R2 = at_least_float32(self.nsp_logits(x_PH[: batch.rows]))
            nsp_sum = F.cross_entropy(logits_R2, batch.labels_R, reduction="sum")
            nsp_right = (logits_R2.argmax(-1) == batch.labels_R).sum()
        mlm_sum, mlm_right = linear_cross_entropy(
            self.mlm_hidden(x_PH[batch.rows :]),
            self.word_embeddings.weight,
            self.mlm_bias,
            batch.targets_M,
            self.tokens,
        )
        return Losses(mlm_sum, nsp_sum, mlm_right, nsp_right)

    def nsp_logits(self, cls_RH: Tensor) -> Tensor:
        """Next-sentence logits [R, 2] from the encoder's output at [CLS]: 0 is next, 1 is random."""
        return self.nsp(torch.tanh(self.pooler(cls_RH)))

    def mlm_hidden(self, x_MH: Tensor) -> Tensor:
        """The input of the projection to the vocabulary, [M, H]."""
        return self.mlm_norm(self.activation(self.mlm_transform(x_MH)))

    def mlm_logits(self, x_MH: Tensor) -> Tensor:
        """Logits over the vocabulary, [M, V]; for a few positions."""
        return F.linear(self.mlm_hidden(x_MH), self.word_embeddings.weight, self.mlm_bias)


class Layer(nn.Module):
    """One encoder layer, with layer norms after the residual sums (post-norm)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        hidden = config.hidden_size
        self.heads, self.dropout = config.num_attention_heads, config.dropout
        self.activation = ACTIVATIONS[config.hidden_act]
        self.attention_dropout = config.dropout if config.attention_dropout is None else config.attention_dropout
        self.query_key_value = nn.Linear(hidden, 3 * hidden)
        self.attention_out = nn.Linear(hidden, hidden)
        self.attention_norm = nn.LayerNorm(hidden, config.layer_norm_eps)
        self.feed_in = nn.Linear(hidden, config.intermediate_size)
        self.feed_out = nn.Linear(config.intermediate_size, hidden)
        self.feed_norm = nn.LayerNorm(hidden, config.layer_norm_eps)

    def forward(self, x_TH: Tensor, groups: list[Group], read_P: Tensor | None = None) -> Tensor:
        """The output of the layer, [T, H], or only at `read_P`, [P, H]."""
        dropout = self.attention_dropout if self.training else 0.0
        attended_TH = attend(self.query_key_value(x_TH), groups, self.heads, dropout)
        if read_P is not None:
            x_TH, attended_TH = x_TH.index_select(0, read_P), attended_TH.index_select(0, read_P)
        return self.after_attention(x_TH, attended_TH)

    def after_attention(self, x_TH: Tensor, attended_TH: Tensor) -> Tensor:
        """The rest of the layer, which processes each token separately."""
        x_TH = self.attention_norm(x_TH + self.drop(self.attention_out(attended_TH)))
        return self.feed_norm(x_TH + self.drop(self.feed_out(self.activation(self.feed_in(x_TH)))))

    def drop(self, x: Tensor) -> Tensor:
        return dropped(x, self.dropout) if self.training else x


def initialise(model: Bert, generator: torch.Generator) -> None:
    """Initialise a model: weights N(0, initializer_range), biases 0, norms 1, [PAD] 0 (BERT release; truncated normal there)."""
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, 0.0, model.config.initializer_range, generator)
        if isinstance(module, nn.Linear):
            nn.init.zeros_(module.bias)
        if isinstance(module, nn.LayerNorm):
            nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)
    nn.init.zeros_(model.mlm_bias)
    if model.config.pad_token_id is not None:
        with torch.no_grad():
            model.word_embeddings.weight[model.config.pad_token_id] = 0
