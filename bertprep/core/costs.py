"""What stages take, by rates that were measured (docs/scale.md): for plans before any work, good to a factor of two.

Rates are of one core of a shared two-core virtual machine, rows of 128 tokens, one masked copy, uncompressed.
"""

from collections.abc import Mapping
from typing import NamedTuple

from .presets import PRESETS


class Rate(NamedTuple):
    """MB of text a second and core, seconds that no core saves, and bytes of output by byte of text: at the end, at most."""

    megabytes: float
    seconds: float
    output: float
    peak: float


RATES = {  # between the two machines of docs/scale.md, "What one core does": either is within a factor of two
    "segment": Rate(22, 0.3, 1.03, 2.05),
    "clean": Rate(25, 0.3, 1.0, 1.0),
    "train-vocab": Rate(40, 3.0, 0.01, 0.10),
    "build-pairs": Rate(38, 0.3, 0.63, 0.63),
    "mask": Rate(90, 0.3, 0.62, 0.62),
}
ROWS = 2000  # from a MB of text, of 128 tokens at most: 605,142 pairs of 300 MB
TOKENS = 225_000  # of a MB of text
TOKENS_A_SECOND = 18_000  # of `train --model tiny` on two cores (train/__init__.py)
MASKED = 0.15  # of the tokens: for these alone the output layer is computed


def seconds_of(stage: str, text_bytes: int, workers: int) -> float:
    """How long a data stage takes."""
    rate = RATES[stage]
    return rate.seconds + text_bytes / 1e6 / rate.megabytes / max(workers, 1)


def training_seconds(model: str, tokens: float, vocabulary: int) -> float:
    """How long training over so many tokens takes on two cores, by the multiplications of a token."""
    work = {name: 12 * layers * hidden**2 + MASKED * hidden * vocabulary for name, (layers, hidden) in PRESETS.items()}
    return tokens / TOKENS_A_SECOND * work[model] / (12 * 2 * 128**2 + MASKED * 128 * 30_522)


def model_bytes(model: str, vocabulary: int, keep: int) -> int:
    """The weights, and for each checkpoint kept the weights with two averages, in float32."""
    layers, hidden = PRESETS[model]
    return 4 * (12 * layers * hidden**2 + hidden * (vocabulary + 600)) * (1 + 3 * keep)


def disk_needed(bytes_out: Mapping[str, int], text_bytes: int) -> int:
    """The most that the stages to be made take up at once: what they leave, and what the largest of them needs meanwhile."""
    meanwhile = [RATES[stage].peak - RATES[stage].output for stage in bytes_out if stage in RATES]
    return round(sum(bytes_out.values()) + max(meanwhile, default=0) * text_bytes)
