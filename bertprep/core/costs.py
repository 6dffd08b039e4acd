"""Estimates of time and disk space per stage, for plans before any work; accurate to a factor of two.

The rates were measured (docs/scale.md) on one core of a shared two-core virtual machine: rows of 128 tokens, one masked
copy, uncompressed.
"""

from collections.abc import Mapping
from typing import NamedTuple

from .presets import PRESETS


class Rate(NamedTuple):
    """MB of text per second and core, fixed seconds, and bytes of output per byte of text: when finished, and at the peak."""

    megabytes: float
    seconds: float
    output: float
    peak: float


RATES = {  # between those of the two machines in docs/scale.md, "What one core does"; each is within a factor of two
    "segment": Rate(22, 0.3, 1.03, 2.05),
    "clean": Rate(25, 0.3, 1.0, 1.0),
    "train-vocab": Rate(40, 3.0, 0.01, 0.10),
    "build-pairs": Rate(38, 0.3, 0.63, 0.63),
    "mask": Rate(90, 0.3, 0.62, 0.62),
}
ROWS = 2000  # rows of at most 128 tokens per MB of text: 605,142 pairs from 300 MB
TOKENS = 225_000  # per MB of text
TOKENS_A_SECOND = 18_000  # of `train --model tiny` on two cores (train/__init__.py)
MASKED = 0.15  # share of the tokens; the output layer is computed for these alone


def seconds_of(stage: str, text_bytes: int, workers: int) -> float:
    """Estimate the seconds of a data stage."""
    rate = RATES[stage]
    return rate.seconds + text_bytes / 1e6 / rate.megabytes / max(workers, 1)


def training_seconds(model: str, tokens: float, vocabulary: int) -> float:
    """Estimate the seconds of training on `tokens` tokens with two cores, by the number of multiplications per token."""
    work = {name: 12 * layers * hidden**2 + MASKED * hidden * vocabulary for name, (layers, hidden) in PRESETS.items()}
    return tokens / TOKENS_A_SECOND * work[model] / (12 * 2 * 128**2 + MASKED * 128 * 30_522)


def model_bytes(model: str, vocabulary: int, keep: int) -> int:
    """Bytes of the weights and of `keep` checkpoints, each of which holds the weights and two moments, in float32."""
    layers, hidden = PRESETS[model]
    return 4 * (12 * layers * hidden**2 + hidden * (vocabulary + 600)) * (1 + 3 * keep)


def disk_needed(bytes_out: Mapping[str, int], text_bytes: int) -> int:
    """Peak disk usage of the stages to be run: all outputs, plus the most temporary space that any one of them needs."""
    meanwhile = [RATES[stage].peak - RATES[stage].output for stage in bytes_out if stage in RATES]
    return round(sum(bytes_out.values()) + max(meanwhile, default=0) * text_bytes)
