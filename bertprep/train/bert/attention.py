"""Attention of each row to itself, and dropout, in the way that is quickest on the device.

A CPU draws the random numbers of dropout slower than it multiplies: `torch.dropout` took 8.4 ms for 3,500 x 512 numbers,
against 2.8 ms for `dropped`, which cuts each 64-bit draw into four. So attention with dropout is written out here for
CPUs; elsewhere, and without dropout, it is `scaled_dot_product_attention`.

Axes: T tokens, R rows of L tokens, H hidden, N heads, D dimensions of a head; B is R * N.
"""

import warnings
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  everybody's name for it
from torch import Tensor

from ..data.collate import Group

# torch says so of jagged tensors too, once a process; attention over them is what we test
warnings.filterwarnings("ignore", message="The PyTorch API of nested tensors is in prototype stage")


def attend(qkv_TH3: Tensor, groups: list[Group], heads: int, dropout: float) -> Tensor:
    """Attention of each row to itself, [T, H]. `qkv_TH3` holds query, key and value side by side, [T, 3H]."""
    outputs = []
    for group, rows_TH3 in zip(groups, qkv_TH3.split([group.tokens for group in groups]), strict=True):
        if group.offsets_R1 is not None:
            outputs.append(attend_jagged(rows_TH3, group, heads, dropout))
            continue
        qkv_3RNLD = rows_TH3.view(group.rows, group.length, 3, heads, -1).permute(2, 0, 3, 1, 4)
        if dropout and qkv_TH3.device.type == "cpu":
            sides = (side_RNLD.reshape(-1, group.length, side_RNLD.shape[-1]) for side_RNLD in qkv_3RNLD)
            out_RNLD = DroppedAttention.apply(*sides, dropout).view(qkv_3RNLD.shape[1:])
        else:
            query, key, value = qkv_3RNLD
            out_RNLD = F.scaled_dot_product_attention(query, key, value, dropout_p=dropout)
        outputs.append(out_RNLD.transpose(1, 2).reshape(group.tokens, -1))
    return torch.cat(outputs) if len(outputs) > 1 else outputs[0]


def attend_jagged(qkv_TH3: Tensor, group: Group, heads: int, dropout: float) -> Tensor:
    """`attend` for rows of several lengths in one call, without padding (FlashAttention's kernels, where there are any)."""
    query, key, value = (
        torch.nested.nested_tensor_from_jagged(
            side_TND.contiguous(), group.offsets_R1, min_seqlen=group.shortest, max_seqlen=group.length
        ).transpose(1, 2)
        for side_TND in qkv_TH3.view(group.tokens, 3, heads, -1).unbind(1)
    )
    attended = F.scaled_dot_product_attention(query, key, value, dropout_p=dropout)
    return attended.transpose(1, 2).values().reshape(group.tokens, -1)


class DroppedAttention(torch.autograd.Function):
    """softmax(query key' / sqrt(D)), some of it dropped, times value; all [B, L, D]."""

    @staticmethod
    def forward(ctx: Any, query_BLD: Tensor, key_BLD: Tensor, value_BLD: Tensor, dropout: float) -> Tensor:
        with torch.autocast("cpu", enabled=False):
            scores_BLL = scaled_bmm(query_BLD, key_BLD.mT, query_BLD.shape[-1] ** -0.5)
            weights_BLL = scores_BLL.softmax(-1)
            kept_BLL, ctx.scale = kept(weights_BLL.shape, dropout)
            ctx.save_for_backward(query_BLD, key_BLD, value_BLD, weights_BLL, kept_BLL)
            return scaled_bmm(weights_BLL * kept_BLL, value_BLD, ctx.scale)

    @staticmethod
    def backward(ctx: Any, slope_BLD: Tensor) -> tuple[Tensor | None, ...]:
        query_BLD, key_BLD, value_BLD, weights_BLL, kept_BLL = ctx.saved_tensors
        slope_value_BLD = scaled_bmm((weights_BLL * kept_BLL).mT, slope_BLD, ctx.scale)
        slope_BLL = scaled_bmm(slope_BLD, value_BLD.mT, ctx.scale).mul_(kept_BLL)
        slope_BLL = torch._softmax_backward_data(slope_BLL, weights_BLL, -1, weights_BLL.dtype)
        root = query_BLD.shape[-1] ** -0.5
        return scaled_bmm(slope_BLL, key_BLD, root), scaled_bmm(slope_BLL.mT, query_BLD, root), slope_value_BLD, None


def scaled_bmm(left: Tensor, right: Tensor, scale: float) -> Tensor:
    """scale * left @ right, in one pass."""
    out = left.new_empty(left.shape[0], left.shape[1], right.shape[2])
    return torch.baddbmm(out, left, right, beta=0, alpha=scale)


def dropped(x: Tensor, dropout: float) -> Tensor:
    """`F.dropout` in training."""
    if not dropout or x.device.type != "cpu":
        return F.dropout(x, dropout)
    kept_x, scale = kept(x.shape, dropout)
    return x.mul(kept_x).mul_(scale)


def kept(shape: torch.Size, dropout: float) -> tuple[Tensor, float]:
    """False with the probability `dropout`, to the next 1/65536; and one over the exact probability of True."""
    threshold = round(dropout * 65536)
    draws = torch.empty(-(-shape.numel() // 4), dtype=torch.int64).random_(-(2**63), None).view(torch.int16)
    return draws[: shape.numel()].view(shape) >= threshold - 32768, 65536 / (65536 - threshold)
