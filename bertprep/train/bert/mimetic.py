"""Mimetic initialization: attention compares tokens and positions from the start.

With N(0, 0.05) alone, a token of a narrow model attends to all others about equally, and a run needs its first thousand steps
to learn that neighbours matter. Here the product of the query and key matrices begins as a multiple of the identity instead of
noise, which is what it becomes in trained models (Trockman and Kolter 2023, "Mimetic initialization of self-attention layers"):

    queries_HH = keys_HH = sqrt(GAIN) * a random rotation, cut into the heads       in the first layer
    position_embeddings[p] = sines and cosines of p (Vaswani et al. 2017, 3.5)      with the norm of the word embeddings

So the attention score of two tokens is initially their similarity: the same token, or a nearby position. All weights are
trained as usual; the other initial weights have the standard deviation `initializer_range`.
"""

import math

import torch
from torch import Tensor

from .model import Bert

GAIN = 0.6  # a token's score for itself is GAIN * sqrt(hidden / heads): 4.8 with heads of 64
SHORTEST, LONGEST = (
    2 * math.pi,
    200 * math.pi,
)  # wavelengths of positions, in tokens; in Vaswani et al. the longest is 10,000 times the shortest


def begin_with_likeness(model: Bert, generator: torch.Generator) -> None:
    """Replace the initial weights of the first layer's queries and keys, and of the position embeddings."""
    hidden = model.config.hidden_size
    with torch.no_grad():
        waves = waves_of_positions(model.config.max_position_embeddings, hidden)
        model.position_embeddings.weight.copy_(model.config.initializer_range * math.sqrt(2) * waves)
        rotation_HH = math.sqrt(GAIN) * rotation(hidden, generator)
        weight = model.get_parameter("layers.0.query_key_value.weight")
        weight[: 2 * hidden] = torch.cat([rotation_HH, rotation_HH])  # queries, keys


def waves_of_positions(count: int, hidden: int) -> Tensor:
    """Sines and cosines of the positions, [count, H], with wavelengths in a geometric series."""
    half = (hidden + 1) // 2
    frequencies = 2 * math.pi / SHORTEST * (LONGEST / SHORTEST) ** (-torch.arange(half) / half)
    angles = torch.arange(count)[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], 1)[:, :hidden]


def rotation(size: int, generator: torch.Generator) -> Tensor:
    """A random orthogonal matrix; computed in float64, so that the float32 result does not depend on the number of threads."""
    q, r = torch.linalg.qr(torch.randn(size, size, generator=generator, dtype=torch.float64))
    return (q * torch.sign(torch.diagonal(r))).float()
