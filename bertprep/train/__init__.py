"""Train a BERT on masked shards, measure it, and ask it. The only part of the project that imports torch."""

from ..errors import missing_extra

try:
    import safetensors  # noqa: F401
    import torch  # noqa: F401
except ImportError as error:
    raise missing_extra(error.name or "torch", "train") from None

from .evaluate import evaluate
from .loop import train
from .predict import fill_mask, next_probability

__all__ = ["evaluate", "fill_mask", "next_probability", "train"]
