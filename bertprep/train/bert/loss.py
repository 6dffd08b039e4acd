"""Cross-entropy over the vocabulary, without storing all logits.

    loss = sum over the masked positions of  -log softmax(x W' + b)[true token]

A batch of 256 rows has about 5,000 masked positions; their logits over 30,522 tokens take 600 MB, and their gradients the same.
So positions are projected in chunks, and loss and gradients are computed while the logits of a chunk exist: the gradient of the
logits is  softmax - one-hot,  and those of x, W and b are products with it. The next chunk reuses the memory.

Axes: M masked positions, C positions of a chunk, V vocabulary, H hidden.
"""

from typing import Any

import torch
from torch import Tensor


def at_least_float32(logits: Tensor) -> Tensor:
    """Convert logits to float32 (float64 is kept), since losses are never computed in half precision."""
    return logits if logits.dtype == torch.float64 else logits.float()


# rows of logits in memory at once; on a CPU, 64 rows of 30,522 float32 are 8 MB
CHUNK_ROWS = {"cpu": 64, "cuda": 4096}


def linear_cross_entropy(
    x_MH: Tensor, weight_VH: Tensor, bias_V: Tensor, targets_M: Tensor, tokens: int | None = None
) -> tuple[Tensor, Tensor]:
    """Cross-entropy of `softmax(x W' + b)` summed over the rows, and the number of rows whose target has the highest logit.

    The loss is over all V entries, as in transformers; the highest logit is among the first `tokens` entries, if given. The
    second result is 0 if gradients are enabled.
    """
    loss, right = LinearCrossEntropy.apply(x_MH, weight_VH, bias_V, targets_M, torch.is_grad_enabled(), tokens)
    return loss, right


class LinearCrossEntropy(torch.autograd.Function):
    """Computes the gradients in the forward pass, while the logits of a chunk exist, so that all logits never exist at once."""

    @staticmethod
    def forward(
        ctx: Any,
        x_MH: Tensor,
        weight_VH: Tensor,
        bias_V: Tensor,
        targets_M: Tensor,
        with_gradients: bool,
        tokens: int | None,
    ) -> tuple[Tensor, Tensor]:
        device = x_MH.device.type
        half = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else weight_VH.dtype
        loss, right = at_least_float32(x_MH.new_zeros(())), targets_M.new_zeros(())
        if with_gradients:
            grad_x, grad_weight, grad_bias = map(torch.zeros_like, (x_MH, weight_VH, bias_V))
        with torch.autocast(device, enabled=False):
            w_VH, b_V = weight_VH.to(half), bias_V.to(half)
            for start in range(0, len(targets_M), CHUNK_ROWS.get(device, 1024)):
                rows = slice(start, start + CHUNK_ROWS.get(device, 1024))
                x_CH, targets_C1 = x_MH[rows].to(half), targets_M[rows, None]
                logits_CV = at_least_float32(torch.addmm(b_V, x_CH, w_VH.T))
                if not with_gradients:  # would take 3% of a step of a tiny model
                    right += (logits_CV[:, :tokens].argmax(-1, keepdim=True) == targets_C1).sum()
                probabilities_CV = logits_CV.softmax(-1)
                # log(sum(exp(z))) = max(z) - log(max(p)); another pass of exp would cost as much as the softmax
                loss += (logits_CV.amax(-1) - probabilities_CV.amax(-1).log()).sum()
                loss -= logits_CV.gather(1, targets_C1).sum()
                if with_gradients:
                    slope_CV = probabilities_CV  # minus one-hot: the gradient of the logits
                    slope_CV.scatter_add_(1, targets_C1, slope_CV.new_full(targets_C1.shape, -1))
                    grad_bias += slope_CV.sum(0)
                    slope_CV = slope_CV.to(half)
                    grad_x[rows] = slope_CV @ w_VH
                    add_product(grad_weight, slope_CV.T, x_CH)
        if with_gradients:
            ctx.gradients = (grad_x, grad_weight, grad_bias)
        ctx.mark_non_differentiable(right)
        return loss, right

    @staticmethod
    def backward(ctx: Any, scale: Tensor, _: Any) -> tuple[Tensor | None, ...]:
        gradients = [gradient.mul_(scale) for gradient in ctx.gradients]
        return (*gradients, None, None, None)


def add_product(total: Tensor, left: Tensor, right: Tensor) -> None:
    """total += left @ right, in one pass over `total` if the dtypes are equal."""
    if total.dtype == left.dtype:
        total.addmm_(left, right)
    else:
        total += left @ right
