"""Train a BERT on masked shards, measure it, and ask it. The only part of the project that imports torch."""

import os

from ..errors import missing_extra

# Read when torch loads OpenMP: threads that wait give way. Threads that spin make a small model 6 times as slow as soon as
# anything else wants a core (2,700 tokens a second beside 18,000, two cores, another process at work).
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

try:
    import safetensors  # noqa: F401
    import torch  # noqa: F401
except ImportError as error:
    raise missing_extra(error.name or "torch", "train") from None

from .evaluate import evaluate
from .loop import train
from .predict import fill_mask, next_probability

__all__ = ["evaluate", "fill_mask", "next_probability", "train"]
