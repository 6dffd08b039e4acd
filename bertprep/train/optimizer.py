"""AdamW as BERT was trained with it, and the learning rate of each step."""

import torch

from .bert.model import Bert
from .settings import TrainSettings

# between the published 1e-4 for base and large, and what a small model stands: 2e-3 is good for tiny
LEARNING_RATES = {"tiny": 2e-3, "mini": 1e-3, "small": 7e-4, "medium": 5e-4, "base": 1e-4, "large": 1e-4}


def adamw(model: Bert, settings: TrainSettings) -> torch.optim.AdamW:
    """Devlin et al. 2019, A.2; biases and norms do not decay (the BERT release, optimization.py)."""
    decaying = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    others = [parameter for parameter in model.parameters() if parameter.dim() <= 1]
    groups = [{"params": decaying, "weight_decay": settings.weight_decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.999), eps=1e-6, fused=True)


def highest_rate(settings: TrainSettings) -> float:
    """The one given, or the preset's; 1e-4, the paper's, for a shape of one's own."""
    if settings.learning_rate is not None:
        return settings.learning_rate
    return 1e-4 if settings.model_config else LEARNING_RATES[settings.model]


def learning_rate(settings: TrainSettings, step: int, steps: int) -> float:
    """The rate of an update, counted from 0: up in a line, then down to zero in a line."""
    warmup = round(settings.warmup_share * steps)
    share = (step + 1) / warmup if step < warmup else (steps - step) / max(1, steps - warmup)
    return highest_rate(settings) * share
