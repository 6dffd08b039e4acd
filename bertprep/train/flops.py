"""Floating-point operations of training, and the peak performance of devices.

Only operations that the losses need are counted: real tokens (no padding), the vocabulary head at masked positions only, and no
recomputation for --gradient-checkpointing; so MFU shows useful work. BERT-base takes 545 million operations per token at length
128, 588 million at 512; with the head at all positions it would be 668 and 710.
"""

from collections.abc import Iterable

import torch

from .bert.model import ModelConfig
from .data.collate import Batch

# dense operations per second in bfloat16, or in float16 on GPUs without it, from the vendors' data sheets; the first entry
# contained in the device's name applies
PEAKS = (
    ("H200", 989e12),
    ("H100 PCIe", 756e12),
    ("H100 NVL", 835e12),
    ("H100", 989e12),
    ("A100", 312e12),
    ("L40S", 362e12),
    ("L4", 121e12),
    ("Tesla V100", 125e12),
    ("Tesla T4", 65e12),
)


def training_flops(config: ModelConfig, tokens: int, squares: int, masked: int, rows: int) -> int:
    """Operations of the forward and backward pass (twice the forward); a multiply-add counts as two.

    `squares` is the sum of the squared lengths of the rows, since each token attends to its whole row.
    """
    hidden = config.hidden_size
    layer = tokens * (4 * hidden**2 + 2 * hidden * config.intermediate_size) + 2 * hidden * squares
    head = masked * (hidden**2 + hidden * config.vocab_size)
    pooler = rows * (hidden**2 + 2 * hidden)
    return 6 * (config.num_hidden_layers * layer + head + pooler)


def flops_of(config: ModelConfig, parts: Iterable[Batch]) -> int:
    """`training_flops` of batches."""
    return sum(training_flops(config, part.tokens, part.squares, part.masked, part.rows) for part in parts)


def peak_flops(device: torch.device, half: bool, processes: int = 1) -> float | None:
    """Peak operations per second of the devices of all processes; None if unknown."""
    if device.type != "cuda" or not half:
        return None
    peak = peak_of(torch.cuda.get_device_name(device))
    return peak and peak * processes


def peak_of(name: str) -> float | None:
    return next((peak for part, peak in PEAKS if part in name), None)


def speed_of(tokens: float, flops: float, seconds: float, peak: float | None) -> dict[str, float | None]:
    """Tokens and operations per second, and MFU, the share of `peak` (None if that is unknown)."""
    tokens, flops = (tokens / seconds, flops / seconds) if seconds else (0.0, 0.0)
    mfu = round(flops / peak, 4) if peak else None
    return {"tokens_per_second": round(tokens, 1), "flops_per_second": round(flops), "mfu": mfu}
