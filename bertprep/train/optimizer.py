"""AdamW with the settings of BERT, and the learning rate schedule."""

import dataclasses

import torch

from ..core.presets import PRESETS
from .bert.model import Bert, ModelConfig
from .settings import TrainSettings

# from the published 1e-4 for base and large to the highest stable rate of small models: 2e-3 for tiny
LEARNING_RATES = {"tiny": 2e-3, "mini": 1e-3, "small": 7e-4, "medium": 5e-4, "base": 1e-4, "large": 1e-4}
# README of the BERT release: 1e-4 from scratch, and "if you are doing additional steps of pre-training starting from an
# existing BERT checkpoint, you should use a smaller learning rate (e.g., 2e-5)"
CONTINUED = 0.2


def adamw(model: Bert, settings: TrainSettings) -> torch.optim.AdamW:
    """AdamW as in Devlin et al. 2019, A.2; no weight decay for biases and norms (BERT release, optimization.py)."""
    decaying = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    others = [parameter for parameter in model.parameters() if parameter.dim() <= 1]
    groups = [{"params": decaying, "weight_decay": settings.weight_decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.999), eps=1e-6, fused=True)


def default_rate(config: ModelConfig, continued: bool) -> float:
    """The default peak learning rate for a model of this shape; a fifth of it if training `continued` from trained weights.

    It is that of the smallest preset with at least as many layers and at least this width: for 4 layers of width 312, that of
    small (4 layers, 512). A deep and narrow model trains like a deep one.
    """
    fitting = [
        LEARNING_RATES[name]
        for name, (layers, hidden) in PRESETS.items()
        if config.num_hidden_layers <= layers and config.hidden_size <= hidden
    ]
    rate = fitting[0] if fitting else LEARNING_RATES["large"]
    return rate * CONTINUED if continued else rate


@dataclasses.dataclass(frozen=True)
class Schedule:
    """The learning rate schedule: linear warm-up to `highest`, constant, linear decay to zero.

    The rate decays over the last `decay_steps` steps (Hu et al. 2024, "warmup-stable-decay"); None: from the end of the warm-up
    on, as in BERT.
    """

    highest: float
    warmup_share: float
    steps: int
    decay_steps: int | None = None

    @property
    def warmup(self) -> int:
        """Number of warm-up steps."""
        return round(self.warmup_share * self.steps)

    @property
    def decay(self) -> int:
        """Number of decay steps."""
        most = self.steps - self.warmup
        return most if self.decay_steps is None else min(self.decay_steps, most)

    def rate(self, step: int) -> float:
        """The learning rate of step `step`, counted from 0."""
        if step < self.warmup:
            return self.highest * ((step + 1) / self.warmup)
        return self.highest * min(1.0, (self.steps - step) / max(1, self.decay))
