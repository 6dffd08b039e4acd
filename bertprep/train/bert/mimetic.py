"""Initial weights with which attention begins as a comparison: of equal tokens, and of near positions.

With N(0, 0.05) alone, a token of a narrow model attends to all others about equally, and it takes a run its first thousand
steps to find out that neighbours matter. Here the product of queries and keys begins as a multiple of the identity instead of
noise, as it comes to be in trained models (Trockman and Kolter 2023, "Mimetic initialization of self-attention layers"):

    queries_HH = keys_HH = sqrt(GAIN) * a random rotation, cut into the heads       in the first layer
    position_embeddings[p] = sines and cosines of p (Vaswani et al. 2017, 3.5)      as long as the word embeddings

A token's score for another one is then how alike they are: the same token, or a position near by. All weights are trained as
ever; only what they begin with differs, and `initializer_range` says how large all others are.
"""

import math

import torch
from torch import Tensor

from .model import Bert

GAIN = 0.6  # a token's score for itself is GAIN * sqrt(hidden / heads): 4.8 with heads of 64
SHORTEST, LONGEST = (
    2 * math.pi,
    200 * math.pi,
)  # waves of positions, in tokens; Vaswani et al. have 10,000 times the shortest


def begin_with_likeness(model: Bert, generator: torch.Generator) -> None:
    """Replace what `initialise` gave the first layer's queries and keys, and the positions."""
    hidden = model.config.hidden_size
    with torch.no_grad():
        waves = waves_of_positions(model.config.max_position_embeddings, hidden)
        model.position_embeddings.weight.copy_(model.config.initializer_range * math.sqrt(2) * waves)
        rotation_HH = math.sqrt(GAIN) * rotation(hidden, generator)
        weight = model.get_parameter("layers.0.query_key_value.weight")
        weight[: 2 * hidden] = torch.cat([rotation_HH, rotation_HH])  # queries, keys


def waves_of_positions(count: int, hidden: int) -> Tensor:
    """Sines and cosines of the positions, [count, H], the lengths of the waves in a geometric series."""
    half = (hidden + 1) // 2
    frequencies = 2 * math.pi / SHORTEST * (LONGEST / SHORTEST) ** (-torch.arange(half) / half)
    angles = torch.arange(count)[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], 1)[:, :hidden]


def rotation(size: int, generator: torch.Generator) -> Tensor:
    """A random orthogonal matrix; computed in float64, whose rounding by other numbers of threads is not seen in float32."""
    q, r = torch.linalg.qr(torch.randn(size, size, generator=generator, dtype=torch.float64))
    return (q * torch.sign(torch.diagonal(r))).float()
