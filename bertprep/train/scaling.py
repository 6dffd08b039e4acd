"""Loss scaling, which keeps small gradients in float16 from becoming zero (Micikevicius et al. 2018, section 3.2).

    loss * scale -> backward pass in float16 -> gradients / scale, in float32 -> clip -> AdamW

A step whose gradients overflow does not change the weights and halves the scale; after `GROWTH_STEPS` steps without an overflow
the scale is doubled. Other precisions have the exponent range of float32 and need no scaling.
"""

from typing import Any

import torch
from torch import Tensor, nn

from .states import Counters

FIRST_SCALE = 65_536.0
GROWTH_STEPS = 2_000
# maximum number of consecutive overflows; the scale has then fallen from 65,536 below 1e-10, so it is not the reason
MOST_SKIPPED = 50


class LossScale:
    """Scales losses before their backward pass and gradients before an update. Does nothing unless `dtype` is float16.

    The scale, and whether gradients overflowed, stay on the device, so that no step waits for it.
    """

    def __init__(self, device: torch.device, dtype: torch.dtype) -> None:
        self.is_needed = dtype == torch.float16
        self.scaler = torch.amp.GradScaler(
            device.type, init_scale=FIRST_SCALE, growth_interval=GROWTH_STEPS, enabled=self.is_needed
        )
        self.scaler.scale(torch.zeros((), device=device))  # else a process without rows in the first step has no scale

    def backward(self, loss: Tensor) -> None:
        """Add the scaled gradients of a loss to those of the parameters."""
        self.scaler.scale(loss).backward()

    def update(self, model: nn.Module, optimizer: torch.optim.Optimizer, clip: float) -> Tensor:
        """Unscale and clip the gradients, and update the weights; returns the gradient norm, inf or NaN after an overflow."""
        self.scaler.unscale_(optimizer)
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        self.scaler.step(optimizer)
        self.scaler.update()
        return norm

    def restore(self, counters: Counters) -> None:
        """Continue with the scale of a checkpoint, if it has one."""
        if self.is_needed and counters.loss_scale is not None:
            saved = {"scale": counters.loss_scale, "_growth_tracker": counters.loss_scale_steps}
            self.scaler.load_state_dict({**self.scaler.state_dict(), **saved})

    def record(self, counters: Counters) -> None:
        """Write the scale into the counters of a checkpoint."""
        state: dict[str, Any] = self.scaler.state_dict()
        counters.loss_scale = state.get("scale")
        counters.loss_scale_steps = state.get("_growth_tracker", 0)
